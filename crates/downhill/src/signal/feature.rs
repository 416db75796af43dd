//! What is told of a window.

#[cfg(feature = "serde")]
use serde::{Deserialize, Serialize};

/// A number that is told of one channel, without an argument.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Plain {
    /// x̄ = Σx / N, in the channel's unit.
    #[default]
    Mean,
    /// √(Σ(x − x̄)² / N), in the channel's unit.
    Std,
    /// Σ(x − x̄)² / N, in the unit's square.
    Var,
    /// √(Σx² / N), in the channel's unit.
    Rms,
    /// The smallest sample.
    Min,
    /// The largest sample.
    Max,
    /// Largest less smallest sample.
    P2p,
    /// Σ|x| / N, in the channel's unit.
    Mav,
    /// Third moment about the mean over the third power of `std`; 0 of a constant.
    Skew,
    /// Fourth moment about the mean over the fourth power of `std`, less 3 (excess); 0 of a
    /// constant.
    Kurtosis,
    /// Largest |x| over `rms`; 0 where all is 0.
    Crest,
    /// Times that x ≥ 0 changes from a sample to the next.
    ZeroCrossings,
    /// Times that x ≥ x̄ changes from a sample to the next.
    MeanCrossings,
    /// Slope of the straight line of least squares, in the channel's unit a second, or a sample
    /// where no rate is known.
    Slope,
    /// Σx², in the unit's square.
    Energy,
    /// The last sample less the one before.
    Diff,
    /// Frequency of the bin of the largest power, DC left out, the lowest of equals; in Hz, or
    /// cycles a sample where no rate is known.
    Dominant,
    /// Mean frequency, weighed by power, DC left out.
    Centroid,
    /// Standard deviation of the frequency about `centroid`, weighed by power.
    Spread,
}

impl Plain {
    /// All of them, by name, in the order of their numbers on the wire.
    pub const ALL: [(&'static str, Self); 19] = [
        ("mean", Self::Mean),
        ("std", Self::Std),
        ("var", Self::Var),
        ("rms", Self::Rms),
        ("min", Self::Min),
        ("max", Self::Max),
        ("p2p", Self::P2p),
        ("mav", Self::Mav),
        ("skew", Self::Skew),
        ("kurtosis", Self::Kurtosis),
        ("crest", Self::Crest),
        ("zero_crossings", Self::ZeroCrossings),
        ("mean_crossings", Self::MeanCrossings),
        ("slope", Self::Slope),
        ("energy", Self::Energy),
        ("diff", Self::Diff),
        ("dominant", Self::Dominant),
        ("centroid", Self::Centroid),
        ("spread", Self::Spread),
    ];

    /// Its name.
    pub fn name(self) -> &'static str {
        let mut all = Self::ALL.iter();
        all.find(|known| known.1 == self)
            .map_or("", |known| known.0)
    }
}

/// How the bins of a spectrum, DC left out, are put together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Bands {
    /// So many groups of bins 1 to N/2, alike as far as they can be: group *g* of *G* begins
    /// behind bin ⌊g·N/2 / G⌋.
    Linear(u8),
    /// Bins 1, 2 to 3, 4 to 7 …; bin N/2 is in the last.
    Octave,
    /// Bins from one of the description's edges to the next.
    Edges {
        /// First edge.
        first: u8,
        /// Number of edges, one more than of bands.
        count: u8,
    },
}

/// A feature of a description: one number or several of each channel, or one of several channels.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Feature<T> {
    /// One number without an argument.
    Plain(Plain),
    /// The sample so many before the window's last.
    Lag(u16),
    /// Σ(xᵢ − x̄)(xᵢ₋ₖ − x̄) / Σ(xᵢ − x̄)², for lag k; 0 of a constant.
    Autocorr(u16),
    /// Powers of groups of bins: |X|² / (N·Σ taper²) of the window less its mean, in the unit's
    /// square, one-sided and not doubled.
    Bands(Bands),
    /// Logarithms to base 10 of such powers; of one below 10⁻¹², −12.
    LogBands(Bands),
    /// Frequency up to which the power, DC left out, is this share of all.
    Rolloff(T),
    /// Mean of √(a² + b² + …) over the channels whose bits are set, in their unit.
    Magnitude(u32),
    /// Correlation of two channels; 0 where one is constant.
    Corr(u8, u8),
}

impl<T> Default for Feature<T> {
    fn default() -> Self {
        Self::Plain(Plain::Mean)
    }
}

impl<T> Feature<T> {
    /// True of what is told of several channels at once.
    pub const fn is_between(&self) -> bool {
        matches!(self, Self::Magnitude(_) | Self::Corr(..))
    }

    /// True of what needs a spectrum.
    pub const fn is_spectral(&self) -> bool {
        matches!(
            self,
            Self::Bands(_)
                | Self::LogBands(_)
                | Self::Rolloff(_)
                | Self::Plain(Plain::Dominant | Plain::Centroid | Plain::Spread)
        )
    }

    /// Moments that it needs: none, the mean, two or all four.
    pub(super) const fn moments(&self) -> u8 {
        match self {
            Self::Plain(Plain::Skew | Plain::Kurtosis) => 4,
            Self::Plain(Plain::Std | Plain::Var) | Self::Autocorr(_) => 2,
            Self::Plain(Plain::Mean | Plain::MeanCrossings | Plain::Slope) => 1,
            other if other.is_spectral() => 1,
            _ => 0,
        }
    }

    /// Numbers of a channel (or of several at once) that it is, for a window of this length.
    pub(super) const fn width(&self, window: usize) -> usize {
        match self {
            Self::Bands(bands) | Self::LogBands(bands) => bands.count(window),
            _ => 1,
        }
    }
}

impl Bands {
    /// Number of bands of a window of this length.
    pub(super) const fn count(self, window: usize) -> usize {
        match self {
            Self::Linear(count) => count as usize,
            Self::Octave => (window / 2).trailing_zeros() as usize,
            Self::Edges { count, .. } => (count as usize).saturating_sub(1),
        }
    }

    /// Bins of band `at`: the first, and the one behind the last.
    pub(super) fn bins(self, at: usize, window: usize, edges: &[u16]) -> (usize, usize) {
        let half = window / 2;
        match self {
            Self::Linear(count) => {
                let begin = |at: usize| 1 + at * half / usize::from(count.max(1));
                (begin(at), begin(at + 1))
            }
            Self::Octave => match at + 1 == self.count(window) {
                true => (1 << at, half + 1),
                false => (1 << at, 2 << at),
            },
            Self::Edges { first, .. } => {
                let edge = |at: usize| {
                    edges
                        .get(usize::from(first) + at)
                        .copied()
                        .map_or(0, usize::from)
                };
                (edge(at), edge(at + 1))
            }
        }
    }
}
