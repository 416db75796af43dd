//! Causes and cures of a validation loss that has risen, by trials.

use downhill::Real;
use downhill::rules::{Curve, Penalty};
use serde_json::json;

use crate::model::trainer::HostFit;
use crate::train::outliers;
use crate::train::plan::Plan;
use crate::train::trial::{self, Ended};
use crate::train::useless;
use crate::train::verdicts::{Advice, Cure, Named, VerdictMessage, digits};

/// Lower rates that are tried, in units of the fit's.
const LOWER: [f64; 1] = [0.1];
/// Penalties that are tried, from the smallest up.
const PENALTIES: [f64; 3] = [0.001, 0.01, 0.1];
/// Epochs of patience that are tried.
const PATIENCE: u32 = 10;

/// Puts cause and cures into the verdict that the validation loss has risen.
pub(crate) fn diagnose<T: Real>(
    plan: &mut Plan<T>,
    fit: &mut HostFit<T>,
    (ended, guess): (Ended, f64),
    risen: &mut VerdictMessage,
) {
    if let Some((rows, advice)) = outliers::of_validation(plan, fit) {
        let evidence = json!({ "ratio": risen.evidence["ratio"] });
        risen.blame("outliers", evidence, &format!("and {rows}"), advice);
        return;
    }
    if let Some((finding, cure)) = rate(plan, ended) {
        let evidence = json!({ "rate": plan.rate, "ratio": risen.evidence["ratio"] });
        risen.blame("learning_rate_too_high", evidence, finding, cure);
        return;
    }
    let mut cures = Vec::new();
    let failing = useless::failing(plan, fit);
    let is_of_use =
        |other: Ended| other.train < guess && other.validation.is_some_and(|loss| loss < failing);
    let helps = |other: Ended, own: Ended| other.helps_validation(own) && is_of_use(other);
    cures.extend(patience(plan, |other| helps(other, ended)));
    cures.extend(penalty(plan, ended, helps));
    let text = "What it has learned since holds for the training rows alone: use more rows, {}";
    risen.advise(Advice::any(text, cures));
}

/// The rate, where neither loss is as high at a lower one or at one that falls.
fn rate<T: Real>(plan: &mut Plan<T>, ended: Ended) -> Option<(&'static str, Advice)> {
    let is_to_blame = |other: Option<Ended>| {
        other.is_some_and(|other| other.helps_validation(ended) && other.train <= ended.train)
    };
    let is_constant = plan.recipe.rules.schedule.curve == Curve::Constant;
    if is_constant && is_to_blame(trial::with(plan, Plan::let_rate_fall)) {
        let cure = Named::by(Cure::FallingRate, "--schedule cosine");
        return Some((
            "and neither loss is as high where the rate falls",
            Advice::any("The rate does not let it settle: use {}", vec![cure]),
        ));
    }
    let lower = LOWER.map(|part| part * plan.rate);
    let lower = lower
        .into_iter()
        .find(|&lower| is_to_blame(trial::at_rate(plan, lower)))?;
    let cure = Named::by(Cure::LowerRate, format!("--lr {}", digits(lower)));
    Some((
        "and neither loss is as high at a lower rate",
        Advice::any(
            &format!(
                "The learning rate of {} is too high: use {{}}",
                digits(plan.rate)
            ),
            vec![cure],
        ),
    ))
}

/// An end at the least validation loss.
fn patience<T: Real>(plan: &mut Plan<T>, helps: impl Fn(Ended) -> bool) -> Option<Named> {
    if plan.patience.is_some() {
        return None;
    }
    let other = trial::with(plan, |plan| plan.patience = Some(PATIENCE))?;
    helps(other).then(|| Named::by(Cure::StopEarly, format!("--patience {PATIENCE}")))
}

/// The penalty that lowers the validation loss most; the next larger one is tried while it does.
fn penalty<T: Real>(
    plan: &mut Plan<T>,
    ended: Ended,
    helps: impl Fn(Ended, Ended) -> bool,
) -> Option<Named> {
    if plan.recipe.rules.penalty != Penalty::default() || plan.is_formula() {
        return None;
    }
    let mut best: Option<(f64, Ended)> = None;
    for size in PENALTIES {
        let other = trial::with(plan, |plan| {
            plan.recipe.rules.penalty.l2 = T::from_f64(size)
        });
        let Some(other) = other else { break };
        match best {
            Some((_, so_far)) if !helps(other, so_far) => break,
            _ if helps(other, ended) => best = Some((size, other)),
            _ => {}
        }
    }
    best.map(|(size, _)| Named::by(Cure::Penalty, format!("--l2 {size}")))
}
