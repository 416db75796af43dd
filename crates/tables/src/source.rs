use std::fs::File;
use std::io::{self, Read, Seek};
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;

use crate::error::TableError;

/// Bytes that rows come from: a file, a compressed file, or standard input. They can be read from
/// their beginning more than once.
#[derive(Debug)]
pub(crate) struct Source {
    /// Its name in messages.
    pub(crate) path: PathBuf,
    file: File,
    is_packed: bool,
}

/// Largest factor by which packing makes rows of numbers smaller.
const PACKING: u64 = 8;

impl Source {
    /// Opens a file; `-` is standard input, which is put aside in a temporary file, for it is
    /// read more than once.
    pub(crate) fn open(path: &Path) -> Result<Self, TableError> {
        let is_input = path == Path::new("-");
        let path = match is_input {
            true => PathBuf::from("standard input"),
            false => path.to_path_buf(),
        };
        let open = || match is_input {
            true => {
                let mut file = tempfile::tempfile()?;
                io::copy(&mut io::stdin().lock(), &mut file)?;
                Ok(file)
            }
            false => File::open(&path),
        };
        open()
            .and_then(|file| Self::new(path.clone(), file))
            .map_err(|source| TableError::Open { path, source })
    }

    /// Takes an open file, which messages call `path`.
    pub(crate) fn new(path: PathBuf, mut file: File) -> io::Result<Self> {
        file.rewind()?;
        let mut magic = [0; 2];
        let is_packed = file.read(&mut magic)? == 2 && magic == [0x1f, 0x8b];
        Ok(Self {
            path,
            file,
            is_packed,
        })
    }

    /// Its bytes from the beginning, unpacked if they are compressed. One reader at a time.
    pub(crate) fn bytes(&self) -> Result<Box<dyn Read>, TableError> {
        let open = || -> io::Result<Box<dyn Read>> {
            let mut file = self.file.try_clone()?;
            file.rewind()?;
            Ok(match self.is_packed {
                true => Box::new(MultiGzDecoder::new(io::BufReader::new(file))),
                false => Box::new(file),
            })
        };
        open().map_err(|source| TableError::Open {
            path: self.path.clone(),
            source,
        })
    }

    /// Length of the rows in bytes; of a packed file the most it may be.
    pub(crate) fn length(&self) -> u64 {
        let length = self.file.metadata().map_or(0, |about| about.len());
        match self.is_packed {
            true => length.saturating_mul(PACKING),
            false => length,
        }
    }
}
