use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::HEAD_ROWS;
use crate::failure::Failure;
use crate::nearest::{nearest, quoted};

/// What is wrong with a table, and where.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TableError {
    #[error("{}: {source}; {}", path.display(), cure(source))]
    Open {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error("{} is empty; it needs a header line and rows of numbers", .0.display())]
    Empty(PathBuf),
    #[error("{} has a header but no rows", .0.display())]
    NoRows(PathBuf),
    #[error(
        "{}, line 1: columns {first} and {second} are both called `{name}`; rename one",
        path.display()
    )]
    Duplicate {
        path: PathBuf,
        name: String,
        first: usize,
        second: usize,
    },
    #[error(
        "{}, line {line}: {got} columns where the header has {expected}; {}",
        path.display(),
        if got < expected { format!("`{column}` and what follows is not there") }
        else { "look for a stray comma or a missing quote".into() }
    )]
    Ragged {
        path: PathBuf,
        line: u64,
        expected: usize,
        got: usize,
        column: String,
    },
    #[error(
        "{}, line {line}, column {column}: not UTF-8 text; save the file as UTF-8",
        path.display()
    )]
    Encoding {
        path: PathBuf,
        line: u64,
        column: usize,
    },
    #[error("{}: {what}; {cure}", path.display())]
    Dialect {
        path: PathBuf,
        what: String,
        cure: String,
    },
    #[error(
        "{}, line {line}, column `{column}`: `{}` is no date or time that can be told for sure; \
         write it as 2004-03-10 18:00:00",
        path.display(), shown(cell)
    )]
    Time {
        path: PathBuf,
        line: u64,
        column: String,
        cell: String,
    },
    #[error(
        "{}, line {line}, column `{column}`: the weight {weight} is negative; a weight is at least 0",
        path.display()
    )]
    Weight {
        path: PathBuf,
        line: u64,
        column: String,
        weight: f64,
    },
    #[error(
        "{}, line {line}, column `{column}`: `{}` is not among the categories of the first rows, \
         {known}; put a row with it among the first {HEAD_ROWS}, or mark it as missing with \
         `--missing-value={}`",
        path.display(), shown(cell), shown(cell)
    )]
    LateLevel {
        path: PathBuf,
        line: u64,
        column: String,
        cell: String,
        known: String,
    },
    #[error(
        "{}, line {line}, column `{column}`: the model knows no `{}`, only {known}; correct it, \
         mark it as missing with `--missing-value={}`, or fit again with rows that have it",
        path.display(), shown(cell), shown(cell)
    )]
    Level {
        path: PathBuf,
        line: u64,
        column: String,
        cell: String,
        known: String,
    },
    #[error("{}, line 1: there is no column `{name}`; {hint}", path.display())]
    Unknown {
        path: PathBuf,
        name: String,
        hint: String,
    },
    #[error(
        "{}, line {line}, column `{column}`: `{}` is not a number; correct it, mark it as missing \
         with `--missing-value={}`, or use other columns",
        path.display(), shown(cell), shown(cell)
    )]
    Text {
        path: PathBuf,
        column: String,
        line: u64,
        cell: String,
    },
    #[error(
        "{}, line {line}, column `{column}`: `{}` is not a finite number of the fit's precision; \
         correct it, or mark it as missing with `--missing-value={}`",
        path.display(), shown(cell), shown(cell)
    )]
    Wild {
        path: PathBuf,
        column: String,
        line: u64,
        cell: String,
    },
    #[error(
        "{}, line {line}, column `{column}`: `{}` is beyond the numbers of `f32`; correct it, mark \
         it as missing with `--missing-value={}`, or fit with `--precision f64`",
        path.display(), shown(cell), shown(cell)
    )]
    Large {
        path: PathBuf,
        column: String,
        line: u64,
        cell: String,
    },
}

/// What to do about a file that cannot be read.
fn cure(error: &std::io::Error) -> &'static str {
    match error.kind() {
        // Only unpacking says so.
        ErrorKind::UnexpectedEof | ErrorKind::InvalidData | ErrorKind::InvalidInput => {
            "the file is damaged or not all there; get it once more, `gzip -t` tests it"
        }
        _ => "check the path",
    }
}

/// The most characters of a cell that are shown.
const SHOWN: usize = 60;

/// A cell, or the front of a long one.
fn shown(cell: &str) -> String {
    match cell.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &cell[..end]),
        None => cell.into(),
    }
}

impl TableError {
    /// There is no such column: says which ones come close, or which there are.
    pub(super) fn unknown(path: &Path, name: &str, names: &[String]) -> Self {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let close = nearest(name, names.iter().copied());
        let hint = match close.as_slice() {
            [] => format!("the columns are {}", quoted(&names)),
            close => format!("did you mean {}?", quoted(close)),
        };
        Self::Unknown {
            path: path.into(),
            name: name.into(),
            hint,
        }
    }
}

impl From<TableError> for Failure {
    fn from(error: TableError) -> Self {
        Self::input(error)
    }
}
