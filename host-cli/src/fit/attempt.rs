//! A fit from one seed after the other, and the best of them.

use downhill::Real;

use crate::arguments::FitArguments;
use crate::curve::Progress;
use crate::failure::Outcome;
use crate::history::History;
use crate::host_executor::Event;
use crate::plan::{HostFit, Plan};
use crate::verdicts::Told;
use crate::{host_executor, interrupt, measure};

/// One way through a fit, to its end or to its failure.
pub(super) struct Attempt<T: Real> {
    pub(super) fit: HostFit<T>,
    pub(super) told: Vec<Told>,
    pub(super) history: Outcome<History>,
}

/// Fits from as many seeds as are asked for, and keeps the best fit: that of the least validation
/// loss, or, where there are no validation rows, of the least loss. The recipe has its seed then.
pub(super) fn best<T: Real>(plan: &mut Plan<T>, arguments: &FitArguments) -> Outcome<Attempt<T>> {
    let first = plan.recipe.seed;
    let mut best = attempt(plan)?;
    if arguments.restarts == 1 {
        return Ok(best);
    }
    let (mut least, mut seed) = (loss_of(plan, &mut best), first);
    for restart in 1..arguments.restarts {
        if interrupt::asked() {
            break;
        }
        plan.recipe.seed = first.wrapping_add(restart.into());
        let mut other = attempt(plan)?;
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

/// What attempts are compared by; infinite of one that has failed.
fn loss_of<T: Real>(plan: &Plan<T>, attempt: &mut Attempt<T>) -> f64 {
    let rows = match plan.split.validation.is_empty() {
        true => &plan.split.train,
        false => &plan.split.validation,
    };
    let loss = match &attempt.history {
        Ok(_) => measure::mean_loss(plan.samples.of(rows), &mut attempt.fit.trainer),
        Err(_) => Ok(None),
    };
    loss.ok().flatten().unwrap_or(f64::INFINITY)
}

fn attempt<T: Real>(plan: &Plan<T>) -> Outcome<Attempt<T>> {
    let mut fit = plan.fit()?;
    let mut told = Vec::new();
    let progress = Progress::new(plan.epochs);
    let history = host_executor::run(plan, &mut fit, &mut told, |event| match event {
        Event::Epoch(epoch, _) => progress.epoch(epoch),
        Event::Told(told) => progress.say(&told.line()),
    });
    progress.clear();
    Ok(Attempt { fit, told, history })
}
