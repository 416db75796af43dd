//! Values of more than one command.

/// Parses a number of rows.
pub(super) fn at_least_one(text: &str) -> Result<usize, String> {
    match text.parse::<usize>() {
        Ok(rows) if rows > 0 => Ok(rows),
        _ => Err("at least 1 row".into()),
    }
}
