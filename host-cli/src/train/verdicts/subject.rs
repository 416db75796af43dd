use downhill::Real;
use downhill::rules::{Penalty, ScalingMethod};

use super::advice::{Advice, Named};
use super::cure::Cure;
use crate::data::columns::{Target, TargetKind};
use crate::options::spec::{LossSpec, ModelSpec};
use crate::train::plan::Plan;

/// Subject of verdicts: what was fitted, and what has been done already, which is not advised.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Subject<'a> {
    /// The features' names.
    pub(crate) features: &'a [String],
    /// Columns that are predicted.
    pub(crate) target: &'a Target,
    /// The learning rate as configured.
    pub(crate) rate: f64,
    /// Lower rate at which a trial has not failed.
    pub(crate) lower_rate: Option<f64>,
    /// Larger model whose trial has ended better.
    pub(crate) larger_model: Option<ModelSpec>,
    /// True where the rate was searched for.
    pub(crate) rate_searched: bool,
    /// Mean weight of a row.
    pub(crate) weight: f64,
    /// Loss that is minimized.
    pub(crate) loss: LossSpec,
    /// Model that is fitted.
    pub(crate) model: ModelSpec,
    /// True where its features are scaled.
    pub(crate) scaled: bool,
    /// True where its features are scaled to lie between 0 and 1, as their powers then do.
    pub(crate) bounded: bool,
    /// True where weights cost something.
    pub(crate) penalized: bool,
    /// True where the fit stops early.
    pub(crate) stops_early: bool,
    /// True where a recovery acts.
    pub(crate) recovers: bool,
    /// True where a threshold or weights of classes were asked for.
    pub(crate) has_threshold: bool,
    /// True where the target is one of two classes.
    pub(crate) two_classes: bool,
}

impl<'a> Subject<'a> {
    /// Subject of the verdicts on a fit.
    pub(crate) fn of<T: Real>(plan: &'a Plan<T>) -> Self {
        let rules = &plan.recipe.rules;
        let method = rules.scaling.method;
        Self {
            features: &plan.data.features,
            target: &plan.data.target,
            rate: plan.rate,
            lower_rate: plan.lower_rate,
            larger_model: None,
            rate_searched: plan.rate_searched,
            weight: plan.mean_weight,
            loss: plan.task.loss,
            model: plan.task.model,
            scaled: method != ScalingMethod::None,
            bounded: method == ScalingMethod::MinMax,
            penalized: rules.penalty != Penalty::default(),
            stops_early: plan.patience.is_some(),
            recovers: plan.recipe.health.recover,
            has_threshold: plan.threshold.is_some() || !plan.data.weighting.classes.is_empty(),
            two_classes: plan.task.kind == TargetKind::Class && plan.task.classes == 2,
        }
    }

    /// Advice to solve by least squares, without the features that depend on others.
    pub(crate) fn least_squares(&self, dependent: &[usize]) -> Option<Advice> {
        let some: Vec<u16> = dependent.iter().map(|&at| at as u16).collect();
        let mut cure = Named::by(Cure::LeastSquares, "--solver lm");
        if !some.is_empty() {
            cure.options.extend(self.without(&some)?.options);
        }
        Some(Advice::any("Least squares ends there: use {}", vec![cure]))
    }

    /// The option that leaves some features out; `None` where none or too many to list would be
    /// left.
    pub(super) fn without(&self, some: &[u16]) -> Option<Named> {
        let kept = self.features.iter().enumerate();
        let kept = kept.filter(|(at, _)| !some.iter().any(|&one| usize::from(one) == *at));
        let kept: Vec<String> = kept.map(|(_, name)| quoted(name)).collect();
        let is_short = !kept.is_empty() && kept.len() <= MOST_NAMED;
        is_short.then(|| Named::by(Cure::LeaveOut, format!("--features {}", kept.join(","))))
    }
}

/// Most features that an advice lists.
const MOST_NAMED: usize = 20;

/// A name as `--features` takes it.
fn quoted(name: &str) -> String {
    match name.contains([',', '"', ' ']) {
        true => format!("'\"{}\"'", name.replace('"', "\"\"")),
        false => name.into(),
    }
}
