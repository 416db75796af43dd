//! What a further step could still gain a fit that has ended, the schedule's factor taken out.

use downhill::Real;
use downhill::rules::Curve;

use crate::model::trainer::HostFit;
use crate::train::history::{Epoch, History};
use crate::train::plan::Plan;
use crate::train::trial::{self, Ended};
use crate::train::verdicts::Prospect;

/// Share of the loss that as many epochs again may take off a fit that has settled: four times as
/// many then take off 2 % at most, for gains do not grow.
const SETTLED: f64 = 0.005;
/// Share by which the mean loss falls from one fifth of the epochs to the next, up to which it does
/// not.
const FLAT: f64 = 0.002;
/// Least share of the fit's epochs that such a gain is in proportion to: what a short trial gains is
/// mostly gained at its beginning.
const SHORT: f64 = 0.5;

/// Prospect of a fit, by a trial of a fifth as many epochs more, and of half as many where it gains
/// next to nothing; and of as many where the loss has many valleys.
pub(crate) fn of<T: Real>(plan: &mut Plan<T>, fit: &HostFit<T>, history: &History) -> Prospect {
    if history.interrupted {
        return Prospect::Unknown;
    }
    if let Some(best) = history.best_epoch {
        return Prospect::Stopped { best };
    }
    let shares: &[u32] = match plan.task.model.is_convex() {
        true => &[5, 2],
        false => &[5, 2, 1],
    };
    let mut prospect = Prospect::Settled;
    for share in shares {
        let epochs = trial::epochs(plan, *share);
        let Some([own, other]) = trial::further(plan, fit, epochs) else {
            return Prospect::Unknown;
        };
        let gain = 1.0 - other.train / own.train;
        let settled = SETTLED * (f64::from(epochs) / f64::from(plan.epochs.max(1))).max(SHORT);
        if gain.is_nan() || gain <= settled {
            prospect = match gain < -settled {
                true => Prospect::Unsettled { epochs, gain },
                false => Prospect::Settled,
            };
            continue;
        }
        let worse = other.validation.zip(own.validation);
        let constant = plan.recipe.rules.schedule.curve == Curve::Constant;
        let more = plan.epochs.saturating_mul(2);
        return match worse {
            Some((other, own)) if other > own => Prospect::Memorizes { epochs, gain },
            _ if constant && (!falls(&history.epochs) || settles(plan, own)) => {
                Prospect::Noisy { epochs, gain }
            }
            _ => Prospect::Falls {
                epochs,
                gain,
                by_schedule: !constant,
                more,
            },
        };
    }
    prospect
}

/// True where the whole fit ends better with a rate that falls.
fn settles<T: Real>(plan: &mut Plan<T>, own: Ended) -> bool {
    trial::with(plan, Plan::let_rate_fall).is_some_and(|other| other.helps(own))
}

/// True where the mean loss of the last fifth of the epochs is below that of the fifth before.
fn falls(history: &[Epoch]) -> bool {
    let fifth = (history.len() / 5).max(1);
    let Some(start) = history.len().checked_sub(2 * fifth) else {
        return true;
    };
    let mean = |epochs: &[Epoch]| epochs.iter().map(|epoch| epoch.train).sum::<f64>();
    let (before, last) = history[start..].split_at(fifth);
    mean(last) < mean(before) * (1.0 - FLAT)
}
