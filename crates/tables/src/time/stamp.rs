//! One timestamp, in the ways in which loggers, databases and people write it.

use jiff::civil::{Date, date};

/// Day from which days are counted.
const EPOCH: Date = date(1970, 1, 1);

/// Order of day, month and year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    DayMonthYear,
    MonthDayYear,
    YearMonthDay,
}

impl Order {
    pub(crate) const ALL: [Self; 3] = [Self::DayMonthYear, Self::MonthDayYear, Self::YearMonthDay];
}

/// A date, in days since 1970 began.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Day {
    Is(f64),
    /// Day by each order, of those in which it is one; more than one, or a year of two digits.
    By([Option<f64>; 3]),
}

/// A date, a time of day, or both.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Stamp {
    pub(crate) day: Option<Day>,
    /// Seconds since midnight.
    pub(crate) clock: Option<f64>,
}

/// Tells whether a text is a date, a time of day, or both.
pub(crate) fn is_stamp(text: &str) -> bool {
    read(text).is_some()
}

/// Reads a timestamp, by the clock it was written from: a zone behind it is left out of account.
pub(crate) fn read(text: &str) -> Option<Stamp> {
    let text = text.trim();
    if let Some(stamp) = usual(text.as_bytes()) {
        return Some(stamp);
    }
    // As some programs put in front of AM and PM.
    let plain;
    let text = match text.is_ascii() {
        true => text,
        false => {
            plain = text.replace(['\u{202f}', '\u{a0}'], " ");
            &plain
        }
    };
    if !text.is_ascii() || text.len() > 40 || !text.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    if let Some(clock) = clock(text) {
        return Some(Stamp {
            day: None,
            clock: Some(clock),
        });
    }
    let (front, clock) = match split(text) {
        Some((front, behind)) => (front, Some(clock_or_digits(behind)?)),
        None => (text, None),
    };
    let day = Some(day(front, clock.is_some())?);
    Some(Stamp { day, clock })
}

/// Reads a timestamp such as `2004-03-10 18:00:00`, as most programs write it.
fn usual(text: &[u8]) -> Option<Stamp> {
    let is_mark = |at: usize, mark: u8| text.get(at).is_none_or(|&byte| byte == mark);
    let is_usual = matches!(text.len(), 16 | 19)
        && [(4, b'-'), (7, b'-'), (13, b':'), (16, b':')]
            .iter()
            .all(|&(at, mark)| is_mark(at, mark))
        && matches!(text[10], b' ' | b'T');
    let pair = |at: usize| {
        let digit = |at: usize| text.get(at)?.checked_sub(b'0').filter(|&digit| digit < 10);
        Some(i64::from(digit(at)?) * 10 + i64::from(digit(at + 1)?))
    };
    if !is_usual {
        return None;
    }
    let day = days(100 * pair(0)? + pair(2)?, pair(5)?, pair(8)?)?;
    let (hours, minutes) = (pair(11)?, pair(14)?);
    let seconds = if text.len() == 19 { pair(17)? } else { 0 };
    let is_clock = hours < 25 && minutes < 60 && seconds < 61;
    is_clock.then_some(Stamp {
        day: Some(Day::Is(day)),
        clock: Some((hours * 3600 + minutes * 60 + seconds) as f64),
    })
}

/// Date and time of a text with both.
fn split(text: &str) -> Option<(&str, &str)> {
    let (front, behind) = text.split_once(['T', ' '])?;
    // Such as `13 Mar 2004 18:00`.
    match front.bytes().all(|byte| byte.is_ascii_digit()) && front.len() < 8 {
        true => {
            let at = text.match_indices(' ').nth(2)?.0;
            Some((&text[..at], text[at..].trim()))
        }
        false => Some((front, behind.trim())),
    }
}

/// Days since 1970 began; digits alone are a date where a time stands beside them.
fn day(text: &str, has_clock: bool) -> Option<Day> {
    let number = |text: &str| {
        let is_plain = text.bytes().all(|byte| byte.is_ascii_digit());
        is_plain.then(|| text.parse::<i64>().ok())?
    };
    if text.len() == 8
        && has_clock
        && let Some(digits) = number(text)
    {
        return days(digits / 10_000, digits / 100 % 100, digits % 100).map(Day::Is);
    }
    let mark = text.find(['-', '/', '.', ' '])?;
    let mark = char::from(*text.as_bytes().get(mark)?);
    let parts: Vec<&str> = text.split(mark).collect();
    let &[first, second, third] = &parts[..] else {
        return None;
    };
    let (a, c) = (number(first)?, number(third)?);
    if let Some(month) = month(second) {
        return match (first.len(), third.len()) {
            (1..=2, 4) => days(c, month, a),
            (1..=2, 2) => days(full_year(c), month, a),
            (4, 1..=2) => days(a, month, c),
            _ => None,
        }
        .map(Day::Is);
    }
    let b = number(second)?;
    if mark == ' ' || second.len() > 2 {
        return None;
    }
    match (mark, first.len(), third.len()) {
        ('-' | '/' | '.', 4, 1..=2) => days(a, b, c).map(Day::Is),
        ('.', 1..=2, 4) => days(c, b, a).map(Day::Is),
        ('/' | '-', 1..=2, 4) => by([days(c, b, a), days(c, a, b), None]),
        ('/' | '-' | '.', 1..=2, 2) => {
            let (first, last) = (full_year(a), full_year(c));
            // With points, nobody writes the month first.
            let by_month = days(last, a, b).filter(|_| mark != '.');
            by([days(last, b, a), by_month, days(first, b, c)])
        }
        _ => None,
    }
}

fn by(days: [Option<f64>; 3]) -> Option<Day> {
    days.iter().any(Option::is_some).then_some(Day::By(days))
}

/// Year of the last two digits of one, from 1970 to 2069.
fn full_year(year: i64) -> i64 {
    year + if year < 70 { 2000 } else { 1900 }
}

fn month(text: &str) -> Option<i64> {
    const MONTHS: [&str; 12] = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ];
    let text = text.to_ascii_lowercase();
    let at = MONTHS.iter().position(|month| text.starts_with(month))?;
    text.bytes()
        .all(|byte| byte.is_ascii_alphabetic())
        .then_some(at as i64 + 1)
}

/// Days since 1970 began.
fn days(year: i64, month: i64, day: i64) -> Option<f64> {
    let (month, day) = (month.try_into().ok()?, day.try_into().ok()?);
    let date = Date::new(year.try_into().ok()?, month, day).ok()?;
    Some((date.duration_since(EPOCH).as_hours() / 24) as f64)
}

/// Seconds since midnight behind a date, where the colons may be left out.
fn clock_or_digits(text: &str) -> Option<f64> {
    let plain = without_zone(text);
    let is_digits = plain.bytes().all(|byte| byte.is_ascii_digit());
    match (is_digits, plain.len()) {
        (true, 4) => clock(&format!("{}:{}", &plain[..2], &plain[2..])),
        (true, 6) => clock(&format!("{}:{}:{}", &plain[..2], &plain[2..4], &plain[4..])),
        _ => clock(text),
    }
}

/// Seconds since midnight of what is no date.
fn clock(text: &str) -> Option<f64> {
    match text.contains(':') || day(without_zone(text), false).is_none() {
        true => time_of_day(text),
        false => None,
    }
}

/// Seconds since midnight of a text that is known to be a time of day, such as `18:00` or
/// `10.05.04`.
pub(super) fn time_of_day(text: &str) -> Option<f64> {
    let text = without_zone(text.trim());
    let lower = text.to_ascii_lowercase();
    let half = |ends: [&str; 2]| ends.iter().find_map(|end| lower.strip_suffix(end));
    let (clock, noon) = match (half(["am", "a.m."]), half(["pm", "p.m."])) {
        (Some(clock), _) => (clock.trim(), Some(0.0)),
        (_, Some(clock)) => (clock.trim(), Some(12.0)),
        _ => (text, None),
    };
    let mark = match clock.contains(':') {
        true => ':',
        false if is_dotted(clock) => '.',
        false => return None,
    };
    let mut numbers = clock.split(mark);
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
    let hours = match noon {
        Some(_) if !(1.0..=12.0).contains(&hours) => return None,
        Some(noon) => hours % 12.0 + noon,
        None => hours,
    };
    numbers
        .next()
        .is_none()
        .then_some(hours * 3600.0 + minutes * 60.0 + seconds)
}

/// Tells whether a text is three pairs of digits with points between.
fn is_dotted(text: &str) -> bool {
    let parts: Vec<&str> = text.split('.').collect();
    let is_pair = |part: &&str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
    parts.len() == 3 && parts.iter().all(is_pair)
}

/// A time of day without the zone behind it.
fn without_zone(text: &str) -> &str {
    let text = match text.split_once('[') {
        Some((clock, zone)) if zone.ends_with(']') => clock.trim_end(),
        _ => text,
    };
    let is_part = |byte: u8| byte.is_ascii_digit() || byte == b':';
    let text = match text.rsplit_once(['+', '-']) {
        Some((clock, offset)) if !offset.is_empty() && offset.bytes().all(is_part) => clock,
        _ => text,
    };
    let text = text.trim_end();
    let is_letter = |c: char| c.is_ascii_uppercase();
    let clock = text.trim_end_matches(is_letter);
    match &text[clock.len()..] {
        "Z" | "UTC" | "GMT" => clock.trim_end(),
        zone if (3..=4).contains(&zone.len()) && zone.ends_with('T') => clock.trim_end(),
        _ => text,
    }
}

/// Patterns of `strftime` that read the date of a cell, where several do.
pub(crate) fn patterns(text: &str) -> Vec<String> {
    let Some(Stamp {
        day: Some(Day::By(days)),
        ..
    }) = read(text)
    else {
        return Vec::new();
    };
    let date = text.trim().split([' ', 'T']).next().unwrap_or_default();
    let mark = date.find(['-', '/', '.']).map_or("/", |at| &date[at..=at]);
    let year = match date.rsplit(mark).next().map(str::len) {
        Some(4) => "%Y",
        _ => "%y",
    };
    let parts = [["%d", "%m", year], ["%m", "%d", year], [year, "%m", "%d"]];
    let read = parts.iter().zip(days).filter(|(_, day)| day.is_some());
    let patterns: Vec<String> = read.map(|(parts, _)| parts.join(mark)).collect();
    match patterns.len() {
        1 => Vec::new(),
        _ => patterns,
    }
}
