//! Eight features that a generator makes: a linear fit that can be checked for millions of steps.

use downhill::loss::{AnyLoss, Squared};
use downhill::model::{AnyModel, Linear};
use downhill::optimizer::{AnyOptimizer, Sgd};
use downhill::rules::AnyRules;
use downhill::{Const, Dyn, Recipe, Trainer};
use downhill_firmware::synthetic::{Synthetic, Truth};
use downhill_firmware::{Desk, Learner, Node, Store, Vitals};
use embedded_hal::digital::OutputPin;
use embedded_io::{Read, ReadReady, Write};

use crate::must;

/// The fit.
type Fit = Trainer<Linear<Const<8>>, Squared, Sgd<f32>, (), &'static mut [f32]>;

const RATE: f32 = 0.05;
/// Steps from checkpoint to checkpoint.
const EVERY: u64 = 64;

static RECIPE: Recipe<f32> = Recipe {
    model: AnyModel::Linear(Linear::with_shape(Dyn(8), Dyn(1), Dyn(1))),
    loss: AnyLoss::Squared(Squared),
    optimizer: AnyOptimizer::Sgd(Sgd::rate(RATE)),
    rules: AnyRules::NONE,
    batch: 1,
    seed: 1,
    threshold: None,
};

/// Its memory.
#[derive(Debug)]
pub struct Eight {
    arena: [f32; Fit::ARENA],
    inbox: [f32; 24],
}

impl Eight {
    /// Before the start.
    pub const NEW: Self = Self {
        arena: [0.0; Fit::ARENA],
        inbox: [0.0; 24],
    };
}

/// A node that is told when to start, and goes on from its last checkpoint. Each of its samples
/// has its target at once, and is a step.
pub fn learn<L, P, K, const FRAME: usize>(
    board: &'static str,
    (line, alarm, store): (L, P, K),
    memory: &'static mut Eight,
    (window, vitals): (u8, Vitals),
) -> !
where
    L: Read + ReadReady + Write,
    P: OutputPin,
    K: Store,
{
    let Eight { arena, inbox } = memory;
    let fit = Fit::new(Linear::new(), Squared, Sgd::rate(RATE), &mut arena[..]);
    let fit = must(fit);
    let sensor = Synthetic::from(0);
    let learner = Learner::<_, _, _, _, 8, 1, 1>::new(fit, &sensor, Truth, alarm);
    let learner = must(learner).stopped();
    let mut desk = Desk::new(learner, &RECIPE, store, inbox).save_every(EVERY);
    desk.wake();
    sensor.seek(desk.learner().fit().steps());
    Node::<_, _, FRAME>::new(board, line, desk)
        .window(window)
        .vitals(vitals)
        .run(|| true)
}
