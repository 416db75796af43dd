//! Dates and times of day, as they are commonly written.

mod compact;
mod find;
mod format;
mod stamp;

use std::fmt;
use std::str::FromStr;

use jiff::SignedDuration;
use jiff::civil::{Date, date};
use serde::{Deserialize, Serialize};

pub(crate) use find::{Seen, settle};
pub use format::DateStyle;
pub(crate) use format::TimeFormat;
pub(crate) use stamp::{is_stamp, patterns};

pub(crate) const DAY: f64 = 86_400.0;

/// Day from which days are counted.
const EPOCH: Date = date(1970, 1, 1);

/// Number that can be made of a timestamp.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TimePart {
    /// Hours since midnight, with a fraction.
    Hour,
    /// 0 of a Monday to 6 of a Sunday.
    Weekday,
    /// Days since the first of January, with a fraction.
    Yearday,
    /// Seconds since 1970 began, or since midnight where there is no date.
    Seconds,
}

impl TimePart {
    const ALL: [(&str, Self); 4] = [
        ("hour", Self::Hour),
        ("weekday", Self::Weekday),
        ("yearday", Self::Yearday),
        ("seconds", Self::Seconds),
    ];

    /// The part of a timestamp, which is given in seconds.
    pub fn of(self, seconds: f64) -> f64 {
        let day = (seconds / DAY).floor();
        match self {
            Self::Hour => (seconds - day * DAY) / 3600.0,
            Self::Weekday => (day + 3.0).rem_euclid(7.0),
            Self::Yearday => seconds / DAY - new_year(day),
            Self::Seconds => seconds,
        }
    }
}

impl FromStr for TimePart {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let known = Self::ALL.iter().find(|(name, _)| *name == text);
        known.map(|known| known.1).ok_or(())
    }
}

impl fmt::Display for TimePart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known = Self::ALL.iter().find(|(_, part)| part == self);
        f.write_str(known.map_or("", |known| known.0))
    }
}

/// Date and time of so many whole seconds since 1970 began; `None` of ones of that year, which may
/// be a time of day.
pub fn timestamp(seconds: f64) -> Option<String> {
    let since = SignedDuration::from_secs(seconds as i64);
    let time = EPOCH.at(0, 0, 0, 0).checked_add(since).ok()?;
    (time.year() > EPOCH.year()).then(|| time.to_string())
}

/// Day since 1970 began on which the year of a day began.
fn new_year(day: f64) -> f64 {
    match EPOCH.checked_add(SignedDuration::from_hours(24 * day as i64)) {
        Ok(date) => day - f64::from(date.day_of_year() - 1),
        // The last timestamp is of the year 9999 and an hour of 24: the first day of the next.
        Err(_) => day,
    }
}

#[cfg(test)]
mod tests;
