//! All of a monitor, beside whichever fit.

use core::hint::black_box;

use downhill::health::{Monitor, PowerIteration, Watch};
use downhill::{Fault, Real};

use crate::given::Inputs;

/// Watches a fit, and lets the monitor do to it what it may.
#[inline(always)]
pub(crate) fn watch<T: Real, W: Watch<T>>(
    fit: &mut W,
    inputs: &mut Inputs<'_, T>,
) -> Result<(), Fault> {
    let Inputs {
        features,
        target,
        state,
        number,
        words,
        health,
        ..
    } = inputs;
    let one = T::ONE;
    black_box(Monitor::<&mut [T]>::words_len(*health, fit));
    let mut monitor = Monitor::new(*health, fit, &mut **words)?;
    let outcome = fit.trainer_mut().observe_weighted(features, target, one);
    monitor.watch(fit, (features, target, one), &outcome);
    monitor.act(fit);
    let outcome = fit.trainer_mut().apply();
    monitor.applied(fit, &outcome);
    monitor.keep(fit);
    let rate = fit.trainer().learning_rate();
    monitor.report(*number, rate);
    monitor.conclude(*number, &monitor.ending(fit));
    black_box((monitor.take(), monitor.loss(), monitor.baseline()));
    black_box((monitor.can_recover(), monitor.skipped(), monitor.words()));
    let mut power = PowerIteration::start(monitor.into_words());
    power.learn(state);
    power.turn();
    black_box(power.bound(one));
    Ok(())
}
