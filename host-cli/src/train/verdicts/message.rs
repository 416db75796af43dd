//! A verdict as it is told.

use downhill::health::{Finding, Severity, Verdict};
use serde::Serialize;
use serde_json::Value;

use super::advice::{Advice, Named, digits};
use super::cause::advice;
use super::cure::Cure;
use super::finding::{in_words, overfitting};
use super::subject::Subject;
use crate::train::history::Epoch;

/// A verdict as `--json` prints it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct VerdictMessage {
    pub(crate) kind: &'static str,
    pub(crate) severity: Severity,
    pub(crate) step: u64,
    /// The numbers that it rests on, by name.
    pub(crate) evidence: Value,
    /// Finding, in words.
    pub(crate) finding: String,
    /// The likely cause, and the cure.
    pub(crate) advice: String,
    /// Options that carry the advice out.
    pub(crate) cures: Vec<Named>,
    #[serde(skip)]
    rank: u8,
}

impl VerdictMessage {
    /// A verdict in words.
    pub(crate) fn new(verdict: &Verdict, subject: &Subject<'_>) -> Self {
        let finding = &verdict.finding;
        let evidence = match serde_json::to_value(finding) {
            // Kind and fields, or the kind alone.
            Ok(Value::Object(fields)) => fields.into_iter().next().map(|(_, fields)| fields),
            _ => None,
        };
        let words = match *finding {
            Finding::RolledBack { to } if to == verdict.step => {
                "parameters initialized anew, at a lower learning rate".into()
            }
            _ => in_words(finding, subject),
        };
        let evidence = evidence.unwrap_or_else(|| Value::Object(serde_json::Map::new()));
        Self {
            severity: verdict.severity,
            step: verdict.step,
            rank: rank(verdict),
            ..Self::told(finding.name(), evidence, words, advice(finding, subject))
        }
    }

    /// Advice of the host alone, before the first step.
    pub(crate) fn told(
        kind: &'static str,
        evidence: Value,
        finding: String,
        advice: Advice,
    ) -> Self {
        Self {
            kind,
            severity: Severity::Advice,
            step: 0,
            evidence,
            finding,
            advice: advice.text,
            cures: advice.cures,
            rank: 1,
        }
    }

    /// Puts the rate in that a recovery has come down to.
    pub(crate) fn start_at(&mut self, rate: f64) {
        let cure = Named::by(Cure::LowerRate, format!("--lr {}", digits(rate)));
        let advice = Advice::any(
            "Start with the rate that it has come down to, {}",
            vec![cure],
        );
        self.advise(advice);
    }

    /// Takes the advice of a verdict that names the cause of this one.
    pub(crate) fn take_advice_of(&mut self, cause: Self) {
        (self.advice, self.cures) = (cause.sentence(), cause.cures);
    }

    /// True where it says that the validation loss has risen and stayed up.
    pub(crate) fn is_open_overfitting(&self) -> bool {
        self.kind == "overfitting" && self.rank > 0
    }

    /// True where it tells why the validation loss has risen.
    pub(crate) fn rises_in_validation(&self) -> bool {
        self.rank > 0
            && matches!(
                self.kind,
                "overfitting" | "learning_rate_too_high" | "outliers"
            )
    }

    /// Replaces the advice.
    pub(crate) fn advise(&mut self, advice: Advice) {
        (self.advice, self.cures) = (advice.text, advice.cures);
    }

    /// Finds another cause than memorized rows.
    pub(crate) fn blame(
        &mut self,
        kind: &'static str,
        evidence: Value,
        found: &str,
        advice: Advice,
    ) {
        let words = self.finding.trim_start_matches("overfitting: ");
        (self.finding, self.kind, self.evidence) = (format!("{words}, {found}"), kind, evidence);
        self.advise(advice);
    }

    /// A failure of the whole fit, which is told last.
    pub(crate) fn at_the_end(self, severity: Severity, step: u64) -> Self {
        let rank = match severity {
            Severity::Failure => 9,
            _ => 8,
        };
        Self {
            severity,
            step,
            rank,
            ..self
        }
    }

    /// Verdict of the last steps alone, whose loss is not that of all rows.
    pub(crate) fn of_late(mut self) -> Self {
        if let Some(evidence) = self.evidence.as_object_mut()
            && let Some(loss) = evidence.remove("loss")
        {
            evidence.insert("recent_loss".into(), loss);
            self.finding = self.finding.replace("loss of", "recent loss of");
        }
        self
    }

    /// True where it only tells how far the fit has come.
    pub(crate) fn is_progress(&self) -> bool {
        matches!(self.kind, "converging" | "converged" | "plateau")
    }

    /// True where it advises a lower rate.
    pub(crate) fn blames_rate(&self) -> bool {
        self.severity == Severity::Advice
            && matches!(self.kind, "learning_rate_too_high" | "oscillating")
    }

    /// True of a failure whose cure is a lower rate.
    pub(crate) fn fails_by_rate(&self) -> bool {
        let lower = Cure::LowerRate.name();
        self.severity == Severity::Failure && self.cures.iter().any(|cure| cure.cure == lower)
    }

    /// One line.
    pub(crate) fn line(&self) -> String {
        match self.step {
            0 => self.finding.clone(),
            step => format!("step {step}: {}", self.finding),
        }
    }

    /// All of it.
    pub(crate) fn sentence(&self) -> String {
        format!("{}. {}", self.finding, self.advice)
    }
}

/// Puts the verdict that matters most last: the last one of the highest rank. How far the fit had
/// come on its way no longer matters at its end.
pub(crate) fn put_what_matters_last(told: &mut Vec<VerdictMessage>) {
    let Some(end) = told.len().checked_sub(1) else {
        return;
    };
    let counts = |at: usize| at == end || !told[at].is_progress();
    let most = (0..=end).filter(|&at| counts(at));
    if let Some(most) = most.max_by_key(|&at| told[at].rank) {
        let last = told.remove(most);
        told.push(last);
    }
}

/// Sees what has become of overfitting by the end: takes its weight off where a later epoch, or
/// going back to the best one, has put it right, and else has it say how far it has gone. Where the
/// loss of the training rows has not fallen either, or is no less than that of the validation rows,
/// or next to nothing is left of either, there was none.
pub(crate) fn settle(told: &mut Vec<VerdictMessage>, history: &[Epoch], best_epoch: Option<u32>) {
    let validation = |epoch: &Epoch| epoch.validation.unwrap_or(f64::INFINITY);
    let least = |a: &&Epoch, b: &&Epoch| validation(a).total_cmp(&validation(b));
    let (Some(best), Some(last)) = (history.iter().min_by(least), history.last()) else {
        return;
    };
    // An epoch's loss is taken on its way, so the next one's is that of where it has come to.
    let next = history.get(best.epoch as usize).unwrap_or(last);
    // Of an exact relation rounding alone is left.
    let rounds = history
        .first()
        .is_some_and(|first| validation(last) <= 1e-6 * first.train);
    if rounds || last.train > 0.95 * next.train || validation(last) <= last.train {
        told.retain(|told| told.kind != "overfitting");
    }
    let ratio = validation(last) / validation(best);
    let over = best_epoch.is_some() || ratio.is_nan() || ratio < 1.05;
    for told in told.iter_mut().filter(|told| told.kind == "overfitting") {
        if over {
            told.rank = 0;
            told.advise(Advice::none("By its end it is back at its best"));
        } else if let Some(since) = told.evidence["since"].as_u64() {
            told.finding = overfitting(since, ratio as f32);
            told.evidence["ratio"] = (ratio as f32).into();
        }
    }
}

/// Rank of a verdict at the end of a fit.
fn rank(verdict: &Verdict) -> u8 {
    match verdict.finding {
        _ if verdict.severity == Severity::Failure => 9,
        Finding::WrongLoss { .. } => 7,
        Finding::LossMetricMismatch { .. } => 6,
        Finding::Overfitting { .. } => 5,
        Finding::Underfitting { .. } => 4,
        Finding::Converged { .. } | Finding::Converging { .. } => 3,
        _ => 1,
    }
}
