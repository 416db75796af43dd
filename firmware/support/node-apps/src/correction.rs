//! One sensor and what the host says the truth was, some samples later.

use downhill::fit;
use downhill::loss::{AnyLoss, Squared};
use downhill::model::{AnyModel, Linear};
use downhill::optimizer::{AnyOptimizer, Sgd};
use downhill::rules::Scaling;
use downhill::{Const, Dyn, Recipe, Trainer};
use downhill_firmware::{
    Connection, Desk, Later, Learner, Limits, Mode, Node, Sensor, Store, Vitals,
};
use embedded_hal::digital::OutputPin;
use embedded_io::{Read, ReadReady, Write};

use crate::must;

/// The fit.
type Fit = fit::Fit<Linear<Const<1>>, Squared, Sgd<f32>, Scaling, &'static mut [f32]>;

const RATE: f32 = 0.1;
/// From how many samples the scaler learns.
const SURVEY: u32 = 40;
/// Steps from checkpoint to checkpoint.
const EVERY: u64 = 600;

static RECIPE: Recipe<f32> = Recipe::new(
    AnyModel::Linear(Linear::with_shape(Dyn(1), Dyn(1), Dyn(1))),
    AnyLoss::Squared(Squared),
    AnyOptimizer::Sgd(Sgd::new(RATE)),
)
.scaling(Scaling::STANDARD)
.seed(1);

/// Its memory.
#[derive(Debug)]
pub struct Correction {
    arena: [f32; Fit::ARENA],
    inbox: [f32; 24],
}

impl Correction {
    /// Before the start.
    pub const NEW: Self = Self {
        arena: [0.0; Fit::ARENA],
        inbox: [0.0; 24],
    };
}

/// A node that learns what a thermometer should have said, on line, from targets that come later.
/// It is told when to start, and keeps nothing.
pub fn correct<L, S, P>(
    board: &'static str,
    (line, sensor, alarm): (L, S, P),
    memory: &'static mut Correction,
    vitals: Vitals,
) -> !
where
    L: Read + ReadReady + Write,
    S: Sensor<1>,
    P: OutputPin,
{
    let Correction { arena, inbox } = memory;
    let mut desk = Desk::new(learner(sensor, alarm, arena).stopped(), &RECIPE, (), inbox);
    desk.wake();
    let connection = Connection::new(board, line).vitals(vitals);
    Node::new(connection.frame::<160>(), desk).run(|| true)
}

/// The same for a board on a desk: it begins by itself, goes on from its last checkpoint, and
/// samples whenever it is `due`.
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
    let Correction { arena, inbox } = memory;
    let desk = Desk::new(learner(sensor, alarm, arena), &RECIPE, store, inbox);
    let mut desk = desk.save_every(EVERY);
    desk.wake();
    let connection = Connection::new(board, line).frame::<160>();
    Node::new(connection, desk).run(due)
}

fn learner<S: Sensor<1>, P: OutputPin>(
    sensor: S,
    alarm: P,
    arena: &'static mut [f32],
) -> Learner<Fit, S, Later, P, 1, 1, 16> {
    let (model, optimizer) = (Linear::new(), Sgd::new(RATE));
    let scaling = Scaling::STANDARD;
    let trainer = must(Trainer::with_rules(model, Squared, optimizer, scaling, arena));
    let limits = Limits {
        low: [-55.0],
        high: [125.0],
        ..Limits::default()
    };
    must(Learner::new(Fit::new(trainer, RECIPE.batch), sensor, Later, alarm))
        .limits(limits)
        .survey(SURVEY)
        .mode(Mode::LearnWhileInferring)
        .fading(0.98)
}
