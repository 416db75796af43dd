//! Forward-mode differentiation: numbers that carry their own derivatives.
#![allow(
    clippy::suspicious_arithmetic_impl,
    reason = "the product and quotient rules add and subtract"
)]

use core::cmp::Ordering;
use core::ops::{Add, Div, Mul, Neg, Sub};

use crate::Real;

pub use crate::scalar::Scalar;
pub use crate::special_scalar::SpecialScalar;

/// A value and its derivatives with respect to `K` variables.
///
/// Arithmetic on duals follows the rules of differentiation, so a formula evaluated on them
/// gives its derivatives to the last bit or two, whatever the formula (forward mode: Wengert,
/// "A simple automatic derivative evaluation program", 1964).
///
/// A derivative that is exactly zero stays zero even where the slope of a function is infinite:
/// the square root of a constant 0 has derivative 0, not NaN.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dual<T, const K: usize> {
    /// The value.
    pub value: T,
    /// The derivative with respect to each variable.
    pub slopes: [T; K],
}

impl<T: Real, const K: usize> Dual<T, K> {
    /// Variable `index` of the `K`, counted from 0, at `value`; a constant where there is no
    /// such variable.
    #[inline(always)]
    pub fn variable(value: T, index: usize) -> Self {
        let mut slopes = [T::ZERO; K];
        if let Some(slope) = slopes.get_mut(index) {
            *slope = T::ONE;
        }
        Self { value, slopes }
    }

    /// All `K` variables, at `values`.
    #[inline(always)]
    pub fn variables(values: [T; K]) -> [Self; K] {
        let mut variables = [Self::constant(T::ZERO); K];
        for (index, (variable, value)) in variables.iter_mut().zip(values).enumerate() {
            *variable = Self::variable(value, index);
        }
        variables
    }

    /// The derivatives times a slope. A zero derivative stays zero.
    #[inline(always)]
    fn scaled(self, value: T, slope: T) -> Self {
        if slope.is_finite() {
            return self.each(value, |d| d * slope);
        }
        self.each(value, |d| if d == T::ZERO { d } else { d * slope })
    }

    /// Another value, and each derivative turned into another one. Arrays' own `map` is a call
    /// for each number where there are many.
    #[inline(always)]
    fn each(mut self, value: T, turn: impl Fn(T) -> T) -> Self {
        for slope in &mut self.slopes {
            *slope = turn(*slope);
        }
        self.value = value;
        self
    }

    #[inline(always)]
    fn is_constant(&self) -> bool {
        self.slopes.iter().all(|&d| d == T::ZERO)
    }

    #[inline(always)]
    fn join(mut self, other: Self, value: T, join: impl Fn(T, T) -> T) -> Self {
        for (a, &b) in self.slopes.iter_mut().zip(&other.slopes) {
            *a = join(*a, b);
        }
        self.value = value;
        self
    }
}

impl<T: Real, const K: usize> Scalar for Dual<T, K> {
    type Real = T;

    #[inline(always)]
    fn constant(value: T) -> Self {
        Self {
            value,
            slopes: [T::ZERO; K],
        }
    }

    #[inline(always)]
    fn value(self) -> T {
        self.value
    }

    #[inline(always)]
    fn chain(self, value: T, slope: impl FnOnce() -> T) -> Self {
        self.scaled(value, slope())
    }

    #[inline(always)]
    fn chain2(
        self,
        other: Self,
        value: T,
        slopes: (impl FnOnce() -> T, impl FnOnce() -> T),
    ) -> Self {
        let constant = Self::constant(value);
        let a = if self.is_constant() {
            constant
        } else {
            self.scaled(value, slopes.0())
        };
        if other.is_constant() {
            return a;
        }
        a.join(other.scaled(value, slopes.1()), value, |a, b| a + b)
    }
}

impl<T: Real, const K: usize> PartialOrd for Dual<T, K> {
    /// Compares values; derivatives have no order.
    #[inline(always)]
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        self.value.partial_cmp(&other.value)
    }
}

impl<T: Real, const K: usize> Neg for Dual<T, K> {
    type Output = Self;

    #[inline(always)]
    fn neg(self) -> Self {
        self.each(-self.value, |d| -d)
    }
}

impl<T: Real, const K: usize> Add for Dual<T, K> {
    type Output = Self;

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        self.join(other, self.value + other.value, |a, b| a + b)
    }
}

impl<T: Real, const K: usize> Sub for Dual<T, K> {
    type Output = Self;

    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        self.join(other, self.value - other.value, |a, b| a - b)
    }
}

impl<T: Real, const K: usize> Mul for Dual<T, K> {
    type Output = Self;

    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        let (x, y) = (self.value, other.value);
        self.join(other, x * y, |a, b| a * y + x * b)
    }
}

impl<T: Real, const K: usize> Div for Dual<T, K> {
    type Output = Self;

    #[inline(always)]
    fn div(self, other: Self) -> Self {
        let (quotient, y) = (self.value / other.value, other.value);
        self.join(other, quotient, |a, b| (a - quotient * b) / y)
    }
}

impl<T: Real, const K: usize> Add<T> for Dual<T, K> {
    type Output = Self;

    #[inline(always)]
    fn add(mut self, other: T) -> Self {
        self.value += other;
        self
    }
}

impl<T: Real, const K: usize> Sub<T> for Dual<T, K> {
    type Output = Self;

    #[inline(always)]
    fn sub(mut self, other: T) -> Self {
        self.value -= other;
        self
    }
}

impl<T: Real, const K: usize> Mul<T> for Dual<T, K> {
    type Output = Self;

    #[inline(always)]
    fn mul(self, other: T) -> Self {
        self.scaled(self.value * other, other)
    }
}

impl<T: Real, const K: usize> Div<T> for Dual<T, K> {
    type Output = Self;

    #[inline(always)]
    fn div(self, other: T) -> Self {
        self.each(self.value / other, |d| d / other)
    }
}
