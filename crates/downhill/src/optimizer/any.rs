use serde::{Deserialize, Serialize};

use super::adam::AdamNow;
use super::averaged::AveragedNow;
use super::{
    AdaGrad, Adam, AdamW, AmsGrad, AveragedSgd, Momentum, Optimizer, RmsProp, Rprop, Run, Sgd,
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
    RmsPropCentred(RmsProp<T, true>),
    /// [`RmsProp`] with momentum.
    RmsPropHeavy(RmsProp<T, false, true>),
    /// [`RmsProp`], centred, with momentum.
    RmsPropCentredHeavy(RmsProp<T, true, true>),
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
pub enum AnyNow<T> {
    Rate(T),
    Adam(AdamNow<T>),
    Averaged(AveragedNow<T>),
}

/// Calls a method that needs no coefficients, once.
macro_rules! each {
    ($any:expr, $optimizer:ident => $call:expr) => {
        match $any {
            AnyOptimizer::Sgd($optimizer) => $call,
            AnyOptimizer::Momentum($optimizer) => $call,
            AnyOptimizer::AdaGrad($optimizer) => $call,
            AnyOptimizer::RmsProp($optimizer) => $call,
            AnyOptimizer::RmsPropCentred($optimizer) => $call,
            AnyOptimizer::RmsPropHeavy($optimizer) => $call,
            AnyOptimizer::RmsPropCentredHeavy($optimizer) => $call,
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
macro_rules! with_now {
    ($any:expr, $now:expr, $optimizer:ident, $inner:ident => $call:expr, else $other:expr) => {
        match ($any, $now) {
            (AnyOptimizer::Sgd($optimizer), AnyNow::Rate($inner)) => $call,
            (AnyOptimizer::Momentum($optimizer), AnyNow::Rate($inner)) => $call,
            (AnyOptimizer::AdaGrad($optimizer), AnyNow::Rate($inner)) => $call,
            (AnyOptimizer::RmsProp($optimizer), AnyNow::Rate($inner)) => $call,
            (AnyOptimizer::RmsPropCentred($optimizer), AnyNow::Rate($inner)) => $call,
            (AnyOptimizer::RmsPropHeavy($optimizer), AnyNow::Rate($inner)) => $call,
            (AnyOptimizer::RmsPropCentredHeavy($optimizer), AnyNow::Rate($inner)) => $call,
            (AnyOptimizer::Adam($optimizer), AnyNow::Adam($inner)) => $call,
            (AnyOptimizer::AmsGrad($optimizer), AnyNow::Adam($inner)) => $call,
            (AnyOptimizer::AdamW($optimizer), AnyNow::Adam($inner)) => $call,
            (AnyOptimizer::AveragedSgd($optimizer), AnyNow::Averaged($inner)) => $call,
            (AnyOptimizer::Rprop($optimizer), AnyNow::Rate($inner)) => $call,
            _ => $other,
        }
    };
}

impl<T: Real> Optimizer<T> for AnyOptimizer<T> {
    type Now = AnyNow<T>;
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
    fn now(&self, shared: &[T], factor: T) -> AnyNow<T> {
        match self {
            Self::Sgd(optimizer) => AnyNow::Rate(optimizer.now(shared, factor)),
            Self::Momentum(optimizer) => AnyNow::Rate(optimizer.now(shared, factor)),
            Self::AdaGrad(optimizer) => AnyNow::Rate(optimizer.now(shared, factor)),
            Self::RmsProp(optimizer) => AnyNow::Rate(optimizer.now(shared, factor)),
            Self::RmsPropCentred(optimizer) => AnyNow::Rate(optimizer.now(shared, factor)),
            Self::RmsPropHeavy(optimizer) => AnyNow::Rate(optimizer.now(shared, factor)),
            Self::RmsPropCentredHeavy(optimizer) => AnyNow::Rate(optimizer.now(shared, factor)),
            Self::Adam(optimizer) => AnyNow::Adam(optimizer.now(shared, factor)),
            Self::AmsGrad(optimizer) => AnyNow::Adam(optimizer.now(shared, factor)),
            Self::AdamW(optimizer) => AnyNow::Adam(optimizer.now(shared, factor)),
            Self::AveragedSgd(optimizer) => AnyNow::Averaged(optimizer.now(shared, factor)),
            Self::Rprop(optimizer) => AnyNow::Rate(optimizer.now(shared, factor)),
        }
    }

    #[inline]
    fn advance(&self, now: &AnyNow<T>, shared: &mut [T]) {
        with_now!(self, now, optimizer, now => optimizer.advance(now, shared), else {});
    }

    #[inline]
    fn gain(&self, now: &AnyNow<T>) -> T {
        with_now!(self, now, optimizer, now => optimizer.gain(now), else T::ZERO)
    }

    #[inline]
    fn current_rate(&self, now: &AnyNow<T>) -> T {
        with_now!(self, now, optimizer, now => optimizer.current_rate(now), else T::ZERO)
    }

    #[inline]
    fn charge(&self, now: &AnyNow<T>, reach: T) -> T {
        with_now!(self, now, optimizer, now => optimizer.charge(now, reach), else T::NAN)
    }

    #[inline]
    fn element(&self, now: &AnyNow<T>, parameter: T, state: &mut [T], gradient: T) -> T {
        with_now!(
            self, now, optimizer, now => optimizer.element(now, parameter, state, gradient),
            else parameter
        )
    }

    #[inline]
    fn shrink(&self, now: &AnyNow<T>, parameter: T) -> T {
        with_now!(self, now, optimizer, now => optimizer.shrink(now, parameter), else parameter)
    }

    #[inline]
    fn settled(&self, now: &AnyNow<T>, parameter: T, state: &mut [T]) {
        with_now!(self, now, optimizer, now => optimizer.settled(now, parameter, state), else {});
    }

    fn finish(&self, shared: &[T], parameters: &mut [T], state: &[T]) {
        each!(self, optimizer => optimizer.finish(shared, parameters, state));
    }

    #[inline(never)]
    fn outer<R: Rules<T>>(
        &self,
        now: &AnyNow<T>,
        rules: &R,
        run: Run<'_, T>,
        deltas: (&[T], T),
        inputs: &[T],
    ) {
        with_now!(
            self, now, optimizer, now => optimizer.outer(now, rules, run, deltas, inputs),
            else {}
        );
    }
}
