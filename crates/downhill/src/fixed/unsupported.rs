//! Parts of a recipe that fixed point does not have.

use core::fmt;

use crate::{Fault, Setting};

/// A part of a recipe that fixed point does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unsupported {
    /// Another model than a linear one and a perceptron.
    Model,
    /// Another activation than relu, tanh and sigmoid.
    Activation,
    /// Another loss than squared, Huber and cross-entropy.
    Loss,
    /// A δ of Huber's loss that is not from 2⁻¹² to below 8.
    Delta,
    /// Another optimizer than gradient descent and momentum without Nesterov's variant.
    Optimizer,
    /// A learning rate, times the loss's own factor, that is not from 2⁻²⁴ to 1.
    Rate,
    /// A momentum that is not from 0 to below 1.
    Momentum,
    /// A schedule that goes by losses.
    Schedule,
    /// A penalty of the absolute value, a decay of weights, or an L2 that with the rate takes away a
    /// quarter of a weight or more in a step.
    Penalty,
    /// A clip that is no positive number.
    Clip,
    /// Bounds that no parameter can lie between.
    Bounds,
    /// Frozen layers.
    Frozen,
    /// A batch of more than one sample.
    Batch,
    /// A monitor that changes the fit.
    Recovery,
    /// A scaler that goes on learning.
    Forgetting,
}

impl Unsupported {
    /// Alternative to use instead, in words.
    pub const fn advice(self) -> &'static str {
        match self {
            Self::Model => "it has linear models and perceptrons",
            Self::Activation => "its activations are relu, tanh and sigmoid",
            Self::Loss => "its losses are squared, huber and cross_entropy",
            Self::Delta => "the delta of its huber is from 0.00025 to below 8",
            Self::Optimizer => "its optimizers are sgd and momentum",
            Self::Rate => {
                "its learning rate is from 1e-7 to 1, and to 0.5 of a squared loss, whose slope has \
                 a factor of 2"
            }
            Self::Momentum => "its momentum is from 0 to below 1",
            Self::Schedule => {
                "its schedules are constant, step, exponential, inverse_time and cosine"
            }
            Self::Penalty => "its penalty is l2, which times the learning rate is below 0.25",
            Self::Clip => "its clips are numbers above 0",
            Self::Bounds => "its parameters are from -8 to 8 in scaled units",
            Self::Frozen => "it trains every layer",
            Self::Batch => "it learns from each sample at once, in batches of 1",
            Self::Recovery => "its fits do not recover by themselves",
            Self::Forgetting => "its scaler is learned, and then frozen",
        }
    }

    /// Setting of the recipe that it is about.
    pub const fn setting(self) -> Setting {
        match self {
            Self::Model | Self::Activation => Setting::Model,
            Self::Loss | Self::Delta => Setting::Loss,
            Self::Rate => Setting::Rate,
            Self::Momentum => Setting::Decay,
            Self::Schedule => Setting::Schedule,
            Self::Penalty => Setting::Penalty,
            Self::Clip => Setting::Clip,
            Self::Bounds => Setting::Bounds,
            Self::Batch => Setting::Batch,
            Self::Recovery => Setting::Health,
            Self::Forgetting => Setting::Scaling,
            Self::Optimizer | Self::Frozen => Setting::NumberType,
        }
    }
}

impl fmt::Display for Unsupported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.advice())
    }
}

impl core::error::Error for Unsupported {}

/// Reason why there is no fit in fixed point of a recipe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// It asks for what fixed point does not have.
    Unsupported(Unsupported),
    /// As in floats.
    Fault(Fault),
}

impl From<Unsupported> for Refused {
    fn from(unsupported: Unsupported) -> Self {
        Self::Unsupported(unsupported)
    }
}

impl From<Fault> for Refused {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<Refused> for Fault {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Unsupported(unsupported) => Self::Setting(unsupported.setting()),
            Refused::Fault(fault) => fault,
        }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unsupported(unsupported) => unsupported.fmt(f),
            Self::Fault(fault) => fault.fmt(f),
        }
    }
}

impl core::error::Error for Refused {}
