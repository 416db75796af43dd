//! Special functions of scalars, with their derivatives.

use crate::Real;
use crate::scalar::Scalar;
use crate::special::Special;

/// Special functions of any [`Scalar`], with exact derivatives.
///
/// ```
/// use downhill::dual::{Dual, SpecialScalar};
///
/// let [x] = Dual::variables([0.0f64]);
/// assert_eq!(x.erf().slopes, [core::f64::consts::FRAC_2_SQRT_PI]);
/// ```
pub trait SpecialScalar: Scalar {
    /// The logarithm to base 2.
    fn log2(self) -> Self {
        let x = self.value();
        self.chain(x.log2(), || {
            Self::Real::from_f64(core::f64::consts::LOG2_E) / x
        })
    }

    /// ln(1 + self), accurate near zero.
    fn ln_1p(self) -> Self {
        let x = self.value();
        self.chain(x.ln_1p(), || Self::Real::ONE / (Self::Real::ONE + x))
    }

    /// e to this power less 1, accurate near zero.
    fn exp_m1(self) -> Self {
        let x = self.value();
        self.chain(x.exp_m1(), || x.exp())
    }

    /// The error function.
    fn erf(self) -> Self {
        let x = self.value();
        self.chain(x.erf(), || bell(x))
    }

    /// 1 less the error function, accurate where that is near 1.
    fn erfc(self) -> Self {
        let x = self.value();
        self.chain(x.erfc(), || -bell(x))
    }

    /// The gamma function; NaN at negative whole numbers.
    fn gamma(self) -> Self {
        let x = self.value();
        let gamma = x.gamma();
        self.chain(gamma, || gamma * digamma(x))
    }

    /// The natural logarithm of the size of the gamma function.
    fn ln_gamma(self) -> Self {
        let x = self.value();
        self.chain(x.ln_gamma(), || digamma(x))
    }

    /// −1, 0 or 1: the sign. Its slope is 0.
    fn sign(self) -> Self {
        let (x, zero) = (self.value(), Self::Real::ZERO);
        let sign = if x > zero {
            Self::Real::ONE
        } else if x < zero {
            -Self::Real::ONE
        } else {
            x
        };
        self.chain(sign, || zero)
    }

    /// 0 below zero, 1 above, `other` at zero. Its slope is that of `other` at zero, else 0.
    fn heaviside(self, other: Self) -> Self {
        let (x, zero) = (self.value(), Self::Real::ZERO);
        if x > zero {
            Self::constant(Self::Real::ONE)
        } else if x < zero {
            Self::constant(zero)
        } else if x == zero {
            other
        } else {
            self
        }
    }

    /// The largest whole number that is not above this one. Its slope is 0.
    fn floor(self) -> Self {
        self.chain(self.value().floor(), || Self::Real::ZERO)
    }

    /// The smallest whole number that is not below this one. Its slope is 0.
    fn ceil(self) -> Self {
        self.chain(self.value().ceil(), || Self::Real::ZERO)
    }

    /// sin(πx) / (πx), and 1 at zero.
    fn sinc(self) -> Self {
        let pi = Self::Real::from_f64(core::f64::consts::PI);
        let angle = self.value() * pi;
        let zero = Self::Real::ZERO;
        let value = if angle == zero {
            Self::Real::ONE
        } else {
            angle.sin() / angle
        };
        self.chain(value, || {
            if angle.abs() < Self::Real::ONE {
                pi * slope_of_sinc(angle)
            } else {
                pi * ((angle.cos() - value) / angle)
            }
        })
    }

    /// The cube root.
    fn cbrt(self) -> Self {
        let root = self.value().cbrt();
        self.chain(root, || {
            Self::Real::ONE / (Self::Real::from_u32(3) * root * root)
        })
    }

    /// The inverse hyperbolic sine.
    fn asinh(self) -> Self {
        let x = self.value();
        self.chain(x.asinh(), || Self::Real::ONE / x.hypot(Self::Real::ONE))
    }

    /// The inverse hyperbolic cosine; NaN below 1.
    fn acosh(self) -> Self {
        let (x, one) = (self.value(), Self::Real::ONE);
        self.chain(x.acosh(), || one / ((x - one).sqrt() * (x + one).sqrt()))
    }

    /// The inverse hyperbolic tangent; NaN outside -1..=1.
    fn atanh(self) -> Self {
        let (x, one) = (self.value(), Self::Real::ONE);
        self.chain(x.atanh(), || one / ((one - x) * (one + x)))
    }

    /// The angle of the point (`x`, `self`) in radians, from −π to π.
    fn atan2(self, x: Self) -> Self {
        let (a, b) = (self.value(), x.value());
        // Not the square of the distance, which overflows sooner.
        let far = a.hypot(b);
        let slopes = (|| b / far / far, || -(a / far / far));
        self.chain2(x, a.atan2(b), slopes)
    }

    /// The square root of the sum of both squares, without overflow between.
    fn hypot(self, other: Self) -> Self {
        let (a, b) = (self.value(), other.value());
        let far = a.hypot(b);
        let slope = |x: Self::Real| {
            if far == Self::Real::ZERO {
                far
            } else {
                x / far
            }
        };
        self.chain2(other, far, (|| slope(a), || slope(b)))
    }

    /// What is left of this number above a multiple of `divisor`, with the sign of `divisor`.
    fn modulo(self, divisor: Self) -> Self {
        let (a, b) = (self.value(), divisor.value());
        let rest = a.modulo(b);
        let slopes = (
            || Self::Real::ONE,
            || -((a - rest) / b + Self::Real::HALF).floor(),
        );
        self.chain2(divisor, rest, slopes)
    }
}

impl<S: Scalar> SpecialScalar for S {}

/// The derivative of the error function.
fn bell<T: Real>(x: T) -> T {
    T::from_f64(core::f64::consts::FRAC_2_SQRT_PI) * (-(x * x)).exp()
}

/// The derivative of sin(t) / t near zero, where the difference of its two terms has no digits:
/// −t/3 + t³/30 − t⁵/840 …, each term the one before times −t² / (2k (2k + 3)).
fn slope_of_sinc<T: Real>(t: T) -> T {
    let mut sum = T::ONE;
    for k in (1..=8u32).rev() {
        sum = T::ONE - t * t * sum / T::from_u32(2 * k * (2 * k + 3));
    }
    -t * sum / T::from_u32(3)
}

/// From this number on the asymptotic series holds to the last bit of an `f64`.
const LARGE: f64 = 10.0;

/// Coefficients of 1/x², 1/x⁴ … of the asymptotic series of digamma: B₂ₖ / 2k.
const SERIES: [f64; 7] = [
    1.0 / 12.0,
    -1.0 / 120.0,
    1.0 / 252.0,
    -1.0 / 240.0,
    1.0 / 132.0,
    -691.0 / 32760.0,
    1.0 / 12.0,
];

/// The logarithmic derivative of gamma: by reflection below 0, by recurrence up to where the
/// asymptotic series holds.
fn digamma<T: Real>(x: T) -> T {
    if x <= T::ZERO {
        let whole = x.floor();
        if whole == x {
            return T::NAN;
        }
        // The same tangent by a period, where more digits of the angle are left.
        let angle = T::from_f64(core::f64::consts::PI) * (x - whole);
        return digamma(T::ONE - x) - T::from_f64(core::f64::consts::PI) / angle.tan();
    }
    let (mut x, mut sum) = (x, T::ZERO);
    while x < T::from_f64(LARGE) {
        sum += T::ONE / x;
        x += T::ONE;
    }
    let inverse = T::ONE / (x * x);
    let mut series = T::ZERO;
    for &coefficient in SERIES.iter().rev() {
        series = (series + T::from_f64(coefficient)) * inverse;
    }
    x.ln() - T::HALF / x - series - sum
}
