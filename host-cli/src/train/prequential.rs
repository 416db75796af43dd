//! `--prequential`: how well a fit does on rows that it has not met yet, each predicted before it
//! is learned from.

use std::iter;

use downhill::fit::Command;
use downhill::metrics::{Meter, Skill};
use downhill::{Real, Step};
use serde::Serialize;

use crate::data::columns::TargetKind;
use crate::data::samples::Sample;
use crate::evaluate::measure::{Measure, RowFault};
use crate::evaluate::metrics::{Keep, Metrics, Reading, Results};
use crate::model::trainer::HostTrainer;
use crate::support::failure::{Failure, Outcome};
use crate::train::host_executor::{Event, HostExecutor};
use crate::train::plan::Plan;
use crate::train::training_loop::{self, At, Executor};

/// Metrics of predictions made before their rows were learned from.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Prequential {
    /// Number of predictions.
    pub(crate) rows: usize,
    #[serde(flatten)]
    pub(crate) metrics: Metrics,
    /// Against the forecast that nothing changes; of amounts that do.
    pub(crate) skill: Option<f64>,
}

/// Begins the fit of a plan anew and goes through the training rows once, in the file's
/// order; `None` where no row counts.
pub(crate) fn measure<T: Real>(plan: &Plan<T>) -> Outcome<Option<Prequential>> {
    let mut fit = plan.fit()?;
    let names = plan.data.outputs();
    let measure = Measure::new(&fit.trainer, plan.task.kind, names, Keep::Every);
    let host = HostExecutor {
        plan,
        fit: &mut fit,
        told: &mut Vec::new(),
        watch: |_: Event<'_, T>| {},
    };
    let mut tested = Tested { host, measure };
    training_loop::once(plan, &mut tested)
        .map_err(|failure| Failure::Fit(format!("in the pass of `--prequential`: {failure}")))?;
    let measure = tested.measure;
    let mut results = measure.results(&fit.trainer);
    results.cost = plan.data.weighting.cost;
    if let Some(threshold) = plan.recipe.threshold {
        results.threshold = threshold.to_f64();
    }
    let skill = match plan.task.kind {
        TargetKind::Number => skill(&results),
        TargetKind::Class | TargetKind::Features => None,
    };
    Ok(results.metrics().map(|metrics| Prequential {
        rows: results.rows,
        metrics,
        skill,
    }))
}

/// A trainer on the host that says what it expects of a row before it learns from it.
struct Tested<'a, T: Real, W> {
    host: HostExecutor<'a, T, W>,
    measure: Measure<T>,
}

impl<T: Real, W: FnMut(Event<'_, T>)> Executor<T> for Tested<'_, T, W> {
    type Stop = Failure;
    type Fit = HostTrainer<T>;

    fn execute(&mut self, at: At, command: Command<'_, T>) -> Outcome<Step<T>> {
        self.host.execute(at, command)
    }

    fn meet(&mut self, epoch: u32, row: Sample<'_, T>) -> Outcome {
        let taken = self
            .measure
            .take(iter::once(row), &mut self.host.fit.trainer, |_| {});
        match taken {
            Err(_) if self.host.fit.can_recover() => Ok(()),
            Err(fault) => Err(self.stop(epoch, fault)),
            Ok(()) => Ok(()),
        }
    }

    fn fit(&mut self) -> &mut HostTrainer<T> {
        Executor::fit(&mut self.host)
    }

    fn stop(&self, epoch: u32, fault: RowFault) -> Failure {
        self.host.stop(epoch, fault)
    }
}

/// The mean of the skills of all targets that change.
fn skill(results: &Results) -> Option<f64> {
    let Reading::Amounts(width) = results.reading else {
        return None;
    };
    let of = |at: usize| {
        let column = |numbers: &[f64]| -> Vec<f64> {
            numbers.iter().skip(at).step_by(width).copied().collect()
        };
        let mut skill = Skill::new();
        let predictions = column(&results.predictions);
        for (prediction, target) in predictions.into_iter().zip(column(&results.targets)) {
            skill.update(&[prediction], &[target]);
        }
        skill.value()
    };
    let known: Vec<f64> = (0..width).map(of).filter(|skill| !skill.is_nan()).collect();
    (!known.is_empty()).then(|| known.iter().sum::<f64>() / known.len() as f64)
}
