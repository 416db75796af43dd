//! Splits the bytes of a file into rows and cells, a block at a time.

use std::io::Read;
use std::path::PathBuf;

use csv_core::ReadRecordResult;

use super::{Dialect, TableError, number};

/// How much is read at once; a row that is longer makes the block grow.
const BLOCK: usize = 256 * 1024;

/// What some programs put in front of UTF-8.
const BOM: &[u8] = b"\xef\xbb\xbf";

/// The rows of a file. A row without a quote is split at its delimiters right here, and its
/// numbers are read on the way; any other goes to `csv_core`.
pub(crate) struct Records {
    path: PathBuf,
    input: Box<dyn Read>,
    dialect: Dialect,
    block: Vec<u8>,
    /// What of the block has not been looked at.
    rest: std::ops::Range<usize>,
    ended: bool,
    line: u64,
    /// The cells of a row with quotes, without them.
    unquoted: Vec<u8>,
    cells: Vec<Cell>,
}

/// Where a cell begins and ends, in the block or in `unquoted`.
#[derive(Clone, Copy, Debug)]
struct Cell {
    start: usize,
    end: usize,
    /// Its number; NaN where splitting the row did not find one.
    number: f64,
}

impl Cell {
    /// One that has not been read.
    fn unread(start: usize, end: usize) -> Self {
        Self {
            start,
            end,
            number: f64::NAN,
        }
    }
}

/// What a row without a quote ends with.
enum End {
    /// An end of a line, or of the file, so many bytes behind its start.
    Line(usize),
    /// It has a quote after all.
    Quote,
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
    #[inline(always)]
    pub(crate) fn number(&self, at: usize) -> Option<f64> {
        match self.cells.get(at) {
            Some(cell) if !cell.number.is_nan() => Some(cell.number),
            _ => number::parse(self.cell(at), self.decimal),
        }
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
            ended: false,
            line: 1,
            unquoted: Vec::new(),
            cells: Vec::new(),
        }
    }

    /// The next row; `None` behind the last one. Blank lines are no rows.
    pub(crate) fn next(&mut self) -> Result<Option<Record<'_>>, TableError> {
        if self.block.is_empty() {
            while self.rest.len() < BOM.len() && self.more()? {}
            if self.block[self.rest.clone()].starts_with(BOM) {
                self.rest.start += BOM.len();
            }
        }
        loop {
            match self.block[self.rest.clone()].first().copied() {
                Some(b'\n') => {
                    self.line += 1;
                    self.rest.start += 1;
                }
                Some(b'\r') => self.rest.start += 1,
                Some(_) => break,
                None if self.more()? => {}
                None => return Ok(None),
            }
        }
        self.cells.clear();
        let end = loop {
            match self.split() {
                Some(End::Line(end)) => break end,
                Some(End::Quote) => return self.quoted().map(Some),
                None if self.more()? => {}
                None => {
                    let end = self.rest.len();
                    self.cells.push(Cell::unread(next_start(&self.cells), end));
                    break end;
                }
            }
        };
        let start = self.rest.start;
        self.rest.start += end;
        Ok(Some(Record {
            line: self.line,
            text: &self.block[start..start + end],
            cells: &self.cells,
            decimal: self.dialect.decimal,
        }))
    }

    /// Takes the cells of a row that lie behind those taken; `None` where what has been read ends
    /// before the row.
    #[inline(always)]
    fn split(&mut self) -> Option<End> {
        let Dialect { delimiter, decimal } = self.dialect;
        let reads = self.dialect.parts_numbers();
        let text = &self.block[self.rest.clone()];
        let mut start = next_start(&self.cells);
        loop {
            let (number, length) = match reads {
                true => number::front(&text[start..], decimal).unwrap_or((f64::NAN, 0)),
                false => (f64::NAN, 0),
            };
            let mut cell = Cell {
                start,
                end: start + length,
                number,
            };
            loop {
                match *text.get(cell.end)? {
                    b'"' => return Some(End::Quote),
                    b'\n' | b'\r' => {
                        self.cells.push(cell);
                        return Some(End::Line(cell.end));
                    }
                    byte if byte == delimiter => break,
                    // The number, if there is one, is not all of the cell.
                    _ => cell = Cell::unread(start, cell.end + 1),
                }
            }
            self.cells.push(cell);
            start = cell.end + 1;
        }
    }

    /// A row with quotes, which may hold delimiters and ends of lines.
    fn quoted(&mut self) -> Result<Record<'_>, TableError> {
        let mut ends = vec![0; 64];
        let line = self.line;
        let used = loop {
            let rest = &self.block[self.rest.clone()];
            self.unquoted.resize(rest.len() + 1, 0);
            let mut reader = csv_core::ReaderBuilder::new()
                .delimiter(self.dialect.delimiter)
                .build();
            let (mut result, used, mut written, mut count) =
                reader.read_record(rest, &mut self.unquoted, &mut ends);
            if result == ReadRecordResult::InputEmpty && self.ended {
                let (last, _, more, cells) =
                    reader.read_record(&[], &mut self.unquoted[written..], &mut ends[count..]);
                (result, written, count) = (last, written + more, count + cells);
            }
            match result {
                ReadRecordResult::Record => {
                    let mut from = 0;
                    self.cells.clear();
                    for &end in &ends[..count] {
                        self.cells.push(Cell::unread(from, end));
                        from = end;
                    }
                    self.unquoted.truncate(written);
                    break used;
                }
                ReadRecordResult::OutputEndsFull => ends.resize(2 * ends.len(), 0),
                _ if self.more()? => {}
                _ => ends.resize(2 * ends.len(), 0),
            }
        };
        let taken = &self.block[self.rest.start..self.rest.start + used];
        self.line += memchr::memchr_iter(b'\n', taken).count() as u64;
        self.rest.start += used;
        Ok(Record {
            line,
            text: &self.unquoted,
            cells: &self.cells,
            decimal: self.dialect.decimal,
        })
    }

    /// Reads on; `false` where nothing is left.
    fn more(&mut self) -> Result<bool, TableError> {
        if self.ended {
            return Ok(false);
        }
        self.block.copy_within(self.rest.clone(), 0);
        self.rest = 0..self.rest.len();
        if self.block.len() < self.rest.end + BLOCK {
            self.block.resize(self.rest.end + BLOCK, 0);
        }
        let read = self.input.read(&mut self.block[self.rest.end..]);
        let read = match read {
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => return Ok(true),
            read => read.map_err(|source| TableError::Open {
                path: self.path.clone(),
                source,
            })?,
        };
        self.rest.end += read;
        self.ended = read == 0;
        Ok(read > 0)
    }
}

/// Where the cell behind these begins.
fn next_start(cells: &[Cell]) -> usize {
    cells.last().map_or(0, |cell| cell.end + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Hands out a few bytes at a time, so that every border falls inside a row once.
    struct Drops(Vec<u8>, usize);

    impl Read for Drops {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let count = self.1.min(self.0.len()).min(buffer.len());
            buffer[..count].copy_from_slice(&self.0[..count]);
            self.0.drain(..count);
            Ok(count)
        }
    }

    fn rows(text: &str, step: usize) -> Vec<(u64, Vec<String>)> {
        let input = Box::new(Drops(text.into(), step));
        let mut records = Records::new("x.csv".into(), input, Dialect::USUAL);
        let mut rows = Vec::new();
        while let Some(record) = records.next().unwrap() {
            let cells = (0..record.len()).map(|at| record.text(at).unwrap().into());
            rows.push((record.line, cells.collect()));
        }
        rows
    }

    #[test]
    fn rows_are_the_same_however_the_bytes_come() {
        let text =
            "\u{feff}a, b \r\n\r\n1,2\n\n\"x\n,y\",\"say \"\"no\"\"\"\r\n3,\"\"\n,\nlast,row";
        let whole = rows(text, text.len());
        let cells: Vec<Vec<&str>> = whole
            .iter()
            .map(|row| row.1.iter().map(String::as_str).collect())
            .collect();
        let expected: [&[&str]; 6] = [
            &["a", "b"],
            &["1", "2"],
            &["x\n,y", "say \"no\""],
            &["3", ""],
            &["", ""],
            &["last", "row"],
        ];
        assert_eq!(cells, expected);
        let lines: Vec<u64> = whole.iter().map(|row| row.0).collect();
        assert_eq!(lines, [1, 3, 5, 7, 8, 9]);
        for step in 1..text.len() {
            assert_eq!(rows(text, step), whole, "{step} bytes at a time");
        }
    }

    /// What was read while splitting is what the cell says, whatever separates cells.
    #[test]
    fn a_number_is_its_cells() {
        let text = b"12,-3.25,+.5, 7 ,1e3,\"2.5\",x,,-,1.2.3,1-2,0x1,inf,1234567890.125\n";
        for (delimiter, decimal) in [
            (b',', b'.'),
            (b'.', b','),
            (b',', b','),
            (b'2', b'.'),
            (b'-', b'.'),
        ] {
            let dialect = Dialect { delimiter, decimal };
            for text in [
                &text[..],
                &text[..20],
                &text[..17],
                &[text, &text[..10]].concat(),
            ] {
                let input = Box::new(Drops(text.into(), 5));
                let mut records = Records::new("x.csv".into(), input, dialect);
                while let Some(record) = records.next().unwrap() {
                    for at in 0..record.len() {
                        let cell = number::parse(record.cell(at), decimal);
                        assert_eq!(record.number(at), cell, "{dialect:?}, cell {at}");
                        let inside = |mark| record.cell(at).contains(&mark);
                        assert!(!inside(delimiter), "{dialect:?}, cell {at}");
                    }
                }
            }
        }
    }

    /// The `csv` crate, which everybody reads such files with, sees the same cells.
    #[test]
    fn rows_are_those_of_the_csv_crate() {
        let mut random = downhill::random::Random::seed(3);
        let pieces = [
            "1",
            "2.5",
            "a b",
            "\"q,\n\"\"r\"",
            "\"\"",
            "",
            "x\"y",
            " 7 ",
        ];
        for _ in 0..300 {
            let mut text = String::new();
            for _ in 0..1 + random.below(6) {
                for cell in 0..3 {
                    text += pieces[random.below(8) as usize];
                    text += if cell < 2 {
                        ","
                    } else {
                        ["\n", "\r\n"][random.below(2) as usize]
                    };
                }
            }
            let mut theirs = csv::ReaderBuilder::new();
            theirs
                .has_headers(false)
                .flexible(true)
                .trim(csv::Trim::All);
            let theirs: Vec<Vec<String>> = theirs
                .from_reader(text.as_bytes())
                .records()
                .map(|row| row.unwrap().iter().map(String::from).collect())
                .collect();
            let ours: Vec<Vec<String>> = rows(&text, 5).into_iter().map(|row| row.1).collect();
            assert_eq!(ours, theirs, "{text:?}");
        }
    }
}
