//! Timestamps of digits alone, such as `20240513` and `202405130600`.

use crate::time::format::whole;

/// Digits of a timestamp, and their pattern.
const PATTERNS: [(usize, &str); 4] = [
    (8, "%Y%m%d"),
    (10, "%Y%m%d%H"),
    (12, "%Y%m%d%H%M"),
    (14, "%Y%m%d%H%M%S"),
];

/// Years that numbers are taken to be of.
const YEARS: std::ops::Range<&str> = "1900".."2100";

/// Fewest cells that show that numbers are timestamps.
const FEWEST: usize = 3;

/// Parts of the names of columns with dates, in lower case.
const NAMES: [&str; 8] = [
    "date", "datum", "data", "day", "time", "stamp", "fecha", "yyyy",
];

/// Pattern by which a number is a timestamp.
pub(super) fn pattern(text: &str) -> Option<&'static str> {
    let known = PATTERNS.iter().find(|known| known.0 == text.len())?;
    let is_of_digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let is_stamp = is_of_digits && YEARS.contains(&&text[..4]) && whole(known.1, text).is_some();
    is_stamp.then_some(known.1)
}

/// Tells whether so many numbers, each a timestamp by a pattern, are timestamps. Those without an
/// hour could be amounts, unless their column has the name of dates.
pub(super) fn are_stamps(cells: usize, pattern: &str, name: &str) -> bool {
    let name = name.to_lowercase();
    let is_named = || NAMES.iter().any(|part| name.contains(part));
    cells >= FEWEST && (pattern != PATTERNS[0].1 || is_named())
}
