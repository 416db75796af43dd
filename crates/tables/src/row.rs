use std::cell::RefCell;

use crate::dialect::Dialect;
use crate::error::{Place, TableError};
use crate::header::{ColumnFormat, Header};
use crate::notes::Notes;
use crate::part::Part;
use crate::reader::Reader;
use crate::time::DateStyle;
use crate::{missing, number, refuse, unit, written};

/// Label of a class in a cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Label<'a> {
    /// The text of the cell; may be empty beside a number.
    pub text: &'a str,
    /// Its number, where it is one.
    pub number: Option<f64>,
}

impl<'a> Label<'a> {
    /// Label that is a number; `None` of NaN.
    pub fn of_number(number: f64) -> Option<Self> {
        (!number.is_nan()).then_some(Self {
            text: "",
            number: Some(number),
        })
    }

    /// Label of a cell with this text; `None` where it stands for one that is missing.
    pub(crate) fn new(text: &'a str, number: Option<f64>) -> Option<Self> {
        (!missing::is_no_label(text)).then_some(Self { text, number })
    }
}

/// One row; it has a cell for each column.
#[derive(Clone, Copy)]
pub struct Row<'a>(pub(crate) &'a Cursor<'a>);

/// The row that a file is at, and what tells how its cells are read.
pub(crate) struct Cursor<'f> {
    pub(crate) part: &'f Part,
    pub(crate) header: &'f Header,
    /// Number that is added to the lines of its file.
    pub(crate) base: u64,
    /// Formats of the columns; none where they are still to be found.
    pub(crate) formats: &'f [ColumnFormat],
    pub(crate) reader: Reader<'static>,
    pub(crate) notes: RefCell<Notes>,
}

impl<'a> Row<'a> {
    /// Line of the file on which it starts.
    #[inline(always)]
    pub fn line(&self) -> u64 {
        self.0.reader.line() + self.0.base
    }

    /// The numbers that are wanted, in their places; `None` unless each was read at once and marks
    /// no missing cell. They are finite, and have at most 19 digits and no exponent.
    #[inline(always)]
    pub fn numbers(&self) -> Option<&'a [f64]> {
        let (numbers, markers) = (self.0.reader.numbers()?, &self.0.header.markers);
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
        if self.is_gap(column, text) {
            return Ok(None);
        }
        let (place, format) = (self.place(column), self.0.formats.get(column));
        if self.0.header.is_first_of_values && self.0.reader.is_of_names() {
            let cell = text.into();
            return Err(TableError::OtherTable { place, cell });
        }
        Err(refuse::number(place, text, self.dialect(), format))
    }

    /// Tells whether a text among numbers marks a missing one; takes a note of it.
    fn is_gap(&self, column: usize, text: &str) -> bool {
        let is_named = |format: &ColumnFormat| format.gaps.iter().any(|gap| gap == text);
        let is_gap = missing::is_known(text) || self.0.formats.get(column).is_some_and(is_named);
        if is_gap {
            self.0.notes.borrow_mut().missing(column, text, self.line());
        }
        is_gap
    }

    /// The label of a class in a cell; `None` where it is missing, or has one of the texts that
    /// never are labels, such as `?` or `NA`.
    ///
    /// # Errors
    ///
    /// The cell is not UTF-8 text.
    pub fn label(&self, column: usize) -> Result<Option<Label<'a>>, TableError> {
        let Some(text) = self.text(column)? else {
            return Ok(None);
        };
        let label = Label::new(text, self.finite(column));
        if label.is_none() {
            self.0.notes.borrow_mut().missing(column, text, self.line());
        }
        Ok(label)
    }

    /// The timestamp of a cell, in seconds; `None` where it is missing.
    ///
    /// # Errors
    ///
    /// The cell holds no timestamp, or one that could be several.
    pub fn seconds(&self, column: usize) -> Result<Option<f64>, TableError> {
        let Some(text) = self.stamp(column)? else {
            return Ok(None);
        };
        match self.time(column, text) {
            Some(seconds) if !seconds.is_nan() => Ok(Some(seconds)),
            None if self.is_gap(column, text) => Ok(None),
            _ => Err(TableError::time(
                self.place(column),
                text,
                self.0.header.times[column].style.as_ref(),
            )),
        }
    }

    /// The text of a cell that may hold a timestamp; `None` where it, or the time of day beside it,
    /// is missing.
    pub(crate) fn stamp(&self, column: usize) -> Result<Option<&'a str>, TableError> {
        let text = self.text(column)?;
        match self.0.header.times[column].with {
            Some(with) if self.text(with)?.is_none() => Ok(None),
            _ => Ok(text),
        }
    }

    /// The timestamp of a cell with this text, with the time of day that stands beside it.
    pub(crate) fn time(&self, column: usize, text: &str) -> Option<f64> {
        let format = &self.0.header.times[column];
        let seconds = match &format.style {
            Some(DateStyle::Count(count)) => self.finite(column)? / count.of_a_second(),
            _ => format.seconds(text)?,
        };
        match format.with {
            Some(with) => Some(seconds + self.time(with, self.text(with).ok()??)?),
            None => Some(seconds),
        }
    }

    /// The text of a cell, without white space around it; `None` where it is missing.
    ///
    /// # Errors
    ///
    /// The cell is not UTF-8 text.
    pub fn text(&self, column: usize) -> Result<Option<&'a str>, TableError> {
        let text =
            self.0
                .reader
                .text(self.0.part.cell(column))
                .map_err(|_| TableError::Encoding {
                    place: self.0.reader.place(),
                    column: self.0.part.cell(column) + 1,
                })?;
        Ok((!self.0.header.markers.has(text)).then_some(text))
    }

    /// Place of a cell, for messages.
    pub fn place(&self, column: usize) -> Place {
        Place {
            column: self.0.header.names.get(column).cloned(),
            ..self.0.reader.place()
        }
    }

    /// The number of a cell that is neither infinite nor missing.
    #[inline(always)]
    pub(crate) fn finite(&self, column: usize) -> Option<f64> {
        let number = match self.0.reader.number(self.0.part.cell(column)) {
            Some(number) => number,
            None => self.odd(column)?,
        };
        let is_there = number.is_finite() && !self.0.header.markers.has_number(number);
        is_there.then_some(number)
    }

    /// The number of a cell that was not read at once.
    #[inline(never)]
    fn odd(&self, column: usize) -> Option<f64> {
        let (cell, dialect) = (self.cell(column), self.dialect());
        let unit = self
            .0
            .formats
            .get(column)
            .and_then(|format| format.unit.as_ref());
        if unit.is_none()
            && let Some(number) = number::parse(cell, dialect.decimal)
        {
            return Some(number);
        }
        let text = std::str::from_utf8(cell).ok()?;
        let Some(unit) = unit else {
            let (number, thousands) = written::with_thousands(cell, dialect)?;
            if let Some(thousands) = thousands {
                let mut notes = self.0.notes.borrow_mut();
                notes.thousands(column, (text, self.line()), (number, thousands));
            }
            return Some(number);
        };
        let (number, own) = unit::split(cell)?;
        let number = written::parse(number.as_bytes(), dialect).filter(|_| own == unit.unit)?;
        let mut notes = self.0.notes.borrow_mut();
        notes.unit(column, (text, self.line()), own, number);
        Some(number)
    }

    /// A cell, without white space around it.
    pub(crate) fn cell(&self, column: usize) -> &'a [u8] {
        self.0.reader.cell(self.0.part.cell(column))
    }

    pub(crate) fn dialect(&self) -> Dialect {
        self.0.header.dialect
    }

    /// Tells whether the text of a cell is a number, if only an infinite one.
    pub(crate) fn is_number(&self, text: &str) -> bool {
        number::parse(text.as_bytes(), self.0.header.dialect.decimal).is_some()
    }
}
