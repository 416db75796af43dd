//! Runs a fit on the host.

use downhill::loss::{Link, Loss, Pool};
use downhill::model::Model;
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
            let line = line_of(self.plan, act);
            self.stop(epoch, RowFault { line, fault })
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

/// The line of the row that an act is about, if any; that of the first row else.
pub(crate) fn line_of<T: Real>(plan: &Plan<T>, act: Act<'_, T>) -> u64 {
    match act {
        Act::Survey(row) | Act::Learn(row) | Act::Apply(row) => row.line,
        _ => plan.samples.sample(0).line,
    }
}

/// The mean loss of the rows learned from under a constant guess: the mean of each target, or the
/// shares of the classes.
fn baseline<T: Real>(plan: &Plan<T>, trainer: &HostTrainer<T>) -> f64 {
    let width = plan.features.len();
    let (mut scaled, mut weights) = (Vec::new(), Vec::new());
    for row in plan.samples.of(&plan.split.train) {
        let mut target = row.target.to_vec();
        if !trainer.scaler().is_empty() {
            scaler::scale(trainer.scaler(), width, row.target, &mut target);
        }
        scaled.push(target);
        weights.push(row.weight.to_f64());
    }
    let total: f64 = weights.iter().sum();
    let mean_of = |at: usize, number: &dyn Fn(f64) -> f64| {
        let rows = scaled.iter().zip(&weights);
        let sum = rows.map(|(y, weight)| weight * number(y[at].to_f64()));
        sum.sum::<f64>() / total
    };
    let mean = |number: &dyn Fn(f64) -> f64| mean_of(0, number);
    let outputs = Model::<T>::sizes(trainer.model()).outputs;
    let link = plan.recipe.loss.link(outputs);
    let guess: Vec<f64> = match link {
        Link::Identity if plan.task.kind == TargetKind::Class => {
            vec![(2.0 * mean(&|y| y) - 1.0).signum()]
        }
        Link::Identity => (0..outputs).map(|at| mean_of(at, &|y| y)).collect(),
        Link::Exp => (0..outputs).map(|at| mean_of(at, &|y| y).ln()).collect(),
        Link::Sigmoid => vec![(mean(&|y| y) / (1.0 - mean(&|y| y))).ln()],
        Link::Softmax => {
            let share = |class: usize| mean(&|y| f64::from(u8::from(y == class as f64)));
            // A class that does not occur has a logit that no loss is infinite at.
            (0..outputs).map(|k| share(k).max(1e-6).ln()).collect()
        }
    };
    let mut pool = Pool::new();
    if plan.recipe.loss.pooled(&pool).is_some() {
        let share = T::from_f64(mean(&|y| y));
        for (target, &weight) in scaled.iter().zip(&weights) {
            pool.add(target[0], share, T::from_f64(weight));
        }
    }
    if let Some((loss, _)) = plan.recipe.loss.pooled(&pool) {
        return loss.to_f64();
    }
    let loss = |(target, weight): (&Vec<T>, &f64)| {
        let mut output: Vec<T> = guess.iter().map(|&z| T::from_f64(z)).collect();
        weight * plan.recipe.loss.eval(&mut output, target).to_f64()
    };
    scaled.iter().zip(&weights).map(loss).sum::<f64>() / total
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
             always guessing the mean of {}. {}; if that does not help, these features say \
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
