//! Rows that are spread over a file, however many it has.

use crate::column::Column;
use crate::line_numbers::LineNumbers;
use crate::table::Table;

/// Rows that stand beside each other and are kept together.
const RUN: usize = 64;

/// Choice of the rows of a table that are kept: every run of rows until there are too many, from
/// then on each second, each fourth and so on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spread {
    /// Most rows, a multiple of two runs.
    most: usize,
    /// Distance between the runs that are kept, in runs.
    every: usize,
}

impl Spread {
    /// Keeps so many rows at most, and two runs at least.
    pub(crate) fn of(most: usize) -> Self {
        Self {
            most: (most / (2 * RUN)).max(1) * 2 * RUN,
            every: 1,
        }
    }

    /// Keeps or forgets the row that was read last.
    pub(crate) fn settle(&mut self, table: &mut Table) {
        let row = table.rows - 1;
        if !(row / RUN).is_multiple_of(self.every) {
            table.lines.truncate(table.lines.len() - 1);
            table.columns.iter_mut().for_each(Column::forget_last);
        } else if table.lines.len() > self.most {
            self.every *= 2;
            let is_kept = |held: usize| (held / RUN).is_multiple_of(2);
            let mut lines = LineNumbers::default();
            let held = (0..table.lines.len()).filter(|&held| is_kept(held));
            held.for_each(|held| lines.push(table.lines.of(held)));
            table.lines = lines;
            table.columns.iter_mut().for_each(|one| one.keep(is_kept));
        }
    }
}

impl Column {
    /// Forgets the value of the row that came last.
    fn forget_last(&mut self) {
        self.values.pop();
        if let Some(categories) = &mut self.categories {
            categories.forget_last();
        }
        if self.odd.rows.last() == Some(&(self.values.len() as u32)) {
            self.odd.rows.pop();
        }
    }

    /// Keeps the values of these rows alone.
    fn keep(&mut self, is_kept: impl Fn(usize) -> bool + Copy) {
        retain(&mut self.values, is_kept);
        if let Some(categories) = &mut self.categories {
            categories.keep(is_kept);
        }
        let rows = std::mem::take(&mut self.odd.rows);
        let mut held = rows.iter().copied().peekable();
        let (mut before, mut at) = (0, 0);
        while let Some(&row) = held.peek() {
            if row as usize == at {
                if is_kept(at) {
                    self.odd.rows.push(before);
                }
                held.next();
            }
            before += u32::from(is_kept(at));
            at += 1;
        }
    }
}

/// Keeps the elements at these places.
pub(crate) fn retain<T>(all: &mut Vec<T>, is_kept: impl Fn(usize) -> bool) {
    let mut at = 0;
    all.retain(|_| {
        at += 1;
        is_kept(at - 1)
    });
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use crate::open::CsvFile;
    use crate::options::ReadOptions;

    /// Runs that are spread are those of the whole table, in their lines, and what was counted is
    /// of all rows.
    #[test]
    fn runs_are_kept_of_any_number_of_rows() {
        for rows in [1, 200, 256, 257, 5_000, 40_003] {
            let mut file = tempfile::NamedTempFile::new().unwrap();
            file.write_all(b"n,unit,kind,gap,heat\n").unwrap();
            for row in 0..=rows {
                let unit = if row % 3 == 0 { "V" } else { "mV" };
                let gap = if row % 7 == 0 { "" } else { "1" };
                let blank = if row % 50 == 0 { "\n" } else { "" };
                let kind = row % 5;
                writeln!(file, "{row},{row} {unit},k{kind},{gap},{row} K{blank}").unwrap();
            }
            let opened = CsvFile::open(file.path(), &ReadOptions::default()).unwrap();
            let (whole, some) = (
                opened.table(usize::MAX).unwrap(),
                opened.spread(256).unwrap(),
            );
            assert_eq!((some.rows, some.is_sample()), (rows + 1, rows + 1 > 256));
            let held = some.lines.len();
            assert!(held > 128 || held > rows, "{held} of {rows}");
            for row in 0..held {
                let at = some.columns[0].values[row] as usize;
                assert_eq!(some.lines.of(row), whole.lines.of(at));
                assert!(some.columns[1].values[row].is_nan());
                assert_eq!(some.columns[4].values[row], at as f64);
                let kind = |table: &crate::Table, row| {
                    let categories = table.columns[2].categories.as_ref().unwrap();
                    categories.of(row).map(String::from)
                };
                assert_eq!(kind(&some, row), kind(&whole, at));
            }
            for (one, other) in some.columns.iter().zip(&whole.columns) {
                assert_eq!((one.missing, one.texts), (other.missing, other.texts));
                assert_eq!((one.cells, one.blank), (other.cells, other.blank));
            }
        }
    }
}
