//! Numbers and lines of text.

use std::fmt::Write;

/// Six significant digits.
pub(crate) fn number(value: Option<f64>) -> String {
    let Some(value) = value else {
        return "-".into();
    };
    let size = value.abs();
    if size != 0.0 && !(1e-4..1e7).contains(&size) {
        return format!("{value:.5e}");
    }
    // Where the first digit stands, counted from the decimal point to the left.
    let first = if size == 0.0 {
        0
    } else {
        size.log10().floor() as i32
    };
    format!("{value:.*}", (5 - first).max(0) as usize)
}

/// A count and what is counted, in the plural unless there is one.
pub(crate) fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// Appends a line.
pub(crate) fn line(text: &mut String, line: std::fmt::Arguments) {
    let _ = writeln!(text, "{line}");
}
