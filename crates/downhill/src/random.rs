//! The seeded generator behind every shuffle and initialization.

use crate::Real;

/// PCG32 (XSH RR, O'Neill 2014): 64 bits of state, a fixed stream, the same numbers everywhere.
///
/// ```
/// use downhill::random::Random;
/// let mut random = Random::seed(7);
/// let mut order = [0, 1, 2, 3, 4, 5];
/// random.shuffle(&mut order); // the rows of an epoch
/// assert!(random.below(6) < 6 && (0.0..1.0).contains(&random.unit::<f32>()));
///
/// let mut again = [0, 1, 2, 3, 4, 5];
/// Random::seed(7).shuffle(&mut again);
/// assert_eq!(again, order); // on every target
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Random {
    state: u64,
}

const MULTIPLIER: u64 = 6_364_136_223_846_793_005;
const INCREMENT: u64 = 1_442_695_040_888_963_407;

impl Random {
    /// The generator for a seed.
    pub const fn seed(seed: u64) -> Self {
        let state = INCREMENT
            .wrapping_add(seed)
            .wrapping_mul(MULTIPLIER)
            .wrapping_add(INCREMENT);
        Self { state }
    }

    /// The next 32 bits.
    #[inline]
    pub fn word(&mut self) -> u32 {
        let old = self.state;
        self.state = old.wrapping_mul(MULTIPLIER).wrapping_add(INCREMENT);
        let mixed = (((old >> 18) ^ old) >> 27) as u32;
        mixed.rotate_right((old >> 59) as u32)
    }

    /// A number below `bound` (Lemire's method without the rejection: the bias is below
    /// `bound` / 2³²); 0 where `bound` is 0.
    #[inline]
    pub fn below(&mut self, bound: u32) -> u32 {
        ((u64::from(self.word()) * u64::from(bound)) >> 32) as u32
    }

    /// A number in [0, 1), from 24 bits, so that `f32` and `f64` draw the same value.
    #[inline]
    pub fn unit<T: Real>(&mut self) -> T {
        T::from_u32(self.word() >> 8) * T::from_f64(1.0 / 16_777_216.0)
    }

    /// Puts the items in an order drawn at random (Fisher and Yates).
    pub fn shuffle<I>(&mut self, mut items: &mut [I]) {
        while let [rest @ .., last] = items
            && !rest.is_empty()
        {
            let other = self.below(rest.len() as u32 + 1) as usize;
            if let Some(other) = rest.get_mut(other) {
                core::mem::swap(other, last);
            }
            items = rest;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The numbers are from a separate implementation of the paper's algorithm, in Python.
    #[test]
    fn draws_the_numbers_of_pcg32() {
        let mut random = Random::seed(42);
        let drawn: [u32; 3] = core::array::from_fn(|_| random.word());
        assert_eq!(drawn, [3_270_867_926, 1_795_671_209, 1_924_641_435]);
    }
}
