//! A linear fit of eight synthetic features, which can be checked for millions of steps.

use downhill::fit;
use downhill::loss::{AnyLoss, Squared};
use downhill::model::{AnyModel, Linear};
use downhill::optimizer::{AnyOptimizer, Sgd};
use downhill::{Const, Dyn, Recipe, Trainer};
use downhill_firmware::synthetic::{Synthetic, Truth};
use downhill_firmware::{
    BoardStats, Connection, Learner, Node, NodeWorker, Reference, Sensor, Store,
};
use embedded_hal::digital::OutputPin;
use embedded_io::{Read, ReadReady, Write};

use crate::must;

/// The fit.
type Fit = fit::Fit<Linear<Const<8>>, Squared, Sgd<f32>>;

const RATE: f32 = 0.05;
/// Steps between checkpoints.
const EVERY: u64 = 64;

static RECIPE: Recipe<f32> = Recipe::new(
    AnyModel::Linear(Linear::with_shape(Dyn(8), Dyn(1), Dyn(1))),
    AnyLoss::Squared(Squared),
    AnyOptimizer::Sgd(Sgd::new(RATE)),
)
.seed(1);

/// Memory of the node.
#[derive(Debug)]
pub struct Eight {
    arena: [f32; Fit::ARENA],
    staging: [f32; 24],
}

impl Eight {
    /// Before the start.
    pub const NEW: Self = Self {
        arena: [0.0; Fit::ARENA],
        staging: [0.0; 24],
    };
}

/// Runs a node that the host starts, and that resumes from its last checkpoint. Each of its samples
/// has its target at once, and is a step.
pub fn learn<L, P, K, const FRAME: usize>(
    board: &'static str,
    (line, alarm, store): (L, P, K),
    memory: &'static mut Eight,
    (window, stats): (u8, BoardStats),
) -> !
where
    L: Read + ReadReady + Write,
    P: OutputPin,
    K: Store,
{
    let sensor = Synthetic::from(0);
    let mut worker = node_worker((&sensor, Truth, alarm, store), memory);
    worker.restore();
    sensor.seek(worker.learner().fit().trainer.steps());
    let connection = Connection::new(board, line)
        .window(window)
        .board_stats(stats);
    Node::new(connection.frame::<FRAME>(), worker).run(|| true)
}

/// Builds the node's worker: a learner that waits for its start, and its checkpoints.
#[inline(always)]
pub fn node_worker<S, R, P, K>(
    (sensor, reference, alarm, store): (S, R, P, K),
    memory: &'static mut Eight,
) -> NodeWorker<'static, Learner<Fit, S, R, P, 8, 1, 1>, K>
where
    S: Sensor<8>,
    R: Reference<8, 1>,
    P: OutputPin,
    K: Store,
{
    let Eight { arena, staging } = memory;
    let trainer = Trainer::new(Linear::new(), Squared, Sgd::new(RATE), &mut arena[..]);
    let fit = Fit::new(must(trainer), RECIPE.batch);
    let learner = must(Learner::new(fit, sensor, reference, alarm)).stopped();
    NodeWorker::new(learner, &RECIPE, store, staging).save_every(EVERY)
}
