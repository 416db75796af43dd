//! A table: the columns of a CSV file, and what kind each is.

mod dialect;
mod error;
mod levels;
mod number;
mod occurring;
mod read;
mod records;
mod source;
mod stops;
mod time;

use std::path::PathBuf;

pub(crate) use dialect::Dialect;
pub(crate) use error::TableError;
pub(crate) use levels::{Levels, MOST_LEVELS};
pub(crate) use occurring::{MOST_CLASSES, Occurring};
pub(crate) use read::{HEAD_ROWS, Marks, Opened, Reading, read};
pub(crate) use records::{Record, Records};
pub(crate) use time::{Part, parse as parse_time};

/// A file's columns, held whole.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    /// Where it was read from.
    pub(crate) path: PathBuf,
    /// How it is written.
    pub(crate) dialect: Dialect,
    /// The columns, in the file's order.
    pub(crate) columns: Vec<Column>,
    /// The line of the file on which each row starts.
    pub(crate) lines: Vec<u64>,
}

/// One column.
#[derive(Clone, Debug, Default)]
pub(crate) struct Column {
    /// Its name in the header.
    pub(crate) name: String,
    /// A number a row, of a timestamp its seconds; NaN where the cell is missing or holds neither.
    pub(crate) values: Vec<f64>,
    /// How many cells are missing: empty, or marked so.
    pub(crate) missing: usize,
    /// How many cells hold text.
    pub(crate) texts: usize,
    /// The first cell that holds text.
    pub(crate) first_text: Option<Cell>,
    /// How many cells hold a timestamp.
    pub(crate) times: usize,
    /// The first cell that holds a timestamp.
    pub(crate) first_time: Option<Cell>,
    /// What its cells say, where one of them is text.
    pub(crate) levels: Option<Levels>,
    /// The first cell that holds an infinity or NaN.
    pub(crate) first_wild: Option<Cell>,
}

/// One cell, as it stands in the file.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Cell {
    /// The line on which its row starts.
    pub(crate) line: u64,
    /// What it says.
    pub(crate) text: String,
}

impl Column {
    /// Whether most cells that say something hold text.
    pub(crate) fn is_text(&self) -> bool {
        2 * self.texts > self.values.len() - self.missing
    }

    /// Whether most cells that say something hold a timestamp.
    pub(crate) fn is_time(&self) -> bool {
        2 * self.times > self.values.len() - self.missing
    }

    /// The levels of a column of categories.
    pub(crate) fn categories(&self) -> Option<&Levels> {
        let levels = self.levels.as_ref()?;
        (self.is_text() && levels.are_few()).then_some(levels)
    }

    /// Whether no cell says anything.
    pub(crate) fn is_blank(&self) -> bool {
        self.missing == self.values.len()
    }

    /// How many classes there are where every number is a class: 0, 1, … and each occurs.
    pub(crate) fn classes(&self) -> Option<usize> {
        let mut occurring = Occurring::default();
        let mut values = self.values.iter().filter(|value| !value.is_nan());
        let of_classes = values.all(|&value| occurring.see(value));
        of_classes.then(|| occurring.classes())?
    }
}

impl Table {
    /// The column with this name.
    pub(crate) fn find(&self, name: &str) -> Result<usize, TableError> {
        let found = self.columns.iter().position(|column| column.name == name);
        found.ok_or_else(|| {
            let names: Vec<String> = self.columns.iter().map(|c| c.name.clone()).collect();
            TableError::unknown(&self.path, name, &names)
        })
    }

    /// Makes sure that a column holds timestamps and nothing else.
    pub(crate) fn check_times(&self, column: usize) -> Result<(), TableError> {
        let column = &self.columns[column];
        let row = column.values.iter().position(|value| !value.is_nan());
        let number = || row.filter(|_| column.times == 0);
        let refuse = |line, cell: &str| TableError::Time {
            path: self.path.clone(),
            column: column.name.clone(),
            line,
            cell: cell.into(),
        };
        if let Some(cell) = &column.first_text {
            return Err(refuse(cell.line, &cell.text));
        }
        if let Some(row) = number() {
            return Err(refuse(self.lines[row], &column.values[row].to_string()));
        }
        let unclear = column.times + column.missing < column.values.len();
        let gaps = column.values.iter().filter(|value| value.is_nan()).count();
        match &column.first_time {
            Some(cell) if unclear || gaps > column.missing => Err(refuse(cell.line, &cell.text)),
            _ => Ok(()),
        }
    }

    /// Makes sure that a column holds numbers and nothing else.
    pub(crate) fn check_numeric(&self, column: usize) -> Result<(), TableError> {
        let column = &self.columns[column];
        let (path, name) = (self.path.clone(), column.name.clone());
        let text = column.first_text.as_ref().or(column.first_time.as_ref());
        match (text, &column.first_wild) {
            (Some(cell), _) => Err(TableError::Text {
                path,
                column: name,
                line: cell.line,
                cell: cell.text.clone(),
            }),
            (None, Some(cell)) => Err(TableError::Wild {
                path,
                column: name,
                line: cell.line,
                cell: cell.text.clone(),
            }),
            (None, None) => Ok(()),
        }
    }
}
