//! The correction of a thermometer, learned from targets that the host gives some samples later.

use downhill::fit;
use downhill::loss::{AnyLoss, Squared};
use downhill::model::{AnyModel, Linear};
use downhill::optimizer::{AnyOptimizer, Sgd};
use downhill::rules::Scaling;
use downhill::{Const, Dyn, Recipe, Trainer};
#[cfg(target_arch = "arm")]
use downhill_firmware::{BoardStats, Store};
use downhill_firmware::{
    Connection, DeferredLabels, Layer, Learner, Mode, Node, NodeWorker, Sensor, SensorLimits,
};
use embedded_hal::digital::OutputPin;
use embedded_io::{Read, ReadReady, Write};

use crate::must;
#[cfg(target_arch = "arm")]
use crate::pace::uptime;

/// The fit.
type Fit = fit::Fit<Linear<Const<1>>, Squared, Sgd<f32>, Scaling, &'static mut [f32]>;

const RATE: f32 = 0.1;
/// Samples that the scaler is fitted to.
const SCALER_SAMPLES: u32 = 40;
/// Milliseconds between checkpoints: what a power cut costs at the most.
#[cfg(target_arch = "arm")]
const WITHIN: u64 = 10 * 60 * 1_000;

static RECIPE: Recipe<f32> = Recipe::new(
    AnyModel::Linear(Linear::with_shape(Dyn(1), Dyn(1), Dyn(1))),
    AnyLoss::Squared(Squared),
    AnyOptimizer::Sgd(Sgd::new(RATE)),
)
.scaling(Scaling::STANDARD)
.seed(1);

/// Memory of the node.
#[derive(Debug)]
pub struct Correction {
    arena: [f32; Fit::ARENA],
    staging: [f32; 24],
}

impl Correction {
    /// Before the start.
    pub const NEW: Self = Self {
        arena: [0.0; Fit::ARENA],
        staging: [0.0; 24],
    };
}

/// Runs a node that learns the correction of a thermometer online, from deferred targets. The host
/// starts it, and it keeps no checkpoints.
pub fn correct<L, S, P, Y, const N: usize>(
    connection: Connection<'static, L, N, Y>,
    (sensor, alarm): (S, P),
    memory: &'static mut Correction,
) -> !
where
    L: Read + ReadReady + Write,
    S: Sensor<1>,
    P: OutputPin,
    Y: Layer,
{
    let Correction { arena, staging } = memory;
    let mut worker = NodeWorker::new(
        learner(sensor, alarm, arena).stopped(),
        &RECIPE,
        (),
        staging,
    );
    worker.restore();
    Node::new(connection.frame::<160>(), worker).run(|| true)
}

/// Runs such a node without a host: it starts by itself, resumes from its last checkpoint, of which
/// it writes one every ten minutes if it has learned something, and samples whenever it is `due`,
/// as [`once_a_second`](crate::once_a_second) says.
#[cfg(target_arch = "arm")]
pub fn correct_for_good<L, S, P, K>(
    board: &'static str,
    (line, sensor, alarm, store): (L, S, P, K),
    memory: &'static mut Correction,
    due: impl FnMut() -> bool,
) -> !
where
    L: Read + ReadReady + Write,
    S: Sensor<1>,
    P: OutputPin,
    K: Store,
{
    let Correction { arena, staging } = memory;
    let worker = NodeWorker::new(learner(sensor, alarm, arena), &RECIPE, store, staging);
    let mut worker = worker.save_within(WITHIN);
    worker.restore();
    let stats = BoardStats {
        clock: Some(uptime),
        ..BoardStats::default()
    };
    let connection = Connection::new(board, line).board_stats(stats);
    Node::new(connection.frame::<160>(), worker).run(due)
}

fn learner<S: Sensor<1>, P: OutputPin>(
    sensor: S,
    alarm: P,
    arena: &'static mut [f32],
) -> Learner<Fit, S, DeferredLabels, P, 1, 1, 16> {
    let (model, optimizer) = (Linear::new(), Sgd::new(RATE));
    let scaling = Scaling::STANDARD;
    let trainer = must(Trainer::with_rules(
        model, Squared, optimizer, scaling, arena,
    ));
    let limits = SensorLimits {
        low: [-55.0],
        high: [125.0],
        ..SensorLimits::default()
    };
    must(Learner::new(
        Fit::new(trainer, RECIPE.batch),
        sensor,
        DeferredLabels,
        alarm,
    ))
    .limits(limits)
    .fit_scaler(SCALER_SAMPLES)
    .mode(Mode::LearnWhileInferring)
    .fading(0.98)
}
