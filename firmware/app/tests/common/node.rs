//! A node in memory: a slow wave as its sensor, and a fit of two parameters.

use downhill::fit;
use downhill::loss::{AnyLoss, Squared};
use downhill::model::{AnyModel, Linear};
use downhill::optimizer::{AnyOptimizer, Sgd};
use downhill::{Const, Dyn, Recipe, Trainer};
use downhill_firmware::{
    Counters, Event, EventSink, Learner, Reference, Sensor, SensorFault, Topics,
};
use downhill_link::{CommandError, Numbers};
use embedded_hal::digital::OutputPin;

pub(crate) type Fit = fit::Fit<Linear<Const<1>>, Squared, Sgd<f32>>;
pub(crate) type Small<S, R, P> = Learner<Fit, S, R, P, 1, 1, 4>;

const RATE: f32 = 0.5;

/// Recipe of the fit below.
pub(crate) static RECIPE: Recipe<f32> = Recipe::new(
    AnyModel::Linear(Linear::with_shape(Dyn(1), Dyn(1), Dyn(1))),
    AnyLoss::Squared(Squared),
    AnyOptimizer::Sgd(Sgd::new(RATE)),
)
.seed(3);

pub(crate) fn fit() -> Fit {
    let arena = Box::leak(Box::new([0.0; Fit::ARENA]));
    let mut trainer = Trainer::new(Linear::new(), Squared, Sgd::new(RATE), &mut arena[..]).unwrap();
    trainer.initialize(RECIPE.seed);
    Fit::new(trainer, RECIPE.batch)
}

/// A wave between -1 and 1, from sample `from` on: it moves by 0.2 from sample to sample.
pub(crate) fn wave(from: u64) -> impl FnMut() -> Result<Option<[f32; 1]>, SensorFault> {
    let mut turn = from;
    move || {
        let phase = turn % 20;
        turn += 1;
        let up = phase.min(20 - phase) as f32;
        Ok(Some([up * 0.2 - 1.0]))
    }
}

/// Truth that the fit is to learn.
pub(crate) fn truth(x: f32) -> f32 {
    2.0 * x - 0.5
}

/// A rule that knows the truth.
pub(crate) fn rule(x: &[f32; 1]) -> Result<Option<[f32; 1]>, SensorFault> {
    Ok(Some([truth(x[0])]))
}

/// Everything, as text.
pub(crate) const ALL: Topics = Topics {
    samples: true,
    steps: true,
    verdicts: true,
};

/// One turn, and what was said in it.
pub(crate) fn turn<S, R, P>(learner: &mut Small<S, R, P>, counters: &mut Counters) -> Vec<String>
where
    S: Sensor<1>,
    R: Reference<1, 1>,
    P: OutputPin,
{
    let mut said = Vec::new();
    let on_event = &mut |event: Event<'_>| said.push(format!("{event:?}"));
    learner.poll(counters, &mut EventSink::new(ALL, on_event));
    said
}

/// The target of a sample that waits.
pub(crate) fn label<S, R, P>(
    learner: &mut Small<S, R, P>,
    counters: &mut Counters,
    (sample, target): (u32, f32),
) -> Result<f32, CommandError>
where
    S: Sensor<1>,
    R: Reference<1, 1>,
    P: OutputPin,
{
    let target = [target];
    let on_event = &mut |_: Event<'_>| {};
    let events = &mut EventSink::new(ALL, on_event);
    learner.label(sample, &Numbers::new(&target), counters, events)
}
