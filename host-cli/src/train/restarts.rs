//! A fit from one seed after the other, and the best of them.

use downhill::Real;

use crate::evaluate::measure;
use crate::model::trainer::HostFit;
use crate::support::failure::Outcome;
use crate::support::interrupt;
use crate::train::history::{Epoch, History};
use crate::train::host_executor::{self, Event};
use crate::train::plan::Plan;
use crate::train::verdicts::VerdictMessage;

/// Whoever watches fits go on.
pub(crate) trait Watcher {
    /// A fit of so many epochs begins.
    fn begin(&mut self, epochs: u32);
    /// An epoch has ended.
    fn epoch(&mut self, epoch: &Epoch);
    /// Something was found.
    fn verdict(&mut self, told: &VerdictMessage);
    /// The fit has ended.
    fn end(&mut self);
}

/// One way through a fit, to its end or to its failure.
pub(crate) struct Attempt<T: Real> {
    pub(crate) fit: HostFit<T>,
    pub(crate) told: Vec<VerdictMessage>,
    pub(crate) history: Outcome<History>,
}

/// Fits from as many seeds as are asked for, and keeps the best fit: that of the least validation
/// loss, or, where there are no validation rows, of the least loss. The recipe has its seed then.
pub(crate) fn best<T: Real>(
    plan: &mut Plan<T>,
    restarts: u32,
    watcher: &mut impl Watcher,
) -> Outcome<Attempt<T>> {
    let first = plan.recipe.seed;
    let mut best = attempt(plan, watcher)?;
    if restarts == 1 {
        return Ok(best);
    }
    let (mut least, mut seed) = (loss_of(plan, &mut best), first);
    for restart in 1..restarts {
        if interrupt::asked() {
            break;
        }
        plan.recipe.seed = first.wrapping_add(restart.into());
        let mut other = attempt(plan, watcher)?;
        let loss = loss_of(plan, &mut other);
        if loss < least {
            (best, least, seed) = (other, loss, plan.recipe.seed);
        }
    }
    plan.recipe.seed = seed;
    if let Ok(history) = &mut best.history {
        // The best one may have gone to its end before somebody asked.
        history.whole = interrupt::asked() && !history.interrupted;
        history.interrupted |= history.whole;
    }
    Ok(best)
}

/// Loss that fits are compared by; infinite of one that has failed.
fn loss_of<T: Real>(plan: &Plan<T>, attempt: &mut Attempt<T>) -> f64 {
    let loss = match &attempt.history {
        Ok(_) => measure::mean_loss(plan.data.measured(), &mut attempt.fit.trainer),
        Err(_) => Ok(None),
    };
    loss.ok().flatten().unwrap_or(f64::INFINITY)
}

fn attempt<T: Real>(plan: &Plan<T>, watcher: &mut impl Watcher) -> Outcome<Attempt<T>> {
    let mut fit = plan.fit()?;
    let mut told = Vec::new();
    watcher.begin(plan.epochs);
    let history = host_executor::run(plan, &mut fit, &mut told, |event| match event {
        Event::Epoch(epoch, _) => watcher.epoch(epoch),
        Event::Verdict(told) => watcher.verdict(told),
    });
    watcher.end();
    Ok(Attempt { fit, told, history })
}
