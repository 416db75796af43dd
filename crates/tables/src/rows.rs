use std::cell::RefCell;
use std::io::Read;

use crate::error::TableError;
use crate::header::ColumnFormat;
use crate::how_read::Skipped;
use crate::layout::vocabulary;
use crate::notes::Note;
use crate::part::Part;
use crate::piece_end::PieceEnd;
use crate::reader::Reader;
use crate::row::{Cursor, Row};
use crate::{cells, files, missing, number};

/// Most bytes behind a row that may be the last one.
const TAIL: usize = 4096;

/// The rows of a file behind its header, one at a time.
pub struct Rows<'f> {
    parts: &'f [Part],
    /// File that it is at.
    file: usize,
    /// Place of each column's number.
    places: Vec<usize>,
    has_formats: bool,
    /// True where it goes through a piece of one file.
    is_piece: bool,
    cursor: Cursor<'f>,
    /// Bytes of the rows of the files before.
    offset: u64,
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

impl<'f> Cursor<'f> {
    /// Begins with the rows of a file; the number of each column goes to its place.
    fn open(
        parts: &'f [Part],
        file: usize,
        places: &[usize],
        has_formats: bool,
    ) -> Result<Self, TableError> {
        let Part { source, header, .. } = &parts[file];
        let input = source.bytes(header.body)?;
        let cursor = Self::new(parts, file, input, places, has_formats);
        Ok(Self {
            reader: cursor.reader.counting_from(header.body_line).until_end(),
            base: files::base(file),
            ..cursor
        })
    }

    fn new(
        parts: &'f [Part],
        file: usize,
        input: Box<dyn Read>,
        places: &[usize],
        has_formats: bool,
    ) -> Self {
        let part = &parts[file];
        let (path, dialect) = (part.header.path.clone(), part.header.dialect);
        let mut reader = Reader::new(path, input, dialect, &part.by_cell(places));
        // Formats are those of all files.
        let header = &parts[0].header;
        let formats: &[ColumnFormat] = if has_formats { &header.formats } else { &[] };
        for (at, format) in formats.iter().enumerate() {
            if format.unit.is_some() {
                reader.read_slowly(part.cell(at));
            }
        }
        Self {
            part,
            header: &part.header,
            base: 0,
            formats,
            reader,
            notes: RefCell::default(),
        }
    }
}

impl<'f> Rows<'f> {
    /// Place of a number that is not wanted.
    pub const NOWHERE: usize = cells::NOWHERE;

    /// The rows of all files, one after the other; of columns whose formats are known, or are still
    /// to be found.
    pub(crate) fn new(
        parts: &'f [Part],
        places: &[usize],
        has_formats: bool,
    ) -> Result<Self, TableError> {
        Ok(Self {
            cursor: Cursor::open(parts, 0, places, has_formats)?,
            parts,
            file: 0,
            places: places.to_vec(),
            has_formats,
            is_piece: false,
            offset: 0,
            skipped: Skipped::default(),
            ended: false,
        })
    }

    /// The rows of a piece of a file.
    pub(crate) fn of_piece(
        parts: &'f [Part],
        file: usize,
        input: Box<dyn Read>,
        places: &[usize],
    ) -> Self {
        let cursor = Cursor::new(parts, file, input, places, true);
        Self {
            cursor: Cursor {
                reader: cursor.reader.within_file(),
                ..cursor
            },
            parts,
            file,
            places: Vec::new(),
            has_formats: true,
            is_piece: true,
            offset: 0,
            skipped: Skipped::default(),
            ended: false,
        }
    }

    /// Findings of a piece, behind its last row.
    pub fn piece_end(&self) -> PieceEnd {
        PieceEnd {
            lines: self.cursor.reader.lines(),
            skipped: self.skipped,
            notes: self.notes(),
            is_closed: !self.cursor.reader.is_open(),
        }
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
                match self.next_file()? {
                    true => continue,
                    false => return Ok(None),
                }
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
        self.offset + self.cursor.reader.offset()
    }

    /// Tells whether it is at the first file.
    pub(crate) fn is_at_first(&self) -> bool {
        self.file == 0
    }

    /// Notes on what was read until here otherwise than as plain numbers, of the columns whose
    /// numbers were asked for.
    pub(crate) fn notes(&self) -> Vec<Note> {
        self.cursor.notes.borrow().named(&self.cursor.header.names)
    }

    /// Goes on to the next file, if there is one. Keeps what was skipped of this one for those who
    /// ask how it was read.
    #[cold]
    #[inline(never)]
    fn next_file(&mut self) -> Result<bool, TableError> {
        let header = self.cursor.header;
        if self.is_piece {
            self.ended = true;
            return Ok(false);
        }
        if let Ok(mut skipped) = header.skipped.lock() {
            *skipped = self.skipped;
        }
        if let Ok(mut notes) = header.notes.lock() {
            *notes = self.notes();
        }
        self.ended = self.file + 1 >= self.parts.len();
        if self.ended {
            return Ok(false);
        }
        self.offset = self.offset();
        self.file += 1;
        self.skipped = Skipped::default();
        self.cursor = Cursor::open(self.parts, self.file, &self.places, self.has_formats)?;
        Ok(true)
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
        if got == 1 && expected > 1 && first.is_empty() {
            // White space, and no cell.
            return Ok(Line::Skipped);
        }
        let is_comment = match &header.comment {
            Some(mark) => first.starts_with(mark.as_bytes()),
            None if std::str::from_utf8(first).is_ok_and(missing::is_known) => false,
            None => first.starts_with(b"#") && (got != expected || header.is_first_of_values),
        };
        if is_comment {
            self.skipped.comment_lines += 1;
            return Ok(Line::Skipped);
        }
        let is_optional = got <= expected + header.left_out.len();
        if got > expected && (is_optional || (expected..got).all(|at| row.cell(at).is_empty())) {
            return Ok(Line::Row);
        }
        if got == expected && !header.is_first_of_values {
            return self.look_at_name();
        }
        let text = String::from_utf8_lossy(first).into_owned();
        // An open quote takes rows into one cell.
        let is_text = row.is_one_line() && !first.is_empty() && !vocabulary::is_value(&text);
        let is_end = is_text && vocabulary::is_footer(&text);
        if got == expected {
            return match is_end {
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
            missing: header.names.get(self.cursor.part.column(got)).cloned(),
            delimiter: header.dialect.delimiter,
        };
        match got < expected && is_text && (is_end || got == 1 || header.is_first_of_values) {
            true => self.behind_rows(ragged),
            false if header.is_first_of_values && row.is_of_names() => {
                let place = row.place();
                Err(TableError::OtherTable { place, cell: text })
            }
            false => Err(ragged),
        }
    }

    /// Looks at a row whose first cell may be a name, or say that it sums up others.
    fn look_at_name(&mut self) -> Result<Line, TableError> {
        let (header, row) = (self.cursor.header, &mut self.cursor.reader);
        let Some(name) = row.text(0).ok().filter(|name| vocabulary::is_end(name)) else {
            return Ok(Line::Row);
        };
        let is_mean = vocabulary::is_mean(name) && !header.is_of_ends;
        let (name, is_sum) = (name.to_string(), is_mean || vocabulary::is_total(name));
        if !is_sum && header.has_ends {
            return Ok(Line::Row);
        }
        // A count of the rows in each column, and no north.
        let before = (row.line() - header.body_line) as f64;
        let counts = (1..row.len()).map(|at| number::parse(row.cell(at), row.dialect.decimal));
        let counts: Option<Vec<f64>> = counts.collect();
        let is_count = counts.is_some_and(|counts| {
            counts.contains(&before) && counts.iter().all(|&count| count <= before)
        });
        let is_last = row.tail(TAIL)?.is_some_and(|tail| {
            let mut tail = Reader::of_text(row.path.clone(), &tail, row.dialect);
            let mut is_alone = vocabulary::is_letter(&name) && !is_count;
            while tail.next_row().is_ok_and(|any| any) {
                let is_end = tail
                    .text(0)
                    .is_ok_and(|name| name.is_empty() || vocabulary::is_end(name));
                if tail.len() >= header.names.len() && !is_end {
                    return false;
                }
                is_alone = false;
            }
            !is_alone
        });
        match is_last || is_sum {
            true => {
                let place = Row(&self.cursor).place(0);
                self.behind_rows(TableError::Footer { place, cell: name })
            }
            false => Ok(Line::Row),
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
            let is_no_row = match is_of_values {
                true => is_text,
                false => vocabulary::is_end(&first),
            };
            let is_row = self.cursor.reader.len() == self.cursor.header.names.len() && !is_no_row;
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
