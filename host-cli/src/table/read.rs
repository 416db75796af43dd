use std::fs;
use std::path::Path;

use csv::{ErrorKind, StringRecord};

use super::{Cell, Column, Table, TableError};

/// Reads a CSV file with a header. Cells that are empty or say one of `missing` are missing.
pub(crate) fn read(path: &Path, missing: &[String]) -> Result<Table, TableError> {
    let open = |source| TableError::Open {
        path: path.into(),
        source,
    };
    let bytes = fs::read(path).map_err(open)?;
    let mut lines = Lines::of(&bytes);
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .from_reader(&bytes[..]);
    let header = match reader.headers() {
        Ok(header) => header.clone(),
        Err(error) => return Err(refused(path, error, &StringRecord::new(), &mut lines)),
    };
    if header.iter().all(str::is_empty) {
        return Err(TableError::Empty(path.into()));
    }
    check_names(path, &header)?;
    let missing = Missing::new(missing);
    let mut table = Table {
        path: path.into(),
        columns: header.iter().map(named).collect(),
        lines: Vec::new(),
    };
    let mut record = StringRecord::new();
    loop {
        match reader.read_record(&mut record) {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) => return Err(refused(path, error, &header, &mut lines)),
        }
        let line = lines.line(record.position());
        table.lines.push(line);
        for (column, cell) in table.columns.iter_mut().zip(&record) {
            column.take(line, cell, &missing);
        }
    }
    match table.lines.is_empty() {
        true => Err(TableError::NoRows(path.into())),
        false => Ok(table),
    }
}

fn named(name: &str) -> Column {
    Column {
        name: name.into(),
        ..Column::default()
    }
}

/// What marks a cell as missing: the marker's text, or its number however it is written.
struct Missing<'a> {
    texts: &'a [String],
    numbers: Vec<f64>,
}

impl<'a> Missing<'a> {
    fn new(texts: &'a [String]) -> Self {
        let numbers = texts.iter().filter_map(|text| text.parse().ok()).collect();
        Self { texts, numbers }
    }
}

impl Column {
    /// Takes in the next cell.
    fn take(&mut self, line: u64, cell: &str, missing: &Missing) {
        let number: Option<f64> = cell.parse().ok();
        let marked = cell.is_empty()
            || missing.texts.iter().any(|text| text == cell)
            || number.is_some_and(|number| missing.numbers.contains(&number));
        let value = match number {
            _ if marked => {
                self.missing += 1;
                f64::NAN
            }
            Some(number) if number.is_finite() => number,
            wrong => {
                let cell = || Cell {
                    line,
                    text: cell.into(),
                };
                if wrong.is_some() {
                    self.first_wild.get_or_insert_with(cell);
                } else {
                    self.texts += 1;
                    self.first_text.get_or_insert_with(cell);
                }
                f64::NAN
            }
        };
        self.values.push(value);
    }
}

fn check_names(path: &Path, header: &StringRecord) -> Result<(), TableError> {
    for (second, name) in header.iter().enumerate() {
        if let Some(first) = header.iter().take(second).position(|other| other == name) {
            return Err(TableError::Duplicate {
                path: path.into(),
                name: name.into(),
                first: first + 1,
                second: second + 1,
            });
        }
    }
    Ok(())
}

/// Counts lines. The reader's own count is that of where it began to look for a row: before a
/// line feed that is left from the row above, and before blank lines.
struct Lines<'a> {
    bytes: &'a [u8],
    at: usize,
    line: u64,
}

impl<'a> Lines<'a> {
    fn of(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            at: 0,
            line: 1,
        }
    }

    /// The line on which the row begins that the reader looked for from here on. Rows must come
    /// in order.
    fn line(&mut self, from: Option<&csv::Position>) -> u64 {
        let from = from.map_or(0, |position| position.byte() as usize);
        while let Some(&byte) = self.bytes.get(self.at) {
            if self.at >= from && byte != b'\r' && byte != b'\n' {
                break;
            }
            self.line += u64::from(byte == b'\n');
            self.at += 1;
        }
        self.line
    }
}

/// Says in our words what the reader refused.
fn refused(path: &Path, error: csv::Error, header: &StringRecord, lines: &mut Lines) -> TableError {
    let path = path.to_path_buf();
    match error.kind() {
        ErrorKind::UnequalLengths {
            pos,
            expected_len,
            len,
        } => TableError::Ragged {
            line: lines.line(pos.as_ref()),
            expected: *expected_len,
            got: *len,
            column: header.get(*len as usize).unwrap_or_default().into(),
            path,
        },
        ErrorKind::Utf8 { pos, err } => TableError::Encoding {
            line: lines.line(pos.as_ref()),
            column: err.field() + 1,
            path,
        },
        _ => TableError::Read {
            path,
            source: error,
        },
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn read_text(text: &str, missing: &[&str]) -> Result<Table, TableError> {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(text.as_bytes()).unwrap();
        let missing: Vec<String> = missing.iter().map(|&m| m.into()).collect();
        read(file.path(), &missing)
    }

    #[test]
    fn a_marker_is_known_by_text_and_by_number() {
        let table = read_text("a,b\n-200,x\n-200.0,3\n1,\n", &["-200", "x"]).unwrap();
        assert_eq!(table.columns[0].missing, 2);
        assert_eq!(table.columns[1].missing, 2);
        assert_eq!(table.columns[1].first_text, None);
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
