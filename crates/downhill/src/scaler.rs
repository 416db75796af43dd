//! The scaler: learns the mean and spread of each column (features first, then targets), is
//! frozen, and from then on maps a column to mean 0 and standard deviation 1.
//!
//! Mean and sum of squares are learned by Welford's method (Welford 1962). Freezing turns each
//! sum into a factor 1 / s, with s the standard deviation of the samples seen (divided by n, not
//! n − 1); a column that never changed gets the factor 1. By [`ScalingMethod::MinMax`] a column keeps
//! its least and largest number instead, and is mapped to 0 and 1.
//!
//! Its numbers live in a fit's arena, `[samples, frozen, center₀, spread₀, center₁, spread₁, …]`:
//! a center is the mean (or the least number), a spread Welford's sum (or the largest number)
//! until the scaler is frozen and the factor after. The functions here
//! work on any such slice, so that a host can learn a scaler in `f64` and hand it to a device.
//!
//! ```
//! use downhill::{rules::ScalingMethod, scaler};
//! let mut words = [0.0f64; scaler::words(2)];
//! for (t, rh) in [(20.0, 40.0), (22.0, 60.0)] {
//!     scaler::learn(&mut words, ScalingMethod::Standard, &[t, rh], &[]);
//! }
//! scaler::freeze(&mut words, ScalingMethod::Standard);
//! let mut scaled = [0.0; 2];
//! scaler::scale(&words, 0, &[22.0, 50.0], &mut scaled);
//! assert_eq!(scaled, [1.0, 0.0]);
//! ```

use crate::Real;
use crate::rules::ScalingMethod;

/// Numbers kept beside the columns: how many samples were seen, and whether it is frozen.
const SHARED: usize = 2;
/// Numbers kept for each column.
const COLUMN: usize = 2;

/// Numbers of state of a scaler of this many columns.
pub const fn words(columns: usize) -> usize {
    SHARED + COLUMN * columns
}

/// Samples seen.
pub fn samples<T: Real>(words: &[T]) -> T {
    words.first().copied().unwrap_or(T::ZERO)
}

/// Returns `true` if the scaler is frozen.
#[inline(always)]
pub fn is_frozen<T: Real>(words: &[T]) -> bool {
    words.get(1).is_some_and(|&frozen| frozen == T::ONE)
}

/// Each column's center and, once frozen, its factor.
#[inline(always)]
pub fn columns<T: Real>(words: &[T]) -> &[[T; COLUMN]] {
    words.get(SHARED..).unwrap_or(&[]).as_chunks().0
}

/// Learns from one sample; does nothing once frozen. Numbers must be finite.
pub fn learn<T: Real>(words: &mut [T], method: ScalingMethod, features: &[T], targets: &[T]) {
    if is_frozen(words) {
        return;
    }
    let Some((shared, columns)) = words.split_at_mut_checked(SHARED) else {
        return;
    };
    let Some(samples) = shared.first_mut() else {
        return;
    };
    let first = *samples == T::ZERO;
    *samples += T::ONE;
    let numbers = features.iter().chain(targets);
    for (column, &number) in columns.as_chunks_mut::<COLUMN>().0.iter_mut().zip(numbers) {
        let [a, b] = column;
        if method != ScalingMethod::MinMax {
            let before = number - *a;
            *a += before / *samples;
            *b += before * (number - *a);
        } else if first {
            *column = [number, number];
        } else {
            *column = [a.smaller(number), b.larger(number)];
        }
    }
}

/// Freezes it: from here on it scales.
pub fn freeze<T: Real>(words: &mut [T], method: ScalingMethod) {
    let Some((shared, columns)) = words.split_at_mut_checked(SHARED) else {
        return;
    };
    let [samples, frozen] = shared else { return };
    if *frozen == T::ONE {
        return;
    }
    *frozen = T::ONE;
    for [center, spread] in columns.as_chunks_mut::<COLUMN>().0 {
        let width = match method {
            ScalingMethod::MinMax => *spread - *center,
            _ => (*spread / *samples).sqrt(),
        };
        *spread = factor(*center, width);
    }
}

/// 1 / width, or 1 where the width is no more than what rounding makes of a constant column.
pub(crate) fn factor<T: Real>(center: T, width: T) -> T {
    let noise = T::from_u32(8) * T::EPSILON * center.abs();
    let factor = T::ONE / width;
    if width > noise && factor.is_finite() {
        factor
    } else {
        T::ONE
    }
}

/// Lets a frozen scaler follow one more sample, with a weight of 1 / `horizon`:
/// mean ← mean + w d, variance ← (1 − w) (variance + w d²) with d the distance from the mean
/// (Finch 2009). A column whose deviation would fall below a thousandth of the sample's size
/// keeps its factor.
///
/// ```
/// use downhill::{rules::ScalingMethod, scaler};
/// let mut words = [0.0f64; scaler::words(1)];
/// for pressure in [990.0, 1010.0] {
///     scaler::learn(&mut words, ScalingMethod::Standard, &[pressure], &[]);
/// }
/// scaler::freeze(&mut words, ScalingMethod::Standard); // mean 1000, deviation 10
/// for k in 0..1_000 {
///     let pressure = if k % 2 == 0 { 895.0 } else { 905.0 }; // carried up a hill
///     scaler::follow(&mut words, 50, &[pressure], &[]);
/// }
/// let [[mean, factor]] = scaler::columns(&words) else { unreachable!() };
/// assert!((mean - 900.0).abs() < 0.1 && (1.0 / factor - 5.0).abs() < 0.1);
/// ```
pub fn follow<T: Real>(words: &mut [T], horizon: u32, features: &[T], targets: &[T]) {
    let weight = T::ONE / T::from_u32(horizon);
    let columns = words
        .get_mut(SHARED..)
        .unwrap_or(&mut [])
        .as_chunks_mut::<COLUMN>()
        .0;
    for ([mean, factor], &number) in columns.iter_mut().zip(features.iter().chain(targets)) {
        let distance = number - *mean;
        let variance = T::ONE / (*factor * *factor);
        let variance = (T::ONE - weight) * (variance + weight * (distance * distance));
        let moved = T::ONE / variance.sqrt();
        *mean += weight * distance;
        let least = T::from_f64(1e-3) * mean.abs().larger(T::from_f64(1e-3));
        if moved.is_finite() && moved > T::ZERO && moved * least < T::ONE {
            *factor = moved;
        }
    }
}

/// Lets a column through as it is: mean 0, factor 1.
pub fn exempt<T: Real>(words: &mut [T], column: usize) {
    let columns = words
        .get_mut(SHARED..)
        .unwrap_or(&mut [])
        .as_chunks_mut::<COLUMN>()
        .0;
    if let Some(column) = columns.get_mut(column) {
        *column = [T::ZERO, T::ONE];
    }
}

/// Maps `raw` numbers of the columns from `first` on into `scaled`.
#[inline(always)]
pub fn scale<T: Real>(words: &[T], first: usize, raw: &[T], scaled: &mut [T]) {
    let columns = columns(words).get(first..).unwrap_or(&[]);
    for ((scaled, &raw), &[mean, factor]) in scaled.iter_mut().zip(raw).zip(columns) {
        *scaled = (raw - mean) * factor;
    }
}

/// Maps scaled numbers of the columns from `first` on back to their own units.
pub fn unscale<T: Real>(words: &[T], first: usize, numbers: &mut [T]) {
    let columns = columns(words).get(first..).unwrap_or(&[]);
    for (number, &[mean, factor]) in numbers.iter_mut().zip(columns) {
        *number = *number / factor + mean;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_constant_column_gets_the_factor_one() {
        let mut words = [0.0f32; words(2)];
        for k in 0..1000 {
            learn(&mut words, ScalingMethod::Standard, &[0.1], &[k as f32]);
        }
        freeze(&mut words, ScalingMethod::Standard);
        assert_eq!(columns(&words)[0][1], 1.0);
        assert!(columns(&words)[1][1] < 1.0);
    }

    #[test]
    fn scaling_and_back_is_the_number_again() {
        let mut words = [0.0f64; words(1)];
        for x in [3.0, 4.0, 8.0] {
            learn(&mut words, ScalingMethod::Standard, &[x], &[]);
        }
        freeze(&mut words, ScalingMethod::Standard);
        let mut there = [0.0];
        scale(&words, 0, &[7.25], &mut there);
        unscale(&words, 0, &mut there);
        assert!((there[0] - 7.25).abs() < 1e-14);
    }

    #[test]
    fn a_frozen_scaler_learns_no_more() {
        let mut words = [0.0f32; words(1)];
        learn(&mut words, ScalingMethod::Standard, &[1.0], &[]);
        learn(&mut words, ScalingMethod::Standard, &[3.0], &[]);
        freeze(&mut words, ScalingMethod::Standard);
        let frozen = words;
        learn(&mut words, ScalingMethod::Standard, &[100.0], &[]);
        freeze(&mut words, ScalingMethod::Standard);
        assert_eq!(words, frozen);
    }
}
