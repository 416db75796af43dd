//! Splits the bytes of a file into rows and cells, a block at a time.

use std::io::Read;
use std::path::PathBuf;

use csv_core::ReadRecordResult;
use downhill::Real;

use super::stops::{Stops, WINDOW};
use super::{Dialect, TableError, number};

/// How much is read at once; a row that is longer makes the block grow.
const BLOCK: usize = 256 * 1024;

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

    /// Reads the numbers of these cells, up to the first that is not read at once; returns how
    /// many they are.
    #[inline(always)]
    pub(crate) fn quick_numbers<T: Real>(&self, columns: &[usize], numbers: &mut [T]) -> usize {
        let mut count = 0;
        for (&column, number) in columns.iter().zip(numbers) {
            let Some(quick) = self.quick_number(column) else {
                break;
            };
            // Such a number is no larger than any precision holds.
            *number = T::from_f64(quick);
            count += 1;
        }
        count
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

    /// The `csv` crate, which everybody reads such files with, sees the same cells: in blocks of
    /// any size, with blank lines, either end of a line or none behind the last, with what stands
    /// in front of UTF-8, and with cells longer than a window.
    #[test]
    fn rows_are_those_of_the_csv_crate() {
        let mut random = downhill::random::Random::seed(3);
        let long = "long".repeat(50);
        let pieces = [
            "1",
            "2.5",
            "a b",
            "\"q,\n\"\"r\"",
            "\"\"",
            "",
            "x\"y",
            " 7 ",
            "\"\r\n\"",
            "\u{e9}\t!",
            &long,
            "-0.123456",
        ];
        for _ in 0..600 {
            let mut text = String::from(["", "", "\u{feff}"][random.below(3) as usize]);
            for _ in 0..1 + random.below(9) {
                for cell in 0..3 {
                    text += pieces[random.below(pieces.len() as u32) as usize];
                    text += if cell < 2 {
                        ","
                    } else {
                        ["\n", "\r\n", "\n\r\n\n"][random.below(3) as usize]
                    };
                }
            }
            if random.below(2) == 0 {
                text.truncate(text.trim_end_matches(['\r', '\n']).len());
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
            for step in [1, 5, 1 + random.below(200) as usize, text.len()] {
                let ours: Vec<Vec<String>> =
                    rows(&text, step).into_iter().map(|row| row.1).collect();
                assert_eq!(ours, theirs, "{text:?}, {step} bytes at a time");
            }
        }
    }

    /// Rows that are longer than a block, or lie across its border, wherever that is.
    #[test]
    fn a_border_of_blocks_changes_nothing() {
        for before in (BLOCK - 70..BLOCK + 3).chain([2 * BLOCK, 5 * BLOCK]) {
            for (row, cells) in [
                ("1.25,-22,x\n", ["1.25", "-22", "x"]),
                ("1,\"a\nb\",3\r\n", ["1", "a\nb", "3"]),
            ] {
                let text = format!("{},2,3\n{row}7,8,9", "a".repeat(before));
                let rows = rows(&text, text.len());
                assert_eq!(rows.len(), 3, "{before}");
                assert_eq!(rows[0].1[0].len(), before);
                assert_eq!(rows[1], (2, cells.map(String::from).into()), "{before}");
                assert_eq!(rows[2].1, ["7", "8", "9"], "{before}");
            }
        }
    }
}
