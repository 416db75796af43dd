//! A linear fit of eight synthetic features, which can be checked for millions of steps: in floats, or
//! in fixed point.

use downhill::fixed;
use downhill::loss::{AnyLoss, Squared};
use downhill::model::{AnyModel, Linear};
use downhill::optimizer::{AnyOptimizer, Sgd};
use downhill::{Const, Dyn, NumberType, Recipe, Trainer, fit};
use downhill_firmware::synthetic::{self, Synthetic};
use downhill_firmware::{
    BoardStats, Connection, ErasedFit, Learner, Node, NodeWorker, Reference, Sensor, Store,
};
use embedded_hal::digital::OutputPin;
use embedded_io::{Read, ReadReady, Write};

use crate::must;

const RATE: f32 = 0.05;
/// The rate of fixed point, whose slope of a squared error has a factor of 2.
const FIXED_RATE: fixed::Rate = fixed::Rate::scaled(RATE, 2, 1).unwrap();
/// Steps between checkpoints.
const EVERY: u64 = 64;

const RECIPE: Recipe<f32> = Recipe::new(
    AnyModel::Linear(Linear::with_shape(Dyn(8), Dyn(1), Dyn(1))),
    AnyLoss::Squared(Squared),
    AnyOptimizer::Sgd(Sgd::new(RATE)),
)
.seed(1);

/// A fit of eight features, whose shape is compiled in.
pub trait EightFit: ErasedFit + Sized {
    /// Numbers of the fit.
    type Arena;
    /// Numbers before the start.
    const ARENA: Self::Arena;
    /// The fit, as a host may know it.
    const RECIPE: &'static Recipe<f32>;
    /// Unit that the target is told in.
    const UNIT: f32;

    /// The fit in its memory.
    fn new(arena: &'static mut Self::Arena) -> Self;
}

/// The fit in floats.
pub type Float = fit::Fit<Linear<Const<8>>, Squared, Sgd<f32>>;

impl EightFit for Float {
    type Arena = [f32; Self::ARENA];
    const ARENA: Self::Arena = [0.0; _];
    const RECIPE: &'static Recipe<f32> = &RECIPE;
    const UNIT: f32 = 1.0;

    #[inline(always)]
    fn new(arena: &'static mut Self::Arena) -> Self {
        let trainer = Trainer::new(Linear::new(), Squared, Sgd::new(RATE), &mut arena[..]);
        Self::new(must(trainer), RECIPE.batch)
    }
}

type FixedTrainer =
    fixed::Trainer<Linear<Const<8>>, Squared, fixed::Sgd, &'static mut [i32], fixed::Unscaled>;

/// The fit in fixed point: its features lie between -8 and 8.
pub type Fixed =
    fixed::Fit<Linear<Const<8>>, Squared, fixed::Sgd, &'static mut [i32], fixed::Unscaled>;

impl EightFit for Fixed {
    type Arena = [i32; FixedTrainer::ARENA];
    const ARENA: Self::Arena = [0; _];
    const RECIPE: &'static Recipe<f32> = &RECIPE.number(NumberType::Q15);
    // The weights are 1 to 8, and the target is up to 36.5.
    const UNIT: f32 = 8.0;

    #[inline(always)]
    fn new(arena: &'static mut Self::Arena) -> Self {
        let optimizer = fixed::Sgd { rate: FIXED_RATE };
        let (model, scaler) = (Linear::new(), fixed::Unscaled);
        let trainer = FixedTrainer::with_scaler(model, Squared, optimizer, scaler, &mut arena[..]);
        Self::new(must(trainer))
    }
}

/// Memory of the node.
#[derive(Debug)]
pub struct Eight<F: EightFit = Float> {
    arena: F::Arena,
    staging: [f32; 24],
}

impl<F: EightFit> Eight<F> {
    /// Before the start.
    pub const NEW: Self = Self {
        arena: F::ARENA,
        staging: [0.0; 24],
    };
}

/// Runs a node that the host starts, and that resumes from its last checkpoint. Each of its samples
/// has its target at once, and is a step.
pub fn learn<F, L, P, K, const FRAME: usize>(
    board: &'static str,
    (line, alarm, store): (L, P, K),
    memory: &'static mut Eight<F>,
    (window, stats): (u8, BoardStats),
) -> !
where
    F: EightFit,
    L: Read + ReadReady + Write,
    P: OutputPin,
    K: Store,
{
    let sensor = Synthetic::from(0);
    let truth = |features: &[f32; 8]| Ok(Some([synthetic::truth(features) / F::UNIT]));
    let mut worker = node_worker((&sensor, truth, alarm, store), memory);
    worker.restore();
    sensor.seek(worker.learner().fit().steps());
    let connection = Connection::new(board, line)
        .window(window)
        .board_stats(stats);
    Node::new(connection.frame::<FRAME>(), worker).run(|| true)
}

/// Builds the node's worker: a learner that waits for its start, and its checkpoints.
#[inline(always)]
pub fn node_worker<F, S, R, P, K>(
    (sensor, reference, alarm, store): (S, R, P, K),
    memory: &'static mut Eight<F>,
) -> NodeWorker<'static, Learner<F, S, R, P, 8, 1, 1>, K>
where
    F: EightFit,
    S: Sensor<8>,
    R: Reference<8, 1>,
    P: OutputPin,
    K: Store,
{
    let Eight { arena, staging } = memory;
    let learner = must(Learner::new(F::new(arena), sensor, reference, alarm)).stopped();
    NodeWorker::new(learner, F::RECIPE, store, staging).save_every(EVERY)
}
