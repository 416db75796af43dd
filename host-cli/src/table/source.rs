//! Where rows come from: a file, a compressed file, or standard input.

use std::fs::File;
use std::io::{self, Read, Seek};
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;

use super::TableError;

/// Bytes that can be read from their beginning more than once.
#[derive(Debug)]
pub(crate) struct Source {
    /// What it is called in messages.
    pub(crate) path: PathBuf,
    file: File,
}

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
        match open() {
            Ok(file) => Ok(Self { path, file }),
            Err(source) => Err(TableError::Open { path, source }),
        }
    }

    /// Its bytes from the beginning, unpacked if they are compressed. One reader at a time.
    pub(crate) fn bytes(&self) -> Result<Box<dyn Read>, TableError> {
        let open = || -> io::Result<Box<dyn Read>> {
            let mut file = self.file.try_clone()?;
            file.rewind()?;
            let mut magic = [0; 2];
            let is_gzip = file.read(&mut magic)? == 2 && magic == [0x1f, 0x8b];
            file.rewind()?;
            Ok(match is_gzip {
                true => Box::new(MultiGzDecoder::new(io::BufReader::new(file))),
                false => Box::new(file),
            })
        };
        open().map_err(|source| TableError::Open {
            path: self.path.clone(),
            source,
        })
    }
}
