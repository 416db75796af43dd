use std::fmt;
use std::path::{Path, PathBuf};

/// Name of what is in memory in messages; the lines of its places are rows, from 0 on.
pub(crate) const MEMORY: &str = "the data";

/// Place in a file that a message is about.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// File, as messages call it.
    pub path: PathBuf,
    /// Line, from 1 on.
    pub line: u64,
    /// Name of the column.
    pub column: Option<String>,
}

impl Place {
    /// A whole line.
    pub fn line(path: &Path, line: u64) -> Self {
        Self {
            path: path.into(),
            line,
            column: None,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = match self.path == Path::new(MEMORY) {
            true => "row",
            false => "line",
        };
        write!(f, "{}, {unit} {}", self.path.display(), self.line)?;
        match &self.column {
            Some(column) => write!(f, ", column `{column}`"),
            None => Ok(()),
        }
    }
}

/// One cell, as it stands in the file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cell {
    /// The line on which its row starts.
    pub line: u64,
    /// Its text.
    pub text: String,
}
