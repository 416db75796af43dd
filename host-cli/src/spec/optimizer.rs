use std::fmt;
use std::str::FromStr;

use downhill::Real;
use downhill::optimizer::{Adam, AnyOptimizer, Momentum, Sgd};

use super::{bare, split, unknown};

/// An optimizer, as `--optimizer` names it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum OptimizerSpec {
    /// Plain gradient descent, a sample or a batch a step.
    Sgd,
    /// With momentum 0.9.
    Momentum,
    /// With Nesterov's momentum 0.9.
    Nesterov,
    /// Adam with the paper's settings.
    Adam,
}

impl OptimizerSpec {
    /// Its names.
    const NAMES: &[&str] = &["sgd", "momentum", "nesterov", "adam"];

    /// The core's optimizer at this learning rate.
    pub(crate) fn build<T: Real>(self, rate: f64) -> AnyOptimizer<T> {
        let rate = T::from_f64(rate);
        match self {
            Self::Sgd => AnyOptimizer::Sgd(Sgd::rate(rate)),
            Self::Momentum => AnyOptimizer::Momentum(Momentum::rate(rate)),
            Self::Nesterov => AnyOptimizer::Momentum(Momentum::nesterov(rate)),
            Self::Adam => AnyOptimizer::Adam(Adam::rate(rate)),
        }
    }

    /// The learning rate where none is asked for.
    pub(crate) fn default_rate(self) -> f64 {
        match self {
            Self::Sgd => 0.001,
            Self::Momentum | Self::Nesterov => 0.0001,
            Self::Adam => 0.001,
        }
    }
}

impl FromStr for OptimizerSpec {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, argument) = split(text);
        let spec = match name {
            "sgd" => Self::Sgd,
            "momentum" => Self::Momentum,
            "nesterov" => Self::Nesterov,
            "adam" => Self::Adam,
            _ => return Err(unknown("optimizer", name, Self::NAMES)),
        };
        bare(name, argument)?;
        Ok(spec)
    }
}

impl fmt::Display for OptimizerSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sgd => "sgd",
            Self::Momentum => "momentum",
            Self::Nesterov => "nesterov",
            Self::Adam => "adam",
        })
    }
}
