use std::fmt;
use std::str::FromStr;

use downhill::Dyn;
use downhill::model::{AnyModel, Linear};

use super::{bare, split, unknown};

/// A model, as `--model` names it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum ModelSpec {
    /// A weighted sum and an intercept.
    Linear,
    /// The same sum, read as the logit of class 1.
    Logistic,
}

impl ModelSpec {
    /// Its names.
    const NAMES: &[&str] = &["linear", "logistic"];

    /// The core's model for this many features.
    pub(crate) fn build(self, features: u16) -> AnyModel {
        match self {
            Self::Linear | Self::Logistic => {
                AnyModel::Linear(Linear::with_shape(Dyn(features), Dyn(1), Dyn(1)))
            }
        }
    }

    /// Whether its prediction is the probability of a class.
    pub(crate) fn is_classifier(self) -> bool {
        matches!(self, Self::Logistic)
    }
}

impl FromStr for ModelSpec {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, argument) = split(text);
        let spec = match name {
            "linear" => Self::Linear,
            "logistic" => Self::Logistic,
            _ => return Err(unknown("model", name, Self::NAMES)),
        };
        bare(name, argument)?;
        Ok(spec)
    }
}

impl fmt::Display for ModelSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Linear => "linear",
            Self::Logistic => "logistic",
        })
    }
}
