//! Statistics of one window. A sum runs over four lanes: sample *i* goes to lane *i* mod 4, and
//! behind each 64 samples, and at the end, the lanes fold as (0 + 1) + (2 + 3) onto the whole.

use crate::Real;

/// Samples whose sum is folded onto the whole.
const BLOCK: usize = 64;

/// Moments of a window about its mean.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Moments<T> {
    /// Mean, x₀ + Σ(x − x₀)/n: exact of a constant.
    pub(super) mean: T,
    /// What rounding took off the mean, Σ(x − x₀)/n − (mean − x₀): of a small motion about a large
    /// mean it would show.
    pub(super) rest: T,
    /// Σ(x − mean)²/n.
    pub(super) second: T,
    /// Σ(x − mean)³/n.
    pub(super) third: T,
    /// Σ(x − mean)⁴/n.
    pub(super) fourth: T,
}

/// Sums of what `of` makes of each sample, over four lanes.
#[inline(always)]
pub(super) fn sums<T: Real, const N: usize>(window: &[T], of: impl Fn(T) -> [T; N]) -> [T; N] {
    let mut whole = [T::ZERO; N];
    for block in window.chunks(BLOCK) {
        let mut lanes = [[T::ZERO; 4]; N];
        let (fours, rest) = block.as_chunks::<8>();
        for four in fours {
            for (at, &sample) in four.iter().enumerate() {
                let terms = of(sample);
                for (lane, term) in lanes.iter_mut().zip(terms) {
                    lane[at % 4] += term;
                }
            }
        }
        for (at, &sample) in rest.iter().enumerate() {
            let terms = of(sample);
            for (lane, term) in lanes.iter_mut().zip(terms) {
                lane[at % 4] += term;
            }
        }
        for (sum, lanes) in whole.iter_mut().zip(lanes) {
            *sum += T::fold(lanes);
        }
    }
    whole
}

/// Mean of a window of which each sample is this share.
#[inline(always)]
pub(super) fn mean<T: Real>(window: &[T], share: T) -> Moments<T> {
    let Some(&first) = window.first() else {
        return Moments::default();
    };
    let [sum] = sums(window, |x| [x - first]);
    let about_first = sum * share;
    let mean = first + about_first;
    Moments {
        mean,
        rest: about_first - (mean - first),
        ..Moments::default()
    }
}

/// Mean and variance of a window of which each sample is this share.
#[inline(always)]
pub(super) fn two_moments<T: Real>(window: &[T], share: T) -> Moments<T> {
    let moments = mean(window, share);
    let [second] = sums(window, |x| {
        let d = x - moments.mean;
        [d * d]
    });
    let rest = moments.rest;
    Moments {
        second: (second * share - rest * rest).larger(T::ZERO),
        ..moments
    }
}

/// All four moments, about the mean and its rest.
#[inline(always)]
pub(super) fn four_moments<T: Real>(window: &[T], share: T) -> Moments<T> {
    let moments = mean(window, share);
    let [second, third, fourth] = sums(window, |x| {
        let d = x - moments.mean;
        let square = d * d;
        [square, square * d, square * square]
    });
    let [second, third, fourth] = [second * share, third * share, fourth * share];
    let (rest, three) = (moments.rest, T::from_f64(3.0));
    let square = rest * rest;
    Moments {
        second: (second - square).larger(T::ZERO),
        third: third - rest * (three * second - T::TWO * square),
        fourth: fourth
            - rest * (T::from_f64(4.0) * third - three * (rest * (T::TWO * second - square))),
        ..moments
    }
}

impl<T: Real> Moments<T> {
    /// Third moment of what has a standard deviation of 1; 0 of a constant.
    pub(super) fn skewness(&self) -> T {
        ratio(self.third, self.second * self.second.sqrt())
    }

    /// Fourth moment of what has a standard deviation of 1, less the 3 of a normal distribution;
    /// 0 of a constant.
    pub(super) fn excess_kurtosis(&self) -> T {
        match self.second > T::ZERO {
            true => {
                let three = T::from_f64(3.0);
                ratio(self.fourth, self.second * self.second) - three
            }
            false => T::ZERO,
        }
    }
}

/// A quotient; 0 where the divisor is 0.
#[inline]
pub(super) fn ratio<T: Real>(dividend: T, divisor: T) -> T {
    match divisor == T::ZERO {
        true => T::ZERO,
        false => dividend / divisor,
    }
}

/// Smallest and largest sample.
#[inline(always)]
pub(super) fn extremes<T: Real>(window: &[T]) -> [T; 2] {
    let mut samples = window.iter();
    let first = samples.next().copied().unwrap_or_default();
    samples.fold([first; 2], |[least, most], &x| {
        [least.smaller(x), most.larger(x)]
    })
}

/// Times that x − level ≥ rest changes from a sample to the next.
#[inline(always)]
pub(super) fn crossings<T: Real>(window: &[T], level: T, rest: T) -> T {
    let mut samples = window.iter().map(|&x| x - level >= rest);
    let Some(mut before) = samples.next() else {
        return T::ZERO;
    };
    let mut count = 0;
    for is_above in samples {
        count += u32::from(is_above != before);
        before = is_above;
    }
    T::from_u32(count)
}

/// Slope of the straight line of least squares, a sample: Σ (i − ī)(x − mean) / Σ (i − ī)², with
/// Σ (i − ī)² = n(n² − 1)/12.
#[inline(always)]
pub(super) fn slope<T: Real>(window: &[T], mean: T) -> T {
    let n = T::from_u32(window.len() as u32);
    let middle = (n - T::ONE) * T::HALF;
    let mut sum = T::ZERO;
    for (i, &x) in (0..).zip(window) {
        sum += (T::from_u32(i) - middle) * (x - mean);
    }
    ratio(sum * T::from_f64(12.0), n * (n - T::ONE) * (n + T::ONE))
}

/// Σ (a − its mean)(b − its mean), in index order, over as many samples as both have.
#[inline(always)]
pub(super) fn product<T: Real>(a: &[T], mean_a: T, b: &[T], mean_b: T) -> T {
    let both = a.iter().zip(b);
    both.fold(T::ZERO, |sum, (&a, &b)| sum + (a - mean_a) * (b - mean_b))
}

/// Autocorrelation of a window with itself `lag` samples before, as a share of that of lag 0; 0 of
/// a constant.
#[inline]
pub(super) fn autocorrelation<T: Real>(window: &[T], moments: &Moments<T>, lag: usize) -> T {
    let later = window.get(lag..).unwrap_or(&[]);
    let sum = product(later, moments.mean, window, moments.mean);
    let n = T::from_u32(window.len() as u32);
    ratio(sum, moments.second * n)
}
