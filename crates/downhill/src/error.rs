use core::fmt;

#[cfg(feature = "serde")]
use serde::{Deserialize, Serialize};

/// Most steps of a fit that another goes on from: no count of steps overflows within any time.
pub const MAX_STEPS: u64 = u64::MAX >> 1;

/// Reason why a sample or a call was refused. Whatever it is, nothing in the fit has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Fault {
    /// Feature `index` (counted from 0) is infinite or NaN.
    Feature {
        /// Which feature.
        index: u16,
    },
    /// Target `index` is infinite, NaN, or outside what the loss accepts (a class that does
    /// not exist, say).
    Target {
        /// Which target.
        index: u16,
    },
    /// The sample's weight is infinite, NaN or negative.
    Weight,
    /// The model's output is infinite or NaN, though every feature is finite.
    Prediction,
    /// The loss is infinite or NaN, though the output is finite.
    Loss,
    /// The gradient is too large to be held.
    Gradient,
    /// The update would move a parameter or the optimizer's state out of range.
    Update,
    /// A slice has `got` numbers where `need` are expected.
    Length {
        /// Numbers expected.
        need: u32,
        /// Numbers given.
        got: u32,
    },
    /// The arena holds `got` numbers and this fit needs `need`.
    Arena {
        /// Words that the fit needs.
        need: u32,
        /// Numbers given.
        got: u32,
    },
    /// A setting is impossible.
    Setting(Setting),
    /// The scaler has not been frozen yet: it is still learning its columns.
    Scaler,
    /// There is no sample in the batch to apply.
    EmptyBatch,
    /// A fit is to go on from more than [`MAX_STEPS`].
    Steps,
}

/// A setting that no fit can have, with the reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Setting {
    /// The learning rate is not finite and above 0.
    Rate,
    /// A momentum or decay factor is outside 0 ≤ x < 1.
    Decay,
    /// The addend that guards an optimizer's division is not finite and at least 1e-12.
    Epsilon,
    /// The model needs at least one output.
    Outputs,
    /// A batch holds at least one sample, and more where the loss is of a batch as a whole.
    Batch,
    /// The loss does not go with the number of outputs of the model.
    Loss,
    /// The model's kind and the number of outputs do not go together.
    Model,
    /// A target is scaled that the loss does not let be scaled: classes or counts.
    #[cfg_attr(feature = "serde", serde(alias = "rules"))]
    TargetScaling,
    /// A threshold is not finite.
    Threshold,
    /// Health looks more often than every fourth step, or is to act without looking.
    Health,
    /// A forgetting scaler remembers fewer than two samples.
    Scaling,
    /// A schedule's numbers are outside its range.
    Schedule,
    /// A penalty is negative or not finite, or its λ of the square is above 1,000.
    Penalty,
    /// A clip is not finite and above 0.
    Clip,
    /// A bound is not finite or upside down, or stands behind a gap in the list.
    Bounds,
    /// The forgetting factor of [`Recursive`](crate::least_squares::Recursive) is outside 0.5 ≤ x ≤ 1.
    Forgetting,
    /// The variance of [`Recursive`](crate::least_squares::Recursive) is not finite and above 0.
    Variance,
    /// The rate of [`Normalized`](crate::least_squares::Normalized) is outside 0 < x < 2.
    NormalizedRate,
    /// The floor of [`Normalized`](crate::least_squares::Normalized) is not finite and above 1e-30.
    Floor,
    /// The number type does not have something that the recipe asks for, or is another one.
    NumberType,
    /// A number of an anomaly detector is outside its range.
    Detector,
}

impl Setting {
    /// The field that it is about, of a [recipe](crate::Recipe) or of an estimator's settings.
    pub const fn field(self) -> &'static str {
        match self {
            Self::Rate => "optimizer.rate",
            Self::Decay => "optimizer",
            Self::Epsilon => "optimizer.epsilon",
            Self::Outputs => "model.outputs",
            Self::Batch => "batch",
            Self::Loss => "loss",
            Self::Model => "model",
            Self::TargetScaling => "rules.scaling.target",
            Self::Scaling => "rules.scaling.method",
            Self::Schedule => "rules.schedule",
            Self::Penalty => "rules.penalty",
            Self::Clip => "rules.clip",
            Self::Bounds => "rules.bounds",
            Self::Threshold => "threshold",
            Self::Health => "health",
            Self::Forgetting => "forgetting",
            Self::Variance => "variance",
            Self::NormalizedRate => "rate",
            Self::Floor => "floor",
            Self::NumberType => "number",
            Self::Detector => "detector",
        }
    }

    /// Permitted values, in words.
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Rate => "the learning rate must be finite and above 0",
            Self::Decay => "momentum and decay factors must be at least 0 and below 1",
            Self::Epsilon => "epsilon must be finite and at least 1e-12",
            Self::Outputs => "the model needs at least one output",
            Self::Batch => {
                "a batch holds at least one sample, and more where the loss is of a batch as a whole"
            }
            Self::Loss => {
                "this loss does not go with this number of outputs, or its own number is outside \
                 its range"
            }
            Self::Model => "this model does not go with this number of outputs",
            Self::TargetScaling => "a target of classes or counts cannot be scaled",
            Self::Scaling => "a forgetting scaler remembers at least 2 samples",
            Self::Schedule => {
                "factors and floors must be from 0 to 1, decays finite and at least 0, and counts \
                 of steps or reports at least 1"
            }
            Self::Penalty => "penalties must be finite and at least 0, and l2 at most 1,000",
            Self::Clip => "clips must be finite and above 0",
            Self::Bounds => {
                "the low and high of a bound must be finite and in order, and so its first and last \
                 parameter; bounds stand at the front of their list"
            }
            Self::Threshold => "the threshold of a class must be finite",
            Self::Health => "health looks every 4 steps or less often, and acts only if it looks",
            Self::Forgetting => "the forgetting factor must be at least 0.5 and at most 1",
            Self::Variance => "the variance must be finite and above 0",
            Self::NormalizedRate => "the rate must be above 0 and below 2",
            Self::Floor => "the floor must be finite and above 1e-30",
            Self::NumberType => "this number type does not have all that the recipe asks for",
            Self::Detector => {
                "shrinkage must be from 0.0001 to 1, a share above 0 and below 1, votes at least 1 of \
                 at most 32, counts at least 1, and so few scores above the threshold that they are kept"
            }
        }
    }
}

impl fmt::Display for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field(), self.reason())
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Feature { index } => write!(f, "feature {index} is not finite"),
            Self::Target { index } => write!(f, "target {index} is not one that the loss accepts"),
            Self::Weight => f.write_str("the weight is not finite and at least 0"),
            Self::Prediction => f.write_str("the prediction is not finite"),
            Self::Loss => f.write_str("the loss is not finite"),
            Self::Gradient => f.write_str("the gradient is too large"),
            Self::Update => f.write_str("the update would move a parameter out of range"),
            Self::Length { need, got } => {
                write!(f, "{got} numbers given where {need} are expected")
            }
            Self::Arena { need, got } => {
                write!(f, "the arena holds {got} numbers and the fit needs {need}")
            }
            Self::Setting(setting) => setting.fmt(f),
            Self::Scaler => f.write_str("the scaler is still learning: freeze it first"),
            Self::EmptyBatch => f.write_str("the batch is empty"),
            Self::Steps => write!(f, "a fit goes on from at most {} steps", MAX_STEPS),
        }
    }
}

impl core::error::Error for Fault {}
