//! How the timestamps of a column are written.

use std::fmt;
use std::str::FromStr;

use jiff::fmt::strtime;

use crate::time::DAY;
use crate::time::stamp::{self, Day, Order, Stamp};

/// Writing of dates, where a date by itself leaves it open.
#[derive(Clone, Debug, PartialEq)]
pub enum DateStyle {
    /// Order of day, month and year.
    #[doc(hidden)]
    Order(OrderName),
    /// Pattern of `strftime`, such as `%d/%m/%Y`.
    Pattern(String),
    /// Numbers that count from 1970 on.
    Count(Count),
}

/// Order of day, month and year, by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrderName(pub(crate) Order);

/// Steps that a number counts since 1970 began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Count {
    /// Seconds.
    Seconds,
    /// Thousandths of a second.
    Milliseconds,
    /// Millionths of a second.
    Microseconds,
}

const ORDERS: [(&str, Order); 3] = [
    ("day/month/year", Order::DayMonthYear),
    ("month/day/year", Order::MonthDayYear),
    ("year/month/day", Order::YearMonthDay),
];

const COUNTS: [(&str, Count); 3] = [
    ("seconds", Count::Seconds),
    ("milliseconds", Count::Milliseconds),
    ("microseconds", Count::Microseconds),
];

impl Count {
    /// Steps of a second.
    pub(crate) fn of_a_second(self) -> f64 {
        match self {
            Self::Seconds => 1.0,
            Self::Milliseconds => 1e3,
            Self::Microseconds => 1e6,
        }
    }
}

impl FromStr for DateStyle {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Some(&(_, order)) = ORDERS.iter().find(|known| known.0 == text) {
            return Ok(Self::Order(OrderName(order)));
        }
        if let Some(&(_, count)) = COUNTS.iter().find(|known| known.0 == text) {
            return Ok(Self::Count(count));
        }
        let known = "a pattern such as `%d/%m/%Y %H:%M`, or `day/month/year`, `month/day/year`, \
                     `year/month/day`, `seconds`, `milliseconds` or `microseconds` since 1970";
        if !text.contains('%') {
            return Err(known.into());
        }
        // A pattern that cannot write a date cannot read one.
        let now = jiff::civil::date(2004, 3, 10).at(18, 0, 0, 0);
        let now = now.to_zoned(jiff::tz::TimeZone::UTC);
        match now.and_then(|now| strtime::format(text, &now)) {
            Ok(written) if by_pattern(text, &written).is_some() => Ok(Self::Pattern(text.into())),
            Ok(_) => Err(format!("{known}; `{text}` does not read what it writes")),
            Err(error) => Err(format!("{known}: {error}")),
        }
    }
}

impl fmt::Display for DateStyle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self {
            Self::Pattern(pattern) => Some(pattern.as_str()),
            Self::Order(order) => ORDERS
                .iter()
                .find(|known| known.1 == order.0)
                .map(|known| known.0),
            Self::Count(count) => COUNTS
                .iter()
                .find(|known| known.1 == *count)
                .map(|known| known.0),
        };
        f.write_str(name.unwrap_or_default())
    }
}

/// How the timestamps of a column are read.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct TimeFormat {
    /// Style, where a date by itself leaves it open.
    pub(crate) style: Option<DateStyle>,
    /// Column with the time of day, where this one has dates alone.
    pub(crate) with: Option<usize>,
    /// Tells whether its cells are times of day, though some by themselves could be dates.
    pub(crate) is_clock: bool,
}

impl TimeFormat {
    /// Tells whether its cells are numbers that count from 1970 on.
    pub(crate) fn is_count(&self) -> bool {
        matches!(self.style, Some(DateStyle::Count(_)))
    }

    /// Tells whether a cell may be a timestamp though it is a number.
    #[inline(always)]
    pub(crate) fn may_be_of_digits(&self) -> bool {
        matches!(self.style, Some(DateStyle::Pattern(_)))
    }

    /// A timestamp as seconds since 1970 began, or since midnight where it has no date; NaN where
    /// it could be several, `None` of what is none.
    pub(crate) fn seconds(&self, text: &str) -> Option<f64> {
        if let Some(DateStyle::Pattern(pattern)) = &self.style
            && let Some(seconds) = by_pattern(pattern, text.trim())
        {
            return Some(seconds);
        }
        if let Some(DateStyle::Count(count)) = &self.style {
            return Some(text.trim().parse::<f64>().ok()? / count.of_a_second());
        }
        if self.is_clock {
            return stamp::time_of_day(text);
        }
        let Stamp { day, clock } = stamp::read(text)?;
        let day = match (day, &self.style) {
            (None, _) => 0.0,
            (Some(Day::Is(day)), _) => day,
            (Some(Day::By(days)), Some(DateStyle::Order(order))) => {
                let at = Order::ALL.iter().position(|&one| one == order.0)?;
                days[at]?
            }
            (Some(Day::By(_)), _) => f64::NAN,
        };
        Some(day * DAY + clock.unwrap_or_default())
    }
}

/// Tells whether a style alone makes a timestamp of a text.
pub(crate) fn reads(style: &DateStyle, text: &str) -> bool {
    match style {
        DateStyle::Pattern(pattern) => by_pattern(pattern, text).is_some(),
        DateStyle::Count(_) => text.parse::<f64>().is_ok(),
        DateStyle::Order(_) => matches!(
            stamp::read(text),
            Some(Stamp {
                day: Some(Day::By(_)),
                ..
            })
        ),
    }
}

/// Seconds by a pattern, which may be that of the date alone.
fn by_pattern(pattern: &str, text: &str) -> Option<f64> {
    if let Some(seconds) = whole(pattern, text) {
        return Some(seconds);
    }
    let (date, clock) = text.split_once(' ')?;
    Some(
        whole(pattern, date)?
            + stamp::read(clock)
                .filter(|stamp| stamp.day.is_none())?
                .clock?,
    )
}

/// Seconds by a pattern of the whole text.
pub(super) fn whole(pattern: &str, text: &str) -> Option<f64> {
    let parts = strtime::parse(pattern, text).ok()?;
    let epoch = jiff::civil::DateTime::constant(1970, 1, 1, 0, 0, 0, 0);
    let clock = |time: jiff::civil::Time| {
        let since = time.duration_since(jiff::civil::Time::midnight());
        since.as_secs_f64()
    };
    match parts.to_date() {
        Ok(date) => {
            let days = date
                .to_datetime(jiff::civil::Time::midnight())
                .duration_since(epoch);
            let time = parts.to_time().map_or(0.0, clock);
            Some(days.as_secs_f64() + time)
        }
        Err(_) => match parts.timestamp() {
            Some(timestamp) => Some(timestamp.as_duration().as_secs_f64()),
            None => parts.hour().and_then(|_| parts.to_time().ok()).map(clock),
        },
    }
}
