//! A classifier of windows of a synthetic accelerometer, whose motion changes every ten windows.

use core::cell::Cell;

use downhill::fit::Fit;
use downhill::loss::{AnyLoss, CrossEntropy};
use downhill::model::{AnyModel, Linear};
use downhill::optimizer::{AnyOptimizer, Sgd};
use downhill::rules::Scaling;
use downhill::signal::{Description, Feature, Plain, Stage};
use downhill::{Const, Dyn, Recipe, Trainer};
use downhill_firmware::synthetic;
use downhill_firmware::{
    BoardStats, Connection, Learner, Node, NodeWorker, Reference, Sensor, SensorFault, Store,
    Windows,
};
use embedded_hal::digital::OutputPin;
use embedded_io::{Read, ReadReady, Write};

use crate::must;

/// Channels of the accelerometer, samples of a window, features of one, and kinds of motion.
const CHANNELS: usize = 3;
const WINDOW: usize = 64;
const WIDTH: usize = 18;
const CLASSES: usize = 3;
const RATE: f32 = 0.05;
/// Windows that the scaler learns from first.
const SCALER: u32 = 60;
/// Steps between checkpoints.
const EVERY: u64 = 64;

const TOLD: [Feature<f32>; WIDTH / CHANNELS] = [
    Feature::Plain(Plain::Mean),
    Feature::Plain(Plain::Std),
    Feature::Plain(Plain::Rms),
    Feature::Plain(Plain::Min),
    Feature::Plain(Plain::Max),
    Feature::Plain(Plain::MeanCrossings),
];

const WINDOWS: Description<f32> =
    Description::constant(CHANNELS as u8, WINDOW as u16, WINDOW as u16, &TOLD);

const RECIPE: Recipe<f32> = Recipe::new(
    AnyModel::Linear(Linear::with_shape(
        Dyn(WIDTH as u16),
        Dyn(CLASSES as u16),
        Dyn(1),
    )),
    AnyLoss::CrossEntropy(CrossEntropy),
    AnyOptimizer::Sgd(Sgd::new(RATE)),
)
.scaling(Scaling::STANDARD)
.seed(1);

type Classifier = Trainer<Linear<Const<WIDTH>, Const<CLASSES>>, CrossEntropy, Sgd<f32>, Scaling>;
type Ring = &'static mut [f32; CHANNELS * WINDOW];
type Motions<'a> = Windows<'static, &'a Motion, Ring, fn() -> u32, CHANNELS>;

/// Memory of the node.
#[derive(Debug)]
pub struct MotionMemory {
    arena: [f32; Classifier::ARENA],
    ring: [f32; CHANNELS * WINDOW],
    stage: Option<Stage<Ring>>,
    staging: [f32; 112],
}

impl MotionMemory {
    /// Before the start.
    pub const NEW: Self = Self {
        arena: [0.0; _],
        ring: [0.0; _],
        stage: None,
        staging: [0.0; _],
    };
}

/// The accelerometer: noise about gravity, as large as the motion.
#[derive(Debug)]
pub struct Motion {
    next: Cell<u64>,
}

impl Motion {
    /// An accelerometer that starts with sample 0.
    pub const fn new() -> Self {
        Self { next: Cell::new(0) }
    }

    /// The motion of a sample.
    fn class(number: u64) -> u8 {
        (number / (10 * WINDOW as u64) % CLASSES as u64) as u8
    }
}

impl Default for Motion {
    fn default() -> Self {
        Self::new()
    }
}

impl Sensor<CHANNELS> for &Motion {
    fn read(&mut self) -> Result<Option<[f32; CHANNELS]>, SensorFault> {
        let number = self.next.get();
        self.next.set(number + 1);
        let size = f32::from(1 + Motion::class(number) * 3) * 0.125;
        let [x, y, z] = synthetic::features(number).map(|noise: f32| noise * size);
        Ok(Some([x, y, 1.0 + z]))
    }
}

/// The motion of the window that has just ended.
impl Reference<WIDTH, 1> for &Motion {
    fn label(&mut self, _: &[f32; WIDTH]) -> Result<Option<[f32; 1]>, SensorFault> {
        let last = self.next.get().saturating_sub(1);
        Ok(Some([f32::from(Motion::class(last))]))
    }
}

/// Runs a node that the host starts, and that resumes from its last checkpoint; its windows begin
/// anew then.
pub fn tell_motions<L, P, K, const FRAME: usize>(
    board: &'static str,
    (line, alarm, store): (L, P, K),
    (motion, memory): (&'static Motion, &'static mut MotionMemory),
    (window, stats): (u8, BoardStats),
) -> !
where
    L: Read + ReadReady + Write,
    P: OutputPin,
    K: Store,
{
    let mut worker = motion_worker((motion, alarm, store), memory);
    worker.restore();
    let connection = Connection::new(board, line)
        .window(window)
        .board_stats(stats);
    Node::new(connection.frame::<FRAME>(), worker).run(|| true)
}

/// The node's worker.
type MotionWorker<'a, P, K> = NodeWorker<
    'static,
    Learner<
        Fit<Linear<Const<WIDTH>, Const<CLASSES>>, CrossEntropy, Sgd<f32>, Scaling>,
        Motions<'a>,
        &'a Motion,
        P,
        WIDTH,
        1,
        1,
    >,
    K,
>;

/// Builds the node's worker: a learner of windows that waits for its start, and its checkpoints.
#[inline(always)]
pub fn motion_worker<'a, P: OutputPin, K: Store>(
    (motion, alarm, store): (&'a Motion, P, K),
    memory: &'static mut MotionMemory,
) -> MotionWorker<'a, P, K> {
    let MotionMemory {
        arena,
        ring,
        stage,
        staging,
    } = memory;
    let (model, optimizer) = (Linear::new(), Sgd::new(RATE));
    let scaling = Scaling::STANDARD;
    let trainer = Classifier::with_rules(model, CrossEntropy, optimizer, scaling, &mut arena[..]);
    let stage = stage.insert(must(Stage::new(WINDOWS, ring)));
    let windows: Motions<'a> = Windows::new(motion, stage, || 1);
    let fit = Fit::new(must(trainer), RECIPE.batch);
    let learner = must(Learner::new(fit, windows, motion, alarm));
    let learner = learner.fit_scaler(SCALER).stopped();
    NodeWorker::new(learner, &RECIPE, store, staging).save_every(EVERY)
}
