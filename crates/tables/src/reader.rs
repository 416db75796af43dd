//! Splits the bytes of a file into rows and cells, a block at a time, and reads numbers on the way.

use std::io::{ErrorKind, Read};
use std::ops::Range;
use std::path::PathBuf;

use csv_core::ReadRecordResult;

use crate::cells::Cells;
use crate::dialect::Dialect;
use crate::error::{Place, TableError};
use crate::layout::vocabulary;
use crate::missing;
use crate::scan::{Stops, WINDOW};

/// Bytes read at once; a row that is longer makes the block grow.
const BLOCK: usize = 256 * 1024;

/// Bytes read at once of a text in memory.
const FRONT: usize = 8 * 1024;

/// Most bytes of a line.
pub(crate) const LONGEST_LINE: usize = 16 << 20;

/// Most cells of a row.
const MOST_CELLS: usize = 250_000;

/// Most blank lines in a row.
const MOST_BLANK: u32 = 1_000_000;

/// Mark that some programs put in front of UTF-8.
const BOM: &[u8] = b"\xef\xbb\xbf";

/// Characters that take no room: the mark of UTF-8 where files were joined, and those that copied text
/// has around it.
const INVISIBLE: [char; 8] = [
    '\u{feff}', '\u{200b}', '\u{200c}', '\u{200d}', '\u{200e}', '\u{200f}', '\u{2060}', '\u{ad}',
];

/// The rows of a file, one at a time. A row without a quote is split at its delimiters right
/// here, any other by `csv_core`.
pub(crate) struct Reader<'t> {
    pub(crate) path: PathBuf,
    pub(crate) dialect: Dialect,
    input: Box<dyn Read + 't>,
    /// Place of the block's first byte in the input.
    base: u64,
    /// Least bytes to be read at once.
    step: usize,
    /// Bytes that were read, and behind them room for a window of `stops`.
    block: Vec<u8>,
    /// Part of the block that no row was made of yet.
    rest: Range<usize>,
    stops: Stops,
    /// True where the input may begin with the mark of UTF-8.
    may_have_bom: bool,
    ended: bool,
    /// Line on which the next row starts.
    next_line: u64,
    /// Line on which the row starts.
    line: u64,
    cells: Cells,
    /// True while the cells are in `unquoted` instead of the block.
    is_quoted: bool,
    /// True where the input ends within quotes.
    is_open: bool,
    /// True where it must not, for nothing follows it.
    is_to_end: bool,
    /// Reads rows with quotes, once there is one.
    csv: Option<Box<csv_core::Reader>>,
    /// Cells of such a row, without the quotes.
    unquoted: Vec<u8>,
    /// Ends of those cells.
    ends: Vec<usize>,
    /// Length of such a row in the input.
    quoted: usize,
    /// Line of the last blank one, and how many there are in a row.
    blank: (u64, u32),
}

/// Front of the rows that are not read yet.
enum Front {
    /// A row, which is taken.
    Row,
    /// A row with a quote in it.
    Quoted,
    /// No end of a row.
    Open,
}

impl<'t> Reader<'t> {
    /// Reads the rows of `input`, which is called `path`; the number of a column goes to its
    /// place.
    pub(crate) fn new(
        path: PathBuf,
        input: Box<dyn Read + 't>,
        dialect: Dialect,
        places: &[usize],
    ) -> Self {
        Self {
            path,
            dialect,
            input,
            base: 0,
            step: BLOCK,
            block: Vec::new(),
            rest: 0..0,
            stops: Stops::default(),
            may_have_bom: true,
            ended: false,
            next_line: 1,
            line: 1,
            cells: Cells::new(dialect.decimal, places),
            is_quoted: false,
            is_open: false,
            is_to_end: false,
            csv: None,
            unquoted: Vec::new(),
            ends: vec![0; 64],
            quoted: 0,
            blank: (0, 0),
        }
    }

    /// Reads the rows of a text in memory, of which mostly the first ones are asked for.
    pub(crate) fn of_text(path: PathBuf, text: &'t [u8], dialect: Dialect) -> Self {
        Self {
            step: FRONT,
            ..Self::new(path, Box::new(text), dialect, &[])
        }
    }

    /// Counts lines from this one on.
    pub(crate) fn counting_from(mut self, line: u64) -> Self {
        self.next_line = line;
        self
    }

    /// Takes the end of the input for that of the file.
    pub(crate) fn until_end(mut self) -> Self {
        self.is_to_end = true;
        self
    }

    /// Takes the input for one from the middle of a file.
    pub(crate) fn within_file(mut self) -> Self {
        self.may_have_bom = false;
        self
    }

    /// Count of the lines until here.
    pub(crate) fn lines(&self) -> u64 {
        self.next_line - 1
    }

    /// Tells whether the input has ended within quotes.
    pub(crate) fn is_open(&self) -> bool {
        self.is_open
    }

    /// Place behind the row in the input.
    pub(crate) fn offset(&self) -> u64 {
        self.base + self.rest.start as u64
    }

    /// First byte of the row, which is a delimiter where the first cell is empty.
    #[inline(always)]
    pub(crate) fn first_byte(&self) -> u8 {
        let bytes = match self.is_quoted {
            true => &self.unquoted,
            false => &self.block,
        };
        bytes.get(self.cells.start()).copied().unwrap_or_default()
    }

    /// Leaves a column's cells to be read one by one.
    pub(crate) fn read_slowly(&mut self, column: usize) {
        self.cells.read_slowly(column);
    }

    /// Goes to the next row; `false` behind the last one. Blank lines are no rows.
    #[inline(always)]
    pub(crate) fn next_row(&mut self) -> Result<bool, TableError> {
        loop {
            self.line = self.next_line;
            match self.split() {
                Front::Row if self.cells.is_blank() => self.skip_blank()?,
                Front::Row => return Ok(true),
                Front::Quoted => return self.unquote().map(|()| true),
                Front::Open if self.ended => return Ok(false),
                Front::Open => self.more(true)?,
            }
        }
    }

    /// Place of the row in the input.
    pub(crate) fn begin(&self) -> u64 {
        let begin = match self.is_quoted {
            true => self.rest.start - self.quoted,
            false => self.cells.start(),
        };
        self.base + begin as u64
    }

    /// Count of the bytes of the row.
    pub(crate) fn length(&self) -> u64 {
        self.offset() - self.begin()
    }

    /// Tells whether the line of the row begins with a text.
    pub(crate) fn begins_with(&self, text: &[u8]) -> bool {
        let begin = (self.begin() - self.base) as usize;
        self.block[begin..].starts_with(text)
    }

    /// Start of the row.
    pub(crate) fn place(&self) -> Place {
        Place {
            path: self.path.clone(),
            line: self.line,
            column: None,
        }
    }

    /// Line of the file on which the row starts.
    #[inline(always)]
    pub(crate) fn line(&self) -> u64 {
        self.line
    }

    /// Tells whether the row is one line, as any without a quoted end of a line is.
    pub(crate) fn is_one_line(&self) -> bool {
        self.next_line <= self.line + 1
    }

    /// Count of the row's cells.
    #[inline(always)]
    pub(crate) fn len(&self) -> usize {
        self.cells.len()
    }

    /// A cell, without white space around it.
    pub(crate) fn cell(&self, at: usize) -> &[u8] {
        let bytes = match self.is_quoted {
            true => &self.unquoted,
            false => &self.block,
        };
        trimmed(self.cells.of(bytes, at))
    }

    /// A cell as text.
    pub(crate) fn text(&self, at: usize) -> Result<&str, std::str::Utf8Error> {
        std::str::from_utf8(self.cell(at))
    }

    /// Tells whether each cell of the row, of which there are some, holds a text that is neither a
    /// value nor a mark of a missing one.
    #[cold]
    pub(crate) fn is_of_names(&self) -> bool {
        let is_name = |text: &str| {
            !text.is_empty() && !missing::is_known(text) && !vocabulary::is_value(text)
        };
        self.len() > 1 && (0..self.len()).all(|at| self.text(at).is_ok_and(is_name))
    }

    /// The number of a cell, if it was read at once.
    #[inline(always)]
    pub(crate) fn number(&self, at: usize) -> Option<f64> {
        self.cells.number(at)
    }

    /// The numbers in their places, if each was read at once.
    #[inline(always)]
    pub(crate) fn numbers(&self) -> Option<&[f64]> {
        self.cells.numbers()
    }

    /// Takes the row at the front of the rest: its cells, and the numbers that are wanted.
    #[inline(always)]
    fn split(&mut self) -> Front {
        let (text, mut stops) = (&self.block[..], self.stops);
        let (start, behind) = (self.rest.start, self.rest.end);
        let delimiter = self.dialect.delimiter;
        // Without an end the row is looked at again, when there is more of it.
        let (mut last, mut front) = (0, Front::Open);
        let taken = self.cells.take(text, start, 1, || {
            loop {
                let end = stops.next(text, behind, delimiter)?;
                match text[end] {
                    byte if byte == delimiter => return Some((end, false)),
                    b'\n' | b'\r' => {
                        last = end;
                        return Some((end, true));
                    }
                    b'"' => {
                        front = Front::Quoted;
                        return None;
                    }
                    _ => {}
                }
            }
        });
        if taken.is_none() {
            return front;
        }
        let (mut start, mut ended) = (last + 1, text[last] == b'\n');
        if !ended && start < behind && text[start] == b'\n' {
            stops.next(text, behind, delimiter);
            start += 1;
            ended = true;
        }
        self.next_line += u64::from(ended);
        (self.rest.start, self.stops, self.is_quoted) = (start, stops, false);
        Front::Row
    }

    /// Takes a row with quotes, which may hold delimiters and ends of lines.
    #[inline(never)]
    fn unquote(&mut self) -> Result<(), TableError> {
        let used = loop {
            let rest = &self.block[self.rest.clone()];
            if self.unquoted.len() <= rest.len() {
                self.unquoted.resize(rest.len() + 1, 0);
            }
            let csv = self.csv.get_or_insert_with(|| {
                let mut builder = csv_core::ReaderBuilder::new();
                Box::new(builder.delimiter(self.dialect.delimiter).build())
            });
            csv.reset();
            let (mut result, used, written, mut count) =
                csv.read_record(rest, &mut self.unquoted, &mut self.ends);
            if result == ReadRecordResult::InputEmpty && self.ended {
                self.is_open = true;
                if self.is_to_end {
                    return Err(TableError::OpenQuote {
                        place: self.place(),
                    });
                }
                let (unquoted, ends) = (&mut self.unquoted[written..], &mut self.ends[count..]);
                let (last, _, _, cells) = csv.read_record(&[], unquoted, ends);
                (result, count) = (last, count + cells);
            }
            match result {
                ReadRecordResult::Record => {
                    let mut ends = self.ends[..count].iter().copied();
                    let next = || Some((ends.next()?, ends.len() == 0));
                    self.cells.take(&self.unquoted, 0, 0, next);
                    break used;
                }
                ReadRecordResult::InputEmpty if !self.ended => self.more(false)?,
                _ if count > MOST_CELLS => return Err(self.too_wide()),
                _ => self.ends.resize(2 * self.ends.len(), 0),
            }
        };
        let taken = &self.block[self.rest.start..self.rest.start + used];
        let lines = memchr::memchr_iter(b'\n', taken).count() as u64;
        if lines > 1 && has_stray_text(taken, self.dialect.delimiter) {
            return Err(TableError::Quote {
                place: self.place(),
            });
        }
        self.next_line += lines;
        self.rest.start += used;
        self.quoted = used;
        self.stops.seek(self.rest.start);
        self.is_quoted = true;
        Ok(())
    }

    /// Counts a blank line.
    ///
    /// # Errors
    ///
    /// It is one too many.
    #[cold]
    #[inline(never)]
    fn skip_blank(&mut self) -> Result<(), TableError> {
        let (last, count) = self.blank;
        let follows = self.line <= last + 1;
        self.blank = (self.line, if follows { count + 1 } else { 1 });
        match self.blank.1 > MOST_BLANK {
            true => Err(TableError::Blank {
                place: self.place(),
                most: MOST_BLANK,
            }),
            false => Ok(()),
        }
    }

    /// Refuses a row that has no end yet and is too long to have one. Of one without quotes the
    /// cells can be counted.
    fn check_length(&self, length: usize, is_plain: bool) -> Result<(), TableError> {
        if length >= LONGEST_LINE {
            return Err(TableError::LongLine {
                place: self.place(),
                most: LONGEST_LINE,
            });
        }
        let row = &self.block[..length];
        let cells = || memchr::memchr_iter(self.dialect.delimiter, row).count();
        match is_plain && length > MOST_CELLS && cells() > MOST_CELLS {
            true => Err(self.too_wide()),
            false => Ok(()),
        }
    }

    fn too_wide(&self) -> TableError {
        TableError::TooWide {
            place: self.place(),
            most: MOST_CELLS,
        }
    }

    /// Reads on: at least as much as there is, so that a long row is not looked at often. Ends
    /// the last row where no end of a line does, and skips what stands in front of the first.
    #[inline(never)]
    fn more(&mut self, is_plain: bool) -> Result<(), TableError> {
        self.base += self.rest.start as u64;
        self.block.copy_within(self.rest.clone(), 0);
        let (had, is_first) = (self.rest.len(), self.block.is_empty());
        self.check_length(had, is_plain)?;
        self.rest = 0..had;
        self.stops.seek(0);
        let room = (had + had.max(self.step)).min(LONGEST_LINE + BLOCK);
        if self.block.len() < room + WINDOW {
            self.block.resize(room + WINDOW, 0);
        }
        while !self.ended && self.rest.end < (2 * had).max(BOM.len()).min(LONGEST_LINE) {
            match self.input.read(&mut self.block[self.rest.end..room]) {
                Ok(read) => {
                    self.rest.end += read;
                    self.ended = read == 0;
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(source) => {
                    let path = self.path.clone();
                    return Err(TableError::Open { path, source });
                }
            }
        }
        if self.ended
            && self.block[self.rest.clone()]
                .last()
                .is_some_and(|&end| end != b'\n')
        {
            self.block[self.rest.end] = b'\n';
            self.rest.end += 1;
        }
        if is_first && self.may_have_bom && self.block.starts_with(BOM) {
            self.rest.start = BOM.len();
            self.stops.seek(BOM.len());
        }
        Ok(())
    }
}

/// A cell without white space around it, also such as is not ASCII or takes no room.
fn trimmed(cell: &[u8]) -> &[u8] {
    match (cell.first(), cell.last()) {
        (Some(first), Some(last)) if !first.is_ascii() || !last.is_ascii() => {}
        _ => return cell,
    }
    let is_blank = |c: char| c.is_whitespace() || INVISIBLE.contains(&c);
    std::str::from_utf8(cell).map_or(cell, |text| text.trim_matches(is_blank).as_bytes())
}

/// Tells whether text stands between the end of a quoted cell and that of the cell.
fn has_stray_text(row: &[u8], delimiter: u8) -> bool {
    let (mut is_start, mut is_quoted, mut at) = (true, false, 0);
    while let Some(&byte) = row.get(at) {
        let next = row.get(at + 1).copied();
        match byte {
            b'"' if is_quoted && next == Some(b'"') => at += 1,
            b'"' if is_quoted => {
                is_quoted = false;
                let ends = [delimiter, b'\n', b'\r', b' '];
                if next.is_some_and(|next| !ends.contains(&next)) {
                    return true;
                }
            }
            b'"' if is_start => is_quoted = true,
            _ => {}
        }
        is_start = !is_quoted && byte == delimiter;
        at += 1;
    }
    false
}

#[cfg(test)]
mod tests;
