//! Table of optimizers.

#[cfg(feature = "serde")]
use serde::{Deserialize, Serialize};

use super::any::AnyCoefficients;
use super::{
    AdaGrad, Adam, AdamW, AmsGrad, AveragedSgd, Momentum, Optimizer, ParameterGroup, RmsProp,
    Rprop, Sgd,
};
use crate::internal::Internal;
use crate::registry::{Argument, Choice, Range};
use crate::rules::Rules;
use crate::{Real, Setting};

const MU: Argument = Argument::new("MU", Range::Between(0.0, 1.0), 0.9);
const DECAY: Argument = Argument::new("DECAY", Range::NotNegative, 0.01);

optimizers! {
    Sgd(Sgd<T>), Rate {
        "sgd", [], 0.001, "constant", Any,
            "with `--batch all` it is plain gradient descent over all rows"
            => |rate, _n| Sgd::new(rate);
    }
    Momentum(Momentum<T>), Rate {
        "momentum", [MU], 0.0001, "constant", Any, "a velocity, of which each step keeps MU"
            => |rate, mu| Momentum { momentum: mu?, ..Momentum::new(rate) };
        "nesterov", [MU], 0.0001, "constant", Any, "the same, looking ahead"
            => |rate, mu| Momentum { momentum: mu?, ..Momentum::nesterov(rate) };
    }
    AdaGrad(AdaGrad<T>), Rate {
        "adagrad", [], 0.05, "constant", Any, "the rate over the root of the sum of squares"
            => |rate, _n| AdaGrad::new(rate);
    }
    RmsProp(RmsProp<T>), Rate {
        "rmsprop", [], 0.001, "constant", Any, "the rate over the root of a running mean of squares"
            => |rate, _n| RmsProp::new(rate);
    }
    #[cfg_attr(feature = "serde", serde(alias = "rms_prop_centred"))]
    RmsPropCentered(RmsProp<T, true>), Rate {
        "rmsprop": "centered" | "centred", [], 0.001, "constant", Any, "of their variance instead"
            => |rate, _n| RmsProp::new(rate);
    }
    RmsPropHeavy(RmsProp<T, false, true>), Rate {
        "rmsprop": "momentum", [], 0.001, "constant", Any, "`rmsprop` with a velocity"
            => |rate, _n| RmsProp::new(rate);
    }
    #[cfg_attr(feature = "serde", serde(alias = "rms_prop_centred_heavy"))]
    RmsPropCenteredHeavy(RmsProp<T, true, true>), Rate {
        "rmsprop": "centered_momentum" | "centred_momentum", [], 0.001, "constant", Any, "both"
            => |rate, _n| RmsProp::new(rate);
    }
    Adam(Adam<T>), Adam {
        "adam", [], 0.002, "cosine", Any, "the default" => |rate, _n| Adam::new(rate);
    }
    AmsGrad(AmsGrad<T>), Adam {
        "amsgrad", [], 0.002, "cosine", Any, "`adam` with the largest mean of squares so far"
            => |rate, _n| AmsGrad::new(rate);
    }
    AdamW(AdamW<T>), Adam {
        "adamw", [DECAY], 0.002, "cosine", Any, "`adam` with decoupled weight decay"
            => |rate, decay| AdamW { decay: decay?, ..AdamW::new(rate) };
    }
    AveragedSgd(AveragedSgd<T>), Averaged {
        "averaged", [], 0.001, "constant", Any,
            "the fit ends with the mean of the parameters over all updates"
            => |rate, _n| AveragedSgd::new(rate);
    }
    Rprop(Rprop<T>), Rate {
        "rprop", [], 0.01, "constant", All, "the batch is all rows unless `--batch` says otherwise"
            => |rate, _n| Rprop::new(rate);
    }
}

/// Facts about an optimizer that its type does not tell.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct OptimizerFacts {
    /// Learning rate where none is asked for.
    pub rate: f64,
    /// Schedule where none is asked for, a name of [`SCHEDULES`](crate::rules::SCHEDULES).
    pub schedule: &'static str,
    /// Samples to an update where nothing is asked for.
    pub batch: Batch,
}

/// Samples to an update that an optimizer works with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Batch {
    /// Any number.
    Any,
    /// All of them: the optimizer compares one gradient of a data set with the next.
    All,
}

/// A function of an optimizer of any type, for [`AnyOptimizer::visit`].
pub trait OptimizerVisitor<T: Real> {
    /// Type of the result.
    type Output;

    /// Calls the function.
    fn visit<O: Optimizer<T> + Copy>(self, optimizer: O) -> Self::Output;
}
