//! End of the rows of a file: lines behind it sum them up, or are texts, and no rows.
//!
//! The numbers of such a line decide, and not its name: they are the sums, the means or the
//! deviations of those above it. A word such as `Total` is no more than a hint, for it can be a name.

pub(crate) mod end;
mod sums;

use crate::ends::end::End;
use crate::error::TableError;
use crate::layout::vocabulary::{is_gap, is_value};
use crate::part::Part;
use crate::reader::Reader;
use crate::time;
use sums::{Sums, Word};

/// Bytes at the end of a file that are looked at.
const TAIL: u64 = 16 * 1024;

/// Last rows that may be none.
const LAST: usize = 24;

/// Rows of a file of which all are summed up in any case, in bytes.
const SMALL: u64 = 256 * 1024;

/// Factor by which a number of a longer file is larger than those above it for these to be summed up.
const BEYOND: f64 = 4.0;

/// Chance below which numbers are a sum: of a row without a cell that all others have, of one with a
/// label of its own, and of any.
const CHANCES: [f64; 3] = [1e-2, 1e-3, 1e-4];

/// A row at the end of a file.
struct Last {
    /// Place in the text behind the row before it.
    from: u64,
    /// Blank lines in front of it.
    blank: u64,
    cells: Vec<String>,
    is_one_line: bool,
    is_repeated: bool,
}

/// Meaning of a last row, from a row to none.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Row,
    /// None behind one that is none for sure.
    After,
    /// None beside one that is none for sure.
    Beside,
    NoRow,
}

/// Last rows of a file, and what its columns hold.
struct Tail<'p> {
    part: &'p Part,
    rows: Vec<Last>,
    /// True of each column with mostly numbers and times.
    values: Vec<bool>,
    /// True where the first column holds times.
    is_of_times: bool,
}

impl Part {
    /// Finds the end of its rows, where lines follow that are none.
    pub(crate) fn find_end(&mut self) -> Result<(), TableError> {
        self.end = match Tail::of(self)? {
            Some(tail) => tail.end()?,
            None => None,
        };
        Ok(())
    }

    /// Tells whether the row at a place of the text holds the sums or means of the rows above it, or,
    /// as one of the first rows, of those below.
    pub(crate) fn is_sum(
        &self,
        place: u64,
        row: &Reader<'_>,
        text: &str,
    ) -> Result<bool, TableError> {
        let Some(word) = Word::of(text) else {
            return Ok(false);
        };
        let behind = place + row.length();
        for (from, to) in [(self.header.body, place), (behind, u64::MAX)] {
            let mut sums = Sums::default();
            let is_above = to == place;
            let rows = self.add(&mut sums, from, to)?;
            let cells = (0..row.len()).map(|at| row.cell(at));
            let evidence = sums.evidence(row.dialect, cells);
            if evidence.is_as(word) && (is_above || evidence.is_likely()) {
                return Ok(true);
            }
            if is_above && rows > 1 {
                return Ok(false);
            }
        }
        Ok(false)
    }

    /// Adds rows between two places of the text; returns how many there are.
    fn add(&self, sums: &mut Sums, from: u64, to: u64) -> Result<u64, TableError> {
        let (header, mut rows) = (&self.header, 0);
        let input = self.source.text_of(from..to)?;
        let mut reader = Reader::new(header.path.clone(), input, header.dialect, &[]);
        // A later fault is said by whoever reads as far.
        while let Ok(true) = reader.next_row() {
            if reader.len() == header.names.len() && !header.is_no_row(&reader) {
                sums.add(header.dialect, (0..reader.len()).map(|at| reader.cell(at)));
                rows += 1;
            }
        }
        Ok(rows)
    }
}

impl<'p> Tail<'p> {
    /// Reads the last rows; `None` where there is nothing to be told.
    fn of(part: &'p Part) -> Result<Option<Self>, TableError> {
        let header = &part.header;
        let (start, text) = part.source.tail(header.body, TAIL)?;
        let mut reader = Reader::of_text(header.path.clone(), &text, header.dialect);
        let (mut rows, mut from, mut line) = (Vec::new(), start, 1);
        while let Ok(true) = reader.next_row() {
            let cell = |at| String::from_utf8_lossy(reader.cell(at)).into_owned();
            rows.push(Last {
                from,
                blank: reader.line() - line,
                cells: (0..reader.len()).map(cell).collect(),
                is_one_line: reader.is_one_line(),
                is_repeated: header.is_no_row(&reader),
            });
            from = start + reader.offset();
            line = reader.lines() + 1;
        }
        let width = header.names.len();
        let whole: Vec<&Last> = rows.iter().filter(|row| row.cells.len() == width).collect();
        if 2 * whole.len() < rows.len() || whole.len() < 2 {
            return Ok(None);
        }
        let cells = |at: usize| {
            let cells = whole.iter().map(move |row| row.cells[at].as_str());
            cells.filter(|cell| !cell.is_empty() && !is_gap(cell))
        };
        let most = |at: usize, is: fn(&str) -> bool| {
            2 * cells(at).filter(|cell| is(cell)).count() > cells(at).count()
        };
        let values = (0..width).map(|at| most(at, is_value)).collect();
        let is_of_times = most(0, time::is_stamp);
        Ok(Some(Self {
            part,
            rows,
            values,
            is_of_times,
        }))
    }

    /// Finds where the rows end.
    fn end(&self) -> Result<Option<End>, TableError> {
        let first = self.rows.len().saturating_sub(LAST);
        let (start, end) = (self.rows[0].from, self.part.source.length());
        let body = self.part.header.body;
        if end - body.min(end) > SMALL && !self.may_end(first) {
            return Ok(None);
        }
        let mut sums = Sums::default();
        self.part.add(&mut sums, body, start)?;
        let dialect = self.part.header.dialect;
        // Rows that may be none, the first of which is none for sure.
        let mut ends: Option<usize> = None;
        let mut beside: Option<usize> = None;
        // Rows that sum up others, and those behind them that may be of any kind.
        let (mut summed, mut others) = (0, 0);
        let mut counted = 0;
        for (at, row) in self.rows.iter().enumerate() {
            let kind = match at < first {
                true => Kind::Row,
                false => self.kind(row, &sums),
            };
            match kind {
                Kind::After if ends.is_some() => {}
                // Behind a sum and a mean there are such as percentiles.
                Kind::Row if ends.is_some() && summed > 1 && others + 1 < summed => others += 1,
                Kind::Row | Kind::After => {
                    (ends, beside) = (None, None);
                    (summed, others) = (0, 0);
                }
                Kind::Beside => beside = beside.or(Some(at)),
                Kind::NoRow => {
                    ends = ends.or(beside).or(Some(at));
                    summed += 1;
                }
            }
            // Those that turned out to be rows.
            if ends.is_none() && beside.is_none() {
                for row in &self.rows[counted..=at] {
                    if row.cells.len() == self.values.len() && !row.is_repeated {
                        sums.add(dialect, row.cells.iter().map(|cell| cell.as_bytes()));
                    }
                }
                counted = at + 1;
            }
        }
        // What begins with the first row are rows.
        let ends = ends.filter(|&at| self.rows[at].from > body);
        Ok(ends.map(|at| End {
            place: self.rows[at].from,
            blank: self.rows[at].blank,
            count: (self.rows.len() - at) as u64,
        }))
    }

    /// Tells whether one of the last rows may be none, by its shape or by a number beyond all others.
    fn may_end(&self, first: usize) -> bool {
        let (above, last) = self.rows.split_at(first);
        let none = Sums::default();
        let size = |row: &Last, at: usize| {
            let number = row.cells.get(at).and_then(|cell| cell.parse::<f64>().ok());
            number.map_or(0.0, f64::abs)
        };
        let is_empty = |row: &Last, at: usize| row.cells.get(at).is_none_or(String::is_empty);
        last.iter().any(|row| {
            let mut columns = 0..self.values.len();
            self.kind(row, &none) != Kind::Row
                || columns.any(|at| {
                    let most = above.iter().map(|row| size(row, at)).fold(0.0, f64::max);
                    let is_lone = is_empty(row, at) && !above.iter().any(|row| is_empty(row, at));
                    is_lone || size(row, at) > BEYOND * most && most > 0.0
                })
        })
    }

    /// Tells whether a row has a text that no other of the last rows has in its place.
    fn has_own_text(&self, row: &Last) -> bool {
        row.cells.iter().enumerate().any(|(at, cell)| {
            let is_text = !cell.is_empty() && !is_gap(cell) && !is_value(cell);
            let has = |other: &&Last| other.cells.get(at) == Some(cell);
            is_text && self.rows.iter().filter(has).count() == 1
        })
    }

    /// Tells what a row is, below rows with these sums.
    fn kind(&self, row: &Last, sums: &Sums) -> Kind {
        if row.is_repeated || !row.is_one_line {
            return Kind::Row;
        }
        let is_text = |cell: &str| !cell.is_empty() && !is_gap(cell) && !is_value(cell);
        let first = row.cells.iter().position(|cell| !cell.is_empty());
        let first = first.unwrap_or_default();
        let is_labeled = is_text(&row.cells[first]);
        let mut texts = row.cells.iter().filter(|cell| is_text(cell));
        let word = texts.clone().find_map(|text| Word::of(text));
        let has_word = word.is_some();
        let own_text = texts.next().is_some() && self.has_own_text(row);
        let is_of_values = self.values[0];
        if row.cells.len() != self.values.len() {
            let is_end = is_labeled && (has_word || row.cells.len() == 1 || is_of_values);
            return match row.cells.len() < self.values.len() && is_end {
                true => Kind::NoRow,
                false => Kind::Row,
            };
        }
        let cells = || row.cells.iter().map(|cell| cell.as_bytes());
        let evidence = sums.evidence(self.part.header.dialect, cells());
        // A label in the place of a number or a time, with nothing in front of it.
        let is_misplaced = is_labeled && self.values[first];
        let is_keyed = first == 0 && self.is_of_times;
        let lacks = (0..row.cells.len()).any(|at| row.cells[at].is_empty() && sums.is_filled(at));
        let [of_unlabeled, of_labeled, of_any] = CHANCES;
        let most_are_sums = evidence.sums > 0 && 2 * evidence.sums >= evidence.telling;
        // A row that is like all others may well be the mean of those above, and does no harm then.
        let (least, has_sums) = match () {
            () if lacks => (of_unlabeled, most_are_sums),
            () if own_text => (of_labeled, most_are_sums),
            () => (of_any, evidence.is_as(Word::Total)),
        };
        let is_empty = !row.cells.iter().any(|cell| is_value(cell));
        let is_no_row = match word {
            Some(word) => {
                evidence.is_as(word) || is_misplaced || lacks || is_empty || row.blank > 0
            }
            None => is_misplaced && (is_keyed || is_empty),
        };
        match is_no_row || has_sums && evidence.chance < least {
            true => Kind::NoRow,
            false if has_word => Kind::Beside,
            false if is_misplaced || lacks => Kind::After,
            false => Kind::Row,
        }
    }
}

#[cfg(test)]
mod tests;
