//! The first rows of a file, as one delimiter splits them.

use std::collections::HashMap;
use std::ops::Range;
use std::path::Path;

use crate::dialect::Dialect;
use crate::error::TableError;
use crate::layout::vocabulary::{is_footer, is_gap, is_unit, is_value};
use crate::reader::Reader;
use crate::time::is_stamp;

/// Rows that are looked at.
pub(super) const ROWS: usize = 100;

/// One row at the front of a file.
#[derive(Clone, Debug)]
pub(super) struct FrontRow {
    /// Line on which it starts.
    pub(super) line: u64,
    /// Its bytes, with blank lines in front of it.
    pub(super) bytes: Range<usize>,
    /// Cells, without white space around them.
    pub(super) cells: Vec<String>,
}

impl FrontRow {
    pub(super) fn is_blank(&self) -> bool {
        self.cells.iter().all(String::is_empty)
    }

    /// Tells whether most of its cells that are not empty are known.
    pub(super) fn is_mostly(&self, known: impl Fn(&str) -> bool) -> bool {
        let cells: Vec<&String> = self.cells.iter().filter(|cell| !cell.is_empty()).collect();
        let of_them = cells.iter().filter(|cell| known(cell)).count();
        2 * of_them > cells.len()
    }

    /// Tells whether it is drawn below names, such as `----+----` and `| --- | --- |`.
    pub(super) fn is_rule(&self) -> bool {
        let drawn = |cell: &String| cell.bytes().all(|byte| b"-=+|: ".contains(&byte));
        let is_long = |cell: &String| cell.contains("---") || cell.contains("===");
        self.cells.iter().all(drawn) && self.cells.iter().any(is_long)
    }

    /// Tells whether it could be the names of as many columns: most are there, no two are the
    /// same, and none is a number.
    pub(super) fn is_of_names(&self) -> bool {
        let names: Vec<&String> = self.cells.iter().filter(|cell| !cell.is_empty()).collect();
        let distinct: std::collections::HashSet<&String> = names.iter().copied().collect();
        2 * names.len() >= self.cells.len()
            && distinct.len() == names.len()
            && !names.iter().any(|name| is_value(name))
    }
}

/// The first rows of a file.
#[derive(Debug)]
pub(super) struct Front {
    pub(super) rows: Vec<FrontRow>,
    /// Count of cells that most rows have.
    pub(super) width: usize,
    /// True of each column whose cells are mostly numbers or times.
    pub(super) values: Vec<bool>,
    /// True where the first column holds times.
    is_of_times: bool,
}

/// Cells that are looked at, but for those of the last row.
const MOST_CELLS: usize = 500_000;

/// Goes through the first `limit` rows of `text`, the last one left out where it is cut off.
fn visit(
    path: &Path,
    text: &[u8],
    delimiter: u8,
    limit: usize,
    is_cut: bool,
    mut see: impl FnMut(&Reader<'_>, Range<usize>),
) -> Result<(), TableError> {
    let dialect = Dialect {
        delimiter,
        ..Dialect::USUAL
    };
    let mut reader = Reader::of_text(path.into(), text, dialect);
    let (mut start, mut left, mut cells) = (0, limit, 0);
    while left > 0 && cells < MOST_CELLS {
        match reader.next_row() {
            Ok(true) => {}
            // A later fault is said by whoever reads as far.
            Err(fault) if left == limit => return Err(fault),
            Ok(false) | Err(_) => break,
        }
        let end = reader.offset() as usize;
        if is_cut && end >= text.len() && left < limit {
            break;
        }
        see(&reader, start..end.min(text.len()));
        start = end;
        left -= 1;
        cells += reader.len();
    }
    Ok(())
}

/// Count of cells that most of the rows have, and how many have it; of two, the larger.
pub(super) fn usual_width(
    path: &Path,
    text: &[u8],
    delimiter: u8,
    is_cut: bool,
) -> Result<(usize, usize), TableError> {
    let mut counts = HashMap::<usize, usize>::new();
    let count = |reader: &Reader<'_>, _| *counts.entry(reader.len()).or_default() += 1;
    visit(path, text, delimiter, ROWS, is_cut, count)?;
    let most = counts
        .into_iter()
        .max_by_key(|&(width, rows)| (rows, width));
    Ok(most.unwrap_or_default())
}

impl Front {
    pub(super) fn read(
        path: &Path,
        text: &[u8],
        delimiter: u8,
        limit: usize,
        is_cut: bool,
    ) -> Self {
        let mut rows = Vec::new();
        // Without a row there is nothing to find, and the fault comes up again.
        let _ = visit(path, text, delimiter, limit, is_cut, |reader, bytes| {
            let cell = |at| String::from_utf8_lossy(reader.cell(at)).trim().to_owned();
            rows.push(FrontRow {
                line: reader.line(),
                bytes,
                cells: (0..reader.len()).map(cell).collect(),
            });
        });
        let mut counts = HashMap::<usize, usize>::new();
        for row in &rows {
            *counts.entry(row.cells.len()).or_default() += 1;
        }
        let most = counts
            .into_iter()
            .max_by_key(|&(width, rows)| (rows, width));
        let mut front = Self {
            rows,
            width: most.unwrap_or_default().0,
            values: Vec::new(),
            is_of_times: false,
        };
        front.look_at_columns();
        front
    }

    /// Finds the columns of numbers and times by the second half of the rows.
    fn look_at_columns(&mut self) {
        let wide: Vec<&FrontRow> = self.rows.iter().filter(|row| self.fits(row)).collect();
        let is_row = |row: &&&FrontRow| {
            !is_footer(&row.cells[0]) && row.cells.iter().any(|cell| is_value(cell))
        };
        let tail = wide[wide.len() / 2..].iter().filter(is_row);
        let tail: Vec<&FrontRow> = tail.copied().collect();
        let of_values = |at: usize| {
            let cells = tail.iter().map(|row| row.cells[at].as_str());
            let (mut values, mut texts) = (0, 0);
            for cell in cells.filter(|cell| !cell.is_empty() && !is_gap(cell)) {
                match is_value(cell) {
                    true => values += 1,
                    false => texts += 1,
                }
            }
            values > texts
        };
        let values = (0..self.width).map(of_values).collect();
        let times = tail.iter().filter(|row| is_stamp(&row.cells[0])).count();
        self.is_of_times = 2 * times > tail.len();
        self.values = values;
    }

    /// Tells whether a row has as many cells as most.
    pub(super) fn fits(&self, row: &FrontRow) -> bool {
        row.cells.len() == self.width
    }

    /// Cells of a row that stand in columns of numbers and times, and are neither empty nor gaps.
    pub(super) fn in_values<'a>(&'a self, row: &'a FrontRow) -> impl Iterator<Item = &'a str> {
        let cells = row.cells.iter().zip(&self.values);
        let cells = cells.filter(|(_, values)| **values);
        cells
            .map(|(cell, _)| cell.as_str())
            .filter(|cell| !cell.is_empty() && !is_gap(cell))
    }

    /// Tells whether a row holds a number or time in a column of such.
    pub(super) fn has_value(&self, row: &FrontRow) -> bool {
        self.in_values(row).any(is_value)
    }

    /// Tells whether a row has texts wherever its columns have numbers and times, nowhere a number, and
    /// one of the texts twice, which are no names then.
    pub(super) fn is_of_kinds(&self, row: &FrontRow) -> bool {
        self.fits(row)
            && self.in_values(row).next().is_some()
            && !row.cells.iter().any(|cell| is_value(cell))
            && !row.is_of_names()
    }

    /// Tells whether a row behind names can be none: a text stands where its columns have numbers and
    /// times, and none of those anywhere.
    pub(super) fn is_no_row(&self, row: &FrontRow) -> bool {
        let may_be = self.fits(row) && self.in_values(row).next().is_none() && !row.is_blank();
        !self.has_value(row) && !may_be
    }

    /// The row above one of units, where it has texts alone and could not be told for names by itself, for
    /// two are the same; else the row.
    pub(super) fn above_units(&self, row: usize, first: usize) -> usize {
        let is_above = |above: &FrontRow| {
            self.fits(above) && !above.is_blank() && !above.cells.iter().any(|cell| is_value(cell))
        };
        match row > first && self.rows[row].is_mostly(is_unit) && is_above(&self.rows[row - 1]) {
            true => row - 1,
            false => row,
        }
    }

    /// Tells whether a row of numbers says that it sums up others, where the first column has numbers or
    /// times.
    pub(super) fn is_summary(&self, row: &FrontRow) -> bool {
        self.fits(row)
            && self.values.first().is_some_and(|&of_values| of_values)
            && row.cells.first().is_some_and(|name| is_footer(name))
            && self.has_value(row)
    }

    /// Tells whether a row of numbers has a label where the first column has times, such as `Channel`.
    pub(super) fn is_labeled(&self, row: &FrontRow) -> bool {
        let label = row.cells.first().filter(|cell| !cell.is_empty());
        let is_label = |cell: &String| !is_gap(cell) && !is_value(cell);
        self.fits(row) && self.is_of_times && self.has_value(row) && label.is_some_and(is_label)
    }

    /// Tells whether the cells of a row are numbers and times wherever its columns are, whatever its
    /// length.
    pub(super) fn is_numbers(&self, row: &FrontRow) -> bool {
        let mut cells = row.cells.iter().zip(&self.values);
        cells.all(|(cell, of_values)| !of_values || is_value(cell))
    }

    /// Tells whether a row of whole numbers, such as those of channels, stands above one of names.
    pub(super) fn is_above_names(&self, at: usize) -> bool {
        let is_whole = |cell: &str| cell.parse::<u32>().is_ok();
        let names = self.rows.get(at + 1);
        let are_names = |row: &FrontRow| {
            self.fits(row) && row.is_of_names() && self.in_values(row).next().is_some()
        };
        names.is_some_and(|row| are_names(row) && !self.has_value(row))
            && self.in_values(&self.rows[at]).all(is_whole)
    }

    /// Count of cells that most rows behind one have.
    pub(super) fn width_behind(&self, at: usize) -> usize {
        let mut counts = HashMap::<usize, usize>::new();
        for row in &self.rows[at + 1..] {
            *counts.entry(row.cells.len()).or_default() += 1;
        }
        let most = { counts.into_iter() }.max_by_key(|&(width, rows)| (rows, width));
        most.map_or(self.width, |(width, _)| width)
    }

    /// Tells whether a row holds numbers and times wherever its columns do.
    pub(super) fn is_of_data(&self, row: &FrontRow) -> bool {
        self.fits(row) && self.has_value(row) && self.in_values(row).all(is_value)
    }
}
