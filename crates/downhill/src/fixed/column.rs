//! Columns of raw numbers as 16-bit numbers: a power of two and an offset.

use super::number::POINT;

/// A column: `number` × 2 to `shift` − `offset`, with [`POINT`](super::POINT) bits behind the point.
///
/// A count of an analog-to-digital converter goes in as it is, and a real number by its bits, so that
/// either has the same result everywhere.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Column {
    /// Power of two, at most 40 in size.
    pub shift: i8,
    /// What is taken away.
    pub offset: i32,
}

/// Largest size of a shift.
const FURTHEST: i32 = 40;

impl Column {
    /// The column that leaves numbers as they are.
    pub const IDENTITY: Self = Self {
        shift: POINT as i8,
        offset: 0,
    };

    /// The column of numbers with this mean and factor 1 / s, as a [scaler](crate::scaler) has
    /// learned them, none of which is further than `furthest` from the mean: a spread from 0.7 to
    /// 1.4, or less, so that all of them have 16 bits.
    pub fn learned(mean: f64, factor: f64, furthest: f64) -> Self {
        let power = |x: f64| ((x.to_bits() >> 52) & 0x7ff) as i32 - 1023;
        // The power of two that is nearest in ratio: above √2 the next.
        let root = core::f64::consts::FRAC_1_SQRT_2;
        let mut k = power(factor * 2.0 * root);
        // Less than 8, and half of the last bit less.
        while k > -FURTHEST && furthest * scale(k) >= 8.0 - 1.0 / 4096.0 {
            k -= 1;
        }
        let shift = (k + POINT as i32).clamp(-FURTHEST, FURTHEST);
        // Rust's conversion is to the nearest of the range.
        let offset = libm::floor(mean * scale(shift) + 0.5) as i32;
        Self {
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

    /// `number` × 2 to `power`, in this column.
    fn take(self, number: i64, power: i32) -> (i16, bool) {
        let shift = power + i32::from(self.shift);
        let scaled = match shift {
            // A number of 32 bits stays below 2⁶³; further it is out of range in any case.
            31.. if number != 0 => number.signum() << 62,
            0.. => number << shift.min(31),
            -62.. => (number + (1 << (-shift - 1))) >> -shift,
            _ => 0,
        };
        let wide = scaled - i64::from(self.offset);
        let narrow = wide.clamp(i16::MIN.into(), i16::MAX.into());
        (narrow as i16, narrow == wide)
    }

    /// The real number of one with [`POINT`](super::POINT) bits behind the point.
    pub fn real(self, number: i32) -> f64 {
        (f64::from(number) + f64::from(self.offset)) / scale(self.shift.into())
    }

    /// The count of one, rounded and held to 32 bits.
    pub fn count(self, number: i32) -> i32 {
        let raw = i64::from(number) + i64::from(self.offset);
        let count = match self.shift {
            ..1 => raw << -i32::from(self.shift).max(-31),
            places => (raw + (1 << (places - 1))) >> places,
        };
        count.clamp(i32::MIN.into(), i32::MAX.into()) as i32
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
                shift: (random.below(2 * FURTHEST as u32 + 1) as i32 - FURTHEST) as i8,
                offset: random.word() as i32 >> random.below(32),
            };
            let count = (random.word() as i32) >> (8 + random.below(24));
            let own = column.of_count(count);
            assert_eq!(column.of_real(count as f32), Some(own));
            let exact = f64::from(count) * scale(column.shift.into()) + 0.5;
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
    fn a_spread_is_near_one_and_the_furthest_fits() {
        for factor in [1e-6, 0.01, 0.3, 0.5, 0.71, 1.0, 1.4, 2.0, 77.0, 1e5] {
            for furthest in [1.0 / factor, 7.9 / factor, 30.0 / factor] {
                let column = Column::learned(0.0, factor, furthest);
                let spread = scale(i32::from(column.shift) - 12) / factor;
                assert!(spread <= 1.4143, "{factor}: {spread}");
                if furthest * factor < 5.0 {
                    assert!(spread >= 0.707, "{factor}: {spread}");
                }
                assert!(column.of_real(furthest as f32).unwrap().1);
                assert!(column.of_real(-furthest as f32).unwrap().1);
            }
        }
    }

    #[test]
    fn a_count_comes_back() {
        for shift in -3..14 {
            let column = Column { shift, offset: 100 };
            for count in -2000..2000 {
                let (own, whole) = column.of_count(count);
                let back = column.count(own.into());
                let error = 1 << (-shift).max(0);
                assert!(
                    !whole || (back - count).abs() <= error / 2,
                    "{shift} {count}: {back}"
                );
            }
        }
    }
}
