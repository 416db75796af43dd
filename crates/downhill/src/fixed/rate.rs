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

/// A positive number of 16 bits: `mantissa` × 2 to −`places`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Significand {
    /// From 2¹⁴ to 2¹⁵.
    pub(super) mantissa: u16,
    pub(super) places: i32,
}

impl Significand {
    /// The word that a fingerprint takes in.
    pub(super) const fn word(self) -> u32 {
        (self.mantissa as u32) << 16 | (self.places as u16) as u32
    }

    /// The number nearest to `number` × `times` / `over`, by integer arithmetic alone; `None` where
    /// it is not positive and normal, or `times` or `over` is 0.
    pub(super) const fn of(number: f32, times: u16, over: u16) -> Option<Self> {
        let bits = number.to_bits();
        let exponent = (bits >> 23) as i32;
        // Neither 0 nor subnormal, negative, infinite or NaN.
        if exponent == 0 || exponent >= 0xff || times == 0 || over == 0 {
            return None;
        }
        // number = significand × 2^(exponent − 150); 16 bits more, so that the quotient has enough.
        let significand = (bits & 0x7f_ffff | 0x80_0000) as u64;
        let quotient = ((significand * times as u64) << 16) / over as u64;
        // The leading bit becomes 2¹⁴ of the mantissa.
        let drop = 63 - quotient.leading_zeros() as i32 - 14;
        if drop <= 0 {
            return None;
        }
        let mantissa = ((quotient + (1 << (drop - 1))) >> drop) as u16;
        let places = 150 + 16 - exponent - drop;
        // A power of two is the whole mantissa: a slope times it needs no rounding.
        Some(match mantissa {
            0x4000 => Self {
                mantissa: 0x8000,
                places: places + 1,
            },
            mantissa => Self { mantissa, places },
        })
    }
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
        match Significand::of(rate, times, over) {
            Some(significand) => Self::at(significand),
            None => None,
        }
    }

    /// The rate that is this number, where it is one.
    const fn at(Significand { mantissa, places }: Significand) -> Option<Self> {
        let shift = places - 15;
        if shift < 0 || shift > 24 {
            return None;
        }
        let short = LIFT.saturating_sub(shift as u32);
        Some(Self {
            mantissa,
            gain: (15 - short) as u8,
            step: (shift as u32 + short - LIFT) as u8,
        })
    }

    /// The rate as a number.
    pub(super) const fn significand(self) -> Significand {
        Significand {
            mantissa: self.mantissa,
            places: self.gain as i32 + self.step as i32 + LIFT as i32,
        }
    }

    /// The rate times a factor in 2⁻³¹, at most 1, rounded to 16 bits. Below [`MIN`](Rate::MIN) it is
    /// that times a mantissa of fewer bits, and at last 0.
    #[inline(never)]
    pub(super) const fn times(self, factor: u32) -> Self {
        if factor >= 1 << 31 {
            return self;
        }
        let zeros = factor.leading_zeros();
        if zeros >= 32 {
            return Self {
                mantissa: 0,
                ..self
            };
        }
        // 16 bits of the factor; the product has from 30 to 32.
        let product = self.mantissa as u32 * ((factor << zeros) >> 16);
        let drop = 17 - product.leading_zeros();
        let mantissa = (product >> drop) + ((product >> (drop - 1)) & 1);
        let places = self.significand().places + 15 + zeros as i32 - drop as i32;
        let over = if places > 39 { (places - 39) as u32 } else { 0 };
        let mantissa = if over < 16 { mantissa >> over } else { 0 };
        let at = Self::at(Significand {
            mantissa: mantissa as u16,
            places: places - over as i32,
        });
        match at {
            Some(rate) => rate,
            None => self,
        }
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

    /// Places that a product is shifted.
    #[inline(always)]
    pub(super) const fn places(self) -> u32 {
        self.places
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
