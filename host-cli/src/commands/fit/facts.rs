//! Facts of a fit that has ended, for its model file.

use downhill::Real;

use crate::model::model_file::About;
use crate::model::records::{Anomaly, BothMetrics, Data};
use crate::train::plan::Plan;

/// Facts of the fit of a plan, for its model file.
pub(crate) fn about<T: Real>(
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
        units: plan.data.units.clone(),
        ranges: plan.data.ranges(),
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
