//! The numbers that a formula can be evaluated on.

use core::fmt::Debug;
use core::ops::{Add, Div, Mul, Neg, Sub};

use crate::Real;

/// A number that a formula is written in: `f32`, `f64`, or a
/// [`Dual`](crate::dual::Dual) that differentiates it.
///
/// Write a formula once, over any `Scalar`, and it can be evaluated and differentiated. A
/// parameter is a `Scalar`, a measured value is a plain [`Real`]; operators take a scalar on the
/// left and either on the right. [`number`](Scalar::number) makes a constant.
///
/// ```
/// use downhill::dual::{Dual, Scalar};
///
/// fn decay<S: Scalar>(height: S, rate: S, time: S::Real) -> S {
///     height * (-rate * time).exp()
/// }
/// assert_eq!(decay(2.0, 0.0, 7.0), 2.0);
/// let [height, rate] = Dual::variables([2.0, 0.0]);
/// let y = decay(height, rate, 7.0);
/// assert_eq!((y.value, y.slopes), (2.0, [1.0, -14.0])); // the derivatives, exactly
/// ```
pub trait Scalar:
    Copy
    + Debug
    + PartialEq
    + PartialOrd
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
    + Add<Self::Real, Output = Self>
    + Sub<Self::Real, Output = Self>
    + Mul<Self::Real, Output = Self>
    + Div<Self::Real, Output = Self>
{
    /// Number type of values and derivatives.
    type Real: Real;

    /// A constant: its derivatives are zero.
    fn constant(value: Self::Real) -> Self;

    /// The value, without derivatives.
    fn value(self) -> Self::Real;

    /// The chain rule: a function of this number, by its value here and, where derivatives are
    /// wanted, its slope here.
    fn chain(self, value: Self::Real, slope: impl FnOnce() -> Self::Real) -> Self;

    /// The chain rule for two numbers: `slopes` are with respect to `self` and to `other`. A
    /// number that is constant does not ask for its slope.
    fn chain2(
        self,
        other: Self,
        value: Self::Real,
        slopes: (impl FnOnce() -> Self::Real, impl FnOnce() -> Self::Real),
    ) -> Self;

    /// A constant, from a literal.
    #[inline(always)]
    fn number(value: f64) -> Self {
        Self::constant(Self::Real::from_f64(value))
    }

    /// e to this power.
    #[inline(always)]
    fn exp(self) -> Self {
        let e = self.value().exp();
        self.chain(e, || e)
    }

    /// The natural logarithm.
    #[inline(always)]
    fn ln(self) -> Self {
        let x = self.value();
        self.chain(x.ln(), || Self::Real::ONE / x)
    }

    /// The logarithm to base 10.
    #[inline(always)]
    fn log10(self) -> Self {
        let x = self.value();
        self.chain(x.log10(), || {
            Self::Real::from_f64(core::f64::consts::LOG10_E) / x
        })
    }

    /// The square root.
    #[inline(always)]
    fn sqrt(self) -> Self {
        let root = self.value().sqrt();
        self.chain(root, || Self::Real::HALF / root)
    }

    /// The sine of an angle in radians.
    #[inline(always)]
    fn sin(self) -> Self {
        let x = self.value();
        self.chain(x.sin(), || x.cos())
    }

    /// The cosine of an angle in radians.
    #[inline(always)]
    fn cos(self) -> Self {
        let x = self.value();
        self.chain(x.cos(), || -x.sin())
    }

    /// The tangent of an angle in radians.
    #[inline(always)]
    fn tan(self) -> Self {
        let t = self.value().tan();
        self.chain(t, || Self::Real::ONE + t * t)
    }

    /// The hyperbolic sine.
    #[inline(always)]
    fn sinh(self) -> Self {
        let x = self.value();
        self.chain(x.sinh(), || x.cosh())
    }

    /// The hyperbolic cosine.
    #[inline(always)]
    fn cosh(self) -> Self {
        let x = self.value();
        self.chain(x.cosh(), || x.sinh())
    }

    /// The hyperbolic tangent.
    #[inline(always)]
    fn tanh(self) -> Self {
        let t = self.value().tanh();
        self.chain(t, || Self::Real::ONE - t * t)
    }

    /// The arcsine, in radians; NaN outside -1..=1.
    #[inline(always)]
    fn asin(self) -> Self {
        let x = self.value();
        self.chain(x.asin(), || {
            Self::Real::ONE / (Self::Real::ONE - x * x).sqrt()
        })
    }

    /// The arccosine, in radians; NaN outside -1..=1.
    #[inline(always)]
    fn acos(self) -> Self {
        let x = self.value();
        self.chain(x.acos(), || {
            -Self::Real::ONE / (Self::Real::ONE - x * x).sqrt()
        })
    }

    /// The arctangent, in radians.
    #[inline(always)]
    fn atan(self) -> Self {
        let x = self.value();
        self.chain(x.atan(), || Self::Real::ONE / (Self::Real::ONE + x * x))
    }

    /// The absolute value; its slope at zero is taken as 0.
    #[inline(always)]
    fn abs(self) -> Self {
        let (x, zero) = (self.value(), Self::Real::ZERO);
        self.chain(x.abs(), || {
            if x > zero {
                Self::Real::ONE
            } else if x < zero {
                -Self::Real::ONE
            } else {
                zero
            }
        })
    }

    /// The smaller of two numbers, with its derivatives; `self` where they are equal.
    #[inline(always)]
    fn min(self, other: Self) -> Self {
        if other.value() < self.value() {
            other
        } else {
            self
        }
    }

    /// The larger of two numbers, with its derivatives; `self` where they are equal.
    #[inline(always)]
    fn max(self, other: Self) -> Self {
        if other.value() > self.value() {
            other
        } else {
            self
        }
    }

    /// This number to a whole power; 1 for a power of 0.
    #[inline(always)]
    fn powi(self, exponent: i32) -> Self {
        let x = self.value();
        self.chain(x.powi(exponent), || {
            if exponent == 0 {
                return Self::Real::ZERO;
            }
            let count = Self::Real::from_u32(exponent.unsigned_abs());
            let slope = count * x.powi(exponent.saturating_sub(1));
            if exponent < 0 { -slope } else { slope }
        })
    }

    /// This number to any power. Where the power is not whole, this number must not be
    /// negative.
    #[inline(always)]
    fn pow(self, exponent: Self) -> Self {
        let (x, e) = (self.value(), exponent.value());
        let value = x.pow(e);
        let slopes = (
            || e * x.pow(e - Self::Real::ONE),
            || {
                if value == Self::Real::ZERO {
                    Self::Real::ZERO
                } else {
                    value * x.ln()
                }
            },
        );
        self.chain2(exponent, value, slopes)
    }
}

macro_rules! plain {
    ($($t:ty),*) => {
        $(
            impl Scalar for $t {
                type Real = $t;

                #[inline(always)]
                fn constant(value: $t) -> Self {
                    value
                }
                #[inline(always)]
                fn value(self) -> $t {
                    self
                }
                #[inline(always)]
                fn chain(self, value: $t, _slope: impl FnOnce() -> $t) -> Self {
                    value
                }
                #[inline(always)]
                fn chain2(
                    self,
                    _other: Self,
                    value: $t,
                    _slopes: (impl FnOnce() -> $t, impl FnOnce() -> $t),
                ) -> Self {
                    value
                }
            }
        )*
    };
}

plain!(f32, f64);
#[cfg(feature = "approx")]
plain!(crate::ApproxF32);
