//! Every command, to whichever fit, and all of its monitor.

use core::hint::black_box;

use downhill::checkpoint::Checkpoint;
use downhill::fit::{Command, Fit};
use downhill::health::{Monitor, PowerIteration};
use downhill::recipe::AnyTrainer;
use downhill::{Arena, Fault, Real};

use crate::given::Inputs;

/// Every command there is.
pub(crate) fn every<'a, T: Real>(
    features: &'a [T],
    target: &'a [T],
    state: &'a [T],
    number: u64,
) -> [Command<'a, T>; 8] {
    let loss = features.first().copied().unwrap_or(T::ONE);
    [
        Command::FitScaler { features, target },
        Command::FreezeScaler,
        Command::Sample {
            features,
            target,
            weight: loss,
        },
        Command::ApplyBatch,
        Command::ReportValidation { loss },
        Command::Restore {
            state,
            steps: number,
        },
        Command::Finish,
        Command::Restart { seed: number },
    ]
}

/// Executes every command on a monitored fit, and gives its trainer back.
#[inline(always)]
pub(crate) fn execute<T: Real, A: Arena<Real = T>>(
    trainer: AnyTrainer<A>,
    inputs: &mut Inputs<'_, T>,
) -> Result<AnyTrainer<A>, Fault> {
    let Inputs {
        features,
        target,
        state,
        number,
        words,
        health,
        bytes,
    } = inputs;
    let loss = features.first().copied().unwrap_or(T::ONE);
    black_box(Monitor::<&mut [T]>::words_len(*health, &trainer));
    let mut fit = Fit::monitored(trainer, *number as u16, *health, &mut **words)?;
    for command in every(features, target, state, *number) {
        black_box(fit.execute(black_box(command))?);
    }
    black_box(Checkpoint::parse(bytes).is_ok_and(|saved| fit.resume(&saved).is_ok()));
    black_box((fit.verdict(), fit.can_recover()));
    if let Some(monitor) = fit.monitor {
        black_box((monitor.loss(), monitor.baseline(), monitor.skipped()));
        black_box(monitor.words());
        let mut power = PowerIteration::start(monitor.into_words());
        power.learn(state);
        power.end_round();
        black_box(power.max_learning_rate(loss));
    }
    Ok(fit.trainer)
}
