//! What is told of one window, in the order of the description.

use super::cosines::Cosines;
use super::description::{Description, MOST_CHANNELS};
use super::feature::{Bands, Feature, Plain};
use super::spectrum;
use super::statistics::{self as stats, Moments, ratio};
use crate::Real;

/// Power below which a logarithm is that of this number: 10⁻¹².
const FLOOR: f64 = 1e-12;

/// Features of one channel: `held` ends with the window.
pub(super) fn of_channel<T: Cosines>(
    description: &Description<T>,
    held: &[T],
    room: &mut [T],
    features: &mut [T],
) {
    let length = description.window();
    let window = held.get(held.len().saturating_sub(length)..).unwrap_or(&[]);
    let share = T::ONE / T::from_u32(length as u32);
    let own = description
        .features()
        .iter()
        .filter(|one| !one.is_between());
    let moments = match own.clone().map(Feature::moments).max() {
        Some(4) => stats::four_moments(window, share),
        Some(2) => stats::two_moments(window, share),
        Some(1) => stats::mean(window, share),
        _ => Moments::default(),
    };
    let powers = match description.is_spectral() {
        true => spectrum::powers(window, &moments, description.is_hann, room),
        false => &[],
    };
    let rate = description.kept_rate();
    let bin = rate * share;
    let mut left = features;
    for feature in own {
        let Some(out) = left.split_off_mut(..feature.width(length)) else {
            return;
        };
        match *feature {
            Feature::Bands(bands) => banded(description, bands, powers, out),
            Feature::LogBands(bands) => {
                banded(description, bands, powers, out);
                for power in out {
                    *power = power.larger(T::from_f64(FLOOR)).log10();
                }
            }
            ref one => {
                let number = match *one {
                    Feature::Plain(plain) => {
                        of_window(plain, held, window, &moments, (powers, share, rate, bin))
                    }
                    Feature::Lag(lag) => {
                        let at = held.len().checked_sub(usize::from(lag) + 1);
                        at.and_then(|at| held.get(at)).copied().unwrap_or_default()
                    }
                    Feature::Autocorr(lag) => {
                        stats::autocorrelation(window, &moments, usize::from(lag))
                    }
                    Feature::Rolloff(share) => spectrum::rolloff(powers, share) * bin,
                    _ => T::ZERO,
                };
                if let [out] = out {
                    *out = number;
                }
            }
        }
    }
}

/// Powers of bands.
fn banded<T: Real>(description: &Description<T>, bands: Bands, powers: &[T], out: &mut [T]) {
    let edges = description.edges.as_slice();
    for (at, out) in out.iter_mut().enumerate() {
        let (from, until) = bands.bins(at, description.window(), edges);
        *out = spectrum::band(powers, from, until);
    }
}

/// One number, without an argument. Behind the powers are the share of a sample, the rate and the
/// width of a bin.
fn of_window<T: Real>(
    plain: Plain,
    held: &[T],
    window: &[T],
    moments: &Moments<T>,
    (powers, share, rate, bin): (&[T], T, T, T),
) -> T {
    let squares = || {
        let [sum] = stats::sums(window, |x| [x * x]);
        sum
    };
    match plain {
        Plain::Mean => moments.mean,
        Plain::Std => moments.second.sqrt(),
        Plain::Var => moments.second,
        Plain::Rms => (squares() * share).sqrt(),
        Plain::Min => stats::extremes(window)[0],
        Plain::Max => stats::extremes(window)[1],
        Plain::P2p => {
            let [least, most] = stats::extremes(window);
            most - least
        }
        Plain::Mav => {
            let [sum] = stats::sums(window, |x| [x.abs()]);
            sum * share
        }
        Plain::Skew => moments.skewness(),
        Plain::Kurtosis => moments.excess_kurtosis(),
        Plain::Crest => {
            let [least, most] = stats::extremes(window);
            ratio(most.larger(-least), (squares() * share).sqrt())
        }
        Plain::ZeroCrossings => stats::crossings(window, T::ZERO, T::ZERO),
        Plain::MeanCrossings => stats::crossings(window, moments.mean, moments.rest),
        Plain::Slope => stats::slope(window, moments.mean) * rate,
        Plain::Energy => squares(),
        Plain::Diff => match *held {
            [.., before, last] => last - before,
            _ => T::ZERO,
        },
        Plain::Dominant => spectrum::dominant(powers) * bin,
        Plain::Centroid => spectrum::centroid(powers) * bin,
        Plain::Spread => spectrum::spread(powers) * bin,
    }
}

/// A feature of several channels; `window` is that of a channel.
pub(super) fn of_several<'a, T: Real>(
    feature: &Feature<T>,
    length: usize,
    window: impl Fn(usize) -> &'a [T],
) -> T {
    let share = T::ONE / T::from_u32(length as u32);
    match *feature {
        Feature::Magnitude(which) => {
            let mut sum = T::ZERO;
            for at in 0..length {
                let mut square = T::ZERO;
                for channel in (0..MOST_CHANNELS).filter(|channel| which >> channel & 1 == 1) {
                    let x = window(channel).get(at).copied().unwrap_or_default();
                    square += x * x;
                }
                sum += square.sqrt();
            }
            sum * share
        }
        Feature::Corr(a, b) => {
            let (a, b) = (window(usize::from(a)), window(usize::from(b)));
            let (about_a, about_b) = (stats::two_moments(a, share), stats::two_moments(b, share));
            let sum = stats::product(a, about_a.mean, b, about_b.mean) * share;
            ratio(sum, about_a.second.sqrt() * about_b.second.sqrt())
        }
        _ => T::ZERO,
    }
}
