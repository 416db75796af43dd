//! Dates and times of day, as they are commonly written.

use std::fmt;
use std::str::FromStr;

use jiff::SignedDuration;
use jiff::civil::{Date, date};
use serde::{Deserialize, Serialize};

const DAY: f64 = 86_400.0;

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

/// A timestamp as seconds since 1970 began, by the clock it was written from: a zone behind it is
/// left out of account. NaN where day and month could be either, as in 10/03/2004; `None` of what
/// is no timestamp.
pub(crate) fn parse(text: &str) -> Option<f64> {
    let text = text.trim();
    if !text.is_ascii() || text.len() > 40 || !text.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    match text.split_once(['T', ' ']) {
        Some((date, time)) => Some(date_of(date)? * DAY + time_of(time.trim())?),
        None if text.contains(':') => time_of(text),
        None => Some(date_of(text)? * DAY),
    }
}

/// Days since 1970 began.
fn date_of(text: &str) -> Option<f64> {
    let mark = text.find(['-', '/', '.'])?;
    let mark = char::from(*text.as_bytes().get(mark)?);
    let numbers: Vec<&str> = text.split(mark).collect();
    let &[first, second, third] = &numbers[..] else {
        return None;
    };
    let number = |text: &str| text.parse::<i64>().ok().filter(|n| *n >= 0);
    let (a, b, c) = (number(first)?, number(second)?, number(third)?);
    let whole = |year: i64, month: i64, day: i64| {
        let (month, day) = (month.try_into().ok()?, day.try_into().ok()?);
        let date = Date::new(year.try_into().ok()?, month, day).ok()?;
        Some((date.duration_since(EPOCH).as_hours() / 24) as f64)
    };
    match (mark, first.len(), third.len()) {
        ('-' | '/', 4, 1..=2) => whole(a, b, c),
        ('.', 1..=2, 4) => whole(c, b, a),
        ('/' | '-', 1..=2, 4) if (1..=31).contains(&a) && (1..=31).contains(&b) => Some(f64::NAN),
        _ => None,
    }
}

/// Seconds since midnight.
fn time_of(text: &str) -> Option<f64> {
    let clock = text.split(['Z', '+', '-']).next()?.trim_end();
    let mut numbers = clock.split(':');
    let number = |text: &str, below: u32| {
        let plain = text.len() == 2 || text.len() == 1;
        let number = text.parse::<u32>().ok()?;
        (plain && number < below).then_some(f64::from(number))
    };
    let hours = number(numbers.next()?, 25)?;
    let minutes = number(numbers.next()?, 60)?;
    let seconds = match numbers.next() {
        Some(text) => {
            let whole = text.split(['.', ',']).next()?;
            number(whole, 61)?;
            text.replace(',', ".").parse::<f64>().ok()?
        }
        None => 0.0,
    };
    numbers
        .next()
        .is_none()
        .then_some(hours * 3600.0 + minutes * 60.0 + seconds)
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
mod tests {
    use super::*;

    /// Seconds by `date -u -d … +%s`.
    #[test]
    fn timestamps_are_read() {
        assert_eq!(parse("2004-03-10 18:00:00"), Some(1_078_941_600.0));
        assert_eq!(parse("2004-03-10T18:00Z"), Some(1_078_941_600.0));
        assert_eq!(parse("2004/03/10"), Some(1_078_876_800.0));
        assert_eq!(parse("10.03.2004 18:00:00.5+01:00"), Some(1_078_941_600.5));
        assert_eq!(parse("1969-12-31"), Some(-86_400.0));
        assert_eq!(parse("2000-02-29"), Some(951_782_400.0));
        assert_eq!(parse("18:30"), Some(66_600.0));
        assert!(parse("10/03/2004").unwrap().is_nan());
        for text in [
            "",
            "12",
            "1.5",
            "2004",
            "a-b-c",
            "1.2.3",
            "2004-13-01",
            "2004-04-31",
            "31.02.2004",
            "30.02.2004",
            "29.02.2003",
            "29.02.1900",
            "32.12.2004",
            "2004/01/00",
            "25:61",
            "1-2",
            "x 1",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn parts_are_made_of_them() {
        // A Wednesday, the 70th day of a leap year.
        let seconds = parse("2004-03-10 18:00:00").unwrap();
        assert_eq!(TimePart::Hour.of(seconds), 18.0);
        assert_eq!(TimePart::Weekday.of(seconds), 2.0);
        assert_eq!(TimePart::Yearday.of(seconds), 69.75);
        assert_eq!(TimePart::Yearday.of(parse("2005-12-31").unwrap()), 364.0);
        assert_eq!(TimePart::Yearday.of(parse("2001-01-01").unwrap()), 0.0);
        assert_eq!(TimePart::Seconds.of(seconds), seconds);
    }
    #[test]
    fn a_year_begins_and_ends_where_it_does() {
        let mut days = -719_528.0;
        for year in 0..=9999u32 {
            let first = parse(&format!("{year:04}-01-01")).unwrap();
            let last = parse(&format!("31.12.{year:04}")).unwrap();
            assert_eq!(first, days * DAY, "{year}");
            let leap =
                year.is_multiple_of(4) && !year.is_multiple_of(100) || year.is_multiple_of(400);
            let length = 365.0 + f64::from(u8::from(leap));
            assert_eq!(TimePart::Yearday.of(first), 0.0);
            assert_eq!(TimePart::Yearday.of(last), length - 1.0);
            days += length;
        }
        let end = parse("9999-12-31 24:30").unwrap();
        assert_eq!(TimePart::Yearday.of(end), end / DAY - days);
        assert!(TimePart::Yearday.of(f64::NAN).is_nan());
    }
}
