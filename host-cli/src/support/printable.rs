//! Text of files and boards on its way to a terminal.

use std::borrow::Cow;
use std::fmt::Write;

/// A text in which nothing commands a terminal: control characters, but for ends of lines and tabs,
/// and those that turn the direction of writing stand as JSON writes them, such as `\u001b`.
pub(crate) fn printable(text: &str) -> Cow<'_, str> {
    if !text.contains(is_command) {
        return text.into();
    }
    let mut printable = String::with_capacity(text.len());
    for c in text.chars() {
        match is_command(c) {
            true => _ = write!(printable, "\\u{:04x}", u32::from(c)),
            false => printable.push(c),
        }
    }
    printable.into()
}

fn is_command(c: char) -> bool {
    let turns = matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    turns || (c.is_control() && c != '\n' && c != '\t')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_commands_a_terminal() {
        assert!(matches!(
            printable("a\n\tµ °C | \u{1f600}"),
            Cow::Borrowed(_)
        ));
        let hostile = "\u{1b}]0;title\u{7}x\r\u{9b}2J\u{7f}\u{202e}";
        let expected = "\\u001b]0;title\\u0007x\\u000d\\u009b2J\\u007f\\u202e";
        assert_eq!(printable(hostile), expected);
    }
}
