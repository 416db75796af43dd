use std::fs::File;
use std::io::{self, Read, Seek};
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;

use crate::blanks::Blanks;
use crate::encoding::Encoding;
use crate::error::{Place, TableError};
use crate::reader::LONGEST_LINE;
use crate::temporary::{TempFile, TempOptions};
use crate::utf16::ByteOrder;
use crate::{western, windows1252};

/// Bytes that rows come from: a file, a compressed file, or standard input. They can be read from
/// their beginning more than once.
#[derive(Debug)]
pub(crate) struct Source {
    /// Its name in messages.
    pub(crate) path: PathBuf,
    file: File,
    is_packed: bool,
    /// Encoding of its text, where that is not UTF-8.
    pub(crate) encoding: Option<Encoding>,
}

/// Least length of the front that is looked at to see how a file is written, in bytes.
const HEAD: usize = 64 * 1024;

/// Lines that the front has at least, while they are not too long.
const LINES: usize = 8;

/// Length of the front from which on half as many lines will do.
const WIDE: usize = 1 << 20;

/// Bytes that are looked at at once for the begin of the last lines.
const TAIL_LOOK: usize = 4096;

/// Largest factor by which packing makes rows of numbers smaller.
const PACKING: u64 = 8;

impl Source {
    /// Opens a file; `-` is standard input. What can be read only once, such as that or a pipe, is
    /// put aside in a temporary file, for it is read more than once.
    pub(crate) fn open(path: &Path, temporary: &TempOptions) -> Result<Self, TableError> {
        let is_input = path == Path::new("-");
        let path = match is_input {
            true => PathBuf::from("standard input"),
            false => path.to_path_buf(),
        };
        let fault = |source| TableError::Open {
            path: path.clone(),
            source,
        };
        let file = match is_input {
            true => Self::put_aside(&path, &mut io::stdin().lock(), temporary)?,
            false => {
                let mut file = File::open(&path).map_err(fault)?;
                match file.metadata().map_err(fault)?.is_file() {
                    true => file,
                    false => Self::put_aside(&path, &mut file, temporary)?,
                }
            }
        };
        Self::new(path.clone(), file).map_err(fault)
    }

    /// Copies into a temporary file what begins like a table, or is packed.
    fn put_aside(
        path: &Path,
        input: &mut dyn Read,
        temporary: &TempOptions,
    ) -> Result<File, TableError> {
        let (front, _) = front(path, input)?;
        let mut copy = TempFile::create(temporary, path.display().to_string())?;
        copy.append(&front)?;
        let mut blanks = Blanks::default();
        blanks.see(path, &front)?;
        copy.append_all(
            input,
            |block| blanks.see(path, block),
            |source| TableError::Open {
                path: path.into(),
                source,
            },
        )?;
        Ok(copy.into_file())
    }

    /// Takes an open file, which messages call `path`.
    pub(crate) fn new(path: PathBuf, mut file: File) -> io::Result<Self> {
        file.rewind()?;
        let mut front = Vec::with_capacity(HEAD);
        (&mut file).take(HEAD as u64).read_to_end(&mut front)?;
        let is_packed = front.starts_with(&PACKED);
        if is_packed {
            file.rewind()?;
            front.clear();
            let unpacked = MultiGzDecoder::new(io::BufReader::new(file.try_clone()?));
            // What cannot be unpacked is said when it is read.
            let _ = unpacked.take(HEAD as u64).read_to_end(&mut front);
        }
        Ok(Self {
            path,
            file,
            is_packed,
            encoding: Encoding::of(&front),
        })
    }

    /// Its text from this place on, unpacked if it is compressed, and in UTF-8; any number of readers
    /// at a time.
    pub(crate) fn bytes(&self, from: u64) -> Result<Box<dyn Read>, TableError> {
        if !self.is_decoded() {
            return self.bytes_of(from..u64::MAX);
        }
        let bytes = self.bytes_of(0..u64::MAX)?;
        let mut text: Box<dyn Read> = match self.is_packed {
            true => Box::new(MultiGzDecoder::new(io::BufReader::new(bytes))),
            false => bytes,
        };
        if let Some(encoding) = self.encoding {
            text = encoding.decode(text);
        }
        let skipped = io::copy(&mut (&mut text).take(from), &mut io::sink());
        skipped.map_err(|source| self.fault(source))?;
        Ok(text)
    }

    /// Its text from a place to another.
    pub(crate) fn text_of(&self, bytes: Range<u64>) -> Result<Box<dyn Read>, TableError> {
        match self.is_decoded() {
            true => {
                let length = bytes.end.saturating_sub(bytes.start);
                Ok(Box::new(self.bytes(bytes.start)?.take(length)))
            }
            false => self.bytes_of(bytes),
        }
    }

    /// The last lines of its text behind a place, of about so many bytes, and the place at which they
    /// begin.
    pub(crate) fn tail(&self, from: u64, most: u64) -> Result<(u64, Vec<u8>), TableError> {
        let mut text = Vec::new();
        if !self.is_decoded() {
            let end = self.length();
            let start = match from + most < end {
                true => self.line_from(end - most, TAIL_LOOK)?,
                false => from,
            };
            let read = self.bytes_of(start..end)?.read_to_end(&mut text);
            return read
                .map(|_| (start, text))
                .map_err(|source| self.fault(source));
        }
        let (mut input, mut start) = (self.bytes(from)?, from);
        let mut block = vec![0; HEAD];
        // What cannot be unpacked is said when it is read.
        while let Ok(read @ 1..) = input.read(&mut block) {
            text.extend_from_slice(&block[..read]);
            if text.len() > HEAD + most as usize {
                let begin = text.len() - most as usize;
                let line =
                    memchr::memchr(b'\n', &text[begin..]).map_or(begin, |end| begin + end + 1);
                text.drain(..line);
                start += line as u64;
            }
        }
        Ok((start, text))
    }

    /// Tells whether its text is made from its bytes, by unpacking or decoding.
    pub(crate) fn is_decoded(&self) -> bool {
        self.is_packed || self.encoding.is_some()
    }

    /// Its bytes from a place to another, of one that is not decoded; any number of readers at
    /// a time.
    pub(crate) fn bytes_of(&self, bytes: Range<u64>) -> Result<Box<dyn Read>, TableError> {
        let file = self.file.try_clone().map_err(|source| self.fault(source))?;
        Ok(Box::new(Span { file, bytes }))
    }

    /// Begin of the first line from a place on, or the end; of one that is not decoded.
    pub(crate) fn line_from(&self, place: u64, look: usize) -> Result<u64, TableError> {
        let (mut block, mut at) = (vec![0; look], place - 1);
        loop {
            let read = self.file.read_at(&mut block, at);
            match read.map_err(|source| self.fault(source))? {
                0 => return Ok(at),
                read => match memchr::memchr(b'\n', &block[..read]) {
                    Some(end) => return Ok(at + end as u64 + 1),
                    None => at += read as u64,
                },
            }
        }
    }

    fn fault(&self, source: io::Error) -> TableError {
        let path = self.path.clone();
        TableError::Open { path, source }
    }

    /// Its front, which tells how it is written and where its table begins, and whether more
    /// follows.
    pub(crate) fn head(&self) -> Result<(Vec<u8>, bool), TableError> {
        let (head, is_cut) = front(&self.path, &mut self.bytes(0)?)?;
        if self.encoding == Some(Encoding::Windows1252) {
            let text = String::from_utf8_lossy(&head);
            western::check(&self.path, &text, windows1252::byte)?;
        }
        Ok((head, is_cut))
    }

    /// Length of the rows in bytes; of a packed file the most it may be.
    pub(crate) fn length(&self) -> u64 {
        let length = self.file.metadata().map_or(0, |about| about.len());
        match self.is_packed {
            true => length
                .saturating_mul(PACKING)
                .max(self.unpacked().unwrap_or_default()),
            false => length,
        }
    }

    /// Length of the last packed piece, as the file says at its end.
    fn unpacked(&self) -> io::Result<u64> {
        let mut file = self.file.try_clone()?;
        file.seek(io::SeekFrom::End(-4))?;
        let mut length = [0; 4];
        file.read_exact(&mut length)?;
        Ok(u32::from_le_bytes(length).into())
    }
}

/// Bytes of a file from a place to another, whoever else reads it.
#[derive(Debug)]
struct Span {
    file: File,
    bytes: Range<u64>,
}

impl Read for Span {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let left = self.bytes.end.saturating_sub(self.bytes.start);
        let most = room.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        let read = self.file.read_at(&mut room[..most], self.bytes.start)?;
        self.bytes.start += read as u64;
        Ok(read)
    }
}

/// Beginning of a packed file.
const PACKED: [u8; 2] = [0x1f, 0x8b];

/// Reads the front of an input, and says whether more may follow.
fn front(path: &Path, input: &mut dyn Read) -> Result<(Vec<u8>, bool), TableError> {
    let mut front = Vec::new();
    loop {
        let room = HEAD.max(front.len());
        let read = (&mut *input).take(room as u64).read_to_end(&mut front);
        let read = read.map_err(|source| TableError::Open {
            path: path.into(),
            source,
        })?;
        if front.starts_with(&PACKED) || ByteOrder::of(&front).is_some() {
            return Ok((front, true));
        }
        check_text(path, &front)?;
        let lines = memchr::memchr2_iter(b'\n', b'\r', &front)
            .take(LINES)
            .count();
        let enough = if front.len() < WIDE { LINES } else { LINES / 2 };
        if read < room {
            return Ok((front, false));
        }
        if lines >= enough || (lines > 0 && front.len() >= LONGEST_LINE) {
            return Ok((front, true));
        }
        if front.len() >= LONGEST_LINE {
            return Err(TableError::LongLine {
                place: Place::line(path, 1),
                most: LONGEST_LINE,
            });
        }
    }
}

/// Refuses a file that is no text in UTF-8, as far as its front says.
fn check_text(path: &Path, head: &[u8]) -> Result<(), TableError> {
    let front = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    if let [b'{', b'"' | b' ' | b'\t' | b'\r' | b'\n', ..] = front.trim_ascii_start() {
        return Err(TableError::Binary {
            place: Place::line(path, 1),
            cause: "this is JSON and no table; save the table as CSV in UTF-8",
        });
    }
    let Some(zero) = memchr::memchr(0, head) else {
        return Ok(());
    };
    let lines = memchr::memchr_iter(b'\n', &head[..zero]).count() as u64;
    Err(TableError::Binary {
        place: Place::line(path, 1 + lines),
        cause: "there is a byte of zero, which no text has; save the table as CSV in UTF-8",
    })
}
