//! Optimizers by the oracle's names.

use downhill::Real;
use downhill::optimizer::{
    AdaGrad, Adam, AdamW, AmsGrad, AnyOptimizer, AveragedSgd, Momentum, RmsProp, Rprop, Sgd,
};
use serde::Deserialize;

/// An optimizer by the oracle's name.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum OptimizerSpec {
    Sgd {
        rate: f64,
    },
    Momentum {
        rate: f64,
        momentum: f64,
        nesterov: bool,
    },
    Adagrad {
        rate: f64,
        epsilon: f64,
    },
    Rmsprop {
        rate: f64,
        alpha: f64,
        epsilon: f64,
        centered: bool,
        momentum: f64,
    },
    Adam(AdamSpec),
    Adamw {
        #[serde(flatten)]
        adam: AdamSpec,
        decay: f64,
    },
    Averaged {
        rate: f64,
    },
    Rprop {
        first: f64,
        shrink: f64,
        grow: f64,
        least: f64,
        most: f64,
    },
}

#[derive(Clone, Copy, Debug, Deserialize)]
pub(crate) struct AdamSpec {
    rate: f64,
    beta1: f64,
    beta2: f64,
    epsilon: f64,
    pub(crate) amsgrad: bool,
}

impl AdamSpec {
    pub(crate) fn build<T: Real>(self) -> Adam<T> {
        Adam {
            learning_rate: T::from_f64(self.rate),
            beta1: T::from_f64(self.beta1),
            beta2: T::from_f64(self.beta2),
            epsilon: T::from_f64(self.epsilon),
        }
    }
}

/// RMSProp of whichever kind its settings ask for.
pub(crate) fn build_rmsprop<T: Real, const CENTERED: bool, const HEAVY: bool>(
    [rate, decay, epsilon, momentum]: [f64; 4],
) -> RmsProp<T, CENTERED, HEAVY> {
    RmsProp {
        learning_rate: T::from_f64(rate),
        decay: T::from_f64(decay),
        epsilon: T::from_f64(epsilon),
        momentum: T::from_f64(momentum),
    }
}

impl OptimizerSpec {
    pub(crate) fn build<T: Real>(self) -> AnyOptimizer<T> {
        let real = T::from_f64;
        match self {
            Self::Sgd { rate } => AnyOptimizer::Sgd(Sgd::new(real(rate))),
            Self::Momentum {
                rate,
                momentum,
                nesterov,
            } => AnyOptimizer::Momentum(Momentum {
                learning_rate: real(rate),
                momentum: real(momentum),
                nesterov,
            }),
            Self::Adagrad { rate, epsilon } => AnyOptimizer::AdaGrad(AdaGrad {
                learning_rate: real(rate),
                epsilon: real(epsilon),
            }),
            Self::Rmsprop {
                rate,
                alpha,
                epsilon,
                centered,
                momentum,
            } => {
                let settings = [rate, alpha, epsilon, momentum];
                match (centered, momentum > 0.0) {
                    (false, false) => AnyOptimizer::RmsProp(build_rmsprop(settings)),
                    (true, false) => AnyOptimizer::RmsPropCentered(build_rmsprop(settings)),
                    (false, true) => AnyOptimizer::RmsPropHeavy(build_rmsprop(settings)),
                    (true, true) => AnyOptimizer::RmsPropCenteredHeavy(build_rmsprop(settings)),
                }
            }
            // AMSGrad's decay, which is AdamW's, is one of the rules.
            Self::Adam(adam) | Self::Adamw { adam, .. } if adam.amsgrad => {
                AnyOptimizer::AmsGrad(AmsGrad(adam.build()))
            }
            Self::Adam(adam) => AnyOptimizer::Adam(adam.build()),
            Self::Adamw { adam, decay } => AnyOptimizer::AdamW(AdamW {
                adam: adam.build(),
                decay: real(decay),
            }),
            Self::Averaged { rate } => AnyOptimizer::AveragedSgd(AveragedSgd::new(real(rate))),
            Self::Rprop {
                first,
                shrink,
                grow,
                least,
                most,
            } => {
                // The core has the paper's constants, and these are they.
                assert_eq!([shrink, grow, least, most], [0.5, 1.2, 1e-6, 50.0]);
                AnyOptimizer::Rprop(Rprop::new(real(first)))
            }
        }
    }
}
