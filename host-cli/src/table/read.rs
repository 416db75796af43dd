use std::io::Read;
use std::path::Path;

use super::records::Records;
use super::source::Source;
use super::{Cell, Column, Dialect, Levels, Record, Table, TableError, number, time};

/// How a file is to be read.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reading {
    /// What marks a cell as missing, beside an empty one.
    pub(crate) missing: Vec<String>,
    /// What separates cells, where it is given.
    pub(crate) delimiter: Option<u8>,
    /// What stands before a fraction, where it is given.
    pub(crate) decimal: Option<u8>,
}

/// How much of a file is looked at to see how it is written.
const HEAD: u64 = 64 * 1024;

/// How many rows tell what kind each column is, where not all of them are read at once.
pub(crate) const HEAD_ROWS: usize = 10_000;

/// Reads a CSV file with a header. Cells that are empty or say one of `missing` are missing.
pub(crate) fn read(path: &Path, how: &Reading) -> Result<Table, TableError> {
    Opened::new(path, how)?.table(usize::MAX)
}

/// A file that is known to have a header, and how it is written.
#[derive(Debug)]
pub(crate) struct Opened {
    source: Source,
    dialect: Dialect,
    names: Vec<String>,
    marks: Marks,
}

impl Opened {
    /// Looks at the front of a file.
    pub(crate) fn new(path: &Path, how: &Reading) -> Result<Self, TableError> {
        let source = Source::open(path)?;
        let path = &source.path;
        let mut head = Vec::new();
        let read = source.bytes()?.take(HEAD).read_to_end(&mut head);
        read.map_err(|source| TableError::Open {
            path: path.clone(),
            source,
        })?;
        let dialect = Dialect::detect(path, &head, how.delimiter, how.decimal)?;
        let mut records = Records::new(path.clone(), source.bytes()?, dialect);
        let names = header(path, &mut records)?;
        Ok(Self {
            marks: Marks::new(&how.missing, dialect.decimal),
            source,
            dialect,
            names,
        })
    }

    /// Where the rows come from, as messages call it.
    pub(crate) fn path(&self) -> &Path {
        &self.source.path
    }

    /// What the columns are called, in the file's order.
    pub(crate) fn names(&self) -> &[String] {
        &self.names
    }

    /// The column with this name.
    pub(crate) fn find(&self, name: &str) -> Result<usize, TableError> {
        let found = self.names.iter().position(|other| other == name);
        found.ok_or_else(|| TableError::unknown(self.path(), name, &self.names))
    }

    /// How many bytes of rows the file may hold.
    pub(crate) fn length(&self) -> u64 {
        self.source.length()
    }

    /// What marks a cell as missing.
    pub(crate) fn marks(&self) -> Marks {
        self.marks.clone()
    }

    /// The rows behind the header, from the first one on.
    pub(crate) fn rows(&self) -> Result<Records, TableError> {
        let bytes = self.source.bytes()?;
        let mut records = Records::new(self.source.path.clone(), bytes, self.dialect);
        records.next()?;
        Ok(records)
    }

    /// Refuses a row of another length than the header's.
    #[inline(always)]
    pub(crate) fn check(&self, record: &Record<'_>) -> Result<(), TableError> {
        match record.len() == self.names.len() {
            true => Ok(()),
            false => Err(TableError::Ragged {
                path: self.source.path.clone(),
                line: record.line,
                expected: self.names.len(),
                got: record.len(),
                column: self.names.get(record.len()).cloned().unwrap_or_default(),
            }),
        }
    }

    /// The columns of the first `limit` rows.
    pub(crate) fn table(&self, limit: usize) -> Result<Table, TableError> {
        let path = &self.source.path;
        let mut table = Table {
            path: path.clone(),
            dialect: self.dialect,
            columns: self.names.iter().cloned().map(named).collect(),
            lines: Vec::new(),
        };
        let mut records = self.rows()?;
        while table.lines.len() < limit
            && let Some(record) = records.next()?
        {
            self.check(&record)?;
            table.lines.push(record.line);
            for (at, column) in table.columns.iter_mut().enumerate() {
                let taken = column.take(&record, at, &self.marks);
                taken.map_err(|_| TableError::Encoding {
                    path: path.clone(),
                    line: record.line,
                    column: at + 1,
                })?;
            }
        }
        match table.lines.is_empty() {
            true => Err(TableError::NoRows(path.clone())),
            false => Ok(table),
        }
    }
}

/// The names of the columns, each of its own.
fn header(path: &Path, records: &mut Records) -> Result<Vec<String>, TableError> {
    let Some(record) = records.next()? else {
        return Err(TableError::Empty(path.into()));
    };
    let mut names = Vec::<String>::new();
    for at in 0..record.len() {
        let name = record.text(at).map_err(|_| TableError::Encoding {
            path: path.into(),
            line: record.line,
            column: at + 1,
        })?;
        if let Some(first) = names.iter().position(|other| other == name) {
            return Err(TableError::Duplicate {
                path: path.into(),
                name: name.into(),
                first: first + 1,
                second: at + 1,
            });
        }
        names.push(name.into());
    }
    match names.iter().all(String::is_empty) {
        true => Err(TableError::Empty(path.into())),
        false => Ok(names),
    }
}

fn named(name: String) -> Column {
    Column {
        name,
        ..Column::default()
    }
}

/// What marks a cell as missing: the marker's text, or its number however it is written.
#[derive(Clone, Debug)]
pub(crate) struct Marks {
    texts: Vec<String>,
    numbers: Vec<f64>,
    decimal: u8,
}

impl Marks {
    fn new(texts: &[String], decimal: u8) -> Self {
        let number = |text: &String| {
            let text = text.as_bytes();
            number::parse(text, decimal).or_else(|| number::parse(text, b'.'))
        };
        Self {
            texts: texts.to_vec(),
            numbers: texts.iter().filter_map(number).collect(),
            decimal,
        }
    }

    /// The number of a cell; `None` of one that is missing, infinite or no number.
    pub(crate) fn number(&self, record: &Record<'_>, at: usize) -> Option<f64> {
        let number = record.number(at)?;
        (number.is_finite() && !self.numbers.contains(&number)).then_some(number)
    }

    /// The number of a cell that is read at once and is not missing.
    #[inline(always)]
    pub(crate) fn quick_number(&self, record: &Record<'_>, at: usize) -> Option<f64> {
        let number = record.quick_number(at)?;
        (self.numbers.is_empty() || !self.numbers.contains(&number)).then_some(number)
    }

    /// Whether a number may stand for one that is missing.
    pub(crate) fn has_numbers(&self) -> bool {
        !self.numbers.is_empty()
    }

    /// Whether a cell is a number at all, if only an infinite one.
    pub(crate) fn is_number(&self, text: &str) -> bool {
        number::parse(text.as_bytes(), self.decimal).is_some()
    }

    /// Whether a cell is missing.
    pub(crate) fn is_missing(&self, text: &str) -> bool {
        let marked = |number| self.numbers.contains(&number);
        text.is_empty()
            || self.texts.iter().any(|marker| marker == text)
            || number::parse(text.as_bytes(), self.decimal).is_some_and(marked)
    }
}

impl Column {
    /// Takes in the next cell.
    #[inline(always)]
    fn take(
        &mut self,
        record: &Record<'_>,
        at: usize,
        marks: &Marks,
    ) -> Result<(), std::str::Utf8Error> {
        let quick = marks.quick_number(record, at);
        match quick.or_else(|| marks.number(record, at)) {
            Some(number) if self.levels.is_none() => self.values.push(number),
            number => {
                let value = self.other(record.text(at)?, number, record.line, marks);
                self.values.push(value);
            }
        }
        Ok(())
    }

    /// What is no ordinary number, or stands in a column with text.
    #[inline(never)]
    fn other(&mut self, text: &str, number: Option<f64>, line: u64, marks: &Marks) -> f64 {
        if marks.is_missing(text) {
            self.missing += 1;
            if let Some(levels) = &mut self.levels {
                levels.skip();
            }
            return f64::NAN;
        }
        let cell = || Cell {
            line,
            text: text.into(),
        };
        let value = match number {
            Some(number) => number,
            None if marks.is_number(text) => {
                self.first_wild.get_or_insert_with(cell);
                f64::NAN
            }
            None => match time::parse(text) {
                Some(seconds) => {
                    self.times += 1;
                    self.first_time.get_or_insert_with(cell);
                    seconds
                }
                None => {
                    self.texts += 1;
                    self.first_text.get_or_insert_with(cell);
                    let values = &self.values;
                    self.levels.get_or_insert_with(|| Levels::after(values));
                    f64::NAN
                }
            },
        };
        if let Some(levels) = &mut self.levels {
            levels.push(text);
        }
        value
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn read_text(text: &str, missing: &[&str]) -> Result<Table, TableError> {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(text.as_bytes()).unwrap();
        let how = Reading {
            missing: missing.iter().map(|&m| m.into()).collect(),
            ..Reading::default()
        };
        read(file.path(), &how)
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
        let levels = kind.categories().unwrap();
        assert_eq!(levels.names(), ["1", "b"]);
        let said = [0, 1, 2, 3].map(|row| levels.of(row));
        assert_eq!(said, [Some("1"), Some("b"), None, Some("b")]);
        assert!(when.is_time() && !when.is_text());
        assert_eq!(when.values[1] - when.values[0], 86_400.0);
        assert!(n.categories().is_none() && table.check_numeric(2).is_err());
        assert!(table.check_numeric(1).is_err());
    }

    #[test]
    fn lines_are_counted_through_quotes_blank_lines_and_both_line_ends() {
        let text = "a,b\r\n\"1\",\"x\ny\"\r\n\r\n2,z\n3,oops\n";
        let table = read_text(text, &[]).unwrap();
        assert_eq!(table.lines, [2, 5, 6]);
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
