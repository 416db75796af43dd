//! A fit by gradient from its plan to its end.

use downhill::Real;

use crate::evaluate::metrics::Keep;
use crate::model::parameters;
use crate::model::trainer::HostFit;
use crate::options::GradientOptions;
use crate::options::spec::ThresholdSpec;
use crate::support::failure::{Failure, Outcome};
use crate::support::interrupt;
use crate::train::conclusion::conclude;
use crate::train::evaluate::{Evaluation, evaluate};
use crate::train::fitted::Fitted;
use crate::train::outliers;
use crate::train::plan::Plan;
use crate::train::restarts::{Attempt, Watcher, best};
use crate::train::scaled;
use crate::train::trial;
use crate::train::verdicts::{VerdictMessage, facts, heed_test_rows};

/// Goes through the fit of a plan, from so many seeds. Of a fit that fails, a lower rate is looked for
/// at which it does not.
pub(crate) fn learn<T: Real>(
    plan: &mut Plan<T>,
    restarts: u32,
    watcher: &mut impl Watcher,
) -> Outcome<Attempt<T>> {
    let facts = match plan.recipe.health.is_on() {
        true => facts(plan),
        false => Vec::new(),
    };
    let mut attempt = best(plan, restarts, watcher)?;
    if let Err(Failure::Fit(_)) = attempt.history {
        // The same once more, with a rate to advise at which it does not fail.
        plan.lower_rate = trial::lower_rate(plan);
        plan.scaling_helps = scaled::helps(plan);
        plan.far_rows = outliers::of_targets(plan);
        attempt = best(plan, restarts, watcher)?;
    }
    let told = &mut attempt.told;
    if attempt.history.is_err() {
        // Its validation loss has risen for the reason that it failed.
        told.retain(|told| told.kind != "overfitting");
    }
    if attempt.history.is_err() && !told.iter().any(VerdictMessage::fails_by_rate) {
        told.retain(|told| !told.blames_rate());
    }
    let causes = facts.iter().filter(|told| told.kind == "unscaled_feature");
    let causes: String = causes
        .map(|told| format!(". {}", told.sentence()))
        .collect();
    told.splice(0..0, facts);
    attempt.history = attempt.history.map_err(|failure| match failure {
        Failure::Fit(text) => Failure::Fit(text + &causes),
        other => other,
    });
    Ok(attempt)
}

/// Measures a fit that has not failed on its way, and concludes how it has ended; returns its
/// failure too, if it is one. `keep` says what is kept of the rows.
pub(crate) fn finish<T: Real>(
    plan: &mut Plan<T>,
    attempt: Attempt<T>,
    (gradient, restarts): (&GradientOptions, u32),
    keep: Keep,
) -> Outcome<(Fitted<HostFit<T>>, Option<Failure>)> {
    let Attempt {
        mut fit,
        mut told,
        history,
    } = attempt;
    let history = history?;
    interrupt::before_any_update(history.interrupted && fit.trainer.steps() == 0)?;
    let Evaluation {
        threshold,
        anomaly,
        metrics,
        results,
    } = evaluate(plan, &mut fit.trainer, keep)?;
    let failure = conclude(plan, &mut fit, &metrics, &history, &mut told);
    heed_test_rows(&mut told, &metrics);
    let data = &plan.data;
    let parameters = parameters::name(&fit.trainer, &data.features, &data.target, &data.origins);
    let formula = data.formula.as_ref();
    let estimates = formula.map(|formula| parameters::of_formula(formula, &fit.trainer));
    let fitted = Fitted {
        chosen: chosen(gradient, restarts, plan),
        fit,
        told,
        history,
        metrics,
        prequential: None,
        cross_validation: None,
        results,
        threshold,
        anomaly,
        parameters,
        estimates,
    };
    Ok((fitted, failure))
}

/// Choices that the validation rows have made, so that their own figure is optimistic.
pub(crate) fn chosen<T: Real>(
    gradient: &GradientOptions,
    restarts: u32,
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
        (restarts > 1, "the best of the restarts"),
    ]
    .into_iter()
    .filter_map(|(is_chosen, what)| is_chosen.then_some(what))
    .collect()
}
