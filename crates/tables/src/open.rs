use std::path::Path;

use crate::column::Column;
use crate::decimal;
use crate::detect::find_delimiter;
use crate::dialect::Dialect;
use crate::error::TableError;
use crate::files::Files;
use crate::header::{Header, UnitInCells};
use crate::how_read::HowRead;
use crate::layout::{Asked, Layout};
use crate::missing;
use crate::notes::NoteKind;
use crate::options::ReadOptions;
use crate::part::Part;
use crate::rows::Rows;
use crate::same::is_same;
use crate::source::Source;
use crate::table::{Extent, Table};
use crate::temporary::TempFile;
use crate::time::{self, Seen, TimeFormat};

/// Rows that tell the formats of columns where no table is asked for.
const FIRST_ROWS: usize = 100;

/// Cells that tell how timestamps are written, but for those of the last row.
const MOST_CELLS: usize = 500_000;

/// A file, or several that hold one table, known to have a header, and how it is written.
#[derive(Debug)]
pub struct CsvFile {
    /// The files, in their order.
    pub(crate) parts: Vec<Part>,
    files: Files,
    threads: usize,
}

impl CsvFile {
    /// Opens a file, and looks at its front; `-` is standard input.
    ///
    /// # Errors
    ///
    /// The file cannot be read, has no header, has one name for two columns, or leaves open how it
    /// is written.
    pub fn open(path: &Path, options: &ReadOptions) -> Result<Self, TableError> {
        Self::open_all(&[path], options)
    }

    /// Opens files that hold the rows of one table: with the same columns, in any order of these.
    ///
    /// # Errors
    ///
    /// As of one file; or one of them has other columns than the first.
    pub fn open_all<P: AsRef<Path>>(
        paths: &[P],
        options: &ReadOptions,
    ) -> Result<Self, TableError> {
        for (at, path) in paths.iter().enumerate() {
            let path = path.as_ref();
            let before = paths[..at].iter().map(AsRef::as_ref);
            if let Some(first) = before.into_iter().find(|before| is_same(before, path)) {
                let (path, first) = (path.into(), first.into());
                return Err(TableError::Twice { path, first });
            }
        }
        let sources = paths
            .iter()
            .map(|path| Source::open(path.as_ref(), &options.temporary));
        Self::new(sources.collect::<Result<_, _>>()?, options)
    }

    /// Opens what was written into a temporary file; messages call it `path`.
    ///
    /// # Errors
    ///
    /// As of a file.
    pub fn of_temporary(
        file: TempFile,
        path: &Path,
        options: &ReadOptions,
    ) -> Result<Self, TableError> {
        let path = path.to_path_buf();
        let source = Source::new(path.clone(), file.into_file());
        let source = source.map_err(|source| TableError::Open { path, source })?;
        Self::new(vec![source], options)
    }

    pub(crate) fn new(sources: Vec<Source>, options: &ReadOptions) -> Result<Self, TableError> {
        let mut parts = Vec::<Part>::with_capacity(sources.len());
        for source in sources {
            let header = header(&source, options)?;
            let mut part = Part::new(source, header);
            if let Some(first) = parts.first() {
                part.follow(&first.header)?;
                let note = part.note_on_units(&first.header, parts.len());
                part.header.suspects.extend(note);
            }
            parts.push(part);
        }
        let found = decimal::find(&parts, options)?;
        for (part, found) in parts.iter_mut().zip(found) {
            let (header, missing) = (&mut part.header, &options.missing);
            header.take_decimal(found.decimal, found.note, missing)?;
            part.find_end()?;
        }
        let files = Files::new(parts.iter().map(|part| part.source.path.clone()));
        let threads = options.threads.unwrap_or_else(|| {
            let available = std::thread::available_parallelism();
            available.map_or(1, std::num::NonZero::get)
        });
        let mut file = Self {
            parts,
            files,
            threads,
        };
        let times = file.times(options);
        for part in &mut file.parts {
            part.header.times.clone_from(&times);
        }
        // A fault in these rows is said by whoever asks for them.
        if let Ok(head) = file.table(FIRST_ROWS) {
            file.take_formats(&head);
            // So few rows say too little.
            file.parts[0].header.suspects.clear();
        }
        Ok(file)
    }

    /// Header of the first file, which is that of all.
    fn header(&self) -> &Header {
        &self.parts[0].header
    }

    /// How the timestamps of each column are read: by the first rows, and by as many more as it
    /// takes where these leave the order of day and month open.
    fn times(&self, options: &ReadOptions) -> Vec<TimeFormat> {
        let (names, given) = (&self.header().names, options.date_format.as_ref());
        let mut seen = vec![Seen::default(); names.len()];
        let place = |name: &String| self.header().places.get(name).copied();
        let mut open: Vec<usize> = match &options.dates {
            Some(dates) => dates
                .iter()
                .filter_map(|dates| place(&dates.column))
                .collect(),
            None => (0..names.len()).collect(),
        };
        let mut left = FIRST_ROWS.min(1 + MOST_CELLS / names.len().max(1));
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

    /// Threads that read at the same time.
    pub fn threads(&self) -> usize {
        self.threads
    }

    /// Names of the files in messages.
    pub fn files(&self) -> &Files {
        &self.files
    }

    /// How it is written.
    pub fn dialect(&self) -> Dialect {
        self.header().dialect
    }

    /// Names of the columns, in the file's order.
    pub fn names(&self) -> &[String] {
        &self.header().names
    }

    /// Findings of how it is read; lines that were skipped as far as its rows were gone through.
    pub fn how_read(&self) -> HowRead {
        let (first, others) = (self.header().how_read(), &self.parts[1..]);
        let each = others.iter().map(|part| part.header.how_read());
        let mut how = each.fold(first, HowRead::and);
        for note in &mut how.notes {
            note.tell_file(&self.files);
        }
        how
    }

    /// Tells whether a column has this name.
    pub fn has(&self, name: &str) -> bool {
        self.header().places.contains_key(name)
    }

    /// Position of the column with this name.
    ///
    /// # Errors
    ///
    /// There is none; the message says which names come close.
    pub fn find(&self, name: &str) -> Result<usize, TableError> {
        self.header().find(name)
    }

    /// Unit of a column's numbers, where the file says one.
    pub fn unit(&self, column: usize) -> Option<&str> {
        let header = self.header();
        let in_cells = header.formats[column].unit.as_ref();
        in_cells.map_or(header.units[column].as_deref(), |unit| Some(&unit.unit))
    }

    /// Line that says the units, or the names of the columns.
    pub fn units_line(&self) -> u64 {
        self.header().units_line()
    }

    /// Length of the rows in bytes; of a compressed file the most it may be.
    pub fn length(&self) -> u64 {
        self.parts.iter().map(|part| part.source.length()).sum()
    }

    /// The rows behind the header. The number of each column goes to its place in
    /// [`Row::numbers`](crate::Row::numbers), unless that is [`Rows::NOWHERE`].
    ///
    /// # Errors
    ///
    /// The file cannot be read.
    pub fn rows(&self, places: &[usize]) -> Result<Rows<'_>, TableError> {
        Rows::new(&self.parts, places, true)
    }

    /// Takes over how the cells of each column are written, as a table has it: their unit, and the
    /// texts that mark missing numbers. Takes notes on numbers that may mark them too.
    pub fn take_formats(&mut self, table: &Table) {
        let header = &mut self.parts[0].header;
        for (format, column) in header.formats.iter_mut().zip(&table.columns) {
            let unit = column.unit.clone().zip(column.unit_in_cells.clone());
            format.unit = unit.map(|(unit, first)| UnitInCells { unit, first });
            let gaps = column
                .gaps
                .iter()
                .filter(|gap| !missing::is_known(&gap.text));
            format.gaps = gaps.map(|gap| gap.text.clone()).collect();
        }
        header.suspects = table.suspects();
        let labels = table.columns.iter().flat_map(Column::notes_on_labels);
        header.suspects.extend(labels);
        let digits = table.columns.iter().filter_map(Column::note_on_digits);
        header.suspects.extend(digits);
    }

    /// Tells whether there are notes on numbers that may mark missing cells.
    pub fn has_suspects(&self) -> bool {
        let suspects = &self.header().suspects;
        suspects
            .iter()
            .any(|note| matches!(note.kind, NoteKind::Suspect { .. }))
    }

    /// Texts that mark missing numbers in these columns, and do so by how often they occur there.
    pub fn gaps(&self, columns: impl Iterator<Item = usize>) -> Vec<String> {
        let formats = columns.filter_map(|at| self.header().formats.get(at));
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
        self.held(Extent::First(limit))
    }

    /// Reads all rows, and holds at most about `most` of them, spread over the file in short runs.
    /// Tells by all rows what a column is and what it misses.
    ///
    /// # Errors
    ///
    /// As of [`table`](Self::table).
    pub fn spread(&self, most: usize) -> Result<Table, TableError> {
        self.held(Extent::Spread(most))
    }

    fn held(&self, extent: Extent) -> Result<Table, TableError> {
        let places: Vec<usize> = (0..self.names().len()).collect();
        let rows = Rows::new(&self.parts, &places, false)?;
        Table::read(self.header(), &self.files, rows, extent)
    }
}

/// Header of a file, as far as its front tells.
fn header(source: &Source, options: &ReadOptions) -> Result<Header, TableError> {
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
    let header = Header::read(path.clone(), dialect, layout)?;
    Ok(header.encoded(source.encoding))
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
