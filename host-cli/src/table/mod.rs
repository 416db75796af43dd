//! A table: the columns of a CSV file, and what kind each is.

mod error;
mod read;

use std::path::PathBuf;

pub(crate) use error::TableError;
pub(crate) use read::read;

/// A file's columns, held whole.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    /// Where it was read from.
    pub(crate) path: PathBuf,
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
    /// A number a row; NaN where the cell is missing or holds no finite number.
    pub(crate) values: Vec<f64>,
    /// How many cells are missing: empty, or marked so.
    pub(crate) missing: usize,
    /// How many cells hold text.
    pub(crate) texts: usize,
    /// The first cell that holds text.
    pub(crate) first_text: Option<Cell>,
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

    /// Whether no cell says anything.
    pub(crate) fn is_blank(&self) -> bool {
        self.missing == self.values.len()
    }

    /// How many classes there are where every number is a class: 0, 1, … and each occurs.
    pub(crate) fn classes(&self) -> Option<usize> {
        let mut occurs = [false; MOST_CLASSES];
        for &value in self.values.iter().filter(|value| !value.is_nan()) {
            let class = value as usize;
            if class as f64 != value {
                return None;
            }
            *occurs.get_mut(class)? = true;
        }
        let classes = occurs.iter().rposition(|&occurs| occurs)? + 1;
        (classes > 1 && occurs[..classes].iter().all(|&occurs| occurs)).then_some(classes)
    }
}

/// The most classes that a target can have.
pub(crate) const MOST_CLASSES: usize = 20;

impl Table {
    /// The column with this name.
    pub(crate) fn find(&self, name: &str) -> Result<usize, TableError> {
        let found = self.columns.iter().position(|column| column.name == name);
        found.ok_or_else(|| {
            let names: Vec<&str> = self.columns.iter().map(|c| c.name.as_str()).collect();
            TableError::unknown(&self.path, name, &names)
        })
    }

    /// Makes sure that a column holds numbers and nothing else.
    pub(crate) fn check_numeric(&self, column: usize) -> Result<(), TableError> {
        let column = &self.columns[column];
        let (path, name) = (self.path.clone(), column.name.clone());
        match (&column.first_text, &column.first_wild) {
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
