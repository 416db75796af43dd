//! Splits the bytes of a file into rows and cells, a block at a time.

use std::io::Read;
use std::path::PathBuf;

use csv_core::ReadRecordResult;

use super::TableError;

/// How much is read at once; a row that is longer makes the block grow.
const BLOCK: usize = 256 * 1024;

/// What some programs put in front of UTF-8.
const BOM: &[u8] = b"\xef\xbb\xbf";

/// The rows of a file. A row without a quote is split at its delimiters right here; any other
/// goes to `csv_core`.
pub(crate) struct Records {
    path: PathBuf,
    input: Box<dyn Read>,
    delimiter: u8,
    block: Vec<u8>,
    /// What of the block has not been looked at.
    rest: std::ops::Range<usize>,
    ended: bool,
    line: u64,
    /// The cells of a row with quotes, without them.
    unquoted: Vec<u8>,
    /// Where each cell begins and ends, in the block or in `unquoted`.
    cells: Vec<(usize, usize)>,
}

/// One row.
pub(crate) struct Record<'a> {
    /// The line of the file on which it starts.
    pub(crate) line: u64,
    text: &'a [u8],
    cells: &'a [(usize, usize)],
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
            Some(&(start, end)) => self.text.get(start..end).unwrap_or(&[]).trim_ascii(),
            None => &[],
        }
    }

    /// A cell as text.
    pub(crate) fn text(&self, at: usize) -> Result<&'a str, std::str::Utf8Error> {
        std::str::from_utf8(self.cell(at)).map(str::trim)
    }
}

impl Records {
    /// The rows of `input`, which is called `path`.
    pub(crate) fn new(path: PathBuf, input: Box<dyn Read>, delimiter: u8) -> Self {
        Self {
            path,
            input,
            delimiter,
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
        let mut seen = 0;
        let end = loop {
            let rest = &self.block[self.rest.clone()];
            match memchr::memchr3(b'\n', b'\r', b'"', &rest[seen..]) {
                Some(at) if rest[seen + at] == b'"' => return self.quoted().map(Some),
                Some(at) => break seen + at,
                None => {
                    seen = rest.len();
                    if !self.more()? {
                        break seen;
                    }
                }
            }
        };
        let start = self.rest.start;
        self.rest.start += end;
        let text = &self.block[start..start + end];
        self.cells.clear();
        let mut from = 0;
        for at in memchr::memchr_iter(self.delimiter, text) {
            self.cells.push((from, at));
            from = at + 1;
        }
        self.cells.push((from, text.len()));
        Ok(Some(Record {
            line: self.line,
            text,
            cells: &self.cells,
        }))
    }

    /// A row with quotes, which may hold delimiters and ends of lines.
    fn quoted(&mut self) -> Result<Record<'_>, TableError> {
        let mut ends = vec![0; 64];
        let line = self.line;
        let used = loop {
            let rest = &self.block[self.rest.clone()];
            self.unquoted.resize(rest.len() + 1, 0);
            let mut reader = csv_core::ReaderBuilder::new()
                .delimiter(self.delimiter)
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
                        self.cells.push((from, end));
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
        let mut records = Records::new("x.csv".into(), input, b',');
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
