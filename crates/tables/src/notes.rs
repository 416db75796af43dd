use std::fmt;
use std::path::PathBuf;

use serde::Serialize;

use crate::advice::quote as shell_word;
use crate::files::{self, Files};
use crate::thousands::Thousands;

/// Something in a column that was read otherwise than as plain numbers.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Note {
    /// Kind of the reading.
    #[serde(flatten)]
    pub kind: NoteKind,
    /// Name of the column.
    pub column: String,
    /// Text of the first such cell.
    pub text: String,
    /// Line of the first such cell.
    pub line: u64,
    /// File of that line, where several hold the table.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<PathBuf>,
    /// Count of such cells.
    pub cells: usize,
}

/// Kind of a reading.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum NoteKind {
    /// A text that marks a missing number.
    Missing,
    /// Separators of thousands.
    Thousands {
        /// Separator, as `--thousands` names it.
        separator: String,
        /// The first number.
        number: f64,
    },
    /// A unit behind each number.
    Unit {
        /// The unit.
        unit: String,
        /// The first number.
        number: f64,
    },
    /// A number that may mark missing cells.
    Suspect {
        /// Option that says that it does.
        option: String,
        /// Columns whose extreme it is, the one where it is farthest from others first.
        columns: Vec<String>,
    },
    /// A text that would mark a missing number, and is a category in a column of such.
    Category {
        /// Option that says that it marks missing cells.
        option: String,
    },
    /// The decimal mark of a file that is another one than that of the first.
    OtherDecimal {
        /// The mark.
        decimal: char,
        /// Mark of the first file.
        first: char,
    },
    /// A text in front of a row of numbers.
    Text,
    /// A number with more digits than are held, or too small.
    Rounded {
        /// The first number, as it is read.
        number: f64,
    },
    /// A column of numbers with another decimal mark than an option says.
    OtherMark {
        /// Command that writes one mark.
        command: String,
    },
    /// Units that this file says, and the first does not.
    Units,
    /// A last column, of which most rows have no cell.
    LeftOut,
    /// Decimal points with three digits behind each, which could part thousands.
    ThreeDecimals {
        /// The first number.
        number: f64,
    },
}

impl Note {
    /// Tells the file of its line.
    pub(crate) fn tell_file(&mut self, files: &Files) {
        self.file = files.name_of(self.line).map(Into::into);
        self.line = files::own(self.line);
    }

    /// Adds a later note to others.
    pub(crate) fn add_to(notes: &mut Vec<Self>, later: Self) {
        match notes.iter_mut().find(|known| known.is_like(&later)) {
            Some(known) => known.cells += later.cells,
            None => notes.push(later),
        }
    }

    /// The same, where so many lines stand in front of the first.
    pub(crate) fn counted_from(mut self, lines: u64) -> Self {
        self.line += lines;
        self
    }

    /// Tells whether it is about the same as another.
    fn is_like(&self, other: &Self) -> bool {
        let is_same = match (&self.kind, &other.kind) {
            (NoteKind::Missing, NoteKind::Missing) => self.text == other.text,
            (NoteKind::Text, NoteKind::Text) => true,
            (
                NoteKind::Thousands { separator, .. },
                NoteKind::Thousands {
                    separator: other, ..
                },
            ) => separator == other,
            (NoteKind::Unit { unit, .. }, NoteKind::Unit { unit: other, .. }) => unit == other,
            _ => false,
        };
        is_same && self.column == other.column
    }

    /// Note on a last column, named in this line, of which most rows have no cell.
    pub(crate) fn left_out(name: &str, line: Option<u64>) -> Self {
        Self {
            kind: NoteKind::LeftOut,
            column: name.into(),
            text: name.into(),
            line: line.unwrap_or_default(),
            file: None,
            cells: 0,
        }
    }

    /// Tells whether it warns of a reading that may be wrong.
    pub fn is_warning(&self) -> bool {
        matches!(
            self.kind,
            NoteKind::Suspect { .. }
                | NoteKind::Text
                | NoteKind::Rounded { .. }
                | NoteKind::OtherMark { .. }
        )
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { text, column, .. } = self;
        let line = match &self.file {
            Some(file) => format!("{} of {}", self.line, file.display()),
            None => self.line.to_string(),
        };
        let cells = |count: usize| match count {
            1 => "1 cell".into(),
            count => format!("{count} cells"),
        };
        match &self.kind {
            NoteKind::Missing => {
                let cells = cells(self.cells);
                write!(f, "`{text}` read as missing: {cells} of `{column}`")
            }
            NoteKind::Thousands { separator, number } => {
                let cells = cells(self.cells);
                write!(
                    f,
                    "`{text}` (line {line}) read as {number}: `{separator}` parts thousands in \
                     {cells} of `{column}`"
                )
            }
            NoteKind::Unit { unit, number } => write!(
                f,
                "`{text}` (line {line}) read as {number}: the unit of `{column}` is `{unit}`"
            ),
            NoteKind::Suspect { option, columns } => {
                let cells = cells(self.cells);
                let of = match columns.len() {
                    1 => String::new(),
                    2 => " and 1 more column".into(),
                    several => format!(" and {} more columns", several - 1),
                };
                let recurs = if self.cells == 1 { "stands" } else { "recurs" };
                write!(
                    f,
                    "`{text}` {recurs} apart from the other numbers of `{column}`{of}, in {cells}: \
                     where it marks missing values, give `{option}`"
                )
            }
            NoteKind::Category { option } => {
                let cells = cells(self.cells);
                write!(
                    f,
                    "`{text}` is a category of `{column}`, in {cells}: where it marks missing \
                     values, give `{option}`"
                )
            }
            NoteKind::OtherDecimal { decimal, first } => write!(
                f,
                "`{text}` (line {line}) has `{decimal}` before its fraction, as all of its file; \
                 the first file has `{first}`"
            ),
            NoteKind::Text => {
                let others = match self.cells {
                    1 => String::new(),
                    count => format!(", as such do in {count} rows"),
                };
                write!(
                    f,
                    "`{text}` (line {line}) stands among the numbers of `{column}`{others}: where it is \
                     no row, skip it with `--comment {}`",
                    shell_word(text)
                )
            }
            NoteKind::Rounded { number } => write!(
                f,
                "`{text}` (line {line}) read as {number}, the nearest number that there is, as are {} of \
                 `{column}`: where it is a name, use other columns",
                cells(self.cells)
            ),
            NoteKind::OtherMark { command } => write!(
                f,
                "`{column}` is text, for the fraction of `{text}` (line {line}) has another mark than \
                 `--decimal` says; no option reads both: write one in all columns{command}"
            ),
            NoteKind::Units => write!(
                f,
                "`{column}` has the unit `{text}` (line {line}), and none in the first file"
            ),
            NoteKind::LeftOut => write!(
                f,
                "`{column}` is left out, for most rows have no cell of it"
            ),
            NoteKind::ThreeDecimals { number } => write!(
                f,
                "`{text}` (line {line}, column `{column}`) read as {number}: a point before \
                 fractions; where it parts thousands, say `--thousands .`"
            ),
        }
    }
}

/// Notes on the columns of a file.
#[derive(Clone, Debug, Default)]
pub(crate) struct Notes {
    /// Notes of each column, as far as there are any.
    columns: Vec<Vec<Note>>,
}

impl Notes {
    /// Counts a text that marks a missing number.
    pub(crate) fn missing(&mut self, column: usize, text: &str, line: u64) {
        let is_same = |note: &Note| note.kind == NoteKind::Missing && note.text == text;
        self.add(column, is_same, text, line, || NoteKind::Missing);
    }

    /// Counts a text in front of a row of numbers.
    pub(crate) fn text(&mut self, column: usize, text: &str, line: u64) {
        let is_same = |note: &Note| note.kind == NoteKind::Text;
        self.add(column, is_same, text, line, || NoteKind::Text);
    }

    /// Counts a number with separators of thousands.
    pub(crate) fn thousands(
        &mut self,
        column: usize,
        (text, line): (&str, u64),
        (number, thousands): (f64, Thousands),
    ) {
        let separator = thousands.to_string();
        let is_same = |note: &Note| match &note.kind {
            NoteKind::Thousands {
                separator: other, ..
            } => *other == separator,
            _ => false,
        };
        let kind = || NoteKind::Thousands {
            separator: separator.clone(),
            number,
        };
        self.add(column, is_same, text, line, kind);
    }

    /// Counts a number with a unit behind it.
    pub(crate) fn unit(
        &mut self,
        column: usize,
        (text, line): (&str, u64),
        unit: &str,
        number: f64,
    ) {
        let is_same = |note: &Note| matches!(note.kind, NoteKind::Unit { .. });
        let kind = || NoteKind::Unit {
            unit: unit.into(),
            number,
        };
        self.add(column, is_same, text, line, kind);
    }

    fn add(
        &mut self,
        column: usize,
        is_same: impl Fn(&Note) -> bool,
        text: &str,
        line: u64,
        kind: impl Fn() -> NoteKind,
    ) {
        if self.columns.len() <= column {
            self.columns.resize(column + 1, Vec::new());
        }
        let notes = &mut self.columns[column];
        match notes.iter_mut().find(|note| is_same(note)) {
            Some(note) => note.cells += 1,
            None => notes.push(Note {
                kind: kind(),
                column: String::new(),
                text: text.into(),
                line,
                file: None,
                cells: 1,
            }),
        }
    }

    /// All of them, with the names of their columns.
    pub(crate) fn named(&self, names: &[String]) -> Vec<Note> {
        let each = self.columns.iter().zip(names);
        let each = each.flat_map(|(notes, name)| {
            notes.iter().map(|note| Note {
                column: name.clone(),
                ..note.clone()
            })
        });
        each.collect()
    }
}
