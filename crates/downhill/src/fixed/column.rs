//! Columns of raw numbers as 16-bit numbers: a factor, a power of two and an offset.

use super::number::POINT;

/// A column: `number` × `factor` × 2 to (`shift` − 15), rounded, − `offset`, with
/// [`POINT`](super::POINT) bits behind the point.
///
/// A count of an analog-to-digital converter goes in as it is, and a real number by its bits, so that
/// either has the same result everywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Column {
    /// From 2¹⁴ to 2¹⁵, which is 1 and makes the column a shift alone.
    pub factor: u16,
    /// Power of two, at most 40 in size.
    pub shift: i8,
    /// Amount that is subtracted.
    pub offset: i32,
}

/// Largest size of a shift.
const FURTHEST: i32 = 40;
/// Bits behind the point of a factor.
const FACTOR_POINT: i32 = 15;

impl Column {
    /// The column that leaves numbers as they are.
    pub const IDENTITY: Self = Self {
        factor: 1 << FACTOR_POINT,
        shift: POINT as i8,
        offset: 0,
    };

    /// The column of numbers with this mean and factor 1 / s, as a [scaler](crate::scaler) has
    /// learned them, none of which is further than `furthest` from the mean: a spread of 1, or a power
    /// of two less, so that all of them have 16 bits.
    pub fn learned(mean: f64, factor: f64, furthest: f64) -> Self {
        let bits = factor.to_bits();
        let mut power = ((bits >> 52) & 0x7ff) as i32 - 1023;
        // From 1 to 2, in 2⁻¹⁴.
        let mut mantissa = f64::from_bits(bits & !(0x7ff << 52) | 1023 << 52) * 16_384.0;
        mantissa = libm::floor(mantissa + 0.5);
        power += 1;
        // Less than 8, and what rounding may add.
        let size = |power| furthest * mantissa / 32_768.0 * scale(power);
        while power > -FURTHEST && size(power) >= 8.0 - 1.0 / 4096.0 {
            power -= 1;
        }
        let shift = (power + POINT as i32).clamp(-FURTHEST, FURTHEST);
        // Rust's conversion is to the nearest of the range.
        let offset = libm::floor(mean * mantissa * scale(shift - FACTOR_POINT) + 0.5) as i32;
        Self {
            factor: mantissa as u16,
            shift: shift as i8,
            offset,
        }
    }

    /// The 16-bit number of a count, and `false` where it had to be cut off.
    #[inline]
    pub fn of_count(self, count: i32) -> (i16, bool) {
        self.take(count.into(), 0)
    }

    /// The 16-bit number of a real one, and `false` where it had to be cut off; `None` where it is
    /// infinite or NaN.
    #[inline]
    pub fn of_real(self, number: f32) -> Option<(i16, bool)> {
        let bits = number.to_bits();
        let exponent = (bits >> 23 & 0xff) as i32;
        let significand = i64::from(bits & 0x7f_ffff);
        let (significand, exponent) = match exponent {
            0xff => return None,
            0 => (significand, -149),
            _ => (significand | 0x80_0000, exponent - 150),
        };
        let significand = match number.is_sign_negative() {
            true => -significand,
            false => significand,
        };
        Some(self.take(significand, exponent))
    }

    /// `number` × 2 to `power`, in this column; the number has at most 32 bits.
    fn take(self, number: i64, power: i32) -> (i16, bool) {
        let product = number * i64::from(self.factor);
        let shift = power + i32::from(self.shift) - FACTOR_POINT;
        let scaled = match shift {
            // Neither the offset nor the range brings it back.
            0.. if product.unsigned_abs() >= 1 << 33 => product.signum() << 62,
            // Below 2⁶²; where more is left out, the same holds of a factor, which is at least 2¹⁴.
            0.. => product << shift.min(29),
            -62.. => (product + (1 << (-shift - 1))) >> -shift,
            _ => 0,
        };
        let wide = scaled - i64::from(self.offset);
        let narrow = wide.clamp(i16::MIN.into(), i16::MAX.into());
        (narrow as i16, narrow == wide)
    }

    /// Mean and factor 1 / s of the scaler that this column is: (number − mean) × factor.
    pub fn mean_and_factor(self) -> (f64, f64) {
        let units = scale(i32::from(self.shift) - FACTOR_POINT) * f64::from(self.factor);
        (f64::from(self.offset) / units, units / scale(POINT as i32))
    }

    /// The real number of one with [`POINT`](super::POINT) bits behind the point.
    pub fn real(self, number: i32) -> f64 {
        let units = scale(i32::from(self.shift) - FACTOR_POINT) * f64::from(self.factor);
        (f64::from(number) + f64::from(self.offset)) / units
    }
}

/// 2 to `power`, of −1022 to 1023.
fn scale(power: i32) -> f64 {
    f64::from_bits(((power + 1023) as u64) << 52)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_and_the_same_number_as_a_real_have_one_result() {
        let mut random = crate::random::Random::seed(1);
        for _ in 0..200_000 {
            let column = Column {
                factor: 16_384 + random.below(16_385) as u16,
                shift: (random.below(2 * FURTHEST as u32 + 1) as i32 - FURTHEST) as i8,
                offset: random.word() as i32 >> random.below(32),
            };
            let count = (random.word() as i32) >> (8 + random.below(24));
            let own = column.of_count(count);
            assert_eq!(column.of_real(count as f32), Some(own));
            let factor = f64::from(column.factor) / 32_768.0;
            let exact = f64::from(count) * factor * scale(column.shift.into()) + 0.5;
            let exact = libm::floor(exact) - f64::from(column.offset);
            let cut = exact.clamp(-32_768.0, 32_767.0);
            assert_eq!(
                (f64::from(own.0), own.1),
                (cut, cut == exact),
                "{count} {column:?}"
            );
        }
    }

    #[test]
    fn every_real_number_has_a_result() {
        let column = Column::learned(1013.25, 1.0 / 7.0, 40.0);
        for x in [
            0.0,
            -0.0,
            1e-45,
            f32::MAX,
            f32::MIN,
            1e-30,
            5.0,
            f32::MIN_POSITIVE,
        ] {
            let (own, whole) = column.of_real(x).unwrap();
            let back = column.real(own.into());
            assert!(!whole || (back - f64::from(x)).abs() <= 0.01, "{x}: {back}");
        }
        assert_eq!(column.of_real(f32::NAN), None);
        assert_eq!(column.of_real(f32::NEG_INFINITY), None);
        let (own, whole) = column.of_real(f32::MAX).unwrap();
        assert_eq!((own, whole), (i16::MAX, false));
    }

    #[test]
    fn a_spread_is_one_and_the_furthest_fits() {
        for factor in [1e-6, 0.01, 0.3, 0.5, 0.71, 1.0, 1.4, 2.0, 77.0, 1e5] {
            for furthest in [1.0 / factor, 7.9 / factor, 30.0 / factor] {
                let column = Column::learned(3.0 / factor, factor, furthest);
                let unit = scale(i32::from(column.shift) - 27) * f64::from(column.factor);
                let spread = unit / factor;
                if furthest * factor < 7.95 {
                    assert!((spread - 1.0).abs() < 1e-4, "{factor}: {spread}");
                }
                for side in [-1.0, 1.0] {
                    let number = (3.0 / factor + side * furthest) as f32;
                    let (own, whole) = column.of_real(number).unwrap();
                    assert!(whole, "{factor} {furthest}");
                    let error = (column.real(own.into()) - f64::from(number)).abs() * unit;
                    assert!(error < 1.1 / 4096.0, "{factor} {furthest}: {error}");
                }
            }
        }
    }
}
