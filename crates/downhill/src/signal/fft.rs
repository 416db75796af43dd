//! A Fourier transform of real numbers, in place.

use super::cosines::{Cosines, TURN, turned};
use crate::Real;

/// A complex number: its real and its imaginary part.
type Complex<T> = [T; 2];

#[inline(always)]
fn plus<T: Real>(a: Complex<T>, b: Complex<T>) -> Complex<T> {
    [a[0] + b[0], a[1] + b[1]]
}

#[inline(always)]
fn minus<T: Real>(a: Complex<T>, b: Complex<T>) -> Complex<T> {
    [a[0] - b[0], a[1] - b[1]]
}

#[inline(always)]
fn times<T: Real>(a: Complex<T>, w: Complex<T>) -> Complex<T> {
    [a[0] * w[0] - a[1] * w[1], a[0] * w[1] + a[1] * w[0]]
}

/// Four numbers a quarter of a block apart, transformed, before they are turned.
#[inline(always)]
fn four<T: Real>([a, b, c, d]: [Complex<T>; 4]) -> [Complex<T>; 4] {
    let (even, odd) = (plus(a, c), plus(b, d));
    let (straight, across) = (minus(a, c), minus(b, d));
    // −i times the difference.
    let across = [across[1], -across[0]];
    [
        plus(even, odd),
        minus(even, odd),
        plus(straight, across),
        minus(straight, across),
    ]
}

/// Transforms complex numbers, 4 to 512 of them and a power of two, by steps of four (and at last
/// one of two, of an odd power): decimation in frequency. Number *k* comes to stand where its bits
/// in reverse say.
///
/// Of a step's block of *L*, k from 0 on: a, b, c, d stand at k, k + L/4, k + L/2, k + 3L/4. They
/// become (a + c) + (b + d), ((a + c) − (b + d))·w², ((a − c) − i(b − d))·w and
/// ((a − c) + i(b − d))·w³ with w = e^(−2πik/L); those of k = 0 are not turned.
#[inline(always)]
fn complex<T: Cosines>(z: &mut [Complex<T>]) {
    let mut length = z.len();
    while length > 4 {
        let stride = TURN / length;
        for block in z.chunks_exact_mut(length) {
            let quarter = length / 4;
            let Some((low, high)) = block.split_at_mut_checked(2 * quarter) else {
                return;
            };
            let Some((a, b)) = low.split_at_mut_checked(quarter) else {
                return;
            };
            let Some((c, d)) = high.split_at_mut_checked(quarter) else {
                return;
            };
            let mut rows = a.iter_mut().zip(b).zip(c.iter_mut().zip(d));
            if let Some(((a, b), (c, d))) = rows.next() {
                [*a, *b, *c, *d] = four([*a, *b, *c, *d]);
            }
            let mut turn = 0;
            for ((a, b), (c, d)) in rows {
                turn += stride;
                let [first, second, third, fourth] = four([*a, *b, *c, *d]);
                *a = first;
                *b = times(second, turned(2 * turn));
                *c = times(third, turned(turn));
                *d = times(fourth, turned(3 * turn));
            }
        }
        length /= 4;
    }
    match length {
        4 => {
            for block in z.as_chunks_mut::<4>().0 {
                *block = four(*block);
            }
        }
        _ => {
            for block in z.as_chunks_mut::<2>().0 {
                let [a, b] = *block;
                *block = [plus(a, b), minus(a, b)];
            }
        }
    }
}

/// Power of each bin of the spectrum of real numbers, from 0 to the half of them: |X|² × `scale`.
/// `numbers` are 16 to 1,024, a power of two, and are lost; there is room in `power` for half as
/// many and one.
///
/// Pairs of numbers are taken for complex ones and transformed; bins k and N/2 − k then are
/// E ± w·O, with E and O from numbers k and N/2 − k.
#[inline(always)]
pub(super) fn power<T: Cosines>(numbers: &mut [T], scale: T, power: &mut [T]) {
    let z = numbers.as_chunks_mut::<2>().0;
    complex(z);
    let half = z.len();
    let stride = TURN / (2 * half).max(1);
    let shift = usize::BITS - half.trailing_zeros();
    let at = |k: usize| {
        z.get(k.reverse_bits() >> shift)
            .copied()
            .unwrap_or_default()
    };
    // E and O below are doubles of what they stand for.
    let quarter = scale * T::from_f64(0.25);
    let size = |z: Complex<T>, scale| (z[0] * z[0] + z[1] * z[1]) * scale;
    let [real, imaginary] = at(0);
    let Some((first, rest)) = power.split_first_mut() else {
        return;
    };
    let Some((last, rest)) = rest.split_last_mut() else {
        return;
    };
    *first = size([real + imaginary, T::ZERO], scale);
    *last = size([real - imaginary, T::ZERO], scale);
    let Some((low, high)) = rest.split_at_mut_checked(half / 2 - 1) else {
        return;
    };
    let Some((middle, high)) = high.split_first_mut() else {
        return;
    };
    *middle = size(at(half / 2), scale);
    for ((k, low), high) in (1..).zip(low).zip(high.iter_mut().rev()) {
        let (a, b) = (at(k), at(half - k));
        let even = [a[0] + b[0], a[1] - b[1]];
        let odd = times([a[1] + b[1], b[0] - a[0]], turned(k * stride));
        *low = size(plus(even, odd), quarter);
        *high = size(minus(even, odd), quarter);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    #[test]
    fn bins_are_those_of_the_sum_that_defines_them() {
        let mut random = Random::seed(3);
        let mut length = 16;
        while length <= 1024 {
            let mut numbers = [0.0f64; 1024];
            let numbers = &mut numbers[..length];
            numbers.fill_with(|| f64::from(random.word()) / f64::from(u32::MAX) - 0.5);
            let mut own = [0.0; 513];
            let own = &mut own[..length / 2 + 1];
            let mut copy = [0.0; 1024];
            copy[..length].copy_from_slice(numbers);
            power(&mut copy[..length], 0.5, own);
            for (k, own) in own.iter().enumerate() {
                let mut sum = [0.0; 2];
                for (n, x) in numbers.iter().enumerate() {
                    sum = plus(sum, turned(k * n * (TURN / length)).map(|w: f64| w * x));
                }
                let exact = (sum[0] * sum[0] + sum[1] * sum[1]) / 2.0;
                assert!((own - exact).abs() < 1e-12 * length as f64, "{length} {k}");
            }
            length *= 2;
        }
    }
}
