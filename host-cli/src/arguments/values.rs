//! Values of more than one command.

/// Parses a number of rows.
pub(super) fn at_least_one(text: &str) -> Result<usize, String> {
    match text.parse::<usize>() {
        Ok(rows) if rows > 0 => Ok(rows),
        _ => Err("at least 1 row".into()),
    }
}

/// Level of an interval.
pub(super) fn level(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(level) if level > 0.0 && level < 1.0 => Ok(level),
        _ => Err("a number above 0 and below 1, such as 0.95".into()),
    }
}
