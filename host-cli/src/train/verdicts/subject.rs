use downhill::Real;
use downhill::rules::ScalingMethod;

use crate::data::columns::Target;
use crate::options::spec::{LossSpec, ModelSpec};
use crate::train::plan::Plan;

/// Subject of verdicts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Subject<'a> {
    /// The features' names.
    pub(crate) features: &'a [String],
    /// Columns that are predicted.
    pub(crate) target: &'a Target,
    /// The learning rate as configured.
    pub(crate) rate: f64,
    /// Mean weight of a row.
    pub(crate) weight: f64,
    /// Loss that is minimized.
    pub(crate) loss: LossSpec,
    /// Model that is fitted.
    pub(crate) model: ModelSpec,
    /// True where its features are scaled to lie between 0 and 1, as their powers then do.
    pub(crate) bounded: bool,
}

impl<'a> Subject<'a> {
    /// Subject of the verdicts on a fit.
    pub(crate) fn of<T: Real>(plan: &'a Plan<T>) -> Self {
        Self {
            features: &plan.data.features,
            target: &plan.data.target,
            rate: plan.rate,
            weight: plan.mean_weight,
            loss: plan.task.loss,
            model: plan.task.model,
            bounded: plan.recipe.rules.scaling.method == ScalingMethod::MinMax,
        }
    }
}
