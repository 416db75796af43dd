//! What a further step could still gain a fit that has ended, the schedule's factor taken out.

use downhill::Real;
use downhill::rules::Curve;

use crate::model::trainer::HostFit;
use crate::train::history::{Epoch, History};
use crate::train::plan::Plan;
use crate::train::trial;
use crate::train::verdicts::Prospect;

/// Share of the loss that a trial takes off, up to which a fit has settled.
const SETTLED: f64 = 0.002;

/// Prospect of a fit, by a trial of a fifth as many epochs more; of half as many where the loss
/// has many valleys and the first trial gains nothing.
pub(crate) fn of<T: Real>(plan: &mut Plan<T>, fit: &HostFit<T>, history: &History) -> Prospect {
    if history.interrupted {
        return Prospect::Unknown;
    }
    if let Some(best) = history.best_epoch {
        return Prospect::Stopped { best };
    }
    let shares: &[u32] = match plan.task.model.is_convex() {
        true => &[5],
        false => &[5, 2],
    };
    for share in shares {
        let epochs = trial::epochs(plan, *share);
        let Some([own, other]) = trial::further(plan, fit, epochs) else {
            return Prospect::Unknown;
        };
        let gain = 1.0 - other.train / own.train;
        if gain.is_nan() || gain <= SETTLED {
            continue;
        }
        let worse = other.validation.zip(own.validation);
        let constant = plan.recipe.rules.schedule.curve == Curve::Constant;
        let more = plan.epochs.saturating_mul(2);
        return match worse {
            Some((other, own)) if other > own => Prospect::Memorizes { epochs, gain },
            _ if constant && !falls(&history.epochs) => Prospect::Noisy { epochs, gain },
            _ => Prospect::Falls {
                epochs,
                gain,
                by_schedule: !constant,
                more,
            },
        };
    }
    Prospect::Settled
}

/// True where the mean loss of the last fifth of the epochs is below that of the fifth before.
fn falls(history: &[Epoch]) -> bool {
    let fifth = (history.len() / 5).max(1);
    let Some(start) = history.len().checked_sub(2 * fifth) else {
        return true;
    };
    let mean = |epochs: &[Epoch]| epochs.iter().map(|epoch| epoch.train).sum::<f64>();
    let (before, last) = history[start..].split_at(fifth);
    mean(last) < mean(before) * (1.0 - SETTLED)
}
