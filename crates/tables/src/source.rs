use std::fs::File;
use std::io::{self, Read, Seek};
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;

use crate::error::{Place, TableError};
use crate::reader::LONGEST_LINE;

/// Bytes that rows come from: a file, a compressed file, or standard input. They can be read from
/// their beginning more than once.
#[derive(Debug)]
pub(crate) struct Source {
    /// Its name in messages.
    pub(crate) path: PathBuf,
    file: File,
    is_packed: bool,
}

/// Least length of the front that is looked at to see how a file is written, in bytes.
const HEAD: usize = 64 * 1024;

/// Lines that the front has at least, while they are not too long.
const LINES: usize = 8;

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

    /// Its bytes from this place on, unpacked if they are compressed. One reader at a time.
    pub(crate) fn bytes(&self, from: u64) -> Result<Box<dyn Read>, TableError> {
        let open = || -> io::Result<Box<dyn Read>> {
            let mut file = self.file.try_clone()?;
            if !self.is_packed {
                file.seek(io::SeekFrom::Start(from))?;
                return Ok(Box::new(file));
            }
            file.rewind()?;
            let mut unpacked = MultiGzDecoder::new(io::BufReader::new(file));
            io::copy(&mut (&mut unpacked).take(from), &mut io::sink())?;
            Ok(Box::new(unpacked))
        };
        open().map_err(|source| TableError::Open {
            path: self.path.clone(),
            source,
        })
    }

    /// Its front, which tells how it is written and where its table begins, and whether more
    /// follows.
    pub(crate) fn head(&self) -> Result<(Vec<u8>, bool), TableError> {
        let mut bytes = self.bytes(0)?;
        let mut head = Vec::new();
        loop {
            let room = HEAD.max(head.len());
            let read = (&mut bytes).take(room as u64).read_to_end(&mut head);
            let read = read.map_err(|source| TableError::Open {
                path: self.path.clone(),
                source,
            })?;
            check_text(&self.path, &head)?;
            let lines = memchr::memchr2_iter(b'\n', b'\r', &head)
                .take(LINES)
                .count();
            if read < room {
                return Ok((head, false));
            }
            if lines == LINES || (lines > 0 && head.len() >= LONGEST_LINE) {
                return Ok((head, true));
            }
            if head.len() >= LONGEST_LINE {
                return Err(TableError::LongLine {
                    place: Place::line(&self.path, 1),
                    most: LONGEST_LINE,
                });
            }
        }
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

/// Refuses a file that is no text in UTF-8, as far as its front says.
fn check_text(path: &Path, head: &[u8]) -> Result<(), TableError> {
    let Some(zero) = memchr::memchr(0, head) else {
        return Ok(());
    };
    let is_wide = head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff");
    let lines = memchr::memchr_iter(b'\n', &head[..zero]).count() as u64;
    Err(TableError::Binary {
        place: Place::line(path, 1 + lines),
        cause: match is_wide {
            true => "the text is UTF-16; save the file as UTF-8",
            false => "there is a byte of zero, which no text has; save the table as CSV in UTF-8",
        },
    })
}
