//! Errors of descriptions of a signal.

use core::fmt;

use super::description::{EDGES, FEATURES, LONGEST, MOST_CHANNELS, SLOWEST};
use super::feature::Plain;
use crate::caret;

/// Reason that a description of a signal is refused.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Reason {
    /// A setting that there is not.
    Setting,
    /// A setting without its value.
    Equals,
    /// A setting or feature that was there before.
    Twice,
    /// A whole number was expected.
    Count,
    /// A frequency was expected.
    Frequency,
    /// A unit of frequencies that there is not.
    Unit,
    /// A window of this length cannot be.
    Window,
    /// The window is not given.
    NoWindow,
    /// A hop of 0, or a very long one.
    Hop,
    /// A spectrum of a window whose length is no power of two from 16 to 1,024.
    PowerOfTwo,
    /// The sampling rate is needed and not known.
    NoRate,
    /// A frequency that is not above 0 and below half the rate, which this is, in Hz.
    Nyquist(f64),
    /// A frequency that is too slow for a filter at this rate; the least, in Hz.
    Slow(f64),
    /// A lower end of a band that is not below the upper one.
    Order,
    /// Two filters of one kind.
    Filters,
    /// A factor of decimation that is not from 2 to 64.
    Decimate,
    /// A taper that there is not.
    Taper,
    /// No colon behind the settings.
    Colon,
    /// A feature that there is not.
    Feature,
    /// A feature was expected.
    NoFeature,
    /// A comma was expected.
    Comma,
    /// A feature without its argument, as here.
    Argument(&'static str),
    /// More bands than the window has bins, or none.
    Bands(u16),
    /// A band that no bin is in; they are so far apart, in Hz.
    Empty(f64),
    /// More edges than a description holds.
    Edges,
    /// A lag that is too long.
    Lag(u16),
    /// A share that is not above 0 and up to 100 %.
    Share,
    /// A channel that there is not.
    Channel,
    /// Too few channels.
    Channels,
    /// More channels than a stage has.
    MostChannels,
    /// More features than a description holds.
    Features,
    /// A diff, which needs two samples, or another feature that a window of one has not.
    Short,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Setting => f.write_str(
                "there is no such setting; there are window, hop, rate, highpass, lowpass, \
                 bandpass, decimate, taper, and behind a colon the features",
            ),
            Self::Equals => f.write_str("a setting is written name=value, as in window=128"),
            Self::Twice => f.write_str("this was said before: say it once"),
            Self::Count => f.write_str("a whole number is missing here"),
            Self::Frequency => f.write_str("a frequency is missing here, such as 0.5Hz"),
            Self::Unit => {
                f.write_str("there is no such unit; there are Hz, kHz, mHz, /s, /min, /h")
            }
            Self::Window => write!(f, "a window has 1 to {LONGEST} samples"),
            Self::NoWindow => f.write_str(
                "window=N is missing, the number of samples that are looked at together",
            ),
            Self::Hop => write!(f, "a hop has 1 to {LONGEST} samples"),
            Self::PowerOfTwo => f.write_str(
                "this is told from a spectrum, which needs a window of 16, 32, 64, 128, 256, 512 \
                 or 1024 samples",
            ),
            Self::NoRate => f.write_str(
                "this is a frequency, and the sampling rate is not known: give it, as in rate=26Hz",
            ),
            Self::Nyquist(half) => write!(
                f,
                "this must be above 0 and below {} Hz, half the sampling rate: lower it, or \
                 give another rate",
                *half as f32
            ),
            Self::Slow(least) => write!(
                f,
                "this is too slow for a filter at this rate, which serves from {} Hz on, \
                 1/{SLOWEST} of it",
                *least as f32
            ),
            Self::Order => {
                f.write_str("the ends of a band ascend, as in bandpass=1-5Hz or edges=1,5,10Hz")
            }
            Self::Filters => {
                f.write_str("bandpass is a highpass and a lowpass: leave out one of them")
            }
            Self::Decimate => f.write_str("every 2nd to 64th sample can be kept"),
            Self::Taper => f.write_str("there is no such taper; there are hann and rect"),
            Self::Colon => f.write_str(
                "a colon and the features are missing here, as in `window=128: mean,std`",
            ),
            Self::Feature => {
                f.write_str("there is no such feature; there are ")?;
                for (name, _) in Plain::ALL {
                    write!(f, "{name}, ")?;
                }
                f.write_str(
                    "lag:K, autocorr:K, bands:N, bands:octave, bands:edges=A,B,CHz, logbands:…, \
                     rolloff:P, magnitude(a,b), corr(a,b)",
                )
            }
            Self::NoFeature => f.write_str("a feature is missing here"),
            Self::Comma => f.write_str("a comma is missing here"),
            Self::Argument(example) => write!(f, "an argument is missing here, as in {example}"),
            Self::Bands(bins) => {
                write!(f, "this window has {bins} bins, and so 1 to {bins} bands")
            }
            Self::Empty(width) => write!(
                f,
                "no bin is in this band: they are {} Hz apart; take a wider band or a longer \
                 window",
                *width as f32
            ),
            Self::Edges => write!(f, "a description has at most {EDGES} edges of bands"),
            Self::Lag(most) => write!(f, "a lag is at most {most} here"),
            Self::Share => f.write_str("a share of the power is above 0 and up to 100, in percent"),
            Self::Channel => f.write_str("there is no such channel"),
            Self::Channels => f.write_str("corr takes two channels, magnitude two or more"),
            Self::MostChannels => write!(f, "a signal has at most {MOST_CHANNELS} channels"),
            Self::Features => write!(f, "a description has at most {FEATURES} features"),
            Self::Short => f.write_str("this needs a window of two samples or more"),
        }
    }
}

impl core::error::Error for Reason {}

/// A description was refused: why, and at which byte of the text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SignalError {
    /// Byte offset of what is wrong; the length of the text where something is missing at its end.
    pub at: usize,
    /// Reason.
    pub reason: Reason,
}

impl SignalError {
    /// Shows the line of the text that is wrong, and a caret under the place.
    ///
    /// ```
    /// use downhill::signal::Description;
    /// # use std::string::ToString;
    /// let text = "window=100 rate=26Hz: mean,bands:8";
    /// let error = Description::<f32>::parse(text, &["ax"], None).unwrap_err();
    /// let shown = error.caret(text).to_string();
    /// assert!(shown.starts_with(
    ///     "window=100 rate=26Hz: mean,bands:8\n                           ^ this is told from a spectrum"
    /// ));
    /// ```
    pub const fn caret<'a>(&self, text: &'a str) -> Caret<'a> {
        Caret { text, error: *self }
    }
}

impl fmt::Display for SignalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "byte {}: {}", self.at, self.reason)
    }
}

impl core::error::Error for SignalError {}

/// Displays two lines: the description, and a caret with the reason.
#[derive(Clone, Copy, Debug)]
pub struct Caret<'a> {
    text: &'a str,
    error: SignalError,
}

impl fmt::Display for Caret<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        caret::write(f, self.text, self.error.at, &self.error.reason)
    }
}
