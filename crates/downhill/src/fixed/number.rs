//! Widths, binary points and the one rounding.

/// Bits behind the binary point of a 16-bit number: features, activations, predictions, slopes.
/// They reach from −8 to 8 − 2⁻¹².
pub const POINT: u32 = 12;

/// Bits behind the binary point of a parameter, an `i32`: [`POINT`] of its upper half and 16 more.
pub const PARAMETER_POINT: u32 = POINT + 16;

/// Bits behind the binary point of a loss, a `u32`, and of every product of two 16-bit numbers.
pub const LOSS_POINT: u32 = 2 * POINT;

/// 1 as a 16-bit number.
pub const ONE: i32 = 1 << POINT;

/// Largest size of a parameter: its upper half, rounded, is a 16-bit number that can be negated.
pub const PARAMETER_MAX: u32 = (1 << 31) - (1 << 16);

/// Most inputs of a layer.
pub const MAX_INPUTS: usize = 4095;

/// Half of 2 to `places`: what is added before a shift to the right by so many places, so that it
/// rounds. Nothing at 0 places.
#[inline(always)]
pub(super) const fn half(places: u32) -> i32 {
    (1 << places) >> 1
}

/// `number` / 2 to `places`, rounded to the nearest, and half-way up: the one rounding of all
/// fixed-point arithmetic.
#[inline(always)]
pub(super) const fn round(number: i32, places: u32) -> i32 {
    (number + half(places)) >> places
}

/// `number` × `share` / 2¹⁶, rounded: a product of 48 bits from two of 32, since Cortex-M0 has no
/// other.
#[inline(always)]
pub(super) const fn part(number: i32, share: u16) -> i32 {
    let share = share as u32;
    let low = ((number as u32 & 0xffff) * share + (1 << 15)) >> 16;
    (number >> 16) * share as i32 + low as i32
}

/// A sum of products as a number of [`POINT`], rounded.
///
/// At most [`MAX_INPUTS`] products of at most 2³⁰ and a bias below 2³¹ make less than 2⁴², so that
/// this is at most 2³⁰ and fits.
#[inline(always)]
pub(super) const fn narrow(sum: i64) -> i32 {
    ((sum + (1 << (POINT - 1))) >> POINT) as i32
}

/// The upper half of a parameter, rounded: what predictions and slopes are computed with.
#[inline(always)]
pub(super) const fn upper(parameter: i32) -> i32 {
    round(parameter, 16)
}

/// A number in bits that are no 16-bit number's: 0 where it is one. Several are joined by `|`.
#[inline(always)]
pub(super) const fn excess(number: i32) -> u32 {
    (number.wrapping_add(1 << 15) as u32) >> 16
}

/// A number that has 16 bits, alone or in a wider word.
pub trait Narrow: Copy {
    /// The number.
    fn wide(self) -> i32;
}

impl Narrow for i16 {
    #[inline(always)]
    fn wide(self) -> i32 {
        i32::from(self)
    }
}

impl Narrow for i32 {
    #[inline(always)]
    fn wide(self) -> i32 {
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every 16-bit number at every number of places, against exact arithmetic.
    #[test]
    fn rounds_to_the_nearest_and_half_way_up() {
        for number in i16::MIN..=i16::MAX {
            for places in 0..15 {
                let exact = f64::from(number) / f64::from(1 << places);
                let nearest = libm::floor(exact + 0.5);
                assert_eq!(f64::from(round(number.into(), places)), nearest);
            }
        }
    }

    /// The least and the largest numbers and shares, and random ones, against exact arithmetic.
    #[test]
    fn a_part_is_a_product_of_48_bits() {
        let mut random = crate::random::Random::seed(1);
        for turn in 0..300_000u32 {
            let number = match turn % 4 {
                0 => i32::MIN + (turn >> 2) as i32,
                1 => i32::MAX - (turn >> 2) as i32,
                _ => random.word() as i32,
            };
            let share = match turn % 3 {
                0 => 65_535,
                _ => random.word() as u16,
            };
            let exact = (i64::from(number) * i64::from(share) + (1 << 15)) >> 16;
            assert_eq!(i64::from(part(number, share)), exact, "{number} × {share}");
        }
    }

    #[test]
    fn the_extremes_of_a_layer_fit() {
        let most = i64::from(upper(PARAMETER_MAX as i32)) * 32_768 * MAX_INPUTS as i64;
        let bias = i64::from(PARAMETER_MAX) >> 4;
        for sum in [most + bias, -most - bias] {
            let exact = libm::floor(sum as f64 / 4096.0 + 0.5);
            assert_eq!(f64::from(narrow(sum)), exact);
            assert!(exact.abs() <= f64::from(1 << 30));
        }
        assert_eq!(upper(PARAMETER_MAX as i32), 32_767);
        assert_eq!(upper(-(PARAMETER_MAX as i32)), -32_767);
    }

    #[test]
    fn excess_is_nothing_of_sixteen_bits_alone() {
        for (number, fits) in [
            (32_767, true),
            (-32_768, true),
            (32_768, false),
            (-32_769, false),
            (i32::MAX, false),
            (i32::MIN, false),
        ] {
            assert_eq!(excess(number) == 0, fits, "{number}");
        }
    }
}
