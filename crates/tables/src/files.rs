use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::place::Place;

/// Bits of a line number behind those that tell the file: 10¹² lines.
const LINE_BITS: u32 = 40;

/// Files that hold one table. A line number of its rows tells the file too: see [`Files::place`].
#[derive(Clone, Debug, PartialEq)]
pub struct Files(Arc<[PathBuf]>);

impl Files {
    pub(crate) fn new(paths: impl Iterator<Item = PathBuf>) -> Self {
        Self(paths.collect())
    }

    /// Names of the files, in their order.
    pub fn paths(&self) -> &[PathBuf] {
        &self.0
    }

    /// File and line of a row.
    pub fn place(&self, line: u64) -> Place {
        let path = self.0.get((line >> LINE_BITS) as usize);
        Place {
            path: path.cloned().unwrap_or_default(),
            line: own(line),
            column: None,
        }
    }

    /// Number of the file that a row is in, counted from 0.
    pub fn file_of(line: u64) -> usize {
        (line >> LINE_BITS) as usize
    }

    /// Name of the file that a line is in, where there are several.
    pub(crate) fn name_of(&self, line: u64) -> Option<&Path> {
        let file = self.0.get((line >> LINE_BITS) as usize);
        file.filter(|_| self.0.len() > 1).map(PathBuf::as_path)
    }
}

impl From<&Vec<PathBuf>> for Files {
    fn from(paths: &Vec<PathBuf>) -> Self {
        Self::new(paths.iter().cloned())
    }
}

impl From<&Path> for Files {
    fn from(path: &Path) -> Self {
        Self::new([path.to_path_buf()].into_iter())
    }
}

impl fmt::Display for Files {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.0 {
            [] => Ok(()),
            [one] => write!(f, "{}", one.display()),
            [one, other] => write!(f, "{} and {}", one.display(), other.display()),
            [first, .., last] => write!(
                f,
                "{} to {} ({} files)",
                first.display(),
                last.display(),
                self.0.len()
            ),
        }
    }
}

/// Number that is added to the lines of a file.
pub(crate) fn base(file: usize) -> u64 {
    (file as u64) << LINE_BITS
}

/// Line in its own file.
pub(crate) fn own(line: u64) -> u64 {
    line & (base(1) - 1)
}

/// A line in words, where the file is not named: `5`, or `5 of file 2`.
pub fn shown_line(line: u64) -> String {
    match line >> LINE_BITS {
        0 => line.to_string(),
        file => format!("{} of file {}", own(line), file + 1),
    }
}
