use serde::{Deserialize, Serialize};

use super::adam::AdamNow;
use super::{Adam, Momentum, Optimizer, Sgd};
use crate::model::Kind;
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
    /// [`Adam`].
    Adam(Adam<T>),
}

/// The coefficients of one step of whichever optimizer it is.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs, reason = "each holds what its optimizer's step needs")]
#[non_exhaustive]
pub enum AnyNow<T> {
    Sgd(T),
    Momentum(T),
    Adam(AdamNow<T>),
}

/// Calls a method that needs this step's coefficients, once; a mismatch cannot be built.
macro_rules! with_now {
    ($any:expr, $now:expr, $optimizer:ident, $inner:ident => $call:expr, else $other:expr) => {
        match ($any, $now) {
            (AnyOptimizer::Sgd($optimizer), AnyNow::Sgd($inner)) => $call,
            (AnyOptimizer::Momentum($optimizer), AnyNow::Momentum($inner)) => $call,
            (AnyOptimizer::Adam($optimizer), AnyNow::Adam($inner)) => $call,
            _ => $other,
        }
    };
}

/// Calls a method that needs no coefficients, once.
macro_rules! each {
    ($any:expr, $optimizer:ident => $call:expr) => {
        match $any {
            AnyOptimizer::Sgd($optimizer) => $call,
            AnyOptimizer::Momentum($optimizer) => $call,
            AnyOptimizer::Adam($optimizer) => $call,
        }
    };
}

impl<T: Real> Optimizer<T> for AnyOptimizer<T> {
    type Now = AnyNow<T>;
    const SLOTS: usize = 2;
    const SHARED: usize = 2;

    #[inline]
    fn slots(&self) -> usize {
        each!(self, optimizer => Optimizer::<T>::slots(optimizer))
    }

    #[inline]
    fn shared(&self) -> usize {
        each!(self, optimizer => Optimizer::<T>::shared(optimizer))
    }

    fn check(&self) -> Result<(), Setting> {
        each!(self, optimizer => optimizer.check())
    }

    #[inline]
    fn now(&self, shared: &[T], factor: T) -> AnyNow<T> {
        match self {
            Self::Sgd(optimizer) => AnyNow::Sgd(optimizer.now(shared, factor)),
            Self::Momentum(optimizer) => AnyNow::Momentum(optimizer.now(shared, factor)),
            Self::Adam(optimizer) => AnyNow::Adam(optimizer.now(shared, factor)),
        }
    }

    #[inline]
    fn advance(&self, shared: &mut [T]) {
        each!(self, optimizer => optimizer.advance(shared));
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
        with_now!(self, now, optimizer, now => optimizer.element(now, parameter, state, gradient), else parameter)
    }

    #[inline]
    fn row<R: Rules<T>>(
        &self,
        now: &AnyNow<T>,
        rules: &R,
        memory: (&mut [T], &mut [T]),
        delta: T,
        inputs: &[T],
    ) {
        with_now!(self, now, optimizer, now => optimizer.row(now, rules, memory, delta, inputs), else {});
    }

    #[inline]
    fn run<R: Rules<T>>(
        &self,
        now: &AnyNow<T>,
        rules: &R,
        kind: Kind,
        memory: (&mut [T], &mut [T]),
        gradients: &[T],
        share: T,
    ) {
        with_now!(self, now, optimizer, now => optimizer.run(now, rules, kind, memory, gradients, share), else {});
    }
}
