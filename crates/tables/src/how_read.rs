use std::fmt;

use serde::Serialize;

use crate::dialect::Dialect;
use crate::notes::Note;

/// Findings of how a file is read.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct HowRead {
    /// How its cells and numbers are written.
    #[serde(flatten)]
    pub dialect: Dialect,
    /// Encoding of the text, where that is not UTF-8.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoding: Option<String>,
    /// Line with the names of the columns; `None` where there is none.
    pub header_line: Option<u64>,
    /// Line with the units of the columns.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub units_line: Option<u64>,
    /// Lines between the header and the rows with other words, such as `Avg`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub kinds_lines: Vec<u64>,
    /// Count of the rows in front of the header.
    #[serde(skip_serializing_if = "is_0")]
    pub title_lines: u64,
    /// Begin of lines that are no rows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// Lines that are no rows, as far as the file was read.
    #[serde(flatten)]
    pub skipped: Skipped,
    /// Readings other than of plain numbers, in the columns whose numbers were wanted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Note>,
    /// How the dates of columns are read, where their cells by themselves leave it open.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub dates: Vec<DatesRead>,
    /// Count of the columns.
    #[serde(skip)]
    pub columns: usize,
}

/// How the dates of a column are read.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DatesRead {
    /// Name of the column.
    pub column: String,
    /// Order of day, month and year, a pattern, or what is counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub style: Option<String>,
    /// Column with the time of day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub with: Option<String>,
}

impl fmt::Display for DatesRead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", self.column)?;
        if let Some(style) = &self.style {
            write!(f, " as {style}")?;
        }
        match &self.with {
            Some(with) => write!(f, " with the time of `{with}`"),
            None => Ok(()),
        }
    }
}

/// Lines among the rows that are none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Skipped {
    /// Count of comments.
    #[serde(skip_serializing_if = "is_0")]
    pub comment_lines: u64,
    /// Count of lines that repeat the header, or those around it.
    #[serde(skip_serializing_if = "is_0")]
    pub repeated_lines: u64,
    /// The first of them.
    #[serde(skip_serializing_if = "is_0")]
    pub first_repeated_line: u64,
    /// Count of lines behind the last row.
    #[serde(skip_serializing_if = "is_0")]
    pub footer_lines: u64,
    /// The first of them.
    #[serde(skip_serializing_if = "is_0")]
    pub first_footer_line: u64,
}

impl Skipped {
    /// Those of some rows, and of later ones.
    pub(crate) fn and(self, later: Self) -> Self {
        let first = |count, line, other| if count == 0 { other } else { line };
        let (repeated, footer) = (self.first_repeated_line, self.first_footer_line);
        Self {
            comment_lines: self.comment_lines + later.comment_lines,
            repeated_lines: self.repeated_lines + later.repeated_lines,
            first_repeated_line: first(self.repeated_lines, repeated, later.first_repeated_line),
            footer_lines: self.footer_lines + later.footer_lines,
            first_footer_line: first(self.footer_lines, footer, later.first_footer_line),
        }
    }

    /// The same, where so many lines stand in front of the first.
    pub(crate) fn counted_from(mut self, lines: u64) -> Self {
        self.first_repeated_line += lines * u64::from(self.repeated_lines > 0);
        self.first_footer_line += lines * u64::from(self.footer_lines > 0);
        self
    }
}

fn is_0(count: &u64) -> bool {
    *count == 0
}

impl HowRead {
    /// Tells whether it is read as most files are: commas, points, the header first and no line
    /// that is no row.
    pub fn is_usual(&self) -> bool {
        self.parts().is_empty()
    }

    /// Findings of several files: those of the first one, and what was read in others.
    pub(crate) fn and(mut self, other: Self) -> Self {
        self.skipped = self.skipped.and(other.skipped);
        for note in other.notes {
            Note::add_to(&mut self.notes, note);
        }
        self
    }

    fn parts(&self) -> Vec<String> {
        let mut parts = Vec::new();
        if !self.dialect.is_usual() {
            parts.push(format!("as {}", self.dialect));
        }
        if let Some(encoding) = &self.encoding {
            parts.push(format!("as {encoding}"));
        }
        let skipped = &self.skipped;
        match self.header_line {
            None => parts.push(match self.columns {
                1 => "without names: the column is called `column_1`".into(),
                columns => format!(
                    "without names: the columns are called `column_1` to `column_{columns}`"
                ),
            }),
            Some(line) if line > 1 => parts.push(format!("with names in line {line}")),
            Some(_) => {}
        }
        if let Some(line) = self.units_line {
            parts.push(format!("with units in line {line}"));
        }
        let mut lines = |count: u64, what: &str, first: Option<u64>| {
            let some = if count > 1 { "s" } else { "" };
            let at = match (count, first) {
                (_, None) => String::new(),
                (1, Some(line)) => format!(" (line {line})"),
                (_, Some(line)) => format!(" (from line {line} on)"),
            };
            if count > 0 {
                parts.push(format!("without {count} {what}{some}{at}"));
            }
        };
        let kinds = &self.kinds_lines;
        lines(
            kinds.len() as u64,
            "further header line",
            kinds.first().copied(),
        );
        lines(skipped.comment_lines, "comment", None);
        let first = Some(skipped.first_repeated_line);
        lines(skipped.repeated_lines, "repeated header line", first);
        let first = Some(skipped.first_footer_line);
        lines(skipped.footer_lines, "footer line", first);
        parts.extend(self.dates.iter().map(|dates| format!("with {dates}")));
        parts
    }
}

impl fmt::Display for HowRead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.parts().join(", "))
    }
}
