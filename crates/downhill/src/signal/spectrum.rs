//! Spectrum of one window, and what is told from it.

use super::cosines::{Cosines, TURN, cos};
use super::fft;
use super::statistics::{Moments, ratio};
use crate::Real;

/// Room that a spectrum of a window needs: the window, and half of it and one.
pub(super) const fn room(window: usize) -> usize {
    window + window / 2 + 1
}

/// Writes window less its mean, times the taper, into `numbers`; returns N·Σ taper², by which a
/// power is divided.
///
/// The taper of Hann, 0.5 − 0.5 cos 2πi/N, is that of both sides: samples i and N − i have the
/// same.
#[inline(always)]
fn taper<T: Cosines>(window: &[T], moments: &Moments<T>, is_hann: bool, numbers: &mut [T]) -> T {
    let about_mean = |x: T| (x - moments.mean) - moments.rest;
    let length = T::from_u32(window.len() as u32);
    if !is_hann {
        for (number, &x) in numbers.iter_mut().zip(window) {
            *number = about_mean(x);
        }
        return length * length;
    }
    let stride = TURN / window.len().max(1);
    let half = window.len() / 2;
    let (low, high) = (window.get(..half), window.get(half + 1..));
    let (Some([first, low @ ..]), Some(high), Some(&middle)) = (low, high, window.get(half)) else {
        return T::ONE;
    };
    let Some((to_low, to_high)) = numbers.split_at_mut_checked(half) else {
        return T::ONE;
    };
    let (Some((to_first, to_low)), Some((to_middle, to_high))) =
        (to_low.split_first_mut(), to_high.split_first_mut())
    else {
        return T::ONE;
    };
    *to_first = about_mean(*first) * T::ZERO;
    *to_middle = about_mean(middle);
    let inputs = low.iter().zip(high.iter().rev());
    let outputs = to_low.iter_mut().zip(to_high.iter_mut().rev());
    let mut angle = 0;
    for ((low, high), (to_low, to_high)) in inputs.zip(outputs) {
        angle += stride;
        let weight = T::HALF - T::HALF * cos::<T>(angle);
        *to_low = about_mean(*low) * weight;
        *to_high = about_mean(*high) * weight;
    }
    length * (length * T::from_f64(0.375))
}

/// Powers of bins 0 to N/2 of a window less its mean: |X|² / (N·Σ taper²), one-sided, not doubled.
/// The room is at least as long as [`room`] says.
#[inline(always)]
pub(super) fn powers<'a, T: Cosines>(
    window: &[T],
    moments: &Moments<T>,
    is_hann: bool,
    room: &'a mut [T],
) -> &'a [T] {
    let own = room.get_mut(..self::room(window.len()));
    let Some((numbers, power)) = own.and_then(|own| own.split_at_mut_checked(window.len())) else {
        return &[];
    };
    let scale = taper(window, moments, is_hann, numbers);
    fft::power(numbers, T::ONE / scale, power);
    power
}

/// Σ of the powers of bins `from` to `until`, the latter not included, in their order.
#[inline(always)]
pub(super) fn band<T: Real>(powers: &[T], from: usize, until: usize) -> T {
    let bins = powers.get(from..until).unwrap_or(&[]);
    bins.iter().fold(T::ZERO, |sum, &power| sum + power)
}

/// Bin of the largest power, bin 0 left out; the first of equals.
pub(super) fn dominant<T: Real>(powers: &[T]) -> T {
    let (mut best, mut most) = (0, T::ZERO);
    for (k, &power) in (0..).zip(powers).skip(1) {
        if power > most {
            (best, most) = (k, power);
        }
    }
    T::from_u32(best)
}

/// Mean bin, weighed by power, bin 0 left out; 0 where there is no power.
pub(super) fn centroid<T: Real>(powers: &[T]) -> T {
    let (mut sum, mut whole) = (T::ZERO, T::ZERO);
    for (k, &power) in (0..).zip(powers).skip(1) {
        sum += T::from_u32(k) * power;
        whole += power;
    }
    ratio(sum, whole)
}

/// Standard deviation of the bins about their mean, weighed by power, bin 0 left out.
pub(super) fn spread<T: Real>(powers: &[T]) -> T {
    let middle = centroid(powers);
    let (mut sum, mut whole) = (T::ZERO, T::ZERO);
    for (k, &power) in (0..).zip(powers).skip(1) {
        let distance = T::from_u32(k) - middle;
        sum += distance * distance * power;
        whole += power;
    }
    ratio(sum, whole).sqrt()
}

/// First bin up to which the powers, bin 0 left out, are this share of all; 0 where there is none.
pub(super) fn rolloff<T: Real>(powers: &[T], share: T) -> T {
    let whole = band(powers, 1, powers.len());
    if !(whole > T::ZERO) {
        return T::ZERO;
    }
    let (mut sum, mut bin) = (T::ZERO, 0);
    for (k, &power) in (0..).zip(powers).skip(1) {
        sum += power;
        bin = k;
        if sum >= share * whole {
            break;
        }
    }
    T::from_u32(bin)
}
