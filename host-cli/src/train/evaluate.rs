//! A fit measured on both sets of rows, with the thresholds that come of them.

use downhill::Real;

use crate::data::columns::TargetKind;
use crate::evaluate::assessor::Assessor;
use crate::evaluate::measure;
use crate::evaluate::metrics::{Keep, Results};
use crate::evaluate::threshold::{self, Threshold};
use crate::model::records::{Anomaly, BothMetrics};
use crate::support::failure::Outcome;
use crate::train::host_executor;
use crate::train::plan::Plan;
use crate::train::test_file;

/// Metrics of a fit that has ended, and the thresholds that come of them.
pub(crate) struct Evaluation {
    pub(crate) threshold: Option<Threshold>,
    pub(crate) anomaly: Option<Anomaly>,
    pub(crate) metrics: BothMetrics,
    pub(crate) results: [Results; 2],
}

/// Measures the rows of each role, and settles the recipe's threshold on the validation rows.
/// `keep` says what is kept of the rows.
pub(crate) fn evaluate<T: Real>(
    plan: &mut Plan<T>,
    trainer: &mut impl Assessor<T>,
    keep: Keep,
) -> Outcome<Evaluation> {
    // An anomaly is told by the losses of the others.
    let keep = match plan.task.kind {
        TargetKind::Features => Keep::Every,
        _ => keep,
    };
    let mut of = |rows: &[u32]| -> Outcome<Results> {
        let names = plan.data.outputs();
        let results = measure::rows(
            plan.data.samples.of(rows),
            plan.task.kind,
            names,
            keep,
            trainer,
        );
        let mut results = results
            .map_err(|fault| host_executor::faulted(plan, plan.epochs, trainer.steps(), fault))?;
        results.cost = plan.data.weighting.cost;
        Ok(results)
    };
    let (mut train, mut validation, mut test) = (
        of(&plan.data.split.train)?,
        of(&plan.data.split.validation)?,
        of(&plan.data.split.test)?,
    );
    if let Some(file) = plan.test_file.clone() {
        test = test_file::measure(&file, (&plan.data, plan.task.kind), trainer, keep)?;
        test.cost = plan.data.weighting.cost;
        plan.data.test_rows = test.rows;
    }
    let narrow = |number: f64| T::from_f64(number).to_f64();
    let threshold = threshold::settle(plan.threshold, &validation, narrow)?;
    if let (Some(_), Some(settled)) = (plan.threshold, &threshold) {
        plan.recipe.threshold = Some(T::from_f64(settled.value));
        train.threshold = settled.value;
        validation.threshold = settled.value;
        test.threshold = settled.value;
    }
    let anomaly = match plan.task.kind {
        TargetKind::Features => anomaly(
            if validation.rows == 0 {
                &train
            } else {
                &validation
            },
            plan.anomaly_share,
        ),
        _ => None,
    };
    Ok(Evaluation {
        threshold,
        anomaly,
        metrics: BothMetrics {
            train: train.metrics(),
            validation: validation.metrics(),
            test: test.metrics(),
        },
        results: [train, validation],
    })
}

/// Anomalies of an autoencoder: rows whose reconstruction error is above that of
/// all but a `share` of these rows.
fn anomaly(results: &Results, share: f64) -> Option<Anomaly> {
    let mut scores = results.losses.clone();
    scores.sort_by(f64::total_cmp);
    let above = (share * scores.len() as f64) as usize;
    let threshold = scores.iter().rev().nth(above).copied();
    threshold.map(|threshold| Anomaly { threshold, share })
}
