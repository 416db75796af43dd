//! The learning rate as an integer and a shift.

use super::number::{half, round};

/// Places that a product of two 16-bit numbers is short of a parameter's.
const LIFT: u32 = 4;

/// A learning rate, `mantissa` × 2 to −`gain` − `step` − 4, of 16 significant bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// From 2¹⁴ to 2¹⁵.
    mantissa: u16,
    /// Places that a slope times the mantissa is shifted.
    gain: u8,
    /// Places that such a slope times an input is shifted.
    step: u8,
}

impl Rate {
    /// Largest rate: 1. Steps are computed at once for a rate of up to 1/16; a larger one leaves
    /// slopes of at most 1 / (2 rate).
    pub const MAX: f32 = 1.0;
    /// Smallest rate, 2⁻²⁴: below it most steps would round to zero.
    pub const MIN: f32 = 5.960_464_5e-8;

    /// The rate nearest to `rate` × `times` / `over`, by integer arithmetic alone; `None` where it is
    /// not from [`MIN`](Rate::MIN) to [`MAX`](Rate::MAX), or `times` or `over` is 0.
    pub const fn scaled(rate: f32, times: u16, over: u16) -> Option<Self> {
        let bits = rate.to_bits();
        let exponent = (bits >> 23) as i32;
        // Neither 0 nor subnormal, negative, infinite or NaN.
        if exponent == 0 || exponent >= 0xff || times == 0 || over == 0 {
            return None;
        }
        // rate = significand × 2^(exponent − 150); 16 bits more, so that the quotient has enough.
        let significand = (bits & 0x7f_ffff | 0x80_0000) as u64;
        let quotient = ((significand * times as u64) << 16) / over as u64;
        // The leading bit becomes 2¹⁴ of the mantissa.
        let drop = 63 - quotient.leading_zeros() as i32 - 14;
        if drop <= 0 {
            return None;
        }
        let mantissa = (quotient + (1 << (drop - 1))) >> drop;
        let shift = 150 + 16 - exponent - drop - 15;
        // A power of two is the whole mantissa: a slope times it needs no rounding.
        let (mantissa, shift) = match mantissa {
            0x4000 => (0x8000, shift + 1),
            mantissa => (mantissa, shift),
        };
        if shift < 0 || shift > 24 {
            return None;
        }
        let short = LIFT.saturating_sub(shift as u32);
        Some(Self {
            mantissa: mantissa as u16,
            gain: (15 - short) as u8,
            step: (shift as u32 + short - LIFT) as u8,
        })
    }

    /// The rate nearest to `rate`; `None` where [`scaled`](Rate::scaled) has none.
    pub const fn new(rate: f32) -> Option<Self> {
        Self::scaled(rate, 1, 1)
    }

    /// The rate as it is, exactly.
    pub fn to_f64(self) -> f64 {
        let places = u32::from(self.gain) + u32::from(self.step) + LIFT;
        f64::from(self.mantissa) / (1u64 << places) as f64
    }

    /// The words that a fingerprint takes in.
    pub(super) const fn word(self) -> u32 {
        (self.mantissa as u32) << 16 | (self.gain as u32) << 8 | self.step as u32
    }

    /// A 16-bit slope times this rate's mantissa, rounded: [`Rate::step`] shifts it the rest of the
    /// way. At most 2¹⁹ in size.
    #[inline(always)]
    pub(super) const fn gain(self, slope: i32) -> i32 {
        round(slope * self.mantissa as i32, self.gain as u32)
    }

    /// Shift from the product of a gained slope and an input to a parameter's movement.
    #[inline(always)]
    pub(super) const fn step(self) -> Shift {
        let places = self.step as u32;
        Shift {
            places,
            half: half(places),
        }
    }
}

/// A shift to the right that rounds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shift {
    places: u32,
    half: i32,
}

impl Shift {
    /// The number shifted; at most 2³⁰ in size before.
    #[inline(always)]
    pub(super) const fn of(self, number: i32) -> i32 {
        (number + self.half) >> self.places
    }

    /// A bound of the size of what [`of`](Shift::of) makes of a slope of this size times an input.
    #[inline(always)]
    pub(super) const fn reach(self, slope: u32) -> u32 {
        ((slope << 15) >> self.places) + 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_within_half_of_its_last_bit() {
        let mut rate = Rate::MIN;
        while rate <= Rate::MAX {
            let own = Rate::new(rate).unwrap().to_f64();
            let error = (own / f64::from(rate) - 1.0).abs();
            assert!(error <= 1.0 / 32_768.0, "{rate}: {own}");
            rate *= 1.0173;
        }
        assert_eq!(Rate::new(0.25).unwrap().to_f64(), 0.25);
        assert_eq!(Rate::new(1.0).unwrap().to_f64(), 1.0);
        let third = Rate::scaled(0.1, 2, 3).unwrap().to_f64();
        assert!((third - 0.2 / 3.0).abs() < 2e-6);
    }

    #[test]
    fn refuses_what_is_no_rate() {
        for rate in [0.0, -0.1, f32::NAN, f32::INFINITY, 1e-9, 1.001, 1e-40] {
            assert_eq!(Rate::new(rate), None, "{rate}");
        }
        assert_eq!(Rate::scaled(0.1, 0, 1), None);
        assert_eq!(Rate::scaled(0.1, 1, 0), None);
        assert_eq!(Rate::scaled(1.0, 3, 2), None);
    }

    /// Every slope at every shift, against exact arithmetic: gain and step together are within one
    /// unit of each rounding.
    #[test]
    fn a_step_is_the_rate_times_the_slope_times_the_input() {
        for power in 0..20 {
            let rate = Rate::new(0.7 / (1u32 << power) as f32).unwrap();
            for slope in (i16::MIN..=i16::MAX).step_by(37) {
                let gained = rate.gain(slope.into());
                if gained.unsigned_abs() > 32_767 {
                    continue;
                }
                for input in [-32_768, -4096, -1, 0, 1, 77, 32_767] {
                    let step = rate.step().of(gained * input);
                    let unit = f64::from(1 << 28);
                    let exact =
                        rate.to_f64() * f64::from(slope) * f64::from(input) / 16_777_216.0 * unit;
                    let rounding = f64::from(input).abs() * rate.to_f64().min(1.0 / 16.0) * 16.0;
                    let error = (f64::from(step) - exact).abs();
                    assert!(error <= rounding.max(0.0) + 1.0, "{power} {slope} {input}");
                    assert!(step.unsigned_abs() <= rate.step().reach(gained.unsigned_abs()));
                }
            }
        }
    }
}
