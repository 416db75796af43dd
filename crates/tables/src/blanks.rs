//! Blank lines of an input that may have no end.

use std::path::Path;

use crate::error::{Place, TableError};

/// Most bytes of blank lines in succession.
const MOST: u64 = 16 << 20;

/// Blank lines at the end of what was read of an input.
#[derive(Debug, Default)]
pub(crate) struct Blanks {
    /// Lines that have ended.
    lines: u64,
    /// Line, counted from 0, that the blank ones begin behind.
    first: u64,
    /// Their bytes.
    bytes: u64,
}

impl Blanks {
    /// Takes notice of the next bytes, and refuses blank lines that do not seem to end.
    pub(crate) fn see(&mut self, path: &Path, block: &[u8]) -> Result<(), TableError> {
        let lines = |bytes: &[u8]| memchr::memchr_iter(b'\n', bytes).count() as u64;
        self.lines += lines(block);
        match block.iter().rposition(|byte| !byte.is_ascii_whitespace()) {
            None => self.bytes += block.len() as u64,
            Some(last) => {
                let behind = &block[last + 1..];
                self.first = self.lines - lines(behind) + 1;
                self.bytes = behind.len() as u64;
            }
        }
        match self.bytes > MOST {
            false => Ok(()),
            true => Err(TableError::Binary {
                place: Place::line(path, self.first + 1),
                cause: "16 MB of blank lines follow, and no row; a table has a row in each line",
            }),
        }
    }
}
