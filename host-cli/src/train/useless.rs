//! Fits that meet the validation rows worse than a constant guess does.

use downhill::Real;
use downhill::health::Severity;
use serde_json::json;

use crate::data::columns::TargetKind;
use crate::evaluate::metrics::Metrics;
use crate::model::records::BothMetrics;
use crate::model::trainer::HostFit;
use crate::train::baseline;
use crate::train::outliers;
use crate::train::plan::Plan;
use crate::train::trial::{self, Ended};
use crate::train::verdicts::{Advice, Cure, Named, VerdictMessage, digits};

/// Validation loss, in units of a constant guess's, from which on a fit is told to be worse.
const WORSE: f64 = 1.1;
/// From which on it has failed.
const FAILED: f64 = 1.5;
/// Fewest validation rows that are taken for evidence.
const FEWEST: usize = 5;
/// Lower rates that are tried, in units of the fit's.
const LOWER: [f64; 2] = [0.1, 0.01];

/// The validation loss in units of a constant guess's, where it is above that.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Useless {
    ratio: f64,
    loss: f64,
}

impl Useless {
    /// `None` of a fit that is better than a constant guess, or about as good.
    pub(crate) fn of<T: Real>(
        plan: &Plan<T>,
        fit: &HostFit<T>,
        metrics: &BothMetrics,
    ) -> Option<Self> {
        let loss = metrics.validation.as_ref().map(Metrics::loss)?;
        if plan.data.split.validation.len() < FEWEST {
            return None;
        }
        let ratio = loss / baseline::of_validation(plan, &fit.trainer)?;
        (ratio.is_finite() && ratio >= WORSE).then_some(Self { ratio, loss })
    }

    /// True where the fit is of no use.
    pub(crate) fn is_failure(self) -> bool {
        self.ratio >= FAILED
    }

    /// Verdict on such a fit, with what is to blame: a cause that was found, or what was told of it on
    /// its way, or what a trial finds.
    pub(crate) fn verdict<T: Real>(
        self,
        plan: &mut Plan<T>,
        fit: &mut HostFit<T>,
        ended: Ended,
        known: Option<VerdictMessage>,
        severity: Severity,
    ) -> VerdictMessage {
        let guess = match (plan.task.kind, plan.task.loss.to_string().as_str()) {
            (TargetKind::Class, _) => "the shares of the classes",
            (_, "squared") => "the mean",
            _ => "a constant",
        };
        let finding = format!(
            "worse than a constant guess: the validation loss is {} times that of always predicting \
             {guess}",
            digits(self.ratio)
        );
        let evidence = json!({ "ratio": self.ratio, "validation_loss": self.loss });
        let advice = Advice::none("");
        let mut told = VerdictMessage::told("worse_than_guess", evidence, finding, advice);
        match known {
            Some(cause) => told.take_advice_of(cause),
            None => told.advise(cause(plan, fit, ended)),
        }
        told.at_the_end(severity, fit.trainer.steps())
    }
}

/// Validation loss from which on a fit has failed.
pub(crate) fn failing<T: Real>(plan: &Plan<T>, fit: &HostFit<T>) -> f64 {
    let guess = baseline::of_validation(plan, &fit.trainer);
    guess.map_or(f64::INFINITY, |guess| FAILED * guess)
}

/// The likely cause, where none is known.
fn cause<T: Real>(plan: &mut Plan<T>, fit: &mut HostFit<T>, ended: Ended) -> Advice {
    if let Some((rows, advice)) = outliers::of_validation(plan, fit) {
        return Advice::none(format!("{rows}. {}", advice.text));
    }
    let lower = LOWER
        .map(|part| part * plan.rate)
        .into_iter()
        .find(|&lower| {
            trial::at_rate(plan, lower).is_some_and(|other| other.helps_validation(ended))
        });
    if let Some(lower) = lower {
        let cure = Named::by(Cure::LowerRate, format!("--lr {}", digits(lower)));
        let rate = digits(plan.rate);
        let text = format!("The learning rate of {rate} is too high: use {{}}");
        return Advice::any(&text, vec![cure]);
    }
    Advice::none(
        "What it has learned does not hold for rows that it was not trained on: see with `downhill \
         inspect` whether these columns tell anything of the target, and whether the order of the \
         rows does",
    )
}
