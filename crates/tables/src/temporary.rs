//! Temporary files: without a name, so that they are gone however the command ends, and no larger
//! than they may be.

use std::fs::File;
use std::io::{self, ErrorKind, Read, Seek, Write};
use std::path::PathBuf;

use crate::error::TableError;

/// Share of the free space that a file may take, unless told.
const SHARE: f64 = 0.9;

/// Choices of where temporary files are, and how large each may be.
#[derive(Clone, Debug, Default)]
pub struct TempOptions {
    /// Folder; that of the system where it is not given.
    pub dir: Option<PathBuf>,
    /// Most bytes; nine tenths of what is free where it is not given.
    pub at_most: Option<u64>,
}

impl TempOptions {
    /// The folder.
    pub fn folder(&self) -> PathBuf {
        self.dir.clone().unwrap_or_else(std::env::temp_dir)
    }
}

/// A temporary file.
#[derive(Debug)]
pub struct TempFile {
    file: File,
    folder: PathBuf,
    /// Contents, in words that begin a message.
    what: String,
    length: u64,
    most: u64,
}

impl TempFile {
    /// Makes one; `what` it holds begins the messages about it.
    ///
    /// # Errors
    ///
    /// There is no such folder, or nothing can be written there.
    pub fn create(options: &TempOptions, what: String) -> Result<Self, TableError> {
        let folder = options.folder();
        let made = tempfile::tempfile_in(&folder).and_then(|file| {
            let space = rustix::fs::fstatvfs(&file)?;
            let free = space.f_bavail.saturating_mul(space.f_frsize);
            Ok((file, (free as f64 * SHARE) as u64))
        });
        match made {
            Ok((file, most)) => Ok(Self {
                file,
                folder,
                what,
                length: 0,
                most: options.at_most.unwrap_or(most),
            }),
            Err(source) => Err(TableError::Temporary {
                what,
                folder,
                source,
            }),
        }
    }

    /// Bytes that it has.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// The folder that it is in.
    pub fn folder(&self) -> &std::path::Path {
        &self.folder
    }

    /// Takes all bytes out.
    ///
    /// # Errors
    ///
    /// The disk cannot be written.
    pub fn empty(&mut self) -> Result<(), TableError> {
        let emptied = self.file.set_len(0).and_then(|()| self.file.rewind());
        emptied.map_err(|source| self.fault(source))?;
        self.length = 0;
        Ok(())
    }

    /// Writes bytes at its end.
    ///
    /// # Errors
    ///
    /// The disk is full, or it would be larger than it may be.
    pub fn append(&mut self, bytes: &[u8]) -> Result<(), TableError> {
        let length = self.length + bytes.len() as u64;
        if length > self.most {
            return Err(TableError::TooMuch {
                what: self.what.clone(),
                folder: self.folder.clone(),
                most: self.most,
            });
        }
        self.file
            .write_all(bytes)
            .map_err(|source| self.fault(source))?;
        self.length = length;
        Ok(())
    }

    /// Writes all of an input at its end, each block once it was looked at.
    pub(crate) fn append_all(
        &mut self,
        input: &mut dyn Read,
        mut look: impl FnMut(&[u8]) -> Result<(), TableError>,
        fault: impl Fn(io::Error) -> TableError,
    ) -> Result<(), TableError> {
        let mut block = vec![0; 256 * 1024];
        loop {
            match input.read(&mut block) {
                Ok(0) => return Ok(()),
                Ok(read) => {
                    look(&block[..read])?;
                    self.append(&block[..read])?;
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(fault(error)),
            }
        }
    }

    /// Reads bytes from a place on.
    ///
    /// # Errors
    ///
    /// The disk cannot be read.
    pub fn read_at(&self, bytes: &mut [u8], place: u64) -> Result<(), TableError> {
        let read = std::os::unix::fs::FileExt::read_exact_at(&self.file, bytes, place);
        read.map_err(|source| self.fault(source))
    }

    pub(crate) fn into_file(self) -> File {
        self.file
    }

    fn fault(&self, source: io::Error) -> TableError {
        TableError::Temporary {
            what: self.what.clone(),
            folder: self.folder.clone(),
            source,
        }
    }
}
