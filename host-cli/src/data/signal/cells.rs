//! Cells of a table of windows.

use std::fmt::Write;

use downhill_tables::{Label, Row};

use crate::support::failure::Outcome;

/// Contents of a cell that a window takes over from a row.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum Cell {
    #[default]
    Missing,
    Number(f64),
    Text(String),
}

impl Cell {
    /// The cell of a label or an amount.
    pub(super) fn of_target(row: &Row<'_>, column: usize) -> Outcome<Self> {
        Ok(match row.label(column)? {
            None => Self::Missing,
            Some(Label {
                number: Some(number),
                ..
            }) => Self::Number(number),
            Some(label) => Self::Text(label.text.into()),
        })
    }

    /// The cell of a name.
    pub(super) fn of_name(row: &Row<'_>, column: usize) -> Outcome<Self> {
        let text = row.text(column)?;
        Ok(text.map_or(Self::Missing, |text| Self::Text(text.into())))
    }

    /// Adds it to a line.
    pub(super) fn write(&self, line: &mut String) {
        match self {
            Self::Missing => {}
            Self::Number(number) => {
                let _ = write!(line, "{number}");
            }
            Self::Text(text) => text_cell(text, line),
        }
    }
}

/// Adds a text, in quotes where it needs them.
pub(super) fn text_cell(text: &str, line: &mut String) {
    match text.contains([',', '"', '\n', '\r']) {
        true => {
            let _ = write!(line, "\"{}\"", text.replace('"', "\"\""));
        }
        false => line.push_str(text),
    }
}
