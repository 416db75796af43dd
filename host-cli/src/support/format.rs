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

/// Text from elsewhere as a terminal may show it: what it would act on is escaped.
pub(crate) fn printable(text: &str) -> String {
    let mut printable = String::new();
    for letter in text.chars() {
        match letter {
            '"' | '\'' | '\\' => printable.push(letter),
            _ => printable.extend(letter.escape_debug()),
        }
    }
    printable
}

/// Appends a line.
pub(crate) fn line(text: &mut String, line: std::fmt::Arguments) {
    let _ = writeln!(text, "{line}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_would_act_on_is_escaped() {
        for (text, shown) in [
            ("nucleo f446re, ätna 'b' \\", "nucleo f446re, ätna 'b' \\"),
            ("\x1b]0;mine\x07", "\\u{1b}]0;mine\\u{7}"),
            ("a\r\nb\tc", "a\\r\\nb\\tc"),
            ("\u{9b}31m\u{202e}x", "\\u{9b}31m\\u{202e}x"),
        ] {
            assert_eq!(printable(text), shown);
        }
    }
}
