use std::cell::RefCell;
use std::io::Read;
use std::ops::Range;

use crate::error::{Place, TableError};
use crate::header::ColumnFormat;
use crate::how_read::Skipped;
use crate::layout::vocabulary;
use crate::notes::Note;
use crate::part::Part;
use crate::piece_end::PieceEnd;
use crate::reader::Reader;
use crate::row::{Cursor, Row};
use crate::{cells, files, missing};

/// Most rows with a word such as `Total` whose numbers are compared with those of the others: where
/// none of so many sums up others, the word is a name.
const MOST_SUMS: u32 = 8;

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
    /// Place of the first row in the text.
    begin: u64,
    /// True where the end of the file's rows is met.
    is_to_end: bool,
    /// Rows with a word such as `Total` that are none of sums.
    no_sums: u32,
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
        let Part {
            source,
            header,
            end,
            ..
        } = &parts[file];
        let input = match end {
            Some(end) => source.text_of(header.body..end.place)?,
            None => source.bytes(header.body)?,
        };
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
            begin: parts[0].header.body,
            is_to_end: true,
            no_sums: 0,
        })
    }

    /// The rows of a piece of a file.
    pub(crate) fn of_piece(
        parts: &'f [Part],
        file: usize,
        bytes: Range<u64>,
        places: &[usize],
    ) -> Result<Self, TableError> {
        let (begin, Part { source, end, .. }) = (bytes.start, &parts[file]);
        let is_to_end = end.is_some_and(|end| end.place == bytes.end);
        let cursor = Cursor::new(parts, file, source.bytes_of(bytes)?, places, true);
        Ok(Self {
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
            begin,
            is_to_end,
            no_sums: 0,
        })
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
        if let Some(end) = self.cursor.part.end
            && self.is_to_end
            && self.skipped.footer_lines == 0
        {
            self.skipped.footer_lines = end.count;
            self.skipped.first_footer_line = self.cursor.reader.lines() + 1 + end.blank;
        }
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
        self.begin = self.parts[self.file].header.body;
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
        if header.is_comment(row) {
            self.skipped.comment_lines += 1;
            return Ok(Line::Skipped);
        }
        let is_optional = got <= expected + header.left_out.len();
        if got > expected && (is_optional || (expected..got).all(|at| row.cell(at).is_empty())) {
            return Ok(Line::Row);
        }
        if got == expected && (first.is_empty() || !header.is_first_of_values) {
            return self.look_for_sums();
        }
        let text = String::from_utf8_lossy(first).into_owned();
        // An open quote takes rows into one cell.
        let is_text = row.is_one_line() && !first.is_empty() && !vocabulary::is_value(&text);
        let is_end = is_text && vocabulary::is_footer(&text);
        if got == expected {
            return match is_end {
                true => {
                    let place = Row(&self.cursor).place(0);
                    let footer = self.footer(place, text);
                    self.behind_rows(footer)
                }
                false if is_text => self.look_at_text(&text),
                false => Ok(Line::Row),
            };
        }
        let ragged = TableError::Ragged {
            place: row.place(),
            expected,
            got,
            missing: header.names.get(self.cursor.part.column(got)).cloned(),
            delimiter: header.dialect.delimiter,
            text: (is_text && (header.is_first_of_values || got == 1))
                .then(|| text.as_str().into()),
        };
        // No cell of a cut row begins so.
        if got == 1 && is_text && header.is_first_of_values {
            self.skipped.comment_lines += 1;
            return Ok(Line::Skipped);
        }
        match got < expected && is_text && (is_end || got == 1 || header.is_first_of_values) {
            true => self.behind_rows(ragged),
            false if header.is_first_of_values && row.is_of_names() => {
                let place = row.place();
                Err(TableError::OtherTable { place, cell: text })
            }
            false => Err(ragged),
        }
    }

    /// Looks for a word such as `Total` in a row that may sum up others; where it does, and rows
    /// follow, it is a fault.
    fn look_for_sums(&mut self) -> Result<Line, TableError> {
        let row = &self.cursor.reader;
        let is_sum = |text: &str| vocabulary::is_total(text) || vocabulary::is_mean(text);
        let mut cells = (0..row.len()).map(|at| (at, row.text(at)));
        let first = cells.find(|(_, cell)| cell.is_ok_and(|text| !text.is_empty()));
        let Some((at, Ok(text))) = first.filter(|(_, cell)| cell.is_ok_and(is_sum)) else {
            return Ok(Line::Row);
        };
        if self.no_sums >= MOST_SUMS {
            return Ok(Line::Row);
        }
        let place = self.begin + row.begin();
        if !self.cursor.part.is_sum(place, row, text)? {
            self.no_sums += 1;
            return Ok(Line::Row);
        }
        let (cell, place) = (
            text.into(),
            Row(&self.cursor).place(self.cursor.part.column(at)),
        );
        let footer = self.footer(place, cell);
        self.behind_rows(footer)
    }

    /// Refusal of a row that looks like the end of the table.
    fn footer(&self, place: Place, cell: String) -> TableError {
        let row = &self.cursor.reader;
        let delimiter = row.dialect.delimiter;
        let begin: Vec<u8> = cell.bytes().chain([delimiter]).collect();
        let delimiter = row.begins_with(&begin).then_some(delimiter);
        TableError::Footer {
            place,
            cell,
            delimiter,
        }
    }

    /// Looks at a row whose first cell is a text among numbers or times.
    fn look_at_text(&mut self, text: &str) -> Result<Line, TableError> {
        let is_gap = |format: &ColumnFormat| format.gaps.iter().any(|gap| gap == text);
        if missing::is_known(text) || self.cursor.formats.first().is_some_and(is_gap) {
            return Ok(Line::Row);
        }
        let is_mark = |c: char| "/;!%|&@:={}\\-".contains(c);
        let number = text.trim_start_matches(is_mark).trim_start();
        let number = number.strip_prefix("REM ").unwrap_or(number).trim_start();
        let mark = text[..text.len() - number.len()].trim_end();
        if !mark.is_empty() && mark != "-" && vocabulary::is_value(number) {
            return Err(TableError::Commented {
                place: Row(&self.cursor).place(0),
                cell: text.into(),
                mark: mark.into(),
            });
        }
        let column = self.cursor.part.column(0);
        let line = Row(&self.cursor).line();
        self.cursor.notes.borrow_mut().text(column, text, line);
        Ok(Line::Row)
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
