//! Facts of a fit that has ended, for its model file and its result.

use downhill::Real;

use crate::arguments::FitArguments;
use crate::model::model_file::About;
use crate::model::records::{Anomaly, BothMetrics, Data};
use crate::options::GradientOptions;
use crate::options::spec::ThresholdSpec;
use crate::train::plan::Plan;

/// Choices that the validation rows have made, so that their own figure is optimistic.
pub(super) fn chosen<T: Real>(
    arguments: &FitArguments,
    gradient: &GradientOptions,
    plan: &Plan<T>,
) -> Vec<&'static str> {
    if plan.data.split.validation.is_empty() {
        return Vec::new();
    }
    let is_threshold_chosen = gradient.threshold.is_some_and(ThresholdSpec::is_chosen);
    [
        (gradient.patience.is_some(), "the epoch"),
        (gradient.schedule.needs_validation(), "the learning rate"),
        (is_threshold_chosen, "the threshold"),
        (arguments.restarts > 1, "the best of the restarts"),
    ]
    .into_iter()
    .filter_map(|(is_chosen, what)| is_chosen.then_some(what))
    .collect()
}

/// Facts of the fit of a plan, for its model file.
pub(super) fn about<T: Real>(
    plan: &Plan<T>,
    metrics: BothMetrics,
    anomaly: Option<Anomaly>,
) -> About {
    About {
        precision: plan.precision,
        features: plan.data.features.clone(),
        signal: plan
            .data
            .signal
            .as_ref()
            .map(|signal| signal.record.clone()),
        encoding: plan.data.encoding.clone(),
        origins: plan.data.origins.clone(),
        target: plan.data.target.clone(),
        anomaly,
        weighting: plan.data.weighting.clone(),
        missing_values: plan.data.missing_values.clone(),
        missing: plan.data.missing,
        data: Data::new(&plan.data.name(), plan.data.rows(), plan.epochs),
        metrics,
        formula: plan.data.formula.clone(),
        least_squares: None,
    }
}
