//! The end of a fit in words, by what was tried of what could follow.

use downhill::health::{Finding, Severity};
use serde_json::json;

use super::advice::{Advice, Named, digits};
use super::cure::Cure;
use super::message::VerdictMessage;
use crate::model::records::BothMetrics;
use crate::support::format::counted;

/// Prospect of a fit that has ended: what a further step could still gain.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Prospect {
    /// It was not tried.
    Unknown,
    /// Next to nothing.
    Settled,
    /// Next to nothing, at a rate far below the usual one.
    Slow { rate: f64, usual: f64 },
    /// Next to nothing in a trial that has not come back down to its loss.
    Unsettled { epochs: u32, gain: f64 },
    /// Its loss would still fall.
    Falls {
        epochs: u32,
        /// Share of the loss that the trial took off.
        gain: f64,
        /// True where only its schedule has stopped it.
        by_schedule: bool,
        /// Number of epochs that is advised.
        more: u32,
    },
    /// Its rate is too high for the loss to settle, and does not fall.
    Noisy { epochs: u32, gain: f64 },
    /// The loss of the training rows alone would fall.
    Memorizes { epochs: u32, gain: f64 },
    /// It has gone back to the epoch of the least validation loss.
    Stopped { best: u32 },
}

impl Prospect {
    /// True where more epochs would lower the loss.
    pub(crate) fn falls(self) -> bool {
        matches!(self, Self::Falls { .. })
    }

    /// True where the training loss is known not to have settled.
    pub(crate) fn is_open(self) -> bool {
        !matches!(self, Self::Settled | Self::Stopped { .. })
    }

    /// The last verdict with this prospect.
    pub(crate) fn put_into(self, told: &mut VerdictMessage) {
        if let (
            Self::Falls { epochs, gain, .. } | Self::Unsettled { epochs, gain },
            Some(evidence),
        ) = (self, told.evidence.as_object_mut())
        {
            evidence.insert("trial_epochs".into(), json!(epochs));
            evidence.insert("gain".into(), json!(gain));
        }
        let more = |more: u32| Named::by(Cure::MoreEpochs, format!("--epochs {more}"));
        // As long a fit again would hardly mend one that is worse than a constant guess.
        let has_failed = told.severity == Severity::Failure;
        match (told.kind, self) {
            ("underfitting", Self::Falls { .. }) if has_failed => return,
            ("learning_rate_too_low" | "underfitting", Self::Falls { more: n, .. }) => {
                told.advice += &format!("; more epochs would help too, such as `--epochs {n}`");
                told.cures.push(more(n));
                return;
            }
            ("plateau" | "underfitting", Self::Noisy { epochs, gain }) => {
                let advice = falling_rate(epochs, gain);
                (told.advice, told.cures) = (advice.text, advice.cures);
                return;
            }
            ("converging" | "converged", _) => {}
            _ => return,
        }
        let loss = told.finding.split_once("loss of ").map(|(_, rest)| rest);
        let loss = loss.and_then(|rest| rest.split(' ').next());
        let loss = loss.unwrap_or_default().to_owned();
        let (finding, advice) = match self {
            Self::Unknown => (
                format!("ended at a loss of {loss}, which may still fall"),
                Advice::none("Whether more `--epochs` would lower it was not tried"),
            ),
            Self::Settled => (
                format!("converged: the loss of {loss} no longer falls"),
                Advice::none("More `--epochs` would change little"),
            ),
            Self::Slow { rate, usual } => (
                format!("converging: the loss of {loss} hardly falls at so low a rate"),
                Advice::none(format!(
                    "The rate is {rate} instead of {usual}, for a step would overshoot the largest \
                     row: leave that out if it is wrong, or use `--optimizer adam`, whose steps \
                     do not grow with a row"
                )),
            ),
            Self::Unsettled { epochs, gain } => (
                format!("converging: the loss of {loss} has not settled"),
                Advice::none(format!(
                    "In a trial {} ended {} % above it: what more `--epochs` would bring is not \
                     known",
                    counted(epochs as usize, "more epoch"),
                    digits(-100.0 * gain)
                )),
            ),
            Self::Falls {
                epochs,
                gain,
                by_schedule,
                more: n,
            } => (
                match by_schedule {
                    true => format!("stopped by its schedule while the loss of {loss} still fell"),
                    false => format!("converging: the loss of {loss} still falls"),
                },
                Advice::any(&format!("{}: use {{}}", trial(epochs, gain)), vec![more(n)]),
            ),
            Self::Noisy { epochs, gain } => (
                format!("converging: the loss of {loss} is held up by a rate that does not fall"),
                falling_rate(epochs, gain),
            ),
            Self::Memorizes { .. } => (
                format!("converging: the loss of {loss} still falls on the training rows alone"),
                Advice::none(
                    "More `--epochs` would memorize these rows: in a trial the validation loss no \
                     longer fell",
                ),
            ),
            Self::Stopped { best } => (
                format!("converged: no validation loss is below that of epoch {best}"),
                Advice::none("More `--epochs` would change little"),
            ),
        };
        told.kind = match self.is_open() {
            true => "converging",
            false => "converged",
        };
        (told.finding, told.advice, told.cures) = (finding, advice.text, advice.cures);
    }

    /// The finding of a fit that is well.
    pub(crate) fn finding(self, loss: f32) -> Finding {
        match self.is_open() {
            true => Finding::Converging { loss },
            false => Finding::Converged { loss },
        }
    }
}

/// Loss of the test rows, relative to that of the rows that have steered, from which on the last
/// verdict says so.
const WORSE: f64 = 1.5;

/// Adds to the last verdict that the test rows contradict it, where their loss is far above that of
/// the validation rows, or of the training rows where there are none. They steer nothing by that.
pub(crate) fn heed_test_rows(told: &mut [VerdictMessage], metrics: &BothMetrics) {
    let (Some(last), Some(test)) = (told.last_mut(), &metrics.test) else {
        return;
    };
    let (rows, measured) = match (&metrics.validation, &metrics.train) {
        (Some(validation), _) => ("validation", validation),
        (None, Some(train)) => ("training", train),
        (None, None) => return,
    };
    let ratio = test.loss() / measured.loss();
    if ratio.is_finite() && ratio > WORSE {
        last.advice += &format!(
            ". The test rows, which have chosen nothing, contradict the {rows} rows: their loss is \
             {} times as high, and it is the one to expect of later rows",
            digits(ratio)
        );
    }
}

/// Outcome of a trial, in words.
fn trial(epochs: u32, gain: f64) -> String {
    let epochs = counted(epochs as usize, "more epoch");
    format!("In a trial {epochs} took {} % off it", digits(100.0 * gain))
}

fn falling_rate(epochs: u32, gain: f64) -> Advice {
    Advice::any(
        &format!("{} while the rate fell: use {{}}", trial(epochs, gain)),
        vec![Named::by(Cure::FallingRate, "--schedule cosine")],
    )
}
