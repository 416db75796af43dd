//! Rows that are spread over a file, however many it has.

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

    /// Decides on the row that was read last, the one with this number from 0 on, where so many
    /// are held with it.
    pub(crate) fn decide(&mut self, row: usize, held: usize) -> Decision {
        if !(row / RUN).is_multiple_of(self.every) {
            return Decision::Forget;
        }
        if held <= self.most {
            return Decision::Keep;
        }
        self.every *= 2;
        Decision::Thin
    }

    /// Tells whether the held row at this place is kept, where rows are thinned.
    pub(crate) fn is_kept(held: usize) -> bool {
        (held / RUN).is_multiple_of(2)
    }
}

/// Decision on a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    /// It is held.
    Keep,
    /// It is not.
    Forget,
    /// It is held, and of all rows that are held half of them go.
    Thin,
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
