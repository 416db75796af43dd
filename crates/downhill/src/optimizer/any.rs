use serde::{Deserialize, Serialize};

use super::adam::AdamCoefficients;
use super::averaged::AveragedCoefficients;
use super::{
    AdaGrad, Adam, AdamW, AmsGrad, AveragedSgd, Momentum, Optimizer, ParameterGroup, RmsProp,
    Rprop, Sgd,
};
use crate::rules::Rules;
use crate::{Real, Setting};

/// An optimizer chosen at run time.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AnyOptimizer<T> {
    /// [`Sgd`].
    Sgd(Sgd<T>),
    /// [`Momentum`], Nesterov's included.
    Momentum(Momentum<T>),
    /// [`AdaGrad`].
    AdaGrad(AdaGrad<T>),
    /// [`RmsProp`].
    RmsProp(RmsProp<T>),
    /// [`RmsProp`], centred.
    #[serde(rename = "rms_prop_centred")]
    RmsPropCentered(RmsProp<T, true>),
    /// [`RmsProp`] with momentum.
    RmsPropHeavy(RmsProp<T, false, true>),
    /// [`RmsProp`], centred, with momentum.
    #[serde(rename = "rms_prop_centred_heavy")]
    RmsPropCenteredHeavy(RmsProp<T, true, true>),
    /// [`Adam`].
    Adam(Adam<T>),
    /// [`AmsGrad`].
    AmsGrad(AmsGrad<T>),
    /// [`AdamW`].
    AdamW(AdamW<T>),
    /// [`AveragedSgd`].
    AveragedSgd(AveragedSgd<T>),
    /// [`Rprop`].
    Rprop(Rprop<T>),
}

/// The coefficients of one step of whichever optimizer it is.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
#[allow(
    missing_docs,
    reason = "each holds what the steps of its optimizers need"
)]
pub enum AnyCoefficients<T> {
    Rate(T),
    Adam(AdamCoefficients<T>),
    Averaged(AveragedCoefficients<T>),
}

/// Calls a method that needs no coefficients, once.
macro_rules! each {
    ($any:expr, $optimizer:ident => $call:expr) => {
        match $any {
            AnyOptimizer::Sgd($optimizer) => $call,
            AnyOptimizer::Momentum($optimizer) => $call,
            AnyOptimizer::AdaGrad($optimizer) => $call,
            AnyOptimizer::RmsProp($optimizer) => $call,
            AnyOptimizer::RmsPropCentered($optimizer) => $call,
            AnyOptimizer::RmsPropHeavy($optimizer) => $call,
            AnyOptimizer::RmsPropCenteredHeavy($optimizer) => $call,
            AnyOptimizer::Adam($optimizer) => $call,
            AnyOptimizer::AmsGrad($optimizer) => $call,
            AnyOptimizer::AdamW($optimizer) => $call,
            AnyOptimizer::AveragedSgd($optimizer) => $call,
            AnyOptimizer::Rprop($optimizer) => $call,
        }
    };
}

/// Calls a method that needs this step's coefficients, once. Another optimizer's coefficients
/// are `$other`, which cannot happen within one trainer.
macro_rules! with_coefficients {
    ($any:expr, $coefficients:expr, $optimizer:ident, $inner:ident => $call:expr, else $other:expr) => {
        match ($any, $coefficients) {
            (AnyOptimizer::Sgd($optimizer), AnyCoefficients::Rate($inner)) => $call,
            (AnyOptimizer::Momentum($optimizer), AnyCoefficients::Rate($inner)) => $call,
            (AnyOptimizer::AdaGrad($optimizer), AnyCoefficients::Rate($inner)) => $call,
            (AnyOptimizer::RmsProp($optimizer), AnyCoefficients::Rate($inner)) => $call,
            (AnyOptimizer::RmsPropCentered($optimizer), AnyCoefficients::Rate($inner)) => $call,
            (AnyOptimizer::RmsPropHeavy($optimizer), AnyCoefficients::Rate($inner)) => $call,
            (AnyOptimizer::RmsPropCenteredHeavy($optimizer), AnyCoefficients::Rate($inner)) => {
                $call
            }
            (AnyOptimizer::Adam($optimizer), AnyCoefficients::Adam($inner)) => $call,
            (AnyOptimizer::AmsGrad($optimizer), AnyCoefficients::Adam($inner)) => $call,
            (AnyOptimizer::AdamW($optimizer), AnyCoefficients::Adam($inner)) => $call,
            (AnyOptimizer::AveragedSgd($optimizer), AnyCoefficients::Averaged($inner)) => $call,
            (AnyOptimizer::Rprop($optimizer), AnyCoefficients::Rate($inner)) => $call,
            _ => $other,
        }
    };
}

impl<T: Real> Optimizer<T> for AnyOptimizer<T> {
    type StepCoefficients = AnyCoefficients<T>;
    const SLOTS: usize = 3;
    const SHARED: usize = 2;

    #[inline]
    fn slots(&self) -> usize {
        each!(self, optimizer => Optimizer::<T>::slots(optimizer))
    }

    #[inline]
    fn shared(&self) -> usize {
        each!(self, optimizer => Optimizer::<T>::shared(optimizer))
    }

    #[inline]
    fn plain(&self) -> Option<Sgd<T>> {
        match self {
            Self::Sgd(descent) => Some(*descent),
            _ => None,
        }
    }

    fn check(&self) -> Result<(), Setting> {
        each!(self, optimizer => optimizer.check())
    }

    #[inline]
    fn step_coefficients(&self, shared: &[T], factor: T) -> AnyCoefficients<T> {
        match self {
            Self::Sgd(optimizer) => {
                AnyCoefficients::Rate(optimizer.step_coefficients(shared, factor))
            }
            Self::Momentum(optimizer) => {
                AnyCoefficients::Rate(optimizer.step_coefficients(shared, factor))
            }
            Self::AdaGrad(optimizer) => {
                AnyCoefficients::Rate(optimizer.step_coefficients(shared, factor))
            }
            Self::RmsProp(optimizer) => {
                AnyCoefficients::Rate(optimizer.step_coefficients(shared, factor))
            }
            Self::RmsPropCentered(optimizer) => {
                AnyCoefficients::Rate(optimizer.step_coefficients(shared, factor))
            }
            Self::RmsPropHeavy(optimizer) => {
                AnyCoefficients::Rate(optimizer.step_coefficients(shared, factor))
            }
            Self::RmsPropCenteredHeavy(optimizer) => {
                AnyCoefficients::Rate(optimizer.step_coefficients(shared, factor))
            }
            Self::Adam(optimizer) => {
                AnyCoefficients::Adam(optimizer.step_coefficients(shared, factor))
            }
            Self::AmsGrad(optimizer) => {
                AnyCoefficients::Adam(optimizer.step_coefficients(shared, factor))
            }
            Self::AdamW(optimizer) => {
                AnyCoefficients::Adam(optimizer.step_coefficients(shared, factor))
            }
            Self::AveragedSgd(optimizer) => {
                AnyCoefficients::Averaged(optimizer.step_coefficients(shared, factor))
            }
            Self::Rprop(optimizer) => {
                AnyCoefficients::Rate(optimizer.step_coefficients(shared, factor))
            }
        }
    }

    #[inline]
    fn advance(&self, coefficients: &AnyCoefficients<T>, shared: &mut [T]) {
        with_coefficients!(self, coefficients, optimizer, coefficients => optimizer.advance(coefficients, shared), else {});
    }

    #[inline]
    fn gain(&self, coefficients: &AnyCoefficients<T>) -> T {
        with_coefficients!(self, coefficients, optimizer, coefficients => optimizer.gain(coefficients), else T::ZERO)
    }

    #[inline]
    fn learning_rate(&self, coefficients: &AnyCoefficients<T>) -> T {
        with_coefficients!(self, coefficients, optimizer, coefficients => optimizer.learning_rate(coefficients), else T::ZERO)
    }

    #[inline]
    fn max_update(&self, coefficients: &AnyCoefficients<T>, max_gradient: T) -> T {
        with_coefficients!(self, coefficients, optimizer, coefficients => optimizer.max_update(coefficients, max_gradient), else T::NAN)
    }

    #[inline]
    fn update(
        &self,
        coefficients: &AnyCoefficients<T>,
        parameter: T,
        state: &mut [T],
        gradient: T,
    ) -> T {
        with_coefficients!(
            self, coefficients, optimizer, coefficients => optimizer.update(coefficients, parameter, state, gradient),
            else parameter
        )
    }

    #[inline]
    fn shrink(&self, coefficients: &AnyCoefficients<T>, parameter: T) -> T {
        with_coefficients!(self, coefficients, optimizer, coefficients => optimizer.shrink(coefficients, parameter), else parameter)
    }

    #[inline]
    fn after_step(&self, coefficients: &AnyCoefficients<T>, parameter: T, state: &mut [T]) {
        with_coefficients!(self, coefficients, optimizer, coefficients => optimizer.after_step(coefficients, parameter, state), else {});
    }

    fn finish(&self, shared: &[T], parameters: &mut [T], state: &[T]) {
        each!(self, optimizer => optimizer.finish(shared, parameters, state));
    }

    #[inline(never)]
    fn outer<R: Rules<T>>(
        &self,
        coefficients: &AnyCoefficients<T>,
        rules: &R,
        run: ParameterGroup<'_, T>,
        deltas: (&[T], T),
        inputs: &[T],
    ) {
        with_coefficients!(
            self, coefficients, optimizer, coefficients => optimizer.outer(coefficients, rules, run, deltas, inputs),
            else {}
        );
    }
}
