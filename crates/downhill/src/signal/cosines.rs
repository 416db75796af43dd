//! Cosines of a 1,024th of a turn, computed at build time.

use crate::Real;

/// Steps of a turn.
pub(super) const TURN: usize = 1024;

/// A number with a table of cosines: cos 2πk/1,024 for each k of a turn. −sin of the same angle
/// stands a quarter of a turn further on.
///
/// The entries are Taylor sums of `f64` that the compiler works out, rounded once: the same bits
/// on every target.
pub trait Cosines: Real {
    /// The table.
    const TABLE: &'static [Self; TURN];
}

/// cos or sin of an angle from 0 to π/4, by its Taylor sum from the smallest term up.
const fn taylor(angle: f64, is_sine: bool) -> f64 {
    let square = angle * angle;
    let mut sum = 1.0;
    // The last term is below 10⁻²⁰.
    let mut last = if is_sine { 19 } else { 20 };
    while last > 1 {
        sum = 1.0 - square * sum / (last * (last - 1)) as f64;
        last -= 2;
    }
    if is_sine { angle * sum } else { sum }
}

/// cos 2πk/1,024 for k of an eighth of a turn, and sin.
const fn of_eighth(k: usize, is_sine: bool) -> f64 {
    taylor(
        k as f64 * (core::f64::consts::PI / (TURN / 2) as f64),
        is_sine,
    )
}

const fn cosine(k: usize) -> f64 {
    let half = if k > TURN / 2 { TURN - k } else { k };
    let is_negative = half > TURN / 4;
    let quarter = if is_negative { TURN / 2 - half } else { half };
    let size = match quarter > TURN / 8 {
        true => of_eighth(TURN / 4 - quarter, true),
        false => of_eighth(quarter, false),
    };
    if is_negative { -size } else { size }
}

macro_rules! cosines {
    ($t:ident) => {
        impl Cosines for $t {
            const TABLE: &'static [Self; TURN] = &{
                let mut table = [0.0; TURN];
                let mut k = 0;
                while k < TURN {
                    table[k] = cosine(k) as $t;
                    k += 1;
                }
                table
            };
        }
    };
}

cosines!(f32);
cosines!(f64);

/// Cosine of `k` 1,024ths of a turn.
#[inline(always)]
pub(super) fn cos<T: Cosines>(k: usize) -> T {
    T::TABLE[k % TURN]
}

/// e to the power −2πi·k/1,024: its real and its imaginary part.
#[inline(always)]
pub(super) fn turned<T: Cosines>(k: usize) -> [T; 2] {
    [T::TABLE[k % TURN], T::TABLE[(k + TURN / 4) % TURN]]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_that_of_the_cosine() {
        for k in 0..TURN {
            let exact = libm::cos(k as f64 * core::f64::consts::PI / 512.0);
            let [real, imaginary] = turned::<f64>(k);
            assert!((real - exact).abs() < 1e-15, "{k}");
            let sine = libm::sin(k as f64 * core::f64::consts::PI / 512.0);
            assert!((imaginary + sine).abs() < 1e-15, "{k}");
            assert_eq!(cos::<f32>(k), cos::<f64>(k) as f32);
        }
        let corners = [0, 256, 512, 768].map(cos::<f64>);
        assert_eq!(corners, [1.0, 0.0, -1.0, 0.0]);
    }
}
