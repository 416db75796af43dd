//! Checks of a description that comes from elsewhere than a text.

use super::description::{Description, LONGEST, MOST_CHANNELS};
use super::feature::{Bands, Feature, Plain};
use crate::Real;

impl<T: Real> Description<T> {
    /// Returns `true` if a text could have said it: no stage of it can fail, whatever it is fed.
    pub fn is_possible(&self) -> bool {
        let lengths = 1..=LONGEST;
        let is_share = |share: Option<T>| {
            share.is_none_or(|share| share > T::ZERO && share < T::from_f64(0.5))
        };
        (1..=MOST_CHANNELS).contains(&self.channels())
            && lengths.contains(&self.window)
            && lengths.contains(&self.hop)
            && (1..=64).contains(&self.decimate)
            && self
                .rate
                .is_none_or(|rate| rate > T::ZERO && rate.is_finite())
            && is_share(self.highpass)
            && is_share(self.lowpass)
            && !self.features().is_empty()
            && self.features().iter().all(|feature| self.has(feature))
    }

    /// Returns `true` if a feature can be told of its windows.
    fn has(&self, feature: &Feature<T>) -> bool {
        let window = self.window;
        let is_spectral = window.is_power_of_two() && (16..=1024).contains(&window);
        (is_spectral || !feature.is_spectral())
            && match *feature {
                Feature::Plain(Plain::Slope) => window > 1,
                Feature::Plain(_) => true,
                Feature::Lag(lag) => lag < LONGEST,
                Feature::Autocorr(lag) => lag < window,
                Feature::Bands(bands) | Feature::LogBands(bands) => self.has_bands(bands),
                Feature::Rolloff(share) => share > T::ZERO && share <= T::ONE,
                Feature::Magnitude(which) => {
                    let channels = u64::from(which);
                    channels.count_ones() > 1 && channels >> self.channels == 0
                }
                Feature::Corr(a, b) => a != b && a.max(b) < self.channels,
            }
    }

    fn has_bands(&self, bands: Bands) -> bool {
        let half = self.window / 2;
        match bands {
            Bands::Linear(count) => count > 0 && u16::from(count) <= half,
            Bands::Octave => true,
            Bands::Edges { first, count } => {
                let first = usize::from(first);
                let edges = self.edges.as_slice().get(first..first + usize::from(count));
                edges.is_some_and(|edges| {
                    edges.len() > 1
                        && edges.is_sorted_by(|a, b| a < b)
                        && edges.iter().all(|edge| (1..=half + 1).contains(edge))
                })
            }
        }
    }
}
