use downhill::Real;
use downhill::rules::ScalingMethod;
use downhill_tables::shell_word;

use super::advice::{Advice, Named};
use super::cure::Cure;
use crate::data::columns::{Target, TargetKind};
use crate::options::spec::{LossSpec, ModelSpec};
use crate::train::plan::{FarRows, Plan};

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
    /// True where a recovery acts.
    pub(crate) recovers: bool,
    /// True where a threshold or weights of classes were asked for.
    pub(crate) has_threshold: bool,
    /// True where a trial with scaled features has not failed.
    pub(crate) scaling_helps: bool,
    /// Rows that are to blame for a fit that has failed on its way.
    pub(crate) far_rows: Option<&'a FarRows>,
    /// True where the columns mean what they are, and are not to be scaled.
    pub(crate) is_formula: bool,
    /// The rarer one of two classes.
    pub(crate) rare: Option<Rare>,
    /// Features that tell nothing of their own: who leaves one out leaves out all.
    pub(crate) useless: &'a [u16],
}

/// The rarer one of two classes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Rare {
    class: usize,
    /// Validation rows that have it.
    validation: usize,
}

/// Validation rows of a class from which on a threshold can be chosen for it.
const TELLING: usize = 3;

impl Rare {
    /// `None` of a target that is none of two classes.
    fn of<T: Real>(plan: &Plan<T>) -> Option<Self> {
        if plan.task.kind != TargetKind::Class || plan.task.classes != 2 {
            return None;
        }
        let count = |rows: &[u32]| {
            let classes = rows
                .iter()
                .filter_map(|&row| plan.data.samples.class(row as usize));
            let ones = classes.filter(|&class| class == 1).count();
            [rows.len() - ones, ones]
        };
        let train = count(&plan.data.split.train);
        let class = usize::from(train[1] <= train[0]);
        let validation = count(&plan.data.split.validation)[class];
        Some(Self { class, validation })
    }
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
            recovers: plan.recipe.health.recover,
            has_threshold: plan.threshold.is_some() || !plan.data.weighting.classes.is_empty(),
            scaling_helps: plan.scaling_helps,
            far_rows: plan.far_rows.as_ref(),
            is_formula: plan.is_formula(),
            rare: Rare::of(plan),
            useless: &[],
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

    /// A threshold that is chosen for the rarer one of two classes; `None` where there are too few
    /// rows of it to choose one by.
    pub(super) fn threshold(&self) -> Option<Named> {
        let rare = self.rare.filter(|rare| rare.validation >= TELLING)?;
        let mut options = vec!["--threshold f1".to_string()];
        if rare.class == 0 {
            let label = shell_word(self.target.classes.label(0));
            options.push(format!("--positive {label}"));
        }
        Some(Named::of(Cure::ChooseThreshold, options))
    }

    /// The option that leaves out some features, and all that tell nothing of their own; `None` where
    /// none or too many to list would be left.
    pub(super) fn without(&self, some: &[u16]) -> Option<Named> {
        let some = || some.iter().chain(self.useless);
        let kept = self.features.iter().enumerate();
        let kept = kept.filter(|(at, _)| !some().any(|&one| usize::from(one) == *at));
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
