//! Splits the bytes of a file into rows and cells, a block at a time.

use std::io::Read;
use std::path::PathBuf;

use csv_core::ReadRecordResult;
use downhill::Real;

use super::stops::{Stops, WINDOW};
use super::{Dialect, TableError, number};

/// How much is read at once; a row that is longer makes the block grow.
const BLOCK: usize = 256 * 1024;

/// How many rows are read by their cells after one that was not read at once: others like it
/// often follow.
const WAIT: u32 = 16;

/// What some programs put in front of UTF-8.
const BOM: &[u8] = b"\xef\xbb\xbf";

/// The rows of a file. A row without a quote is split at its delimiters right here; any other
/// goes to `csv_core`.
pub(crate) struct Records {
    path: PathBuf,
    input: Box<dyn Read>,
    dialect: Dialect,
    /// What was read, and behind it room for a window of `stops`.
    block: Vec<u8>,
    /// What of the block no row was made of yet.
    rest: std::ops::Range<usize>,
    stops: Stops,
    begun: bool,
    ended: bool,
    line: u64,
    /// Reads rows with quotes, once there is one.
    reader: Option<Box<csv_core::Reader>>,
    /// The cells of such a row, without the quotes.
    unquoted: Vec<u8>,
    /// Where they end.
    ends: Vec<usize>,
    cells: Vec<Cell>,
    /// How many rows are not tried to be read at once.
    wait: u32,
}

/// Where a cell begins and ends, in the block or in `unquoted`.
#[derive(Clone, Copy, Debug)]
struct Cell {
    start: usize,
    end: usize,
}

/// What a look at the front of the rest has found.
enum Found {
    /// A row, whose cells are taken.
    Row,
    /// A quote before the end of the row.
    Quote,
    /// No end of a row.
    NoEnd,
}

/// One row.
pub(crate) struct Record<'a> {
    /// The line of the file on which it starts.
    pub(crate) line: u64,
    text: &'a [u8],
    cells: &'a [Cell],
    decimal: u8,
}

impl<'a> Record<'a> {
    /// How many cells it has.
    pub(crate) fn len(&self) -> usize {
        self.cells.len()
    }

    /// A cell, without white space around it.
    #[inline(always)]
    pub(crate) fn cell(&self, at: usize) -> &'a [u8] {
        match self.cells.get(at) {
            Some(cell) => {
                let text = self.text.get(cell.start..cell.end);
                text.unwrap_or(&[]).trim_ascii()
            }
            None => &[],
        }
    }

    /// The number that a cell is, if only an infinite one.
    pub(crate) fn number(&self, at: usize) -> Option<f64> {
        number::parse(self.cell(at), self.decimal)
    }

    /// The number that a cell is, if it is read at once; it has at most 16 digits.
    #[inline(always)]
    pub(crate) fn quick_number(&self, at: usize) -> Option<f64> {
        let &Cell { start, end } = self.cells.get(at)?;
        number::quick(self.text, start..end, self.decimal)
    }

    /// A cell as text.
    pub(crate) fn text(&self, at: usize) -> Result<&'a str, std::str::Utf8Error> {
        std::str::from_utf8(self.cell(at)).map(str::trim)
    }
}

impl Records {
    /// The rows of `input`, which is called `path`.
    pub(crate) fn new(path: PathBuf, input: Box<dyn Read>, dialect: Dialect) -> Self {
        Self {
            path,
            input,
            dialect,
            block: Vec::new(),
            rest: 0..0,
            stops: Stops::new(dialect.delimiter),
            begun: false,
            ended: false,
            line: 1,
            reader: None,
            unquoted: Vec::new(),
            ends: vec![0; 64],
            cells: Vec::new(),
            wait: 0,
        }
    }

    /// The next row; `None` behind the last one. Blank lines are no rows.
    #[inline]
    pub(crate) fn next(&mut self) -> Result<Option<Record<'_>>, TableError> {
        if !self.begun {
            self.begin()?;
        }
        let line = loop {
            let line = self.line;
            match self.split() {
                Found::Row if self.is_blank() => {}
                Found::Row => break line,
                Found::Quote => return self.quoted().map(Some),
                Found::NoEnd if !self.ended => self.more()?,
                Found::NoEnd if self.rest.is_empty() => return Ok(None),
                Found::NoEnd => {
                    self.close(self.rest.end);
                    self.rest.start = self.rest.end;
                    self.stops.seek(self.rest.end);
                    break line;
                }
            }
        };
        Ok(Some(Record {
            line,
            text: &self.block,
            cells: &self.cells,
            decimal: self.dialect.decimal,
        }))
    }

    /// Takes the next row if it has a cell for each place and is read at once: puts the numbers
    /// there, where the place is one of `row`, and returns the line on which the row starts.
    /// Nothing is taken of any other row, nor of some behind such a one.
    #[inline]
    pub(crate) fn numbers<T: Real>(&mut self, places: &[usize], row: &mut [T]) -> Option<u64> {
        if self.wait > 0 {
            self.wait -= 1;
            return None;
        }
        self.wait = WAIT;
        let (text, mut stops) = (&self.block[..], self.stops);
        let (mut start, behind) = (self.rest.start, self.rest.end);
        let Dialect { delimiter, decimal } = self.dialect;
        let mut places = places.iter();
        let last = loop {
            let end = stops.next(text, behind)?;
            let byte = text[end];
            if byte != delimiter && byte != b'\n' && byte != b'\r' {
                match byte {
                    b'"' => return None,
                    _ => continue,
                }
            }
            if let Some(number) = row.get_mut(*places.next()?) {
                // Such a number is no larger than any precision holds.
                *number = T::from_f64(number::quick(text, start..end, decimal)?);
            }
            start = end + 1;
            if byte != delimiter {
                break byte;
            }
        };
        if places.next().is_some() {
            return None;
        }
        let mut ended = last == b'\n';
        if !ended && start < behind && text[start] == b'\n' {
            stops.next(text, behind);
            start += 1;
            ended = true;
        }
        let line = self.line;
        self.line += u64::from(ended);
        (self.rest.start, self.stops, self.wait) = (start, stops, 0);
        Some(line)
    }

    /// Skips what stands in front of the header.
    #[cold]
    fn begin(&mut self) -> Result<(), TableError> {
        self.begun = true;
        while self.rest.len() < BOM.len() && !self.ended {
            self.more()?;
        }
        if self.block[self.rest.clone()].starts_with(BOM) {
            self.rest.start += BOM.len();
        }
        self.stops.seek(self.rest.start);
        Ok(())
    }

    /// Takes the cells of the row that the rest begins with, and the row from the rest.
    #[inline(always)]
    fn split(&mut self) -> Found {
        let (text, cells, mut stops) = (&self.block[..], &mut self.cells, self.stops);
        let (mut start, behind) = (self.rest.start, self.rest.end);
        let delimiter = self.dialect.delimiter;
        cells.clear();
        while let Some(end) = stops.next(text, behind) {
            let byte = text[end];
            if byte == delimiter {
                cells.push(Cell { start, end });
                start = end + 1;
                continue;
            }
            match byte {
                b'"' => return Found::Quote,
                b'\n' | b'\r' => {
                    cells.push(Cell { start, end });
                    self.rest.start = end + 1;
                    self.stops = stops;
                    self.line += u64::from(byte == b'\n');
                    return Found::Row;
                }
                _ => {}
            }
        }
        // It is looked at again, when there is more of it.
        Found::NoEnd
    }

    /// Ends the last row, which no end of a line ends.
    fn close(&mut self, end: usize) {
        let start = self
            .cells
            .last()
            .map_or(self.rest.start, |cell| cell.end + 1);
        self.cells.push(Cell { start, end });
    }

    /// Whether the row has nothing at all.
    fn is_blank(&self) -> bool {
        matches!(self.cells[..], [Cell { start, end }] if start == end)
    }

    /// A row with quotes, which may hold delimiters and ends of lines.
    fn quoted(&mut self) -> Result<Record<'_>, TableError> {
        let line = self.line;
        let used = loop {
            let rest = &self.block[self.rest.clone()];
            if self.unquoted.len() <= rest.len() {
                self.unquoted.resize(rest.len() + 1, 0);
            }
            let reader = self.reader.get_or_insert_with(|| {
                let mut builder = csv_core::ReaderBuilder::new();
                Box::new(builder.delimiter(self.dialect.delimiter).build())
            });
            reader.reset();
            let (mut result, used, written, mut count) =
                reader.read_record(rest, &mut self.unquoted, &mut self.ends);
            if result == ReadRecordResult::InputEmpty && self.ended {
                let (unquoted, ends) = (&mut self.unquoted[written..], &mut self.ends[count..]);
                let (last, _, _, cells) = reader.read_record(&[], unquoted, ends);
                (result, count) = (last, count + cells);
            }
            match result {
                ReadRecordResult::Record => {
                    let mut start = 0;
                    self.cells.clear();
                    for &end in &self.ends[..count] {
                        self.cells.push(Cell { start, end });
                        start = end;
                    }
                    break used;
                }
                ReadRecordResult::InputEmpty if !self.ended => self.more()?,
                _ => self.ends.resize(2 * self.ends.len(), 0),
            }
        };
        let taken = &self.block[self.rest.start..self.rest.start + used];
        self.line += memchr::memchr_iter(b'\n', taken).count() as u64;
        self.rest.start += used;
        self.stops.seek(self.rest.start);
        Ok(Record {
            line,
            text: &self.unquoted,
            cells: &self.cells,
            decimal: self.dialect.decimal,
        })
    }

    /// Reads on: at least as much as there is, so that a long row is not looked at often.
    fn more(&mut self) -> Result<(), TableError> {
        self.block.copy_within(self.rest.clone(), 0);
        let had = self.rest.len();
        self.rest = 0..had;
        self.stops.seek(0);
        let room = had + had.max(BLOCK);
        if self.block.len() < room + WINDOW {
            self.block.resize(room + WINDOW, 0);
        }
        while !self.ended && self.rest.end < 2 * had.max(1) {
            match self.input.read(&mut self.block[self.rest.end..room]) {
                Ok(read) => {
                    self.rest.end += read;
                    self.ended = read == 0;
                }
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(source) => {
                    let path = self.path.clone();
                    return Err(TableError::Open { path, source });
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
