use core::ops::{Add, AddAssign, Div, Mul, MulAssign, Neg, Sub, SubAssign};

use micromath::F32Ext;

use crate::Real;
use crate::special::Special;

/// An `f32` whose elementary functions are `micromath`'s: a fraction of the instructions of
/// `libm`'s and a fraction of their accuracy. Arithmetic is the same.
///
/// Choose it by type: `Trainer<…, A = [ApproxF32; N]>`. It keeps the same bits on every target, as
/// all of `micromath` is integer and `f32` arithmetic; a fit over `ApproxF32` and one over `f32`
/// have different bits.
///
/// Against `libm`: over −80 ≤ x ≤ 80, [`exp`](Real::exp) is within 0.3% of the value,
/// [`tanh`](Real::tanh) within 0.002 and [`sigmoid`](Real::sigmoid) within 0.001; over
/// −6 ≤ x ≤ 6, [`sin`](Real::sin) is within 0.002; over 1e-30 ≤ x ≤ 1e30, [`ln`](Real::ln) is
/// within 0.12. [`sqrt`](Real::sqrt) is exact, as it always is here.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
#[repr(transparent)]
pub struct ApproxF32(pub f32);

macro_rules! operator {
    ($($trait:ident $method:ident),*) => {
        $(
            impl $trait for ApproxF32 {
                type Output = Self;

                #[inline(always)]
                fn $method(self, other: Self) -> Self {
                    Self($trait::$method(self.0, other.0))
                }
            }
        )*
    };
}

operator!(Add add, Sub sub, Mul mul, Div div);

impl Neg for ApproxF32 {
    type Output = Self;

    #[inline(always)]
    fn neg(self) -> Self {
        Self(-self.0)
    }
}

impl AddAssign for ApproxF32 {
    #[inline(always)]
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}

impl SubAssign for ApproxF32 {
    #[inline(always)]
    fn sub_assign(&mut self, other: Self) {
        self.0 -= other.0;
    }
}

impl MulAssign for ApproxF32 {
    #[inline(always)]
    fn mul_assign(&mut self, other: Self) {
        self.0 *= other.0;
    }
}

/// A function of `micromath`, and `libm`'s for what is not finite, which `micromath` does not
/// carry through.
macro_rules! quick {
    ($self:ident, $number:ident => $quick:expr, $exact:ident) => {{
        let $number = $self.0;
        Self(if $number.is_finite() {
            $quick
        } else {
            libm::$exact($number)
        })
    }};
}

impl Real for ApproxF32 {
    const ZERO: Self = Self(0.0);
    const ONE: Self = Self(1.0);
    const TWO: Self = Self(2.0);
    const HALF: Self = Self(0.5);
    const MAX: Self = Self(f32::MAX);
    const NAN: Self = Self(f32::NAN);
    const EPSILON: Self = Self(f32::EPSILON);
    const WORDS: usize = 1;

    #[inline(always)]
    fn from_f64(x: f64) -> Self {
        Self(x as f32)
    }
    #[inline(always)]
    fn to_f64(self) -> f64 {
        f64::from(self.0)
    }
    #[inline(always)]
    fn from_u32(n: u32) -> Self {
        Self(n as f32)
    }
    #[inline(always)]
    fn is_finite(self) -> bool {
        Real::is_finite(self.0)
    }
    #[inline(always)]
    fn abs(self) -> Self {
        Self(f32::abs(self.0))
    }
    #[inline(always)]
    fn sqrt(self) -> Self {
        Self(crate::arch::sqrtf(self.0))
    }
    fn exp(self) -> Self {
        quick!(self, x => F32Ext::exp(x), expf)
    }
    fn ln(self) -> Self {
        if self.0 > 0.0 {
            quick!(self, x => F32Ext::ln(x), logf)
        } else {
            Self(libm::logf(self.0))
        }
    }
    fn ln_1p(self) -> Self {
        (self + Self::ONE).ln()
    }
    fn ln_1p_unit(self) -> Self {
        self.ln_1p()
    }
    fn tanh(self) -> Self {
        let e = (-Self::TWO * self.abs()).exp();
        let size = (Self::ONE - e) / (Self::ONE + e);
        if self < Self::ZERO { -size } else { size }
    }
    fn sin(self) -> Self {
        quick!(self, x => F32Ext::sin(x), sinf)
    }
    fn cos(self) -> Self {
        quick!(self, x => F32Ext::cos(x), cosf)
    }
    fn atan(self) -> Self {
        quick!(self, x => F32Ext::atan(x), atanf)
    }
    fn tan(self) -> Self {
        self.sin() / self.cos()
    }
    fn asin(self) -> Self {
        quick!(self, x => F32Ext::asin(x), asinf)
    }
    fn acos(self) -> Self {
        quick!(self, x => F32Ext::acos(x), acosf)
    }
    fn sinh(self) -> Self {
        (self.exp() - (-self).exp()) * Self::HALF
    }
    fn cosh(self) -> Self {
        (self.exp() + (-self).exp()) * Self::HALF
    }
    fn log10(self) -> Self {
        self.ln() * Self(core::f32::consts::LOG10_E)
    }
    fn pow(self, exponent: Self) -> Self {
        if self.0 > 0.0 {
            (exponent * self.ln()).exp()
        } else {
            Self(libm::powf(self.0, exponent.0))
        }
    }
    #[inline(always)]
    fn canonical(self) -> [u32; 2] {
        self.0.canonical()
    }
    #[inline(always)]
    fn from_words(words: [u32; 2]) -> Self {
        Self(f32::from_words(words))
    }
}

macro_rules! as_f32 {
    ($($one:ident)*; $($two:ident)*) => {
        /// Those of `f32`: `micromath` has none of them.
        impl Special for ApproxF32 {
            $(fn $one(self) -> Self {
                Self(Special::$one(self.0))
            })*
            $(fn $two(self, other: Self) -> Self {
                Self(Special::$two(self.0, other.0))
            })*
        }
    };
}

as_f32!(log2 exp_m1 erf erfc gamma ln_gamma floor ceil cbrt asinh acosh atanh;
    atan2 hypot modulo);

#[cfg(test)]
mod tests {
    use super::*;

    /// The largest of `error(x)` over `from..=to`, in 100,001 points.
    fn worst(from: f32, to: f32, error: impl Fn(f32) -> f32) -> f32 {
        let point = |k: u32| from + (to - from) * (k as f32 / 100_000.0);
        (0..=100_000).map(|k| error(point(k))).fold(0.0, f32::max)
    }

    #[test]
    fn the_errors_are_those_stated() {
        let exp = worst(-80.0, 80.0, |x| {
            (ApproxF32(x).exp().0 / libm::expf(x) - 1.0).abs()
        });
        let tanh = worst(-80.0, 80.0, |x| {
            (ApproxF32(x).tanh().0 - libm::tanhf(x)).abs()
        });
        let tanh = tanh.max(worst(-2.0, 2.0, |x| {
            (ApproxF32(x).tanh().0 - libm::tanhf(x)).abs()
        }));
        let sigmoid = worst(-80.0, 80.0, |x| {
            (ApproxF32(x).sigmoid().0 - Real::sigmoid(x)).abs()
        });
        let ln = worst(-69.0, 69.0, |power| {
            let x = libm::expf(power);
            (ApproxF32(x).ln().0 - libm::logf(x)).abs()
        });
        let sin = worst(-6.0, 6.0, |x| (ApproxF32(x).sin().0 - libm::sinf(x)).abs());
        assert!(
            exp < 0.003 && tanh < 0.002 && sigmoid < 0.001,
            "{exp} {tanh} {sigmoid}"
        );
        assert!(ln < 0.12 && sin < 0.002, "{ln} {sin}");
        // Not so accurate that nobody would need `libm`.
        assert!(
            exp > 0.001 && tanh > 0.0005 && ln > 0.05,
            "{exp} {tanh} {ln}"
        );
    }

    #[test]
    fn what_is_not_finite_stays_so() {
        assert!(
            !ApproxF32(f32::NAN).exp().is_finite() && !ApproxF32(f32::INFINITY).exp().is_finite()
        );
        assert_eq!(ApproxF32(f32::NEG_INFINITY).exp().0, 0.0);
        assert!(!ApproxF32(f32::NAN).tanh().is_finite() && !ApproxF32(-1.0).ln().is_finite());
        assert!(!ApproxF32(f32::NAN).sigmoid().is_finite());
    }
}
