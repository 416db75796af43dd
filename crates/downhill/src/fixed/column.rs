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
/// Largest distance from the mean, scaled and rounded: the mean's own rounding may add 1.
const MOST: i64 = 32_767;

impl Column {
    /// The column that leaves numbers as they are.
    pub const IDENTITY: Self = Self {
        factor: 1 << FACTOR_POINT,
        shift: POINT as i8,
        offset: 0,
    };

    /// The column of numbers with this mean and factor 1 / s, as a [scaler](crate::scaler) has
    /// learned them, none of which is further than `furthest` from the mean: a spread of 1, or a power
    /// of two less, so that all of them have 16 bits. By integer arithmetic alone.
    pub fn learned(mean: f32, factor: f32, furthest: f32) -> Self {
        let (significand, exponent) = match bits_of(factor) {
            // From 2²³ to 2²⁴, in units of 2 to the exponent.
            Some((significand @ 0x80_0000.., exponent)) => (significand, exponent),
            _ => (0x80_0000, -23),
        };
        // From 2¹⁴ to 2¹⁵.
        let mantissa = (significand + (1 << 8)) >> 9;
        let mut column = Self {
            factor: mantissa as u16,
            shift: (exponent + 9 + FACTOR_POINT + POINT as i32).clamp(-FURTHEST, FURTHEST) as i8,
            offset: 0,
        };
        let (mean, furthest) = (bits_of(mean).unwrap_or((0, 0)), bits_of(furthest));
        loop {
            let offset = column.scaled(mean.0, mean.1);
            let most = furthest.map_or(i64::MAX, |(number, power)| column.scaled(number, power));
            let fits = most.abs() < MOST && i32::try_from(offset).is_ok();
            if fits || i32::from(column.shift) <= -FURTHEST {
                column.offset = offset.clamp(i32::MIN.into(), i32::MAX.into()) as i32;
                return column;
            }
            column.shift -= 1;
        }
    }

    /// Returns `true` for a column that [`learned`](Column::learned) may have made.
    pub(super) const fn is_possible(&self) -> bool {
        1 << 14 <= self.factor
            && self.factor <= 1 << 15
            && -FURTHEST <= self.shift as i32
            && self.shift as i32 <= FURTHEST
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
        let (significand, exponent) = bits_of(number)?;
        Some(self.take(significand, exponent))
    }

    /// `number` × 2 to `power`, in this column; the number has at most 32 bits.
    fn take(self, number: i64, power: i32) -> (i16, bool) {
        let wide = self.scaled(number, power) - i64::from(self.offset);
        let narrow = wide.clamp(i16::MIN.into(), i16::MAX.into());
        (narrow as i16, narrow == wide)
    }

    /// `number` × 2 to `power` × the factor, before the offset: at most 2⁶² in size.
    fn scaled(self, number: i64, power: i32) -> i64 {
        let product = match self.factor {
            // Which is 1: Cortex-M0 has no such product.
            0x8000 => number << FACTOR_POINT,
            factor => number * i64::from(factor),
        };
        let shift = power + i32::from(self.shift) - FACTOR_POINT;
        match shift {
            // Neither the offset nor the range brings it back.
            0.. if product.unsigned_abs() >= 1 << 33 => product.signum() << 62,
            // Below 2⁶²; where more is left out, the same holds of a factor, which is at least 2¹⁴.
            0.. => product << shift.min(29),
            -62.. => (product + (1 << (-shift - 1))) >> -shift,
            _ => 0,
        }
    }

    /// Mean and factor 1 / s of the scaler that this column is: (number − mean) × factor.
    pub fn mean_and_factor(self) -> (f64, f64) {
        let units = scale(i32::from(self.shift) - FACTOR_POINT) * f64::from(self.factor);
        (f64::from(self.offset) / units, units / scale(POINT as i32))
    }

    /// The real number of one with [`POINT`](super::POINT) bits behind the point, at most 2³⁰ in
    /// size: by one conversion and one division of floats, and so the same everywhere.
    pub fn real(self, number: i32) -> f32 {
        let whole = (i64::from(number) + i64::from(self.offset)) as f32;
        let power = FACTOR_POINT - i32::from(self.shift);
        // 2 to the power, from −25 to 55.
        let unit = f32::from_bits(((power + 127) as u32) << 23);
        whole / f32::from(self.factor) * unit
    }
}

/// A float as `number` × 2 to `power`; `None` where it is infinite or NaN.
#[inline(always)]
fn bits_of(real: f32) -> Option<(i64, i32)> {
    let bits = real.to_bits();
    let fraction = i64::from(bits & 0x7f_ffff);
    let (size, power) = match (bits >> 23 & 0xff) as i32 {
        0xff => return None,
        0 => (fraction, -149),
        exponent => (fraction | 0x80_0000, exponent - 150),
    };
    Some((if real.is_sign_negative() { -size } else { size }, power))
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
            assert!(!whole || (back - x).abs() <= 0.01, "{x}: {back}");
        }
        assert_eq!(column.of_real(f32::NAN), None);
        assert_eq!(column.of_real(f32::NEG_INFINITY), None);
        let (own, whole) = column.of_real(f32::MAX).unwrap();
        assert_eq!((own, whole), (i16::MAX, false));
    }

    #[test]
    fn a_spread_is_one_and_the_furthest_fits() {
        for factor in [1e-6f32, 0.01, 0.3, 0.5, 0.71, 1.0, 1.4, 2.0, 77.0, 1e5] {
            for furthest in [1.0 / factor, 7.9 / factor, 30.0 / factor] {
                let column = Column::learned(3.0 / factor, factor, furthest);
                let unit = scale(i32::from(column.shift) - 27) * f64::from(column.factor);
                let spread = unit / f64::from(factor);
                if furthest * factor < 7.95 {
                    assert!((spread - 1.0).abs() < 1e-4, "{factor}: {spread}");
                }
                for side in [-1.0, 1.0] {
                    let number = 3.0 / factor + side * furthest;
                    let (own, whole) = column.of_real(number).unwrap();
                    assert!(whole, "{factor} {furthest}");
                    let error = f64::from((column.real(own.into()) - number).abs()) * unit;
                    assert!(error < 1.1 / 4096.0, "{factor} {furthest}: {error}");
                }
            }
        }
    }
}
