//! Functions that formulas have beyond those of [`Real`](crate::Real), all of `libm` or of arithmetic.

/// Special functions of a number type, with one defined result each, as those of [`Real`](crate::Real).
pub trait Special: Sized {
    /// The logarithm to base 2.
    fn log2(self) -> Self;
    /// e to this power less 1, accurate near zero.
    fn exp_m1(self) -> Self;
    /// The error function.
    fn erf(self) -> Self;
    /// 1 less the error function, accurate where that is near 1.
    fn erfc(self) -> Self;
    /// The gamma function; NaN at negative whole numbers.
    fn gamma(self) -> Self;
    /// The natural logarithm of the size of the gamma function.
    fn ln_gamma(self) -> Self;
    /// The largest whole number that is not above this one.
    fn floor(self) -> Self;
    /// The smallest whole number that is not below this one.
    fn ceil(self) -> Self;
    /// The cube root.
    fn cbrt(self) -> Self;
    /// The inverse hyperbolic sine.
    fn asinh(self) -> Self;
    /// The inverse hyperbolic cosine; NaN below 1.
    fn acosh(self) -> Self;
    /// The inverse hyperbolic tangent; NaN outside -1..=1.
    fn atanh(self) -> Self;
    /// The angle of the point (`x`, `self`) in radians, from −π to π.
    fn atan2(self, x: Self) -> Self;
    /// The square root of the sum of both squares, without overflow between.
    fn hypot(self, other: Self) -> Self;
    /// What is left of this number above a multiple of `divisor`, with the sign of `divisor`, as in
    /// Python and spreadsheets.
    fn modulo(self, divisor: Self) -> Self;
}

macro_rules! special {
    ($t:ident, $log2:ident, $expm1:ident, $erf:ident, $erfc:ident, $gamma:ident, $ln_gamma:ident, $floor:ident, $ceil:ident, $cbrt:ident, $asinh:ident, $acosh:ident, $atanh:ident, $atan2:ident, $hypot:ident) => {
        impl Special for $t {
            fn log2(self) -> Self {
                libm::$log2(self)
            }
            fn exp_m1(self) -> Self {
                libm::$expm1(self)
            }
            fn erf(self) -> Self {
                libm::$erf(self)
            }
            fn erfc(self) -> Self {
                libm::$erfc(self)
            }
            fn gamma(self) -> Self {
                libm::$gamma(self)
            }
            fn ln_gamma(self) -> Self {
                libm::$ln_gamma(self)
            }
            fn floor(self) -> Self {
                libm::$floor(self)
            }
            fn ceil(self) -> Self {
                libm::$ceil(self)
            }
            fn cbrt(self) -> Self {
                libm::$cbrt(self)
            }
            fn asinh(self) -> Self {
                libm::$asinh(self)
            }
            fn acosh(self) -> Self {
                libm::$acosh(self)
            }
            fn atanh(self) -> Self {
                libm::$atanh(self)
            }
            fn atan2(self, x: Self) -> Self {
                libm::$atan2(self, x)
            }
            fn hypot(self, other: Self) -> Self {
                libm::$hypot(self, other)
            }
            fn modulo(self, divisor: Self) -> Self {
                // Not `libm`'s, which keeps a panic. Every step is exact.
                let (size, mut rest) = (divisor.abs(), self.abs());
                if !(rest <= $t::MAX && size > 0.0) {
                    return $t::NAN;
                }
                let mut unit = size;
                while unit + unit <= rest {
                    unit += unit;
                }
                while rest >= size {
                    if rest >= unit {
                        rest -= unit;
                    }
                    unit *= 0.5;
                }
                if rest == 0.0 {
                    return self * 0.0;
                }
                if self < 0.0 {
                    rest = -rest;
                }
                if (rest < 0.0) != (divisor < 0.0) {
                    rest + divisor
                } else {
                    rest
                }
            }
        }
    };
}

special!(
    f32, log2f, expm1f, erff, erfcf, tgammaf, lgammaf, floorf, ceilf, cbrtf, asinhf, acoshf,
    atanhf, atan2f, hypotf
);
special!(
    f64, log2, expm1, erf, erfc, tgamma, lgamma, floor, ceil, cbrt, asinh, acosh, atanh, atan2,
    hypot
);

#[cfg(test)]
mod tests {
    use super::Special;

    /// The same number as by `libm`, which exported modules call.
    #[test]
    fn a_rest_is_that_of_libm() {
        for k in 0..20_000u64 {
            let bits = |k: u64| k.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(17);
            let x = f64::from_bits(bits(k) & !(0x3 << 62) | 0x3 << 60 | (k & 1) << 63);
            let y = f64::from_bits(bits(k + 7) & !(0x3 << 62) | 0x3 << 60 | (k & 2) << 62);
            for (x, y) in [(x, y), (k as f64 - 9_999.5, 0.75), (-(k as f64), y % 7.0)] {
                let rest = libm::fmod(x, y);
                let other = rest != 0.0 && (rest < 0.0) != (y < 0.0);
                let expected = if other { rest + y } else { rest };
                let own = x.modulo(y);
                assert!(own.to_bits() == expected.to_bits() || own.is_nan() && expected.is_nan());
            }
        }
        assert!((1.0f32).modulo(0.0).is_nan() && f32::INFINITY.modulo(1.0).is_nan());
        assert_eq!((-1.0f32).modulo(f32::INFINITY), f32::INFINITY);
        assert_eq!((-6.0f32).modulo(3.0).to_bits(), (-0.0f32).to_bits());
    }
}
