use core::fmt;

#[cfg(feature = "serde")]
use serde::{Deserialize, Serialize};

use crate::Real;

/// A 64-bit hash, by bits, of everything that decides the future of a fit. Two fits with equal
/// fingerprints go on alike for ever; host and device compare this, never tolerances.
///
/// It prints as 16 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
#[cfg_attr(feature = "serde", serde(transparent))]
pub struct Fingerprint(pub u64);

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

/// The hash behind [`Fingerprint`]: two 32-bit lanes, a word at a time, in order.
///
/// For each word `w`: `a = rotl(a ^ w, 5) * 0x9E3779B1`, then
/// `b = rotl(b + w, 13) * 0x85EBCA77 ^ a`, all modulo 2³². It starts from `a = 0x243F6A88`,
/// `b = 0x85A308D3` and ends with the 32-bit finalizer of MurmurHash3 on each lane, `a` as the
/// high half.
#[derive(Clone, Copy, Debug)]
pub struct Hasher {
    a: u32,
    b: u32,
}

impl Default for Hasher {
    fn default() -> Self {
        Self {
            a: 0x243F_6A88,
            b: 0x85A3_08D3,
        }
    }
}

impl Hasher {
    /// Takes in one word.
    #[inline]
    pub fn word(&mut self, word: u32) {
        self.a = (self.a ^ word).rotate_left(5).wrapping_mul(0x9E37_79B1);
        self.b = self
            .b
            .wrapping_add(word)
            .rotate_left(13)
            .wrapping_mul(0x85EB_CA77)
            ^ self.a;
    }

    /// Takes in numbers by their canonical bits, low word first.
    pub fn reals<T: Real>(&mut self, numbers: &[T]) {
        for number in numbers {
            let [low, high] = number.canonical();
            self.word(low);
            if T::WORDS > 1 {
                self.word(high);
            }
        }
    }

    /// The hash of all that was taken in.
    pub fn finish(self) -> Fingerprint {
        let high = u64::from(avalanche(self.a));
        let low = u64::from(avalanche(self.b));
        Fingerprint(high << 32 | low)
    }
}

/// The finalizer of MurmurHash3 (Austin Appleby, public domain).
fn avalanche(mut h: u32) -> u32 {
    h = (h ^ h >> 16).wrapping_mul(0x85EB_CA6B);
    h = (h ^ h >> 13).wrapping_mul(0xC2B2_AE35);
    h ^ h >> 16
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash<T: Real>(numbers: &[T]) -> Fingerprint {
        let mut hasher = Hasher::default();
        hasher.reals(numbers);
        hasher.finish()
    }

    #[test]
    fn order_and_every_bit_count() {
        assert_ne!(hash(&[1.0f32, 2.0]), hash(&[2.0f32, 1.0]));
        assert_ne!(hash(&[0.0f32]), hash(&[-0.0f32]));
        for bit in 0..32 {
            assert_ne!(
                hash(&[f32::from_bits(1 << bit)]),
                hash(&[0.0f32]),
                "bit {bit}"
            );
        }
    }

    #[test]
    fn every_nan_is_the_same() {
        assert_eq!(
            hash(&[f32::from_bits(0xffc0_0000)]),
            hash(&[f32::from_bits(0x7fc0_1234)])
        );
        assert_eq!(hash(&[-f64::NAN]), hash(&[f64::NAN]));
    }

    /// The numbers are from a separate implementation of the specification, in Python.
    #[test]
    fn is_the_specified_function() {
        assert_eq!(hash::<f32>(&[]).0, 0x1388_a0fb_ede1_521e);
        assert_eq!(hash(&[1.0f32, 2.0]).0, 0xf9e9_6e30_6193_f59f);
    }
}
