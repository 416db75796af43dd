//! How a fit has ended, by the rows it was trained and validated on.

use downhill::health::{Conclusion, Severity, Verdict};
use downhill::loss::{AnyLoss, Link, Loss, Pool};
use downhill::model::Model;
use downhill::{Real, scaler};

use crate::data::columns::TargetKind;
use crate::data::samples::Weighting;
use crate::model::records::BothMetrics;
use crate::model::trainer::{HostFit, HostTrainer};
use crate::support::failure::Failure;
use crate::train::history::{Epoch, History};
use crate::train::plan::Plan;
use crate::train::verdicts::{self, Subject, VerdictMessage};

/// The mean loss of the training rows under a constant guess: the mean of each target, or the
/// shares of the classes.
fn baseline<T: Real>(plan: &Plan<T>, trainer: &HostTrainer<T>) -> f64 {
    let columns = trainer.scaler();
    let outputs = Model::<T>::sizes(trainer.model()).outputs;
    let link = plan.recipe.loss.link(outputs);
    // The weighted mean of each target, or of each class's share.
    let (mut guess, mut total) = (vec![0.0; outputs], 0.0);
    each_target(plan, columns, |target, weight| {
        let weight = weight.to_f64();
        total += weight;
        if link == Link::Softmax {
            let class = target[0].to_f64();
            for (at, sum) in guess.iter_mut().enumerate() {
                *sum += weight * f64::from(u8::from(class == at as f64));
            }
        } else {
            for (sum, number) in guess.iter_mut().zip(target) {
                *sum += weight * number.to_f64();
            }
        }
    });
    for z in &mut guess {
        *z /= total;
        *z = match link {
            Link::Identity if plan.task.kind == TargetKind::Class => (2.0 * *z - 1.0).signum(),
            Link::Identity => *z,
            // A class that does not occur has a logit that no loss is infinite at.
            Link::Exp | Link::Softmax => z.max(1e-6).ln(),
            Link::Sigmoid => (*z / (1.0 - *z)).ln(),
        };
    }
    let mut pool = Pool::new();
    if plan.recipe.loss.pooled(&pool).is_some() {
        each_target(plan, columns, |target, weight| {
            pool.add(target[0], T::ONE, weight)
        });
    }
    if let Some((loss, _)) = plan.recipe.loss.pooled(&pool) {
        return loss.to_f64();
    }
    let guess: Vec<T> = guess.iter().map(|&z| T::from_f64(z)).collect();
    let sum = match plan.recipe.loss {
        AnyLoss::Squared(loss) => loss_of(plan, columns, &loss, &guess),
        loss => loss_of(plan, columns, &loss, &guess),
    };
    sum / total
}

/// The weighted sum of the losses of the training rows under a constant guess.
fn loss_of<T: Real>(plan: &Plan<T>, columns: &[T], loss: &impl Loss<T>, guess: &[T]) -> f64 {
    let mut sum = 0.0;
    let mut add = |outputs: &mut [T], target: &[T], weight: T| {
        sum += weight.to_f64() * loss.eval(outputs, target).to_f64();
    };
    if let &[one] = guess {
        each_target(plan, columns, |target, weight| {
            add(&mut [one], target, weight)
        });
    } else {
        let mut outputs = guess.to_vec();
        each_target(plan, columns, |target, weight| {
            outputs.copy_from_slice(guess);
            add(&mut outputs, target, weight);
        });
    }
    sum
}

/// Shows the target of each training row, scaled by these columns of a scaler if there are
/// any, and how much the row counts.
fn each_target<T: Real>(plan: &Plan<T>, columns: &[T], mut visit: impl FnMut(&[T], T)) {
    let samples = &plan.data.samples;
    let (width, targets) = samples.widths();
    let mut room = vec![T::ZERO; targets];
    for (target, weight) in samples.targets(&plan.data.split.train) {
        if columns.is_empty() {
            visit(target, weight);
        } else {
            scaler::scale(columns, width, target, &mut room);
            visit(&room, weight);
        }
    }
}

/// Tells the last verdict; returns the failure, if it is one.
pub(crate) fn conclude<T: Real>(
    plan: &Plan<T>,
    fit: &HostFit<T>,
    metrics: &BothMetrics,
    history: &History,
    told: &mut Vec<VerdictMessage>,
) -> Option<Failure> {
    verdicts::settle(told, &history.epochs, history.best_epoch);
    let drifted = told.iter().any(|told| told.kind == "drift");
    let verdict = verdict(plan, fit, metrics, history, drifted)?;
    let last = match VerdictMessage::new(&verdict, Subject::of(plan)) {
        last if drifted => last.of_late(),
        last => last,
    };
    let failed = verdict.severity == Severity::Failure;
    let failure = failed.then(|| Failure::Fit(format!("the fit failed: {}", last.sentence())));
    told.push(last);
    failure
}

/// The last verdict on a monitored fit: its loss over the training rows, and its errors over the
/// validation rows, beside those of a constant guess. Where the data has `drifted`, what was
/// learned from rows of the past is no longer wanted, and the recent ones count.
fn verdict<T: Real>(
    plan: &Plan<T>,
    fit: &HostFit<T>,
    metrics: &BothMetrics,
    history: &History,
    drifted: bool,
) -> Option<Verdict> {
    let trainer = &fit.trainer;
    // What nobody monitored is not judged either.
    let seen = fit.monitor.as_ref()?.conclusion(trainer);
    if drifted {
        return Some(seen.verdict(trainer.steps()));
    }
    let baseline = baseline(plan, trainer);
    let ending = Conclusion {
        loss: T::from_f64(metrics.train.as_ref()?.loss()),
        baseline: T::from_f64(baseline),
        // Epochs past the best one have been tried.
        falling: history.best_epoch.is_none() && still_falls(&history.epochs, baseline),
        errors: errors(plan, metrics).map(T::from_f64),
        ..seen
    };
    Some(ending.verdict(trainer.steps()))
}

/// The share of validation rows (of training rows, where there are none) that are taken for another
/// class, in units of what always guessing the most frequent class gets. Where rows or errors
/// weigh by their class that says nothing.
fn errors<T: Real>(plan: &Plan<T>, metrics: &BothMetrics) -> Option<f64> {
    if plan.data.weighting != Weighting::default() || plan.recipe.threshold.is_some() {
        return None;
    }
    let (metrics, rows) = match &metrics.validation {
        Some(validation) => (validation, &plan.data.split.validation),
        None => (metrics.train.as_ref()?, &plan.data.split.train),
    };
    let wrong = 1.0 - metrics.accuracy()?;
    let mut counts = vec![0usize; plan.task.classes];
    for row in plan.data.samples.of(rows) {
        *counts.get_mut(row.target.first()?.to_f64() as usize)? += 1;
    }
    let most = counts.iter().max().copied().unwrap_or(0);
    let missed = rows.len() - most;
    (missed > 0).then(|| wrong * rows.len() as f64 / missed as f64)
}

/// True where the loss still falls: the last epoch's is below all others, and well below them; or
/// fell in nearly every epoch, and not mostly in the first quarter of them, as that of a fit that
/// settles does.
fn still_falls(history: &[Epoch], baseline: f64) -> bool {
    let [before @ .., last] = history else {
        return false;
    };
    let (Some(first), Some(quarter)) = (before.first(), before.get(before.len() / 4)) else {
        return false;
    };
    let falls = history.windows(2).filter(|e| e[1].train < e[0].train);
    let often = before.len() > 1 && 10 * falls.count() >= 9 * before.len();
    let start = first.train.max(baseline);
    let late = start - quarter.train <= 0.6 * (start - last.train);
    let below = |share: f64| before.iter().all(|e| e.train * share > last.train);
    below(0.99) || often && late && below(1.0)
}
