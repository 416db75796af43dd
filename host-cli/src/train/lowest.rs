//! The least loss that a linear fit can come to, which least squares has.

use downhill::Real;
use downhill::rules::{Penalty, ScalingMethod};
use serde_json::json;

use crate::data::columns::TargetKind;
use crate::data::dependence::Gram;
use crate::options::spec::ModelSpec;
use crate::support::format::number;
use crate::train::plan::Plan;
use crate::train::verdicts::{self, Advice, Subject, VerdictMessage};

/// Loss, relative to that of least squares, up to which a fit has come down to it.
const REACHED: f64 = 1.002;
/// Such a loss from which on a fit has not.
const SHORT: f64 = 1.02;
/// Share of the way to least squares that a fit has come before its columns are to blame.
const BEGUN: f64 = 0.25;
/// Loss of least squares, relative to a constant guess's, below which they are to blame though a fit
/// has hardly begun.
const USEFUL: f64 = 0.5;
/// Ratio of variances from which on columns are to blame for that.
const ILL_CONDITIONED: f64 = 100.0;

/// Least loss of a linear fit, with what it was found by.
pub(crate) struct Lowest {
    gram: Gram,
    loss: f64,
    /// False where some of the rows stand for all.
    is_exact: bool,
}

impl Lowest {
    /// Least loss over the training rows; `None` of a fit that is no plain linear one of squares.
    pub(crate) fn of<T: Real>(plan: &Plan<T>) -> Option<Self> {
        let rules = &plan.recipe.rules;
        let is_squared = plan.task.loss.to_string() == "squared" && plan.task.targets == 1;
        let is_linear = plan.task.model == ModelSpec::usual("linear");
        let is_free = rules.penalty == Penalty::default() && !plan.is_limited();
        let whole = plan.data.stream.is_none() && plan.task.kind == TargetKind::Number;
        if !(is_squared && is_linear && is_free && whole) {
            return None;
        }
        let gram = verdicts::gram(plan, true)?;
        let unit = match (rules.scaling.target, rules.scaling.method) {
            (false, _) | (_, ScalingMethod::None) => 1.0,
            (true, ScalingMethod::Standard) => gram.deviation(plan.data.features.len()),
            _ => return None,
        };
        let loss = gram.residual() / (unit * unit);
        Some(Self {
            gram,
            loss,
            is_exact: plan.data.split.train.len() <= verdicts::MOST_ROWS,
        })
    }

    /// True where a loss is next to the least.
    pub(crate) fn is_reached(&self, loss: f64) -> bool {
        self.is_exact && loss <= REACHED * self.loss
    }

    /// That a fit of this loss has not come down to least squares, with the columns to blame.
    pub(crate) fn ill_conditioned<T: Real>(
        &self,
        plan: &Plan<T>,
        loss: f64,
        guess: f64,
    ) -> Option<VerdictMessage> {
        let (gram, least) = (&self.gram, self.loss);
        let is_begun = guess - loss > BEGUN * (guess - least) || least < USEFUL * guess;
        if loss < least * SHORT || !is_begun {
            return None;
        }
        let width = plan.data.features.len();
        let condition = gram.condition(width);
        if condition < ILL_CONDITIONED {
            return None;
        }
        let columns = gram.blamed(width);
        let name = |&at: &usize| format!("`{}`", plan.data.features[at]);
        let names: Vec<String> = columns.iter().map(name).collect();
        let advice = Subject::of(plan).least_squares(&gram.dependent(width));
        Some(VerdictMessage::told(
            "ill_conditioned",
            json!({ "condition": condition, "columns": columns, "least_squares_loss": least }),
            format!(
                "ill-conditioned: gradient descent has not come down to the loss of least squares, \
                 {}, for {} vary nearly together",
                number(Some(least)),
                names.join(" and ")
            ),
            advice.unwrap_or_else(|| Advice::none("`--solver lm` ends at least squares")),
        ))
    }
}
