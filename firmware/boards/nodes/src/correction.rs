//! One sensor and what the host says the truth was, some samples later.

use downhill::loss::{AnyLoss, Squared};
use downhill::model::{AnyModel, Linear};
use downhill::optimizer::{AnyOptimizer, Sgd};
use downhill::rules::{AnyRules, Scaling};
use downhill::{Const, Dyn, Recipe, Trainer};
use downhill_firmware::{Desk, Later, Learner, Limits, Mode, Node, Sensor, Vitals};
use embedded_hal::digital::OutputPin;
use embedded_io::{Read, ReadReady, Write};

/// The fit.
type Fit = Trainer<Linear<Const<1>>, Squared, Sgd<f32>, Scaling, &'static mut [f32]>;

const RATE: f32 = 0.1;
/// From how many samples the scaler learns.
const SURVEY: u32 = 40;

static RECIPE: Recipe<f32> = Recipe {
    model: AnyModel::Linear(Linear::with_shape(Dyn(1), Dyn(1), Dyn(1))),
    loss: AnyLoss::Squared(Squared),
    optimizer: AnyOptimizer::Sgd(Sgd::rate(RATE)),
    rules: AnyRules {
        scaling: Scaling::STANDARD,
        ..AnyRules::NONE
    },
    batch: 1,
    seed: 1,
    threshold: None,
};

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
    let (model, optimizer) = (Linear::new(), Sgd::rate(RATE));
    let fit = Fit::with_rules(model, Squared, optimizer, Scaling::STANDARD, &mut arena[..]);
    let fit = fit.expect("the settings are possible");
    let limits = Limits {
        low: [-55.0],
        high: [125.0],
        ..Limits::default()
    };
    let learner = Learner::<_, _, _, _, 1, 1, 16>::new(fit, sensor, Later, alarm)
        .expect("a feature and a target")
        .limits(limits)
        .survey(SURVEY)
        .mode(Mode::LearnWhileInferring)
        .fading(0.98)
        .stopped();
    let mut desk = Desk::new(learner, &RECIPE, (), inbox);
    desk.wake();
    Node::<_, _, 160>::new(board, line, desk)
        .vitals(vitals)
        .run(|| true)
}
