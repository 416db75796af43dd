//! The description of a signal stage.

use core::fmt;

#[cfg(feature = "serde")]
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

use super::feature::{Bands, Feature, Plain};
use super::filter::STATES;
use super::spectrum;
use crate::Real;
use crate::bounded_list::List;

/// Samples of the longest window, and of the longest hop.
pub const LONGEST: u16 = 16_384;
/// Most features of a description.
pub const FEATURES: usize = 24;
/// Most edges of bands of a description.
pub const EDGES: usize = 24;
/// Most channels of a stage.
pub const MOST_CHANNELS: usize = 32;
/// A filter serves from this part of the rate on.
pub const SLOWEST: u16 = 10_000;

/// How raw samples become features: what is done with a channel's samples, how many are looked at
/// together, and what is told of them.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
#[cfg_attr(
    feature = "serde",
    serde(
        remote = "Self",
        bound(
            serialize = "T: Real + Serialize",
            deserialize = "T: Real + Deserialize<'de>"
        )
    )
)]
pub struct Description<T> {
    /// Channels.
    pub(super) channels: u8,
    /// Samples of a window.
    pub(super) window: u16,
    /// Samples from a window's begin to the next one's.
    pub(super) hop: u16,
    /// Raw samples of a channel a second.
    pub(super) rate: Option<T>,
    /// Share of the raw rate above which a high pass lets through.
    pub(super) highpass: Option<T>,
    /// Share of the raw rate below which a low pass lets through.
    pub(super) lowpass: Option<T>,
    /// Each sample of so many is kept, behind a filter where that is more than 1.
    pub(super) decimate: u8,
    /// True where spectra are of windows that were tapered by Hann's.
    pub(super) is_hann: bool,
    /// What is told of a window.
    pub(super) features: List<Feature<T>, FEATURES>,
    /// Bins at which bands begin and end.
    pub(super) edges: List<u16, EDGES>,
}

impl Description<f32> {
    /// A description that a program has compiled in: windows of so many samples, so many apart, of
    /// which these features are told, at most [`FEATURES`]. Like one that is read, it may be
    /// impossible; a constant can be [checked](Description::is_possible) where it is used.
    ///
    /// ```
    /// use downhill::signal::{Description, Feature, Plain};
    ///
    /// const FEATURES: [Feature<f32>; 2] = [Feature::Plain(Plain::Mean), Feature::Plain(Plain::P2p)];
    /// const WINDOWS: Description<f32> = Description::constant(1, 8, 4, &FEATURES);
    /// let read = Description::parse("window=8 hop=4: mean,p2p", &["x"], None).unwrap();
    /// assert_eq!(WINDOWS, read);
    /// ```
    #[must_use]
    pub const fn constant(channels: u8, window: u16, hop: u16, features: &[Feature<f32>]) -> Self {
        let mut values = [Feature::Plain(Plain::Mean); FEATURES];
        let mut at = 0;
        while at < features.len() && at < FEATURES {
            values[at] = features[at];
            at += 1;
        }
        Self {
            channels,
            window,
            hop,
            rate: None,
            highpass: None,
            lowpass: None,
            decimate: 1,
            is_hann: true,
            features: List::of(values, at as u16),
            edges: List::of([0; EDGES], 0),
        }
    }
}

#[cfg(feature = "serde")]
impl<T: Real + Serialize> Serialize for Description<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Self::serialize(self, serializer)
    }
}

/// Refuses a description that no text says.
#[cfg(feature = "serde")]
impl<'de, T: Real + Deserialize<'de>> Deserialize<'de> for Description<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let description = Self::deserialize(deserializer)?;
        match description.is_possible() {
            true => Ok(description),
            false => Err(D::Error::custom("no description of a signal")),
        }
    }
}

impl<T: Real> Description<T> {
    /// Number of channels.
    pub fn channels(&self) -> usize {
        usize::from(self.channels)
    }

    /// Samples of a window, as they are behind decimation.
    pub fn window(&self) -> usize {
        usize::from(self.window)
    }

    /// Samples from a window's begin to the next one's, as they are behind decimation.
    pub fn hop(&self) -> usize {
        usize::from(self.hop)
    }

    /// Raw samples to one that is kept.
    pub fn decimate(&self) -> usize {
        usize::from(self.decimate)
    }

    /// Raw samples a second, where that is known.
    pub fn rate(&self) -> Option<T> {
        self.rate
    }

    /// Features, in their order.
    pub fn features(&self) -> &[Feature<T>] {
        self.features.as_slice()
    }

    /// Returns `true` where windows are tapered by Hann's for their spectra.
    pub fn is_hann(&self) -> bool {
        self.is_hann
    }

    /// First bin of each of these bands, and the one behind its last.
    pub fn bins(&self, bands: Bands) -> impl Iterator<Item = (usize, usize)> + '_ {
        let (window, edges) = (self.window(), self.edges.as_slice());
        (0..bands.count(window)).map(move |at| bands.bins(at, window, edges))
    }

    /// Raw samples until the first window is there.
    pub fn first_window(&self) -> usize {
        (self.held() - 1) * self.decimate() + 1
    }

    /// Samples of a channel that are held: the window, or more where a lag reaches further back.
    pub(super) fn held(&self) -> usize {
        let reach = |feature: &Feature<T>| match *feature {
            Feature::Lag(lag) => usize::from(lag) + 1,
            Feature::Plain(Plain::Diff) => 2,
            _ => 1,
        };
        let features = self.features().iter();
        features.map(reach).fold(self.window(), usize::max)
    }

    /// Sections of filters that each channel goes through.
    pub(super) fn sections(&self) -> usize {
        usize::from(self.highpass.is_some())
            + usize::from(self.lowpass.is_some())
            + if self.decimate > 1 { 2 } else { 0 }
    }

    pub(super) fn is_spectral(&self) -> bool {
        self.features().iter().any(Feature::is_spectral)
    }

    /// Numbers that the stage needs in its arena.
    pub fn arena_len(&self) -> usize {
        let of_channel = self.held() + STATES * self.sections();
        let room = match self.is_spectral() {
            true => spectrum::room(self.window()),
            false => 0,
        };
        self.channels() * of_channel + room
    }

    /// Numbers that are told of a window: of each channel its own, then those of several.
    pub fn len(&self) -> usize {
        let width = |feature: &Feature<T>| match feature.is_between() {
            true => 1,
            false => self.channels() * feature.width(self.window()),
        };
        self.features().iter().map(width).sum()
    }

    /// Returns `true` if nothing is told of a window.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Unit of a step in time or frequency: kept samples a second, or 1 where no rate is known.
    pub(super) fn kept_rate(&self) -> T {
        match self.rate {
            Some(rate) => rate / T::from_u32(u32::from(self.decimate)),
            None => T::ONE,
        }
    }

    /// Names of the numbers of a window, of channels with these names, in their order.
    pub fn names<'a, N: AsRef<str>>(
        &'a self,
        channels: &'a [N],
    ) -> impl Iterator<Item = FeatureName<'a, T, N>> {
        let name = |channel, feature: &'a Feature<T>, at| FeatureName {
            channels,
            channel,
            feature,
            at,
        };
        let all = self.features().iter();
        let own = (0..self.channels()).flat_map(move |channel| {
            let own = self.features().iter().filter(|one| !one.is_between());
            own.flat_map(move |feature| {
                let width = feature.width(self.window());
                (0..width).map(move |at| name(Some(channel), feature, at))
            })
        });
        let between = all.filter(|one| one.is_between());
        own.chain(between.map(move |feature| name(None, feature, 0)))
    }
}

/// Displays the name of a number that is told of a window, such as `ax_std` or `ay_band_3`.
#[derive(Clone, Copy, Debug)]
pub struct FeatureName<'a, T, N> {
    channels: &'a [N],
    channel: Option<usize>,
    feature: &'a Feature<T>,
    at: usize,
}

impl<T: Real, N: AsRef<str>> fmt::Display for FeatureName<'_, T, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = |channel: usize| self.channels.get(channel).map_or("", AsRef::as_ref);
        if let Some(channel) = self.channel {
            write!(f, "{}_", name(channel))?;
        }
        let (at, is_octave) = (self.at, |bands| bands == Bands::Octave);
        match *self.feature {
            Feature::Plain(plain) => f.write_str(plain.name()),
            Feature::Lag(lag) => write!(f, "lag_{lag}"),
            Feature::Autocorr(lag) => write!(f, "autocorr_{lag}"),
            Feature::Bands(bands) if is_octave(bands) => write!(f, "octave_{at}"),
            Feature::LogBands(bands) if is_octave(bands) => write!(f, "logoctave_{at}"),
            Feature::Bands(Bands::Linear(_)) => write!(f, "band_{at}"),
            Feature::LogBands(Bands::Linear(_)) => write!(f, "logband_{at}"),
            Feature::Bands(_) => write!(f, "edges_{at}"),
            Feature::LogBands(_) => write!(f, "logedges_{at}"),
            Feature::Rolloff(share) => {
                write!(
                    f,
                    "rolloff_{}",
                    (share * T::from_f64(100.0)).to_f64() as f32
                )
            }
            Feature::Magnitude(which) => {
                f.write_str("magnitude")?;
                let set = (0..MOST_CHANNELS).filter(|channel| which >> channel & 1 == 1);
                set.into_iter()
                    .try_for_each(|channel| write!(f, "_{}", name(channel)))
            }
            Feature::Corr(a, b) => {
                write!(f, "corr_{}_{}", name(usize::from(a)), name(usize::from(b)))
            }
        }
    }
}
