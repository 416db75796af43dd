use std::cell::RefCell;
use std::io::Read;

use crate::cells;
use crate::error::TableError;
use crate::header::{ColumnFormat, Header};
use crate::how_read::Skipped;
use crate::layout::vocabulary;
use crate::missing;
use crate::notes::Note;
use crate::reader::Reader;
use crate::row::{Cursor, Row};

/// The rows of a file behind its header, one at a time.
pub struct Rows<'f> {
    cursor: Cursor<'f>,
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
        Self::with_formats(header, input, places, &[])
    }

    /// The rows of columns whose formats are known.
    pub(crate) fn with_formats(
        header: &'f Header,
        input: Box<dyn Read>,
        places: &[usize],
        formats: &'f [ColumnFormat],
    ) -> Result<Self, TableError> {
        let path = header.path.clone();
        let mut reader = Reader::new(path, input, header.dialect, places);
        for (at, format) in formats.iter().enumerate() {
            if format.unit.is_some() {
                reader.read_slowly(at);
            }
        }
        Ok(Self {
            cursor: Cursor {
                header,
                formats,
                reader: reader.counting_from(header.body_line),
                notes: RefCell::default(),
            },
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
            let Cursor { header, reader, .. } = &mut self.cursor;
            if self.ended || !reader.next_row()? {
                return self.end();
            }
            let is_usual = !header.unusual[usize::from(reader.first_byte())];
            if is_usual && reader.len() == header.names.len() {
                break;
            }
            match self.look()? {
                Line::Row => break,
                Line::Skipped => {}
                Line::Last => self.ended = true,
            }
        }
        Ok(Some(Row(&self.cursor)))
    }

    /// Bytes of the rows until here.
    pub(crate) fn offset(&self) -> u64 {
        self.cursor.reader.offset()
    }

    /// Notes on what was read until here otherwise than as plain numbers, of the columns whose
    /// numbers were asked for.
    pub(crate) fn notes(&self) -> Vec<Note> {
        self.cursor.notes.borrow().named(&self.cursor.header.names)
    }

    /// Keeps what was skipped for those who ask how the file was read.
    #[cold]
    fn end(&mut self) -> Result<Option<Row<'_>>, TableError> {
        self.ended = true;
        if let Ok(mut skipped) = self.cursor.header.skipped.lock() {
            *skipped = self.skipped;
        }
        if let Ok(mut notes) = self.cursor.header.notes.lock() {
            *notes = self.notes();
        }
        Ok(None)
    }

    /// Looks at a line that has another length than the header, or begins like one that is no row.
    #[cold]
    #[inline(never)]
    fn look(&mut self) -> Result<Line, TableError> {
        let (header, row) = (self.cursor.header, &self.cursor.reader);
        let (got, expected) = (row.len(), header.names.len());
        if header.is_repeated(row) {
            self.repeat(1, row.line());
            return Ok(Line::Skipped);
        }
        let first = row.cell(0);
        let is_comment = match &header.comment {
            Some(mark) => first.starts_with(mark.as_bytes()),
            None if std::str::from_utf8(first).is_ok_and(missing::is_known) => false,
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
        // An open quote takes rows into one cell.
        let is_text = row.is_one_line() && !first.is_empty() && !vocabulary::is_value(&text);
        let is_end = is_text && vocabulary::is_footer(&text);
        if got == expected {
            return match is_end && header.is_first_of_values {
                true => {
                    let place = Row(&self.cursor).place(0);
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
            delimiter: header.dialect.delimiter,
        };
        match got < expected && is_text && (is_end || got == 1 || header.is_first_of_values) {
            true => self.behind_rows(ragged),
            false => Err(ragged),
        }
    }

    /// Goes on to the end of the file, or to where the header is repeated; it is a fault where
    /// rows follow.
    fn behind_rows(&mut self, fault: TableError) -> Result<Line, TableError> {
        let (mut count, line) = (1, self.cursor.reader.line());
        while self.cursor.reader.next_row()? {
            if self.cursor.header.is_repeated(&self.cursor.reader) {
                self.repeat(count + 1, line);
                return Ok(Line::Skipped);
            }
            let first = String::from_utf8_lossy(self.cursor.reader.cell(0));
            let is_text = first.is_empty() || !vocabulary::is_value(&first);
            let is_of_values = self.cursor.header.is_first_of_values;
            let is_row = self.cursor.reader.len() == self.cursor.header.names.len()
                && !(is_of_values && is_text);
            if is_row || !self.cursor.reader.is_one_line() {
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
