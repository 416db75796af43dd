//! Trials of a fit whose features nobody scales.

use downhill::Real;
use downhill::rules::{Scaling, ScalingMethod};

use crate::data::scaling;
use crate::train::baseline::baseline;
use crate::train::plan::Plan;
use crate::train::trial::{self, Ended};

/// True where nobody scales the features, and their columns may be scaled.
pub(crate) fn is_missing<T: Real>(plan: &Plan<T>) -> bool {
    let is_none = plan.recipe.rules.scaling.method == ScalingMethod::None;
    is_none && !plan.is_formula() && !plan.has_scaler()
}

/// Losses of the whole fit with `--scaler standard`, in units of a fit whose constant guess loses
/// `guess`; `None` where it fails.
pub(crate) fn trial<T: Real>(plan: &mut Plan<T>, guess: f64) -> Option<Ended> {
    trial::aside(plan, |plan| {
        let scaling = Scaling {
            method: ScalingMethod::Standard,
            ..plan.recipe.rules.scaling
        };
        let samples = &plan.data.samples;
        let learned = scaling::learn(plan.data.training(), scaling.method, samples.widths());
        let learned = scaling::freeze(learned, scaling, samples.width());
        plan.set_scaler(learned);
        plan.recipe.rules.scaling = scaling;
        let mut fit = plan.fit().ok()?;
        let unit = guess / baseline(plan, &fit.trainer);
        let ended = trial::losses(plan, &mut fit)?;
        Some(Ended {
            train: unit * ended.train,
            validation: ended.validation.map(|loss| unit * loss),
        })
    })
}

/// True where it makes a fit of use.
pub(crate) fn helps<T: Real>(plan: &mut Plan<T>) -> bool {
    is_missing(plan) && trial(plan, 1.0).is_some_and(|ended| ended.train < 1.0)
}
