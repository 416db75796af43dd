//! The place of an error in a text.

use core::fmt;

/// Writes the line of `text` that has byte `at`, and a caret under it with the reason.
pub(crate) fn write(
    f: &mut fmt::Formatter<'_>,
    text: &str,
    at: usize,
    reason: &dyn fmt::Display,
) -> fmt::Result {
    let mut start = 0;
    for line in text.split('\n') {
        let end = start + line.len();
        if at <= end {
            writeln!(f, "{}", line.trim_end_matches('\r'))?;
            for (offset, character) in line.char_indices() {
                if start + offset >= at {
                    break;
                }
                // A tab stays a tab, so that the caret stands where the eye expects it.
                let blank = if character == '\t' { "\t" } else { " " };
                f.write_str(blank)?;
            }
            break;
        }
        start = end + 1;
    }
    write!(f, "^ {reason}")
}
