use core::fmt::Debug;
use core::ops::{Add, AddAssign, Div, Mul, MulAssign, Neg, Sub, SubAssign};

use crate::lanes;
use crate::special::Special;

/// The number a fit is computed in: `f32` (the device's and the default) or `f64` (on the host).
///
/// Only operations with one defined result are here, so that every target computes the same
/// bits: IEEE 754 arithmetic, the square root, comparisons, and functions of `libm`. There is
/// deliberately no fused multiply-add.
pub trait Real:
    Copy
    + Debug
    + Default
    + PartialEq
    + PartialOrd
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
    + AddAssign
    + SubAssign
    + MulAssign
    + Special
    + Send
    + Sync
    + 'static
{
    /// 0.
    const ZERO: Self;
    /// 1.
    const ONE: Self;
    /// 2.
    const TWO: Self;
    /// 1/2.
    const HALF: Self;
    /// The largest finite number.
    const MAX: Self;
    /// A quiet NaN, always the same one.
    const NAN: Self;
    /// The distance from 1 to the next larger number.
    const EPSILON: Self;
    /// 32-bit words that hold one number.
    const WORDS: usize;

    /// The number nearest to `x`; for constants and settings, not for arithmetic.
    fn from_f64(x: f64) -> Self;
    /// This number as an `f64`, exactly.
    fn to_f64(self) -> f64;
    /// The number nearest to `n`.
    fn from_u32(n: u32) -> Self;
    /// Returns `true` if this is neither infinite nor NaN.
    fn is_finite(self) -> bool;
    /// The absolute value.
    fn abs(self) -> Self;
    /// The square root, correctly rounded.
    fn sqrt(self) -> Self;
    /// The sum of four numbers, as (0 + 1) + (2 + 3): how the lanes of a dot product end.
    #[inline(always)]
    fn fold(lanes: [Self; 4]) -> Self {
        lanes::fold(lanes)
    }
    /// The power of two in this number: 2 to it is at most the number's size. Of 0 and of
    /// subnormal numbers it is less than of any other, of infinity and NaN more.
    #[inline]
    fn exponent(self) -> i32 {
        ((self.to_f64().to_bits() >> 52) & 0x7ff) as i32 - 1023
    }
    /// e to this power.
    fn exp(self) -> Self;
    /// e to this power, for a number that is not above 0.
    #[inline(always)]
    fn exp_unit(self) -> Self {
        self.exp()
    }
    /// The natural logarithm.
    fn ln(self) -> Self;
    /// ln(1 + self), accurate near zero.
    fn ln_1p(self) -> Self;
    /// ln(1 + self) for a number from 0 to 1, as e^−|z| is.
    fn ln_1p_unit(self) -> Self;
    /// The hyperbolic tangent.
    fn tanh(self) -> Self;
    /// The sine of an angle in radians.
    fn sin(self) -> Self;
    /// The cosine of an angle in radians.
    fn cos(self) -> Self;
    /// The tangent of an angle in radians.
    fn tan(self) -> Self;
    /// The arcsine, in radians; NaN outside -1..=1.
    fn asin(self) -> Self;
    /// The arccosine, in radians; NaN outside -1..=1.
    fn acos(self) -> Self;
    /// The arctangent, in radians.
    fn atan(self) -> Self;
    /// The hyperbolic sine.
    fn sinh(self) -> Self;
    /// The hyperbolic cosine.
    fn cosh(self) -> Self;
    /// The logarithm to base 10.
    fn log10(self) -> Self;
    /// This number to the power `exponent`.
    fn pow(self, exponent: Self) -> Self;
    /// The bits, every NaN made the same one: low word first, the second word zero for `f32`.
    fn canonical(self) -> [u32; 2];
    /// The number with these bits: the inverse of [`Real::canonical`].
    fn from_words(words: [u32; 2]) -> Self;

    /// This number to a whole power; 1 for a power of 0. Powers beyond ±3 of `f32` and `f64` are
    /// [`pow`](Real::pow)'s, which rounds once.
    #[inline]
    fn powi(self, exponent: i32) -> Self {
        let mut left = exponent.unsigned_abs();
        let (mut square, mut product) = (self, Self::ONE);
        while left > 0 {
            if left % 2 == 1 {
                product *= square;
            }
            left /= 2;
            if left > 0 {
                square *= square;
            }
        }
        if exponent < 0 {
            Self::ONE / product
        } else {
            product
        }
    }

    /// The larger of two numbers; `self` where either is NaN.
    #[inline(always)]
    fn larger(self, other: Self) -> Self {
        if other > self { other } else { self }
    }

    /// The smaller of two numbers; `self` where either is NaN.
    #[inline(always)]
    fn smaller(self, other: Self) -> Self {
        if other < self { other } else { self }
    }

    /// 1 / (1 + e^-self), without overflow for any finite number.
    #[inline(always)]
    fn sigmoid(self) -> Self {
        let e = (-self.abs()).exp_unit();
        let share = Self::ONE / (Self::ONE + e);
        if self < Self::ZERO { e * share } else { share }
    }
}

macro_rules! real {
    ($t:ident, words: $words:literal, $sqrt:path, $fold:path, $exp:ident, $exp_unit:path, $ln:ident, $ln_1p:ident, $ln_1p_unit:path, $tanh:path, $sin:ident, $cos:ident, $atan:ident, $pow:ident, more: [$tan:ident, $asin:ident, $acos:ident, $sinh:ident, $cosh:ident, $log10:ident], $canonical:expr, $from:expr) => {
        impl Real for $t {
            const ZERO: Self = 0.0;
            const ONE: Self = 1.0;
            const TWO: Self = 2.0;
            const HALF: Self = 0.5;
            const MAX: Self = $t::MAX;
            const NAN: Self = $t::NAN;
            const EPSILON: Self = $t::EPSILON;
            const WORDS: usize = $words;

            #[inline(always)]
            fn from_f64(x: f64) -> Self {
                x as $t
            }
            #[inline(always)]
            fn to_f64(self) -> f64 {
                self as f64
            }
            #[inline(always)]
            fn from_u32(n: u32) -> Self {
                n as $t
            }
            #[inline(always)]
            fn is_finite(self) -> bool {
                self.exponent() < $t::MAX_EXP
            }
            #[inline(always)]
            fn exponent(self) -> i32 {
                let above = self.to_bits() >> ($t::MANTISSA_DIGITS - 1);
                (above as i32 & (2 * $t::MAX_EXP - 1)) - ($t::MAX_EXP - 1)
            }
            #[inline(always)]
            fn abs(self) -> Self {
                $t::abs(self)
            }
            #[inline(always)]
            fn sqrt(self) -> Self {
                $sqrt(self)
            }
            #[inline(always)]
            fn fold(lanes: [Self; 4]) -> Self {
                $fold(lanes)
            }
            #[inline(always)]
            fn exp(self) -> Self {
                libm::$exp(self)
            }
            #[inline(always)]
            fn exp_unit(self) -> Self {
                $exp_unit(self)
            }
            #[inline(always)]
            fn ln(self) -> Self {
                libm::$ln(self)
            }
            #[inline(always)]
            fn ln_1p(self) -> Self {
                libm::$ln_1p(self)
            }
            #[inline(always)]
            fn ln_1p_unit(self) -> Self {
                $ln_1p_unit(self)
            }
            #[inline(always)]
            fn tanh(self) -> Self {
                $tanh(self)
            }
            #[inline(always)]
            fn sin(self) -> Self {
                libm::$sin(self)
            }
            #[inline(always)]
            fn cos(self) -> Self {
                libm::$cos(self)
            }
            #[inline(always)]
            fn atan(self) -> Self {
                libm::$atan(self)
            }
            #[inline(always)]
            fn tan(self) -> Self {
                libm::$tan(self)
            }
            #[inline(always)]
            fn asin(self) -> Self {
                libm::$asin(self)
            }
            #[inline(always)]
            fn acos(self) -> Self {
                libm::$acos(self)
            }
            #[inline(always)]
            fn sinh(self) -> Self {
                libm::$sinh(self)
            }
            #[inline(always)]
            fn cosh(self) -> Self {
                libm::$cosh(self)
            }
            #[inline(always)]
            fn log10(self) -> Self {
                libm::$log10(self)
            }
            #[inline(always)]
            fn pow(self, exponent: Self) -> Self {
                libm::$pow(self, exponent)
            }
            #[inline]
            fn powi(self, exponent: i32) -> Self {
                match exponent {
                    0 => 1.0,
                    1 => self,
                    2 => self * self,
                    3 => self * self * self,
                    -1 => 1.0 / self,
                    -2 => 1.0 / (self * self),
                    -3 => 1.0 / (self * self * self),
                    _ => libm::$pow(self, exponent as $t),
                }
            }
            #[inline(always)]
            fn canonical(self) -> [u32; 2] {
                let number = if self.is_nan() { $t::NAN } else { self };
                $canonical(number.to_bits())
            }
            #[inline(always)]
            fn from_words(words: [u32; 2]) -> Self {
                $t::from_bits($from(words))
            }
        }
    };
}

real!(f32, words: 1, crate::arch::sqrtf, crate::arch::fold, expf, crate::fast_math::exp_unit, logf, log1pf, crate::fast_math::ln_1p_unit, crate::fast_math::tanhf, sinf, cosf, atanf, powf,
    more: [tanf, asinf, acosf, sinhf, coshf, log10f],
    |bits: u32| [bits, 0], |[low, _]: [u32; 2]| low);
real!(f64, words: 2, libm::sqrt, crate::lanes::fold, exp, libm::exp, log, log1p, libm::log1p, libm::tanh, sin, cos, atan, pow,
    more: [tan, asin, acos, sinh, cosh, log10],
    |bits: u64| [bits as u32, (bits >> 32) as u32],
    |[low, high]: [u32; 2]| u64::from(low) | u64::from(high) << 32);
