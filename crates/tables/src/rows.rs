use std::io::Read;

use crate::cells;
use crate::error::{Place, TableError};
use crate::header::Header;
use crate::reader::Reader;
use crate::{number, time};

/// The rows of a file behind its header, one at a time.
pub struct Rows<'f> {
    header: &'f Header,
    reader: Reader,
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
        let mut reader = Reader::new(path, input, header.dialect, places);
        reader.next_row()?;
        Ok(Self { header, reader })
    }

    /// The next row; `None` behind the last one. Blank lines are no rows.
    ///
    /// # Errors
    ///
    /// The file cannot be read, or the row has another length than the header.
    #[inline(always)]
    pub fn next_row(&mut self) -> Result<Option<Row<'_>>, TableError> {
        if !self.reader.next_row()? {
            return Ok(None);
        }
        let names = &self.header.names;
        match self.reader.len() {
            got if got == names.len() => Ok(Some(Row {
                header: self.header,
                reader: &self.reader,
            })),
            got => Err(TableError::Ragged {
                place: self.reader.place(),
                expected: names.len(),
                got,
                missing: names.get(got).cloned(),
            }),
        }
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
