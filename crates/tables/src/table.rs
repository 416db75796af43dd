use std::collections::HashMap;

use crate::column::Column;
use crate::dialect::Dialect;
use crate::error::{Place, TableError};
use crate::files::Files;
use crate::header::Header;
use crate::line_numbers::LineNumbers;
use crate::options::ColumnDates;
use crate::rows::Rows;
use crate::spread::{Decision, Spread};

/// Rows that tell what kind each column is, where not all of them are read at once.
pub const HEAD_ROWS: usize = 10_000;

/// Rows of a file that a table holds.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Extent {
    /// So many of the first.
    First(usize),
    /// So many at most, spread over all of the file.
    Spread(usize),
}

/// The columns of a file: of all of its rows, the first of them, or some that are spread over it.
#[derive(Clone, Debug)]
pub struct Table {
    /// Names of the files in messages.
    pub files: Files,
    /// How it is written.
    pub dialect: Dialect,
    /// The columns, in the file's order.
    pub columns: Vec<Column>,
    /// The line on which each row that is held starts.
    pub lines: LineNumbers,
    /// Count of the rows that were read.
    pub rows: usize,
    /// Bytes of the file that they take.
    pub bytes: u64,
    /// Position of each name.
    pub(crate) places: HashMap<String, usize>,
    /// Line that messages about the names are about.
    pub(crate) header_line: u64,
}

impl Table {
    /// Holds rows; the place of each number is its column.
    pub(crate) fn read(
        header: &Header,
        files: &Files,
        mut rows: Rows<'_>,
        extent: Extent,
    ) -> Result<Self, TableError> {
        let named = |at: usize| Column {
            name: header.names[at].clone(),
            unit: header.units[at].clone(),
            time: header.times[at].clone(),
            looks_at_texts: header.times[at].may_be_of_digits(),
            ..Column::default()
        };
        let mut table = Self {
            files: files.clone(),
            dialect: header.dialect,
            columns: (0..header.names.len()).map(named).collect(),
            places: header.places.clone(),
            header_line: header.line(),
            lines: LineNumbers::default(),
            rows: 0,
            bytes: 0,
        };
        let (limit, mut spread) = match extent {
            Extent::First(limit) => (limit, None),
            Extent::Spread(most) => (usize::MAX, Some(Spread::of(most))),
        };
        while table.rows < limit
            && let Some(row) = rows.next_row()?
        {
            table.lines.push(row.line());
            for (at, column) in table.columns.iter_mut().enumerate() {
                column.take(&row, at)?;
            }
            table.rows += 1;
            if let Some(spread) = &mut spread {
                match spread.decide(table.rows - 1, table.lines.len()) {
                    Decision::Keep => {}
                    Decision::Forget => {
                        table.lines.truncate(table.lines.len() - 1);
                        table.columns.iter_mut().for_each(Column::forget_last);
                    }
                    Decision::Thin => table.thin(),
                }
            }
        }
        table.bytes = rows.offset();
        table.columns.iter_mut().for_each(Column::settle);
        if let Ok(mut notes) = header.notes.lock() {
            if rows.is_at_first() {
                *notes = rows.notes();
            }
            notes.extend(table.columns.iter().flat_map(Column::notes));
        }
        match table.lines.is_empty() {
            true => Err(TableError::NoRows(header.path.clone())),
            false => Ok(table),
        }
    }

    /// Keeps every second run of the rows that are held.
    fn thin(&mut self) {
        let mut lines = LineNumbers::default();
        let held = (0..self.lines.len()).filter(|&held| Spread::is_kept(held));
        held.for_each(|held| lines.push(self.lines.of(held)));
        self.lines = lines;
        let columns = self.columns.iter_mut();
        columns.for_each(|one| one.keep(Spread::is_kept));
    }

    /// Tells whether it holds some of the rows that were read, and not all.
    pub fn is_sample(&self) -> bool {
        self.lines.len() < self.rows
    }

    /// Tells whether a column has this name.
    pub fn has(&self, name: &str) -> bool {
        self.places.contains_key(name)
    }

    /// Position of the column with this name.
    ///
    /// # Errors
    ///
    /// There is none; the message says which names come close.
    pub fn find(&self, name: &str) -> Result<usize, TableError> {
        let found = self.places.get(name).copied();
        found.ok_or_else(|| {
            let names: Vec<String> = self.columns.iter().map(|c| c.name.clone()).collect();
            TableError::unknown(&self.files.paths()[0], self.header_line, name, &names)
        })
    }

    /// Makes sure that a column holds timestamps and nothing else.
    ///
    /// # Errors
    ///
    /// It holds text, numbers, or a timestamp that could be several.
    pub fn check_times(&self, at: usize) -> Result<(), TableError> {
        let column = &self.columns[at];
        let style = column.time.style.as_ref();
        let refuse = |line, cell: &str| TableError::time(self.place(at, line), cell, style);
        if let Some(cell) = &column.first_text {
            return Err(refuse(cell.line, &cell.text));
        }
        let mut rows = 0..column.values.len();
        let number = match column.times {
            0 => rows.find(|&row| column.seconds(row).is_nan() && !column.values[row].is_nan()),
            _ => None,
        };
        if let Some(row) = number {
            let number = column.values[row].to_string();
            return Err(refuse(self.lines.of(row), &number));
        }
        let unclear = column.times + column.missing < column.cells;
        let gaps = column.blank;
        match &column.first_time {
            Some(cell) if unclear || gaps > column.missing => Err(refuse(cell.line, &cell.text)),
            _ => Ok(()),
        }
    }

    /// How the timestamps of a column are read.
    pub fn dates(&self, at: usize) -> ColumnDates {
        let column = &self.columns[at];
        let with = column.time.with.map(|with| self.columns[with].name.clone());
        ColumnDates {
            column: column.name.clone(),
            style: column.time.style.clone(),
            with,
        }
    }

    /// Makes sure that a column holds numbers and nothing else.
    ///
    /// # Errors
    ///
    /// It holds text, timestamps, an infinity or NaN.
    pub fn check_numeric(&self, at: usize) -> Result<(), TableError> {
        let column = &self.columns[at];
        match column.refusal(self.dialect, |line| self.place(at, line)) {
            Some(TableError::Text { place, cell, .. }) if self.begins_again(place.line) => {
                Err(TableError::OtherTable { place, cell })
            }
            Some(error) => Err(error),
            None => Ok(()),
        }
    }

    /// Tells whether each column of numbers or times has its first text in a line.
    fn begins_again(&self, line: u64) -> bool {
        let first = |column: &Column| column.first_text.as_ref().map(|cell| cell.line);
        let mut of_values = self.columns.iter().filter(|column| !column.is_text());
        let all = of_values.clone().count();
        all > 1 && of_values.all(|column| first(column) == Some(line))
    }

    fn place(&self, at: usize, line: u64) -> Place {
        Place {
            column: Some(self.columns[at].name.clone()),
            ..self.files.place(line)
        }
    }
}
