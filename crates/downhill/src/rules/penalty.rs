#[cfg(feature = "serde")]
use serde::{Deserialize, Serialize};

use super::{Rules, is_not_negative};
use crate::model::ParameterKind;
use crate::{Real, Setting};

/// Penalty on large weights. Biases, and the parameters of formulas, are exempt.
///
/// - `l2`: ½ λ w² is added to the loss, so λ w to the gradient (ridge; Hoerl and Kennard 1970;
///   PyTorch's `weight_decay`).
/// - `l1`: λ |w| is added, by its proximal step: after the update a weight moves η λ towards 0
///   and stops there (lasso; Tibshirani 1996; Daubechies, Defrise and De Mol 2004). Weights
///   become exactly 0 under plain gradient descent and momentum. Optimizers that divide each
///   gradient by its usual size, such as Adam, move a weight by about η however small its
///   gradient is, further than η λ takes it back: under them weights come near 0 and seldom rest
///   there. With both it is the elastic net (Zou and Hastie 2005).
/// - `decay`: a weight shrinks by η λ w before the update, whatever the optimizer does with the
///   gradient (Loshchilov and Hutter 2019).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
pub struct Penalty<T> {
    /// λ of the absolute value; at least 0.
    pub l1: T,
    /// λ of the square; at least 0, at most 1,000.
    pub l2: T,
    /// λ of the decoupled decay; at least 0, and with the learning rate η λ below 1.
    pub decay: T,
}

impl<T: Real> Penalty<T> {
    /// Only the square.
    pub fn l2(l2: T) -> Self {
        Self {
            l1: T::ZERO,
            l2,
            decay: T::ZERO,
        }
    }

    /// Only the absolute value.
    pub fn l1(l1: T) -> Self {
        Self {
            l1,
            l2: T::ZERO,
            decay: T::ZERO,
        }
    }

    /// Penalty of these weights: l1 Σ|w| + ½ l2 Σw², for weights given one by one.
    pub fn cost(&self, weights: impl Iterator<Item = T>) -> T {
        weights.fold(T::ZERO, |sum, w| {
            sum + self.l1 * w.abs() + T::HALF * self.l2 * w * w
        })
    }
}

impl<T: Real> Rules<T> for Penalty<T> {
    const PENALIZES: bool = true;

    #[inline(always)]
    fn max_penalty_gradient(&self, max_parameter: T) -> T {
        self.l2 * max_parameter
    }

    #[inline(always)]
    fn gradient(&self, kind: ParameterKind, gain: T, parameter: T, gradient: T) -> T {
        match kind {
            ParameterKind::Weight if self.l2 > T::ZERO => gradient + gain * self.l2 * parameter,
            _ => gradient,
        }
    }

    #[inline(always)]
    fn shrink(&self, kind: ParameterKind, learning_rate: T, parameter: T) -> T {
        match kind {
            ParameterKind::Weight if self.decay > T::ZERO => {
                parameter - learning_rate * self.decay * parameter
            }
            _ => parameter,
        }
    }

    #[inline(always)]
    fn constrain(&self, _at: usize, kind: ParameterKind, learning_rate: T, parameter: T) -> T {
        let threshold = learning_rate * self.l1;
        if kind == ParameterKind::Bias || threshold == T::ZERO {
            parameter
        } else if parameter > threshold {
            parameter - threshold
        } else if parameter < -threshold {
            parameter + threshold
        } else {
            T::ZERO
        }
    }

    #[inline(always)]
    fn is_noop_per_parameter(&self) -> bool {
        self.l1 == T::ZERO && self.l2 == T::ZERO && self.decay == T::ZERO
    }

    fn check(&self) -> Result<(), Setting> {
        let fine = [self.l1, self.l2, self.decay]
            .into_iter()
            .all(is_not_negative);
        if fine && self.l2 <= T::from_u32(1000) {
            Ok(())
        } else {
            Err(Setting::Penalty)
        }
    }
}
