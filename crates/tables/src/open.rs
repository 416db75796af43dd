use std::path::Path;

use crate::decimal;
use crate::detect::find_delimiter;
use crate::dialect::Dialect;
use crate::error::TableError;
use crate::header::{Header, UnitInCells};
use crate::how_read::HowRead;
use crate::layout::{Asked, Layout};
use crate::missing;
use crate::options::ReadOptions;
use crate::rows::Rows;
use crate::source::Source;
use crate::table::Table;
use crate::time::{self, Seen, TimeFormat};

/// Rows that tell the formats of columns where no table is asked for.
const FIRST_ROWS: usize = 100;

/// Cells that tell how timestamps are written, but for those of the last row.
const MOST_CELLS: usize = 500_000;

/// A file that is known to have a header, and how it is written.
#[derive(Debug)]
pub struct CsvFile {
    source: Source,
    header: Header,
}

impl CsvFile {
    /// Opens a file, and looks at its front; `-` is standard input.
    ///
    /// # Errors
    ///
    /// The file cannot be read, has no header, has one name for two columns, or leaves open how it
    /// is written.
    pub fn open(path: &Path, options: &ReadOptions) -> Result<Self, TableError> {
        Self::new(Source::open(path, &options.temporary)?, options)
    }

    pub(crate) fn new(source: Source, options: &ReadOptions) -> Result<Self, TableError> {
        let path = &source.path;
        let (head, is_cut) = source.head()?;
        let asked = Asked {
            delimiter: options.delimiter,
            header_line: options.header_line,
            no_header: options.no_header,
            comment: options.comment.as_deref(),
        };
        let layout = Layout::find(path, &head, is_cut, &asked)?;
        let delimiter = match options.delimiter.or(layout.delimiter) {
            Some(delimiter) => delimiter,
            None => find_delimiter(path, &layout.clean)?,
        };
        let dialect = Dialect {
            delimiter,
            thousands: options.thousands,
            ..Dialect::USUAL
        };
        let mut header = Header::read(path.clone(), dialect, layout)?;
        let (decimal, note) = decimal::find(&header, &source, options)?;
        header.take_decimal(decimal, note, &options.missing)?;
        let mut file = Self { header, source };
        file.header.times = file.times(options);
        // A fault in these rows is said by whoever asks for them.
        if let Ok(head) = file.table(FIRST_ROWS) {
            file.take_formats(&head);
            // So few rows say too little.
            file.header.suspects.clear();
        }
        Ok(file)
    }

    /// How the timestamps of each column are read: by the first rows, and by as many more as it
    /// takes where these leave the order of day and month open.
    fn times(&self, options: &ReadOptions) -> Vec<TimeFormat> {
        let (names, given) = (&self.header.names, options.date_format.as_ref());
        let mut seen = vec![Seen::default(); names.len()];
        let place = |name: &String| self.header.places.get(name).copied();
        let mut open: Vec<usize> = match &options.dates {
            Some(dates) => dates
                .iter()
                .filter_map(|dates| place(&dates.column))
                .collect(),
            None => (0..names.len()).collect(),
        };
        let mut left = FIRST_ROWS.min(1 + MOST_CELLS / names.len());
        if let Ok(mut rows) = self.rows(&[]) {
            while !open.is_empty()
                && let Ok(Some(row)) = rows.next_row()
            {
                for &at in &open {
                    if let Ok(Some(text)) = row.text(at) {
                        seen[at].see(text, given);
                    }
                }
                left = left.saturating_sub(1);
                if left == 0 {
                    open.retain(|&at| seen[at].is_open());
                }
            }
        }
        let mut times = time::settle(&seen, names, given);
        for dates in options.dates.iter().flatten() {
            if let Some(at) = place(&dates.column) {
                let own = times[at].style.take();
                times[at] = TimeFormat {
                    style: options.date_format.clone().or(dates.style.clone()).or(own),
                    with: dates.with.as_ref().and_then(place),
                    is_clock: times[at].is_clock,
                };
                if let Some(with) = times[at].with {
                    times[with].is_clock = true;
                }
            }
        }
        times
    }

    /// Name of the file in messages.
    pub fn path(&self) -> &Path {
        &self.source.path
    }

    /// How it is written.
    pub fn dialect(&self) -> Dialect {
        self.header.dialect
    }

    /// Names of the columns, in the file's order.
    pub fn names(&self) -> &[String] {
        &self.header.names
    }

    /// Findings of how it is read; lines that were skipped as far as its rows were gone through.
    pub fn how_read(&self) -> HowRead {
        self.header.how_read()
    }

    /// Tells whether a column has this name.
    pub fn has(&self, name: &str) -> bool {
        self.header.places.contains_key(name)
    }

    /// Position of the column with this name.
    ///
    /// # Errors
    ///
    /// There is none; the message says which names come close.
    pub fn find(&self, name: &str) -> Result<usize, TableError> {
        self.header.find(name)
    }

    /// Length of the rows in bytes; of a compressed file the most it may be.
    pub fn length(&self) -> u64 {
        self.source.length()
    }

    /// The rows behind the header. The number of each column goes to its place in
    /// [`Row::numbers`](crate::Row::numbers), unless that is [`Rows::NOWHERE`].
    ///
    /// # Errors
    ///
    /// The file cannot be read.
    pub fn rows(&self, places: &[usize]) -> Result<Rows<'_>, TableError> {
        let (header, input) = (&self.header, self.source.bytes(self.header.body)?);
        Rows::with_formats(header, input, places, &header.formats)
    }

    /// Takes over how the cells of each column are written, as a table has it: their unit, and the
    /// texts that mark missing numbers. Takes notes on numbers that may mark them too.
    pub fn take_formats(&mut self, table: &Table) {
        for (format, column) in self.header.formats.iter_mut().zip(&table.columns) {
            let unit = column.unit.clone().zip(column.unit_in_cells.clone());
            format.unit = unit.map(|(unit, first)| UnitInCells { unit, first });
            let gaps = column
                .gaps
                .iter()
                .filter(|gap| !missing::is_known(&gap.text));
            format.gaps = gaps.map(|gap| gap.text.clone()).collect();
        }
        self.header.suspects = table.suspects();
    }

    /// Texts that mark missing numbers in these columns, and do so by how often they occur there.
    pub fn gaps(&self, columns: impl Iterator<Item = usize>) -> Vec<String> {
        let formats = columns.filter_map(|at| self.header.formats.get(at));
        let mut gaps: Vec<String> = formats.flat_map(|format| format.gaps.clone()).collect();
        gaps.sort_unstable();
        gaps.dedup();
        gaps
    }

    /// Holds the columns of the first `limit` rows.
    ///
    /// # Errors
    ///
    /// The file cannot be read, has no rows, has a row of another length than its header, or text
    /// that is not UTF-8.
    pub fn table(&self, limit: usize) -> Result<Table, TableError> {
        let places: Vec<usize> = (0..self.names().len()).collect();
        let rows = Rows::new(&self.header, self.source.bytes(self.header.body)?, &places)?;
        Table::read(&self.header, rows, limit)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn read_text(text: &str, missing: &[&str]) -> Result<Table, TableError> {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(text.as_bytes()).unwrap();
        let options = ReadOptions {
            missing: missing.iter().map(|&m| m.into()).collect(),
            ..ReadOptions::default()
        };
        CsvFile::open(file.path(), &options)?.table(usize::MAX)
    }

    #[test]
    fn a_marker_is_known_by_text_and_by_number() {
        let table = read_text("a,b\n-200,x\n-200.0,3\n1,\n", &["-200", "x"]).unwrap();
        assert_eq!(table.columns[0].missing, 2);
        assert_eq!(table.columns[1].missing, 2);
        assert_eq!(table.columns[1].first_text, None);
    }

    #[test]
    fn categories_and_timestamps_are_known() {
        let text = "kind,when,n\n1,2004-03-10,1\nb,2004-03-11,2\n,2004-03-12,x\nb,2004-03-13,4\n";
        let table = read_text(text, &[]).unwrap();
        let [kind, when, n] = &table.columns[..] else {
            panic!()
        };
        let categories = kind.few_categories().unwrap();
        assert_eq!(categories.names(), ["1", "b"]);
        let said = [0, 1, 2, 3].map(|row| categories.of(row));
        assert_eq!(said, [Some("1"), Some("b"), None, Some("b")]);
        assert!(when.is_time() && !when.is_text());
        assert_eq!(when.values[1] - when.values[0], 86_400.0);
        assert!(n.few_categories().is_none() && table.check_numeric(2).is_err());
        assert!(table.check_numeric(1).is_err());
    }

    #[test]
    fn lines_are_counted_through_quotes_blank_lines_and_both_line_ends() {
        let text = "a,b\r\n\"1\",\"x\ny\"\r\n\r\n2,z\n3,oops\n";
        let table = read_text(text, &[]).unwrap();
        assert_eq!([0, 1, 2].map(|row| table.lines.of(row)), [2, 5, 6]);
    }

    #[test]
    fn mostly_numbers_is_a_column_of_numbers() {
        let table = read_text("a,b\n1,x\n2,y\nx,3\n", &[]).unwrap();
        assert!(!table.columns[0].is_text());
        assert!(table.columns[1].is_text());
        let message = table.check_numeric(0).unwrap_err().to_string();
        assert!(
            message.contains("line 4, column `a`: `x` is not a number"),
            "{message}"
        );
    }
}
