//! The norm of a gradient in integers.

use super::number::{Narrow, ONE};

/// Bits that the norm of a layer loses, so that its square has 62.
const COARSE: u32 = 11;

/// Σ r² over layers, r being the norm of the products of a layer's slopes and inputs.
#[derive(Debug, Default)]
pub struct Squares(u64);

impl Squares {
    /// Takes in the products of slopes and inputs.
    #[inline(never)]
    pub(super) fn outer<X: Narrow>(&mut self, slopes: &[i32], inputs: &[X]) {
        self.add(slopes, root(squares(inputs)));
    }

    /// Takes in slopes of biases, whose input is 1.
    pub(super) fn each(&mut self, slopes: &[i32]) {
        self.add(slopes, ONE as u64);
    }

    /// ‖s xᵀ‖ = ‖s‖ ‖x‖; at most 2¹² numbers of 16 bits have a norm of at most 2²¹.
    #[inline(never)]
    fn add(&mut self, slopes: &[i32], inputs: u64) {
        let norm = (root(squares(slopes)) * inputs) >> COARSE;
        self.0 = self.0.saturating_add(norm * norm);
    }

    /// The factor, in 2⁻¹⁶, by which slopes have to be smaller for the norm to be `most`; `None` where
    /// it is not above that.
    #[inline(never)]
    pub(super) fn share(&self, most: u64) -> Option<u16> {
        let norm = root(self.0) << COARSE;
        // Below 2¹⁶, since `most` is below the norm, which is below 2⁴⁴.
        let share = || (most << 16).checked_div(norm).unwrap_or_default() as u16;
        (norm > most).then(share)
    }
}

fn squares<X: Narrow>(numbers: &[X]) -> u64 {
    let square = |number: &X| u64::from((number.wide() * number.wide()) as u32);
    numbers.iter().map(square).sum()
}

/// The root, rounded down, one bit after the other: the standard library's takes seven times as
/// much flash.
#[inline(never)]
pub(super) fn root(number: u64) -> u64 {
    let (mut root, mut bit) = (0, 1 << ((63 - (number | 1).leading_zeros()) / 2));
    while bit > 0 {
        let larger: u64 = root | bit;
        if larger * larger <= number {
            root = larger;
        }
        bit >>= 1;
    }
    root
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_root_is_the_standard_library_s() {
        let mut random = crate::random::Random::seed(1);
        for turn in 0..20_000u32 {
            let word = u64::from(random.word()) << 32 | u64::from(random.word());
            let square = u64::from(random.word()).pow(2);
            for number in [word, word >> (turn % 64), square, square.saturating_sub(1)] {
                assert_eq!(root(number), number.isqrt(), "{number}");
            }
        }
        for number in [0, 1, 2, 3, 4, u64::MAX] {
            assert_eq!(root(number), number.isqrt());
        }
    }
}
