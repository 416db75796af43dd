//! The text of a description.

use super::description::{Description, LONGEST, MOST_CHANNELS, SLOWEST};
use super::error::{Reason, SignalError};
use super::feature::{Bands, Feature, Plain};
use super::scan::Cursor;
use crate::Real;
use crate::bounded_list::List;

/// A number of the text, and where it stands.
type Placed<N> = (usize, N);

/// Settings as they stand in the text.
#[derive(Default)]
struct Settings {
    window: Option<Placed<u16>>,
    hop: Option<u16>,
    rate: Option<f64>,
    highpass: Option<Placed<f64>>,
    lowpass: Option<Placed<f64>>,
    decimate: Option<u8>,
    is_rect: Option<bool>,
}

fn refuse<N>(at: usize, reason: Reason) -> Result<N, SignalError> {
    Err(SignalError { at, reason })
}

/// Sets what was not set before.
fn once<N>(at: usize, place: &mut Option<N>, value: N) -> Result<(), SignalError> {
    match place.replace(value) {
        Some(_) => refuse(at, Reason::Twice),
        None => Ok(()),
    }
}

impl Settings {
    /// Reads all up to the colon.
    fn read(cursor: &mut Cursor<'_>) -> Result<Self, SignalError> {
        let mut settings = Self::default();
        loop {
            cursor.skip(|c| c.is_whitespace() || c == ',');
            if cursor.takes(":") {
                return Ok(settings);
            }
            let at = cursor.at();
            if cursor.is_done() {
                return refuse(at, Reason::Colon);
            }
            settings.one(cursor, at)?;
        }
    }

    fn one(&mut self, cursor: &mut Cursor<'_>, at: usize) -> Result<(), SignalError> {
        let key = cursor.word();
        let known = [
            "window", "hop", "rate", "highpass", "lowpass", "bandpass", "decimate", "taper",
        ];
        if !known.contains(&key) {
            let is_feature = Plain::ALL.iter().any(|(name, _)| *name == key);
            return refuse(
                at,
                if is_feature {
                    Reason::Colon
                } else {
                    Reason::Setting
                },
            );
        }
        if !cursor.takes("=") {
            return refuse(cursor.at(), Reason::Equals);
        }
        let value = cursor.at();
        match key {
            "window" => {
                let length = cursor.count(1, LONGEST, Reason::Window)?;
                once(at, &mut self.window, (value, length))
            }
            "hop" => once(at, &mut self.hop, cursor.count(1, LONGEST, Reason::Hop)?),
            "rate" => once(at, &mut self.rate, cursor.frequency()?),
            "highpass" => {
                let frequency = cursor.frequency()?;
                filter(at, &mut self.highpass, (value, frequency))
            }
            "lowpass" => {
                let frequency = cursor.frequency()?;
                filter(at, &mut self.lowpass, (value, frequency))
            }
            "bandpass" => {
                let low = cursor.number()?;
                let own = cursor.unit()?;
                if !cursor.takes("-") && !cursor.takes("..") && !cursor.takes(",") {
                    return refuse(cursor.at(), Reason::Order);
                }
                let upper = cursor.at();
                let high = cursor.number()?;
                let unit = cursor.unit()?.or(own).unwrap_or(1.0);
                let (low, high) = (low * own.unwrap_or(unit), high * unit);
                if !(low < high) {
                    return refuse(upper, Reason::Order);
                }
                filter(at, &mut self.highpass, (value, low))?;
                filter(at, &mut self.lowpass, (upper, high))
            }
            "decimate" => {
                let factor = cursor.count(2, 64, Reason::Decimate)?;
                once(at, &mut self.decimate, factor as u8)
            }
            _ => {
                let is_rect = match cursor.word() {
                    "hann" => false,
                    "rect" => true,
                    _ => return refuse(value, Reason::Taper),
                };
                once(at, &mut self.is_rect, is_rect)
            }
        }
    }
}

/// Sets a filter that was not set before.
fn filter(
    at: usize,
    place: &mut Option<Placed<f64>>,
    frequency: Placed<f64>,
) -> Result<(), SignalError> {
    let refused = |_| SignalError {
        at,
        reason: Reason::Filters,
    };
    once(at, place, frequency).map_err(refused)
}

/// The share of the rate that a filter's frequency is.
fn share<T: Real>(
    frequency: Option<Placed<f64>>,
    rate: Option<f64>,
) -> Result<Option<T>, SignalError> {
    let Some((at, frequency)) = frequency else {
        return Ok(None);
    };
    let Some(rate) = rate else {
        return refuse(at, Reason::NoRate);
    };
    if !(frequency > 0.0 && frequency < rate / 2.0) {
        return refuse(at, Reason::Nyquist(rate / 2.0));
    }
    let least = rate / f64::from(SLOWEST);
    if frequency < least {
        return refuse(at, Reason::Slow(least));
    }
    Ok(Some(T::from_f64(frequency / rate)))
}

impl<T: Real> Description<T> {
    /// Reads a description such as `window=128 hop=64 rate=26Hz: mean,std,rms,bands:8` of a signal
    /// of these channels. The rate is the one of the text, or else this one, in samples a second.
    ///
    /// Settings stand in front of the colon, apart from each other: `window=N`, and perhaps
    /// `hop=N` (the window's length unless said), `rate=F`, `highpass=F`, `lowpass=F` or
    /// `bandpass=F-F`, `decimate=K`, `taper=hann` or `rect`. Behind it stand features, with commas
    /// between them.
    ///
    /// # Errors
    /// A description that cannot be, with its place and the cure.
    pub fn parse<N: AsRef<str>>(
        text: &str,
        channels: &[N],
        rate: Option<f64>,
    ) -> Result<Self, SignalError> {
        let mut cursor = Cursor::new(text);
        let settings = Settings::read(&mut cursor)?;
        let Some((_, window)) = settings.window else {
            return refuse(0, Reason::NoWindow);
        };
        if channels.len() > MOST_CHANNELS {
            return refuse(0, Reason::MostChannels);
        }
        let rate = settings.rate.or(rate);
        let mut description = Self {
            channels: channels.len() as u8,
            window,
            hop: settings.hop.unwrap_or(window),
            rate: rate.map(T::from_f64),
            highpass: share(settings.highpass, rate)?,
            lowpass: share(settings.lowpass, rate)?,
            decimate: settings.decimate.unwrap_or(1),
            is_hann: !settings.is_rect.unwrap_or(false),
            features: List::new(),
            edges: List::new(),
        };
        let kept_rate = rate.map(|rate| rate / f64::from(description.decimate));
        loop {
            description.feature(&mut cursor, channels, kept_rate)?;
            cursor.space();
            if cursor.is_done() {
                return Ok(description);
            }
            if !cursor.takes(",") {
                return refuse(cursor.at(), Reason::Comma);
            }
        }
    }

    /// Reads a feature, or several of one name.
    fn feature<N: AsRef<str>>(
        &mut self,
        cursor: &mut Cursor<'_>,
        channels: &[N],
        rate: Option<f64>,
    ) -> Result<(), SignalError> {
        cursor.space();
        let at = cursor.at();
        let name = cursor.word();
        if let Some((_, plain)) = Plain::ALL.iter().find(|known| known.0 == name) {
            if matches!(plain, Plain::Slope) && self.window < 2 {
                return refuse(at, Reason::Short);
            }
            return self.add(at, Feature::Plain(*plain));
        }
        match name {
            "lag" => self.lags(cursor, at, "lag:1,2", LONGEST - 1, Feature::Lag),
            "autocorr" if self.window < 2 => refuse(at, Reason::Short),
            "autocorr" => self.lags(
                cursor,
                at,
                "autocorr:1,2",
                self.window - 1,
                Feature::Autocorr,
            ),
            "bands" | "logbands" => {
                let make = match name {
                    "bands" => Feature::Bands,
                    _ => Feature::LogBands,
                };
                self.check_spectral(at)?;
                let bands = self.bands(cursor, rate)?;
                self.add(at, make(bands))
            }
            "rolloff" => {
                if !cursor.takes(":") {
                    return refuse(cursor.at(), Reason::Argument("rolloff:85"));
                }
                let value = cursor.at();
                let percent = cursor.number()?;
                cursor.takes("%");
                if !(percent > 0.0 && percent <= 100.0) {
                    return refuse(value, Reason::Share);
                }
                self.add(at, Feature::Rolloff(T::from_f64(percent / 100.0)))
            }
            "magnitude" | "corr" => {
                let example = match name {
                    "corr" => "corr(a,b)",
                    _ => "magnitude(a,b,c)",
                };
                if !cursor.takes("(") {
                    return refuse(cursor.at(), Reason::Argument(example));
                }
                let mut named = List::<u8, MOST_CHANNELS>::new();
                loop {
                    cursor.space();
                    let place = cursor.at();
                    let text = cursor.name();
                    let found = channels.iter().position(|known| known.as_ref() == text);
                    let Some(found) = found else {
                        return refuse(place, Reason::Channel);
                    };
                    if named.as_slice().contains(&(found as u8)) {
                        return refuse(place, Reason::Twice);
                    }
                    named.push(found as u8);
                    cursor.space();
                    if cursor.takes(")") {
                        break;
                    }
                    if !cursor.takes(",") {
                        return refuse(cursor.at(), Reason::Argument(example));
                    }
                }
                let feature = match (name, named.as_slice()) {
                    ("corr", &[a, b]) => Feature::Corr(a, b),
                    ("magnitude", several @ [_, _, ..]) => Feature::Magnitude(
                        several.iter().fold(0, |set, channel| set | 1 << channel),
                    ),
                    _ => return refuse(at, Reason::Channels),
                };
                self.add(at, feature)
            }
            "" => refuse(at, Reason::NoFeature),
            _ => refuse(at, Reason::Feature),
        }
    }

    fn lags(
        &mut self,
        cursor: &mut Cursor<'_>,
        at: usize,
        example: &'static str,
        most: u16,
        make: fn(u16) -> Feature<T>,
    ) -> Result<(), SignalError> {
        if !cursor.takes(":") {
            return refuse(cursor.at(), Reason::Argument(example));
        }
        loop {
            let lag = cursor.count(0, most, Reason::Lag(most))?;
            self.add(at, make(lag))?;
            if !cursor.takes_before_digit(",") {
                return Ok(());
            }
        }
    }

    fn bands(&mut self, cursor: &mut Cursor<'_>, rate: Option<f64>) -> Result<Bands, SignalError> {
        if !cursor.takes(":") {
            return refuse(
                cursor.at(),
                Reason::Argument("bands:8, bands:octave or bands:edges=1,5,10Hz"),
            );
        }
        let at = cursor.at();
        let half = self.window / 2;
        match cursor.word() {
            "octave" => Ok(Bands::Octave),
            "edges" => self.edges(cursor, rate),
            text => {
                cursor.back_to(at);
                if !text.starts_with(|c: char| c.is_ascii_digit()) {
                    return refuse(
                        at,
                        Reason::Argument("bands:8, bands:octave or bands:edges=1,5,10Hz"),
                    );
                }
                let most = half.min(u16::from(u8::MAX));
                let count = cursor.count(1, most, Reason::Bands(most))?;
                Ok(Bands::Linear(count as u8))
            }
        }
    }

    fn edges(&mut self, cursor: &mut Cursor<'_>, rate: Option<f64>) -> Result<Bands, SignalError> {
        if !cursor.takes("=") {
            return refuse(cursor.at(), Reason::Argument("bands:edges=1,5,10Hz"));
        }
        let begin = cursor.at();
        let Some(rate) = rate else {
            return refuse(begin, Reason::NoRate);
        };
        let mut ends = *cursor;
        // The unit behind the last number is that of all.
        ends.number()?;
        while ends.takes_before_digit(",") {
            ends.number()?;
        }
        let unit = ends.unit()?.unwrap_or(1.0);
        let (half, width) = (self.window / 2, rate / f64::from(self.window));
        let (first, mut before) = (self.edges.len() as u8, None::<(f64, u16)>);
        let mut count = 0;
        loop {
            let at = cursor.at();
            let edge = cursor.number()? * unit;
            // The first bin that is not below the edge; DC is in none.
            let bin = (1..=half)
                .find(|&bin| f64::from(bin) * width >= edge)
                .unwrap_or(half + 1);
            match before {
                Some((lower, _)) if !(edge > lower) => return refuse(at, Reason::Order),
                Some((_, lower)) if lower == bin => return refuse(at, Reason::Empty(width)),
                _ if !self.edges.push(bin) => return refuse(at, Reason::Edges),
                _ => before = Some((edge, bin)),
            }
            count += 1;
            if !cursor.takes_before_digit(",") {
                break;
            }
        }
        *cursor = ends;
        match count {
            0 | 1 => refuse(begin, Reason::Argument("bands:edges=1,5,10Hz")),
            count => Ok(Bands::Edges { first, count }),
        }
    }

    fn check_spectral(&self, at: usize) -> Result<(), SignalError> {
        match self.window.is_power_of_two() && (16..=1024).contains(&self.window) {
            true => Ok(()),
            false => refuse(at, Reason::PowerOfTwo),
        }
    }

    fn add(&mut self, at: usize, feature: Feature<T>) -> Result<(), SignalError> {
        if feature.is_spectral() {
            self.check_spectral(at)?;
        }
        if self.features.as_slice().contains(&feature) {
            return refuse(at, Reason::Twice);
        }
        match self.features.push(feature) {
            true => Ok(()),
            false => refuse(at, Reason::Features),
        }
    }
}
