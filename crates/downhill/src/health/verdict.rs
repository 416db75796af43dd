use core::fmt;

#[cfg(feature = "serde")]
use serde::{Deserialize, Serialize};

use super::Detector;
use crate::Fault;

/// A finding about how training goes, with the step at which it was made.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
pub struct Verdict {
    /// Updates made by the fit.
    pub step: u64,
    /// Severity.
    pub severity: Severity,
    /// Finding, with its evidence.
    pub finding: Finding,
}

/// Severity of a verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Severity {
    /// Worth knowing; the fit goes on.
    Advice,
    /// The fit has failed, or was saved by a recovery that says so.
    Failure,
}

/// Finding, with the numbers that it rests on. `docs/verdicts.md` says of each what it means, when
/// it is reported, and what to do.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Finding {
    /// A sample was refused: a number that is infinite or NaN would have come in or out.
    NonFinite {
        /// Which feature, or at which stage.
        fault: Fault,
        /// The number of the sample, counted from 1.
        sample: u32,
    },
    /// The loss has risen far above that of a constant guess.
    Diverging {
        /// The loss, in units of the constant guess's.
        ratio: f32,
    },
    /// Gradients are far larger than they were at first.
    ExplodingGradient {
        /// Their norm, in units of its first mean.
        ratio: f32,
    },
    /// A layer's gradients are far smaller than those of the last one.
    VanishingGradient {
        /// The layer, counted from 0.
        layer: u8,
        /// The root mean square of its gradients, in units of the last layer's.
        ratio: f32,
    },
    /// Most units of a hidden layer pass no gradient back, for any sample.
    DeadUnits {
        /// The layer, counted from 0.
        layer: u8,
        /// Share of its units.
        share: f32,
    },
    /// The loss falls.
    Converging {
        /// The mean loss.
        loss: f32,
    },
    /// The loss no longer falls, and is well below that of a constant guess.
    Converged {
        /// The mean loss.
        loss: f32,
    },
    /// The loss no longer falls, and is not well below that of a constant guess.
    Plateau {
        /// The loss, in units of the constant guess's.
        ratio: f32,
    },
    /// Each step undoes most of the one before.
    Oscillating {
        /// The mean cosine of the angle between a step and the next.
        cosine: f32,
    },
    /// Steps have all but stopped at a loss no better than at first.
    SaddleSuspected {
        /// The size of a step, in units of the first steps' mean.
        ratio: f32,
    },
    /// The loss on validation samples rises while that on the samples learned from falls.
    Overfitting {
        /// The step of the best validation loss.
        since: u64,
        /// The validation loss, in units of the best.
        ratio: f32,
    },
    /// The fit has ended little better than a constant guess.
    Underfitting {
        /// The loss, in units of the constant guess's.
        ratio: f32,
    },
    /// A feature is far larger than another.
    UnscaledFeature {
        /// The larger one, counted from 0.
        index: u16,
        /// Ratio of root mean squares.
        ratio: f32,
    },
    /// A feature never changes.
    DeadFeature {
        /// The feature, counted from 0.
        index: u16,
    },
    /// Two features are collinear.
    CollinearFeatures {
        /// The first one, counted from 0.
        a: u16,
        /// The second one.
        b: u16,
        /// Their correlation.
        correlation: f32,
    },
    /// One class is far more frequent than another.
    ClassImbalance {
        /// Ratio of frequencies.
        ratio: f32,
    },
    /// The loss is better than a constant guess's, and the metric is not.
    LossMetricMismatch {
        /// The loss, in units of the constant guess's.
        loss: f32,
        /// The share of errors, in units of the constant guess's.
        errors: f32,
    },
    /// The loss is one of amounts, and the target looks like the number of a class.
    WrongLoss {
        /// The largest class seen.
        largest: u8,
    },
    /// The learning rate is too high for the fit to be stable.
    LearningRateTooHigh {
        /// Present learning rate.
        rate: f32,
        /// Learning rate to try.
        suggested: f32,
    },
    /// The learning rate is too low for the number of updates.
    LearningRateTooLow {
        /// Present learning rate.
        rate: f32,
        /// Learning rate to try.
        suggested: f32,
    },
    /// The loss has risen and stays up, as after a change of the data.
    Drift {
        /// Detector that found it.
        detector: Detector,
    },
    /// The fit was rolled back to its last good parameters, at a lower rate.
    RolledBack {
        /// The step of those parameters.
        to: u64,
    },
    /// The parameters were perturbed at random, to leave a saddle.
    Perturbed,
}

impl Finding {
    /// Its name, as it is written in JSON.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::NonFinite { .. } => "non_finite",
            Self::Diverging { .. } => "diverging",
            Self::ExplodingGradient { .. } => "exploding_gradient",
            Self::VanishingGradient { .. } => "vanishing_gradient",
            Self::DeadUnits { .. } => "dead_units",
            Self::Converging { .. } => "converging",
            Self::Converged { .. } => "converged",
            Self::Plateau { .. } => "plateau",
            Self::Oscillating { .. } => "oscillating",
            Self::SaddleSuspected { .. } => "saddle_suspected",
            Self::Overfitting { .. } => "overfitting",
            Self::Underfitting { .. } => "underfitting",
            Self::UnscaledFeature { .. } => "unscaled_feature",
            Self::DeadFeature { .. } => "dead_feature",
            Self::CollinearFeatures { .. } => "collinear_features",
            Self::ClassImbalance { .. } => "class_imbalance",
            Self::LossMetricMismatch { .. } => "loss_metric_mismatch",
            Self::WrongLoss { .. } => "wrong_loss",
            Self::LearningRateTooHigh { .. } => "learning_rate_too_high",
            Self::LearningRateTooLow { .. } => "learning_rate_too_low",
            Self::Drift { .. } => "drift",
            Self::RolledBack { .. } => "rolled_back",
            Self::Perturbed => "perturbed",
        }
    }

    /// Returns `true` for a finding that fails a fit whenever it is found.
    /// [`Plateau`](Finding::Plateau) and [`Oscillating`](Finding::Oscillating) are failures only at
    /// the end of a fit that has not beaten a constant guess.
    pub const fn is_failure(&self) -> bool {
        matches!(
            self,
            Self::NonFinite { .. }
                | Self::Diverging { .. }
                | Self::ExplodingGradient { .. }
                | Self::VanishingGradient { .. }
                | Self::DeadUnits { .. }
        )
    }

    /// The bit that stands for it in a set of findings.
    pub(super) const fn bit(&self) -> u32 {
        match self {
            Self::NonFinite { .. } => 1 << 0,
            Self::Diverging { .. } => bit::DIVERGING,
            Self::ExplodingGradient { .. } => bit::EXPLODING,
            Self::VanishingGradient { .. } => bit::VANISHING,
            Self::DeadUnits { .. } => bit::DEAD_UNITS,
            Self::Converging { .. } => bit::CONVERGING,
            Self::Converged { .. } => bit::CONVERGED,
            Self::Plateau { .. } => bit::PLATEAU,
            Self::Oscillating { .. } => 1 << 8,
            Self::SaddleSuspected { .. } => bit::SADDLE,
            Self::Overfitting { .. } => 1 << 10,
            Self::Underfitting { .. } => 1 << 11,
            Self::UnscaledFeature { .. } => 1 << 12,
            Self::DeadFeature { .. } => 1 << 13,
            Self::CollinearFeatures { .. } => 1 << 14,
            Self::ClassImbalance { .. } => 1 << 15,
            Self::LossMetricMismatch { .. } => 1 << 16,
            Self::WrongLoss { .. } => 1 << 17,
            Self::LearningRateTooHigh { .. } => bit::TOO_HIGH,
            Self::LearningRateTooLow { .. } => 1 << 19,
            Self::Drift { .. } => bit::DRIFT,
            Self::RolledBack { .. } => bit::ROLLED_BACK,
            Self::Perturbed => bit::PERTURBED,
        }
    }
}

/// Bits of findings that are emitted more than once, or looked up.
pub(super) mod bit {
    pub(crate) const DIVERGING: u32 = 1 << 1;
    pub(crate) const EXPLODING: u32 = 1 << 2;
    pub(crate) const VANISHING: u32 = 1 << 3;
    pub(crate) const DEAD_UNITS: u32 = 1 << 4;
    pub(crate) const CONVERGING: u32 = 1 << 5;
    pub(crate) const CONVERGED: u32 = 1 << 6;
    pub(crate) const PLATEAU: u32 = 1 << 7;
    pub(crate) const SADDLE: u32 = 1 << 9;
    pub(crate) const TOO_HIGH: u32 = 1 << 18;
    pub(crate) const DRIFT: u32 = 1 << 20;
    pub(crate) const ROLLED_BACK: u32 = 1 << 21;
    pub(crate) const PERTURBED: u32 = 1 << 22;
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NonFinite { fault, sample } => write!(f, "sample {sample} was refused: {fault}"),
            Self::Diverging { ratio } => {
                write!(f, "diverging: the loss is {ratio} times a constant guess's")
            }
            Self::ExplodingGradient { ratio } => {
                write!(f, "exploding gradient: {ratio} times as large as at first")
            }
            Self::VanishingGradient { layer, ratio } => {
                write!(
                    f,
                    "vanishing gradient: layer {layer} has {ratio} of the last one's"
                )
            }
            Self::DeadUnits { layer, share } => {
                write!(f, "dead units: a share of {share} in layer {layer}")
            }
            Self::Converging { loss } => write!(f, "converging: the loss is {loss}"),
            Self::Converged { loss } => write!(f, "converged: the loss is {loss}"),
            Self::Plateau { ratio } => {
                write!(
                    f,
                    "plateau: the loss stays at {ratio} times a constant guess's"
                )
            }
            Self::Oscillating { cosine } => write!(
                f,
                "oscillating: the cosine between a step and the next is {cosine}"
            ),
            Self::SaddleSuspected { ratio } => write!(
                f,
                "saddle suspected: steps are {ratio} of the first ones and the loss is no better"
            ),
            Self::Overfitting { since, ratio } => write!(
                f,
                "overfitting since step {since}: the validation loss is {ratio} times its best"
            ),
            Self::Underfitting { ratio } => {
                write!(
                    f,
                    "underfitting: the loss is {ratio} times a constant guess's"
                )
            }
            Self::UnscaledFeature { index, ratio } => {
                write!(
                    f,
                    "unscaled: feature {index} is {ratio} times as large as another"
                )
            }
            Self::DeadFeature { index } => write!(f, "feature {index} never changes"),
            Self::CollinearFeatures { a, b, correlation } => {
                write!(
                    f,
                    "features {a} and {b} have a correlation of {correlation}"
                )
            }
            Self::ClassImbalance { ratio } => {
                write!(f, "one class is {ratio} times as frequent as another")
            }
            Self::LossMetricMismatch { loss, errors } => write!(
                f,
                "the loss is {loss} times a constant guess's, the errors {errors} times its"
            ),
            Self::WrongLoss { largest } => {
                write!(f, "the target looks like classes 0 to {largest}")
            }
            Self::LearningRateTooHigh { rate, suggested } => {
                write!(f, "the learning rate {rate} is too high; try {suggested}")
            }
            Self::LearningRateTooLow { rate, suggested } => {
                write!(f, "the learning rate {rate} is too low; try {suggested}")
            }
            Self::Drift { detector } => write!(f, "drift, detected by {}", detector.name()),
            Self::RolledBack { to } => write!(f, "rolled back to step {to}, at a lower rate"),
            Self::Perturbed => f.write_str("perturbed at random"),
        }
    }
}
