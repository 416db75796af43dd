use std::io::Read;

use crate::cells;
use crate::error::{Place, TableError};
use crate::header::Header;
use crate::how_read::Skipped;
use crate::layout::vocabulary;
use crate::reader::Reader;
use crate::{number, time};

/// The rows of a file behind its header, one at a time.
pub struct Rows<'f> {
    header: &'f Header,
    reader: Reader,
    skipped: Skipped,
    ended: bool,
}

/// Meaning of a line that is looked at twice.
enum Line {
    Row,
    /// No row.
    Skipped,
    /// The last of the file.
    Last,
}

impl<'f> Rows<'f> {
    /// Place of a number that is not wanted.
    pub const NOWHERE: usize = cells::NOWHERE;

    pub(crate) fn new(
        header: &'f Header,
        input: Box<dyn Read>,
        places: &[usize],
    ) -> Result<Self, TableError> {
        let path = header.path.clone();
        let reader = Reader::new(path, input, header.dialect, places);
        Ok(Self {
            header,
            reader: reader.from_line(header.body_line),
            skipped: Skipped::default(),
            ended: false,
        })
    }

    /// The next row; `None` behind the last one. Blank lines are no rows, nor are comments,
    /// repeated headers, and text behind the last row.
    ///
    /// # Errors
    ///
    /// The file cannot be read, or the row has another length than the header.
    #[inline(always)]
    pub fn next_row(&mut self) -> Result<Option<Row<'_>>, TableError> {
        loop {
            if self.ended || !self.reader.next_row()? {
                return self.end();
            }
            let is_usual = !self.header.unusual[usize::from(self.reader.first_byte())];
            if is_usual && self.reader.len() == self.header.names.len() {
                break;
            }
            match self.look()? {
                Line::Row => break,
                Line::Skipped => {}
                Line::Last => self.ended = true,
            }
        }
        Ok(Some(Row {
            header: self.header,
            reader: &self.reader,
        }))
    }

    /// Keeps what was skipped for those who ask how the file was read.
    #[cold]
    fn end(&mut self) -> Result<Option<Row<'_>>, TableError> {
        self.ended = true;
        if let Ok(mut skipped) = self.header.skipped.lock() {
            *skipped = self.skipped;
        }
        Ok(None)
    }

    /// Looks at a line that has another length than the header, or begins like one that is no row.
    #[cold]
    #[inline(never)]
    fn look(&mut self) -> Result<Line, TableError> {
        let (header, row) = (self.header, &self.reader);
        let (got, expected) = (row.len(), header.names.len());
        if header.is_repeated(row) {
            self.repeat(1, row.line());
            return Ok(Line::Skipped);
        }
        let first = row.cell(0);
        let is_comment = match &header.comment {
            Some(mark) => first.starts_with(mark.as_bytes()),
            None => first.starts_with(b"#") && (got != expected || header.is_first_of_values),
        };
        if is_comment {
            self.skipped.comment_lines += 1;
            return Ok(Line::Skipped);
        }
        if got > expected && (expected..got).all(|at| row.cell(at).is_empty()) {
            return Ok(Line::Row);
        }
        let text = String::from_utf8_lossy(first).into_owned();
        let is_text = !first.is_empty() && !vocabulary::is_value(&text);
        let is_end = is_text && vocabulary::is_footer(&text);
        if got == expected {
            return match is_end && header.is_first_of_values {
                true => {
                    let place = Row {
                        header,
                        reader: row,
                    }
                    .place(0);
                    self.behind_rows(TableError::Footer { place, cell: text })
                }
                false => Ok(Line::Row),
            };
        }
        let ragged = TableError::Ragged {
            place: row.place(),
            expected,
            got,
            missing: header.names.get(got).cloned(),
        };
        match got < expected && is_text && (is_end || got == 1 || header.is_first_of_values) {
            true => self.behind_rows(ragged),
            false => Err(ragged),
        }
    }

    /// Goes on to the end of the file, or to where the header is repeated; it is a fault where
    /// rows follow.
    fn behind_rows(&mut self, fault: TableError) -> Result<Line, TableError> {
        let (mut count, line) = (1, self.reader.line());
        while self.reader.next_row()? {
            if self.header.is_repeated(&self.reader) {
                self.repeat(count + 1, line);
                return Ok(Line::Skipped);
            }
            let first = String::from_utf8_lossy(self.reader.cell(0));
            let is_text = first.is_empty() || !vocabulary::is_value(&first);
            let is_of_values = self.header.is_first_of_values;
            if self.reader.len() == self.header.names.len() && !(is_of_values && is_text) {
                return Err(fault);
            }
            count += 1;
        }
        self.skipped.footer_lines = count;
        self.skipped.first_footer_line = line;
        Ok(Line::Last)
    }

    fn repeat(&mut self, count: u64, line: u64) {
        if self.skipped.repeated_lines == 0 {
            self.skipped.first_repeated_line = line;
        }
        self.skipped.repeated_lines += count;
    }
}

/// One row; it has a cell for each column.
#[derive(Clone, Copy)]
pub struct Row<'a> {
    header: &'a Header,
    reader: &'a Reader,
}

impl<'a> Row<'a> {
    /// Line of the file on which it starts.
    #[inline(always)]
    pub fn line(&self) -> u64 {
        self.reader.line()
    }

    /// The numbers that are wanted, in their places; `None` unless each was read at once and marks
    /// no missing cell. They are finite, and have at most 19 digits and no exponent.
    #[inline(always)]
    pub fn numbers(&self) -> Option<&'a [f64]> {
        let (numbers, markers) = (self.reader.numbers()?, &self.header.markers);
        let marked = |&number: &f64| markers.has_number(number);
        let any = markers.has_numbers() && numbers.iter().any(marked);
        (!any).then_some(numbers)
    }

    /// The number of a cell; `None` where it is missing.
    ///
    /// # Errors
    ///
    /// The cell holds text, an infinity or NaN.
    #[inline]
    pub fn number(&self, column: usize) -> Result<Option<f64>, TableError> {
        match self.finite(column) {
            Some(number) => Ok(Some(number)),
            None => self.no_number(column),
        }
    }

    #[inline(never)]
    fn no_number(&self, column: usize) -> Result<Option<f64>, TableError> {
        let Some(text) = self.text(column)? else {
            return Ok(None);
        };
        let (place, cell) = (self.place(column), text.into());
        Err(match self.is_number(text) {
            true => TableError::NotFinite { place, cell },
            false => TableError::Text { place, cell },
        })
    }

    /// The timestamp of a cell, in seconds; `None` where it is missing.
    ///
    /// # Errors
    ///
    /// The cell holds no timestamp, or one that could be several.
    pub fn seconds(&self, column: usize) -> Result<Option<f64>, TableError> {
        let Some(text) = self.text(column)? else {
            return Ok(None);
        };
        match time::parse(text) {
            Some(seconds) if !seconds.is_nan() => Ok(Some(seconds)),
            _ => Err(TableError::Time {
                place: self.place(column),
                cell: text.into(),
            }),
        }
    }

    /// The text of a cell, without white space around it; `None` where it is missing.
    ///
    /// # Errors
    ///
    /// The cell is not UTF-8 text.
    pub fn text(&self, column: usize) -> Result<Option<&'a str>, TableError> {
        let text = self.reader.text(column).map_err(|_| TableError::Encoding {
            place: self.reader.place(),
            column: column + 1,
        })?;
        Ok((!self.header.markers.has(text)).then_some(text))
    }

    /// Place of a cell, for messages.
    pub fn place(&self, column: usize) -> Place {
        Place {
            column: self.header.names.get(column).cloned(),
            ..self.reader.place()
        }
    }

    /// The number of a cell that is neither infinite nor missing.
    #[inline(always)]
    pub(crate) fn finite(&self, column: usize) -> Option<f64> {
        let number = self.reader.number(column)?;
        let is_there = number.is_finite() && !self.header.markers.has_number(number);
        is_there.then_some(number)
    }

    /// Tells whether the text of a cell is a number, if only an infinite one.
    pub(crate) fn is_number(&self, text: &str) -> bool {
        number::parse(text.as_bytes(), self.header.dialect.decimal).is_some()
    }
}
