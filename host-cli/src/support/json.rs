//! JSON that is read, with the place of what is wrong in it.

use serde::de::DeserializeOwned;

/// Place and cause of an error in a text.
#[derive(Debug)]
pub(crate) struct JsonError {
    pub(crate) line: usize,
    pub(crate) column: usize,
    /// Path of the field, such as `recipe.batch`; `None` where it is the whole text.
    pub(crate) field: Option<String>,
    pub(crate) cause: String,
}

/// Parses a text.
///
/// # Errors
/// The first place where the text is no JSON, or none of such a value.
pub(crate) fn parse<T: DeserializeOwned>(text: &str) -> Result<T, JsonError> {
    let mut json = serde_json::Deserializer::from_str(text);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path = error.path().to_string();
        // Neither the whole text nor a name that was cut off is a field.
        let field = Some(path).filter(|path| path != "." && !path.contains('?'));
        JsonError::new(error.inner(), field)
    })?;
    json.end().map_err(|error| JsonError::new(&error, None))?;
    Ok(value)
}

impl JsonError {
    /// Place of the error: its line, or the line of a file that the text is, column and field.
    pub(crate) fn place(&self, line: Option<u64>) -> String {
        let line = line.unwrap_or(self.line as u64);
        let field = self.field.as_ref().map(|field| format!(", `{field}`"));
        format!(
            "line {line}, column {}{}",
            self.column,
            field.unwrap_or_default()
        )
    }

    fn new(error: &serde_json::Error, field: Option<String>) -> Self {
        let (line, column) = (error.line(), error.column());
        let text = error.to_string();
        let place = format!(" at line {line} column {column}");
        Self {
            line,
            column,
            field,
            cause: text.strip_suffix(&place).unwrap_or(&text).into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn an_error_has_line_column_and_field() {
        let parse = |text: &str| {
            let error = parse::<BTreeMap<String, Vec<u8>>>(text).unwrap_err();
            (error.line, error.column, error.field, error.cause)
        };
        assert_eq!(
            parse("{\"a\": [1],\n \"b\": [2, 300]}"),
            (
                2,
                13,
                Some("b[1]".into()),
                "invalid value: integer `300`, expected u8".into()
            )
        );
        assert_eq!(parse("{\"a\": [1], \"b").2, None);
        let (line, column, field, cause) = parse("{} x");
        assert_eq!((line, column, field), (1, 4, None));
        assert_eq!(cause, "trailing characters");
    }
}
