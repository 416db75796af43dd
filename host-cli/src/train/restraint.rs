//! Options that hold a fit back, found by a trial without each.

use downhill::Real;
use downhill::rules::{Bound, Clip, Curve, Penalty};
use serde_json::json;

use crate::model::parameters;
use crate::model::trainer::HostFit;
use crate::support::format::number;
use crate::train::plan::Plan;
use crate::train::scaled;
use crate::train::trial::{self, Ended};
use crate::train::verdicts::{Advice, Cure, Named, VerdictMessage, digits};

/// Loss of a trial, relative to the fit's, up to which the option that it leaves out is to blame.
const BLAMED: f64 = 0.9;

/// An option, and what it does to a fit.
struct Restraint<T> {
    /// As it was given.
    option: String,
    effect: String,
    cure: Named,
    /// Takes it away; `None` of a scaler that is missing.
    lift: Option<fn(&mut Plan<T>)>,
}

/// Loss, relative to a constant guess's, above which options are tried whether it falls or not.
pub(crate) const HELD: f64 = 0.5;
/// Such a loss up to which a penalty does what it is for.
const LOW: f64 = 0.1;

/// The first option without which the fit ends far better, told.
pub(crate) fn of<T: Real>(
    plan: &mut Plan<T>,
    fit: &HostFit<T>,
    ended: Ended,
    guess: f64,
) -> Option<VerdictMessage> {
    let is_low = ended.train <= LOW * guess;
    let may_hold = |one: &Restraint<T>| !is_low || one.cure.cure != Cure::NoPenalty.name();
    let all = all(plan, fit).into_iter().filter(may_hold);
    all.into_iter().find_map(|restraint| {
        let other = match restraint.lift {
            Some(lift) => trial::with(plan, lift),
            None => scaled::trial(plan, guess),
        }?;
        let is_cause = other.helps(ended) && other.train <= BLAMED * ended.train;
        is_cause.then(|| restraint.told(ended, other))
    })
}

impl<T> Restraint<T> {
    fn told(self, ended: Ended, other: Ended) -> VerdictMessage {
        let Self {
            option,
            effect,
            cure,
            ..
        } = self;
        let text = match cure.options.is_empty() {
            true => "Widen it, or leave it out",
            false => "Use {}",
        };
        let cures = Some(cure).filter(|cure| !cure.options.is_empty());
        VerdictMessage::told(
            "held_back",
            json!({ "option": option, "loss_without": other.train }),
            format!(
                "held back: `{option}` {effect}, and a trial without it ended at a loss of {} in \
                 place of {}",
                number(Some(other.train)),
                number(Some(ended.train))
            ),
            Advice::any(text, cures.into_iter().collect()),
        )
    }
}

/// Every option that may hold a fit back.
fn all<T: Real>(plan: &Plan<T>, fit: &HostFit<T>) -> Vec<Restraint<T>> {
    let rules = &plan.recipe.rules;
    let mut found = Vec::new();
    let mut add = |option: String, effect: &str, cure: Named, lift: fn(&mut Plan<T>)| {
        let (effect, lift) = (effect.into(), Some(lift));
        found.push(Restraint {
            option,
            effect,
            cure,
            lift,
        });
    };
    let penalties = penalties(rules.penalty);
    if !penalties.is_empty() {
        let given: Vec<String> = { penalties.iter() }
            .map(|(name, size)| format!("{name} {}", digits(*size)))
            .collect();
        let lifted = penalties.iter().map(|(name, _)| format!("{name} 0"));
        add(
            given.join(" "),
            "holds the weights near 0",
            Named::of(Cure::NoPenalty, lifted.collect()),
            |plan| plan.recipe.rules.penalty = Penalty::default(),
        );
    }
    let decays = matches!(
        rules.schedule.curve,
        Curve::Step { .. } | Curve::Exponential { .. } | Curve::InverseTime { .. }
    );
    if decays {
        add(
            format!("--schedule {}", plan.schedule_name),
            "takes the rate away before the fit is done",
            Named::by(Cure::FallingRate, "--schedule cosine"),
            Plan::let_rate_fall,
        );
    }
    if rules.clip != Clip::default() {
        let limits = [
            ("--clip-norm", rules.clip.norm),
            ("--clip-value", rules.clip.value),
        ];
        let given = { limits.iter() }.filter_map(|(name, limit)| Some((name, (*limit)?)));
        let given = given.map(|(name, limit)| format!("{name} {}", digits(limit.to_f64())));
        add(
            given.collect::<Vec<_>>().join(" "),
            "cuts every step short",
            Named::of(Cure::ClipNorm, Vec::new()),
            |plan| plan.recipe.rules.clip = Clip::default(),
        );
    }
    if rules.frozen > 0 {
        add(
            "--freeze".into(),
            "leaves the first layers as they were drawn",
            Named::by(Cure::Unfreeze, "--freeze 0"),
            |plan| plan.recipe.rules.frozen = 0,
        );
    }
    let bounds = rules.bounds.iter().flatten();
    let reached = bounds
        .flat_map(|bound| reached(plan, fit, bound))
        .collect::<Vec<_>>();
    if !reached.is_empty() {
        let option = match plan.is_formula() {
            true => "--bounds",
            false => "--bound",
        };
        add(
            option.into(),
            &format!("holds {} at its limit", reached.join(" and ")),
            Named::of(Cure::Bound, Vec::new()),
            |plan| plan.recipe.rules.bounds = [None; 8],
        );
    }
    if scaled::is_missing(plan) {
        found.push(Restraint {
            option: "--scaler none".into(),
            effect: "leaves features of unlike sizes to one rate".into(),
            cure: Named::by(Cure::Scale, "--scaler standard"),
            lift: None,
        });
    }
    found
}

/// The penalties that there are, by option.
fn penalties<T: Real>(penalty: Penalty<T>) -> Vec<(&'static str, f64)> {
    let all = [
        ("--l1", penalty.l1),
        ("--l2", penalty.l2),
        ("--weight-decay", penalty.decay),
    ];
    let all = all.into_iter().map(|(name, size)| (name, size.to_f64()));
    all.filter(|(_, size)| *size > 0.0).collect()
}

/// Parameters at a limit, each by its name and with the limit; three at most.
fn reached<T: Real>(plan: &Plan<T>, fit: &HostFit<T>, bound: &Bound<T>) -> Vec<String> {
    let data = &plan.data;
    let names = match &data.formula {
        Some(formula) => formula.parameters.clone(),
        None if data.features.len() + 1 == fit.trainer.parameters().len() => {
            parameters::names(&data.features)
        }
        None => Vec::new(),
    };
    let run = bound.first as usize..=bound.last as usize;
    let parameters = fit.trainer.parameters().iter().enumerate();
    let at_limit = parameters.filter(|(at, own)| {
        let is_in_run = run.contains(at) && bound.low < bound.high;
        is_in_run && (**own == bound.low || **own == bound.high)
    });
    let named = at_limit.map(|(at, own)| {
        let limit = digits(own.to_f64());
        match names.get(at) {
            Some(name) => format!("`{name}` at {limit}"),
            None => format!("parameter {at} at {limit}"),
        }
    });
    named.take(3).collect()
}
