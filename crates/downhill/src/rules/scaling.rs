#[cfg(feature = "serde")]
use serde::{Deserialize, Serialize};

use crate::registry::{Argument, Choice, Range};

/// Way in which each column is scaled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum ScalingMethod {
    /// Not at all.
    #[default]
    None,
    /// To mean 0 and standard deviation 1.
    Standard,
    /// To the range from 0 to 1.
    MinMax,
    /// As [`Standard`](ScalingMethod::Standard), and going on after the freeze: mean and deviation
    /// follow the samples learned from, each new one with a weight of 1 / `horizon`.
    Forgetting {
        /// Samples that the scaler remembers; at least 2.
        horizon: u32,
    },
}

/// Every scaler by its name.
pub const SCALERS: &[Choice] = &[
    Choice::new("standard", &[], "to mean 0 and deviation 1", ()),
    Choice::new("minmax", &[], "to the range from 0 to 1", ()),
    Choice::new(
        "forgetting",
        &[Argument::required("HORIZON", Range::Count(2))],
        "as `standard`, and following the last HORIZON rows learned from",
        (),
    ),
    Choice::new("none", &[], "not at all", ()),
];

impl ScalingMethod {
    /// The scaler of this name in [`SCALERS`] with these numbers; `None` where there is no such
    /// name, or one number too few.
    pub fn named(name: &str, numbers: &[f64]) -> Option<Self> {
        Some(match name {
            "standard" => Self::Standard,
            "minmax" => Self::MinMax,
            "forgetting" => Self::Forgetting {
                horizon: *numbers.first()? as u32,
            },
            "none" => Self::None,
            _ => return None,
        })
    }
}

/// How features, and perhaps the target, are scaled before they meet the model.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
pub struct Scaling {
    /// Way in which each column is scaled.
    pub method: ScalingMethod,
    /// True where the target is scaled too. Predictions are in its own units all the same.
    pub target: bool,
}

impl Scaling {
    /// No scaling.
    pub const NONE: Self = Self {
        method: ScalingMethod::None,
        target: false,
    };
    /// Features to mean 0 and standard deviation 1.
    pub const STANDARD: Self = Self {
        method: ScalingMethod::Standard,
        target: false,
    };
    /// Features and target to mean 0 and standard deviation 1.
    pub const STANDARD_WITH_TARGET: Self = Self {
        method: ScalingMethod::Standard,
        target: true,
    };
}
