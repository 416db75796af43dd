//! Runs a fit on the host.

use downhill::loss::Loss;
use downhill::{Real, scaler};
use serde::{Deserialize, Serialize};

use crate::columns::TargetKind;
use crate::failure::{Failure, Outcome};
use crate::measure::{self, RowFault};
use crate::model_file::BothMetrics;
use crate::plan::{HostTrainer, Plan};

/// One pass through the rows.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Epoch {
    /// Counted from 1.
    pub(crate) epoch: u32,
    /// The mean loss of the rows learned from, each before its update.
    pub(crate) train: f64,
    /// The mean loss of the rows held out, at the end of the epoch.
    pub(crate) test: Option<f64>,
}

/// Learns from every row of every epoch, and tells `watch` after each epoch.
pub(crate) fn run<T: Real>(
    plan: &Plan<T>,
    trainer: &mut HostTrainer<T>,
    mut watch: impl FnMut(&Epoch),
) -> Outcome<Vec<Epoch>> {
    let mut order = plan.order();
    let mut history = Vec::new();
    for epoch in 1..=plan.epochs {
        let train = pass(plan, trainer, order.epoch())
            .map_err(|fault| faulted(plan, epoch, trainer.steps(), fault))?;
        let test = measure::mean_loss(&plan.samples, &plan.split.test, trainer)
            .map_err(|fault| faulted(plan, epoch, trainer.steps(), fault))?;
        if let Some(test) = test {
            trainer.report(T::from_f64(test));
        }
        let epoch = Epoch { epoch, train, test };
        watch(&epoch);
        history.push(epoch);
    }
    trainer.finish();
    Ok(history)
}

/// Learns from each of `rows` once; returns the mean loss.
fn pass<T: Real>(
    plan: &Plan<T>,
    trainer: &mut HostTrainer<T>,
    rows: &[u32],
) -> Result<f64, RowFault> {
    let batch = plan.recipe.batch;
    let mut sum = 0.0;
    let mut last = 0;
    for &row in rows {
        let row = row as usize;
        let steps = trainer.steps();
        let (features, target) = (plan.samples.features(row), plan.samples.target(row));
        let step = trainer
            .feed(batch, features, target, T::ONE)
            .map_err(|fault| RowFault { row, fault })?;
        if step.number > steps {
            sum += step.loss.to_f64() * f64::from(batch);
        }
        last = row;
    }
    let waiting = trainer.gathered();
    if waiting > 0 {
        let step = trainer
            .apply()
            .map_err(|fault| RowFault { row: last, fault })?;
        sum += step.loss.to_f64() * f64::from(waiting);
    }
    Ok(sum / rows.len() as f64)
}

/// The mean loss of the rows learned from under the best constant guess: the target's mean, or
/// the share of class 1.
fn baseline<T: Real>(plan: &Plan<T>) -> f64 {
    let width = plan.features.len();
    let words: Vec<T> = plan.scaler.iter().map(|&w| T::from_f64(w)).collect();
    let mut scaled = [T::ZERO];
    let mut targets = Vec::with_capacity(plan.split.train.len());
    for &row in &plan.split.train {
        scaler::scale(
            &words,
            width,
            plan.samples.target(row as usize),
            &mut scaled,
        );
        targets.push(scaled[0]);
    }
    let count = targets.len() as f64;
    let mean = targets.iter().map(|target| target.to_f64()).sum::<f64>() / count;
    let guess = match plan.kind {
        TargetKind::Number => mean,
        TargetKind::Class => (mean / (1.0 - mean)).ln(),
    };
    let loss = |target: &T| {
        let mut output = [T::from_f64(guess)];
        plan.recipe.loss.eval(&mut output, &[*target]).to_f64()
    };
    targets.iter().map(loss).sum::<f64>() / count
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
    metrics: &BothMetrics,
) -> Option<Failure> {
    let loss = metrics.train.as_ref()?.loss();
    let baseline = baseline(plan);
    (loss > baseline).then(|| {
        Failure::Fit(format!(
            "the fit failed: its training loss of {loss:.6} is worse than the {baseline:.6} of \
             always guessing the mean of `{}`. {}; if that does not help, these features say \
             nothing about the target",
            plan.target,
            gentler(plan.rate)
        ))
    })
}

fn gentler(rate: f64) -> String {
    // In three digits, for a tenth of 0.7 is 0.06999….
    let lower = format!("{:.2e}", rate / 10.0)
        .parse()
        .unwrap_or(rate / 10.0);
    format!("The learning rate of {rate} is likely too high: try `--lr {lower}`")
}
