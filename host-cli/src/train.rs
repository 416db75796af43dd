//! Runs a fit on the host.

use downhill::loss::{Link, Loss};
use downhill::{Real, Step, scaler};

use crate::columns::TargetKind;
use crate::course::{self, Act, Ended, Epoch, Pupil};
use crate::failure::{Failure, Outcome};
use crate::measure::RowFault;
use crate::model_file::BothMetrics;
use crate::plan::{HostTrainer, Plan};

/// Learns from every row of every epoch, and tells `watch` after each epoch.
pub(crate) fn run<T: Real>(
    plan: &Plan<T>,
    trainer: &mut HostTrainer<T>,
    watch: impl FnMut(&Epoch),
) -> Outcome<Ended> {
    let mut host = Host {
        plan,
        trainer,
        watch,
    };
    course::run(plan, &mut host, usize::MAX)
}

/// A trainer that goes through a course alone.
struct Host<'a, T: Real, W> {
    plan: &'a Plan<T>,
    trainer: &'a mut HostTrainer<T>,
    watch: W,
}

impl<T: Real, W: FnMut(&Epoch)> Pupil<T> for Host<'_, T, W> {
    type Stop = Failure;

    fn act(&mut self, epoch: u32, act: Act<'_, T>) -> Outcome<Step<T>> {
        course::perform(self.plan, self.trainer, act).map_err(|fault| {
            let row = row_of(act);
            self.stop(epoch, RowFault { row, fault })
        })
    }

    fn trainer(&mut self) -> &mut HostTrainer<T> {
        self.trainer
    }

    fn stop(&self, epoch: u32, fault: RowFault) -> Failure {
        faulted(self.plan, epoch, self.trainer.steps(), fault)
    }

    fn watch(&mut self, epoch: &Epoch) {
        (self.watch)(epoch);
    }
}

/// The row that an act is about, if any; the first one else.
pub(crate) fn row_of<T>(act: Act<'_, T>) -> usize {
    match act {
        Act::Survey(row) | Act::Learn(row) | Act::Apply(row) => row,
        _ => 0,
    }
}

/// The mean loss of the rows learned from under a constant guess: the target's mean, or the
/// shares of the classes.
fn baseline<T: Real>(plan: &Plan<T>, trainer: &HostTrainer<T>) -> f64 {
    let width = plan.features.len();
    let mut scaled = Vec::with_capacity(plan.split.train.len());
    for &row in &plan.split.train {
        let mut target = [plan.samples.target(row as usize)[0]];
        if !trainer.scaler().is_empty() {
            let raw = target;
            scaler::scale(trainer.scaler(), width, &raw, &mut target);
        }
        scaled.push((target[0], plan.samples.weight(row as usize).to_f64()));
    }
    let total: f64 = scaled.iter().map(|(_, weight)| weight).sum();
    let mean = |number: &dyn Fn(f64) -> f64| {
        let sum = scaled.iter().map(|(y, weight)| weight * number(y.to_f64()));
        sum.sum::<f64>() / total
    };
    let outputs: usize = plan.task.outputs().into();
    let link = plan.recipe.loss.link(outputs);
    let guess: Vec<f64> = match link {
        Link::Identity if plan.task.kind == TargetKind::Class => {
            vec![(2.0 * mean(&|y| y) - 1.0).signum()]
        }
        Link::Identity => vec![mean(&|y| y)],
        Link::Exp => vec![mean(&|y| y).ln()],
        Link::Sigmoid => vec![(mean(&|y| y) / (1.0 - mean(&|y| y))).ln()],
        Link::Softmax => {
            let share = |class: usize| mean(&|y| f64::from(u8::from(y == class as f64)));
            // A class that does not occur has a logit that no loss is infinite at.
            (0..outputs).map(|k| share(k).max(1e-6).ln()).collect()
        }
    };
    let loss = |&(target, weight): &(T, f64)| {
        let mut output: Vec<T> = guess.iter().map(|&z| T::from_f64(z)).collect();
        weight * plan.recipe.loss.eval(&mut output, &[target]).to_f64()
    };
    scaled.iter().map(loss).sum::<f64>() / total
}

/// A fault in words: where, why, and what to try.
pub(crate) fn faulted<T: Real>(
    plan: &Plan<T>,
    epoch: u32,
    steps: u64,
    RowFault { row, fault }: RowFault,
) -> Failure {
    Failure::Fit(format!(
        "the fit failed at step {} (epoch {epoch}, {}, line {}): {fault}. {}",
        steps + 1,
        plan.data,
        plan.samples.line(row),
        gentler(plan.rate)
    ))
}

/// What to say of a fit that ends worse than a constant guess; `None` of any other.
pub(crate) fn worse_than_guessing<T: Real>(
    plan: &Plan<T>,
    trainer: &HostTrainer<T>,
    metrics: &BothMetrics,
    history: &[Epoch],
) -> Option<Failure> {
    let loss = metrics.train.as_ref()?.loss();
    let baseline = baseline(plan, trainer);
    (loss > baseline).then(|| {
        Failure::Fit(format!(
            "the fit failed: its training loss of {loss:.6} is worse than the {baseline:.6} of \
             always guessing the mean of `{}`. {}; if that does not help, these features say \
             nothing about the target",
            plan.target,
            match still_falls(history) {
                true => format!(
                    "It was still falling: try more `--epochs`, or a higher `--lr` than {}",
                    plan.rate
                ),
                false => gentler(plan.rate),
            }
        ))
    })
}

/// Whether no epoch has a loss as low as the last one's.
fn still_falls(history: &[Epoch]) -> bool {
    match history {
        [before @ .., last] => !before.is_empty() && before.iter().all(|e| e.train > last.train),
        [] => false,
    }
}

fn gentler(rate: f64) -> String {
    // In three digits, for a tenth of 0.7 is 0.06999….
    let lower = format!("{:.2e}", rate / 10.0)
        .parse()
        .unwrap_or(rate / 10.0);
    format!("The learning rate of {rate} is likely too high: try `--lr {lower}`")
}
