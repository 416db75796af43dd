use std::fmt;
use std::str::FromStr;

use downhill::Real;
use downhill::loss::{AnyLoss, CrossEntropy, Huber, Squared};

use super::{bare, positive, split, unknown};

/// A loss, as `--loss` names it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum LossSpec {
    /// e².
    Squared,
    /// ½ e² up to an error of `delta`, straight beyond.
    Huber {
        /// In standard deviations of the target where that is standardised.
        delta: f64,
    },
    /// Of the probability of a class.
    CrossEntropy,
}

impl LossSpec {
    /// Its names.
    const NAMES: &[&str] = &["squared", "huber", "cross_entropy"];

    /// The core's loss.
    pub(crate) fn build<T: Real>(self) -> AnyLoss<T> {
        match self {
            Self::Squared => AnyLoss::Squared(Squared),
            Self::Huber { delta } => AnyLoss::Huber(Huber {
                delta: T::from_f64(delta),
            }),
            Self::CrossEntropy => AnyLoss::CrossEntropy(CrossEntropy),
        }
    }

    /// Whether it takes the output for a logit and the target for a class.
    pub(crate) fn is_of_classes(self) -> bool {
        matches!(self, Self::CrossEntropy)
    }
}

impl FromStr for LossSpec {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, argument) = split(text);
        match name {
            "squared" => bare(name, argument).map(|()| Self::Squared),
            "huber" => positive(name, argument, 1.0).map(|delta| Self::Huber { delta }),
            "cross_entropy" => bare(name, argument).map(|()| Self::CrossEntropy),
            _ => Err(unknown("loss", name, Self::NAMES)),
        }
    }
}

impl fmt::Display for LossSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Squared => f.write_str("squared"),
            Self::Huber { delta } => write!(f, "huber:{delta}"),
            Self::CrossEntropy => f.write_str("cross_entropy"),
        }
    }
}
