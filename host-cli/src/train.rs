//! Runs a fit on the host.

use downhill::health::{Ending, Finding, Severity, Verdict};
use downhill::loss::{AnyLoss, Link, Loss, Pool};
use downhill::model::Model;
use downhill::{Real, Step, scaler};

use crate::columns::TargetKind;
use crate::course::{self, Act, Ended, Epoch, Pupil};
use crate::failure::{Failure, Outcome};
use crate::measure::RowFault;
use crate::model_file::BothMetrics;
use crate::plan::{HostTrainer, Plan};
use crate::samples::Weighting;
use crate::verdicts::{Told, too_high};
use crate::watched::Watched;

/// What happens in a fit.
pub(crate) enum Event<'a, T: Real> {
    /// An epoch has ended; so the fit stands.
    Epoch(&'a Epoch, &'a mut HostTrainer<T>),
    /// Something was found.
    Told(&'a Told),
}

/// Learns from every row of every epoch, tells `watch` what happens, and keeps the verdicts. A
/// fit that has failed goes no further.
pub(crate) fn run<T: Real>(
    plan: &Plan<T>,
    fit: &mut Watched<T>,
    told: &mut Vec<Told>,
    watch: impl FnMut(Event<'_, T>),
) -> Outcome<Ended> {
    let mut host = Host {
        plan,
        fit,
        told,
        watch,
    };
    course::run(plan, &mut host, usize::MAX)
}

/// A trainer that goes through a course alone.
pub(crate) struct Host<'a, T: Real, W> {
    pub(crate) plan: &'a Plan<T>,
    pub(crate) fit: &'a mut Watched<T>,
    pub(crate) told: &'a mut Vec<Told>,
    pub(crate) watch: W,
}

impl<T: Real, W: FnMut(Event<'_, T>)> Host<'_, T, W> {
    /// Takes `first` and the verdicts that are waiting; returns the first of them that is a failure, with
    /// what may have caused it.
    #[inline(never)]
    fn listen(&mut self, first: Option<Verdict>) -> Option<(Verdict, String)> {
        let mut failure = None;
        let mut causes = String::new();
        let mut next = first;
        while let Some(verdict) = next.take().or_else(|| self.fit.verdict()) {
            let told = Told::new(&verdict, self.plan.subject());
            (self.watch)(Event::Told(&told));
            if let Finding::UnscaledFeature { .. } = verdict.finding {
                causes += &format!(". {}", told.sentence());
            }
            self.told.push(told);
            if verdict.severity == Severity::Failure {
                failure = failure.or(Some(verdict));
            }
        }
        failure.map(|verdict| (verdict, causes))
    }
}

impl<T: Real, W: FnMut(Event<'_, T>)> Pupil<T> for Host<'_, T, W> {
    type Stop = Failure;

    #[inline(always)]
    fn act(&mut self, epoch: u32, act: Act<'_, T>) -> Outcome<Step<T>> {
        let outcome = course::perform(self.plan, self.fit, act);
        let first = self.fit.verdict();
        if let (Ok(step), None) = (&outcome, &first) {
            return Ok(*step);
        }
        let failed = self.listen(first);
        let causes = failed.as_ref().map_or("", |(_, causes)| causes);
        match outcome {
            Err(_) if self.fit.forgives() => Ok(Step {
                number: self.fit.trainer.steps(),
                loss: T::ZERO,
            }),
            Err(fault) => {
                let line = line_of(self.plan, act);
                let failure = self.stop(epoch, RowFault { line, fault });
                Err(Failure::Fit(format!("{failure}{causes}")))
            }
            Ok(step) => match &failed {
                Some((verdict, causes)) => {
                    let told = Told::new(verdict, self.plan.subject());
                    let (step, sentence) = (verdict.step, told.sentence());
                    Err(Failure::Fit(format!(
                        "the fit failed at step {step} (epoch {epoch}): {sentence}{causes}"
                    )))
                }
                None => Ok(step),
            },
        }
    }

    fn trainer(&mut self) -> &mut HostTrainer<T> {
        &mut self.fit.trainer
    }

    fn stop(&self, epoch: u32, fault: RowFault) -> Failure {
        faulted(self.plan, epoch, self.fit.trainer.steps(), fault)
    }

    fn watch(&mut self, epoch: &Epoch) {
        (self.watch)(Event::Epoch(epoch, &mut self.fit.trainer));
    }
}

/// The line of the row that an act is about, if any; that of the first row else.
pub(crate) fn line_of<T: Real>(plan: &Plan<T>, act: Act<'_, T>) -> u64 {
    match act {
        Act::Survey(row) | Act::Learn(row) => row.line,
        Act::Apply(line) => line,
        _ => plan.samples.sample(0).line,
    }
}

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
    let mut room = vec![T::ZERO; plan.samples.widths().1];
    for row in plan.samples.of(&plan.split.train) {
        if columns.is_empty() {
            visit(row.target, row.weight);
        } else {
            scaler::scale(columns, plan.features.len(), row.target, &mut room);
            visit(&room, row.weight);
        }
    }
}

/// A fault in words: where, why, and what to try.
pub(crate) fn faulted<T: Real>(
    plan: &Plan<T>,
    epoch: u32,
    steps: u64,
    RowFault { line, fault }: RowFault,
) -> Failure {
    Failure::Fit(format!(
        "the fit failed at step {} (epoch {epoch}, {}, line {line}): {fault}. {}",
        steps + 1,
        plan.data,
        too_high(plan.subject())
    ))
}

/// The last verdict on a fit that is watched: its loss over the training rows, and its errors
/// over the validation rows, beside those of a constant guess. Where the data has `drifted`, what was
/// learned from rows of the past is no longer wanted, and the recent ones count.
pub(crate) fn conclude<T: Real>(
    plan: &Plan<T>,
    fit: &Watched<T>,
    metrics: &BothMetrics,
    course: &Ended,
    drifted: bool,
) -> Option<Verdict> {
    let trainer = &fit.trainer;
    // What nobody watched is not judged either.
    let seen = fit.monitor.as_ref()?.ending(trainer);
    if drifted {
        return Some(seen.verdict(trainer.steps()));
    }
    let baseline = baseline(plan, trainer);
    let ending = Ending {
        loss: T::from_f64(metrics.train.as_ref()?.loss()),
        baseline: T::from_f64(baseline),
        // Epochs past the best one have been tried.
        falls: course.best_epoch.is_none() && still_falls(&course.history, baseline),
        errors: errors(plan, metrics).map(T::from_f64),
        ..seen
    };
    Some(ending.verdict(trainer.steps()))
}

/// The share of validation rows (of training rows, where there are none) that are taken for another
/// class, in units of what always guessing the most frequent class gets. Where rows or errors
/// weigh by their class that says nothing.
fn errors<T: Real>(plan: &Plan<T>, metrics: &BothMetrics) -> Option<f64> {
    if plan.weighting != Weighting::default() || plan.recipe.threshold.is_some() {
        return None;
    }
    let (metrics, rows) = match &metrics.validation {
        Some(validation) => (validation, &plan.split.validation),
        None => (metrics.train.as_ref()?, &plan.split.train),
    };
    let wrong = 1.0 - metrics.accuracy()?;
    let mut counts = vec![0usize; plan.task.classes];
    for row in plan.samples.of(rows) {
        *counts.get_mut(row.target.first()?.to_f64() as usize)? += 1;
    }
    let most = counts.iter().max().copied().unwrap_or(0);
    let missed = rows.len() - most;
    (missed > 0).then(|| wrong * rows.len() as f64 / missed as f64)
}

/// Whether the loss still falls: the last epoch's is below all others, and well below them; or it
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
