//! Finds out how a file is written from its front.

use std::path::Path;

use crate::dialect::{DELIMITERS, Dialect};
use crate::error::TableError;
use crate::number;
use crate::reader::Reader;

/// Rows that are looked at.
const ROWS: usize = 100;

/// Finds out how a file that begins with `head` is written, but for what is given. The last line
/// of `head` may be cut off.
pub(crate) fn detect(
    path: &Path,
    head: &[u8],
    delimiter: Option<u8>,
    decimal: Option<u8>,
) -> Result<Dialect, TableError> {
    let delimiter = match delimiter {
        Some(delimiter) => delimiter,
        None => find_delimiter(path, head)?,
    };
    let decimal = match decimal {
        Some(decimal) => decimal,
        None if delimiter == b',' => b'.',
        None => find_decimal(path, head, delimiter)?,
    };
    if delimiter == decimal && decimal != b',' {
        return Err(TableError::Dialect {
            path: path.into(),
            cause: "the delimiter and the decimal mark are the same".into(),
            cure: "give `--delimiter` and `--decimal` two characters".into(),
        });
    }
    Ok(Dialect { delimiter, decimal })
}

/// Visits the first rows of `head`.
fn rows(path: &Path, head: &[u8], delimiter: u8, mut visit: impl FnMut(&Reader)) {
    let input = Box::new(std::io::Cursor::new(head.to_vec()));
    let dialect = Dialect {
        delimiter,
        ..Dialect::USUAL
    };
    let mut reader = Reader::new(path.into(), input, dialect, &[]);
    let mut left = ROWS;
    while let (1.., Ok(true)) = (left, reader.next_row()) {
        visit(&reader);
        left -= 1;
    }
}

/// Finds the delimiter that parts every row into as many cells as the header.
fn find_delimiter(path: &Path, head: &[u8]) -> Result<u8, TableError> {
    let mut fits = Vec::new();
    let mut most = (1, b',');
    for (delimiter, name) in DELIMITERS {
        let mut counts = Vec::new();
        rows(path, head, delimiter, |row| counts.push(row.len()));
        // The last row may be cut off.
        if counts.len() > 2 {
            counts.pop();
        }
        let Some(&header) = counts.first() else {
            continue;
        };
        if header > most.0 {
            most = (header, delimiter);
        }
        if header > 1 && counts.iter().all(|&count| count == header) {
            fits.push((delimiter, name));
        }
    }
    match fits[..] {
        [] => Ok(most.1),
        [(delimiter, _)] => Ok(delimiter),
        [(first, one), (second, other), ..] => Err(TableError::Dialect {
            path: path.into(),
            cause: format!("its cells could be separated by {one} or by {other}"),
            cure: format!(
                "say which with `--delimiter '{}'` or `--delimiter '{}'`",
                char::from(first),
                char::from(second)
            ),
        }),
    }
}

/// Finds the decimal mark: a comma where numbers have commas in front of their fractions, and
/// none has a point.
fn find_decimal(path: &Path, head: &[u8], delimiter: u8) -> Result<u8, TableError> {
    let (mut comma, mut point) = (None, None);
    rows(path, head, delimiter, |row| {
        for at in 0..row.len() {
            let cell = row.cell(at);
            let has = |mark| memchr::memchr(mark, cell).is_some();
            let reads = |mark| number::parse(cell, mark).is_some_and(f64::is_finite);
            let found = || Some((row.line(), String::from_utf8_lossy(cell).into_owned()));
            if has(b',') && reads(b',') {
                comma = comma.take().or_else(found);
            } else if has(b'.') && reads(b'.') {
                point = point.take().or_else(found);
            }
        }
    });
    match (comma, point) {
        (Some((line, with_comma)), Some((other, with_point))) => Err(TableError::Dialect {
            path: path.into(),
            cause: format!(
                "`{with_comma}` (line {line}) has a decimal comma and `{with_point}` (line \
                 {other}) a decimal point"
            ),
            cure: "say which it is with `--decimal ,` or `--decimal .`".into(),
        }),
        (Some(_), None) => Ok(b','),
        _ => Ok(b'.'),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn detected(text: &str) -> Result<(char, char), String> {
        let dialect = detect(Path::new("x.csv"), text.as_bytes(), None, None);
        dialect
            .map(|d| (d.delimiter.into(), d.decimal.into()))
            .map_err(|error| error.to_string())
    }

    #[test]
    fn what_a_file_says_is_found() {
        assert_eq!(detected("a,b\n1,2\n"), Ok((',', '.')));
        assert_eq!(detected("a;b\n1,5;2\n3,25;4\n"), Ok((';', ',')));
        assert_eq!(detected("a;b\n1.5;2\n"), Ok((';', '.')));
        assert_eq!(detected("a\tb\n1\t2\n"), Ok(('\t', '.')));
        assert_eq!(detected("a|b|c\n1|2|3\n"), Ok(('|', '.')));
        assert_eq!(detected("a\n1\n"), Ok((',', '.')));
        assert_eq!(detected("a,b\n\"x;y\",2\n\"z;w\",3\n"), Ok((',', '.')));
        assert_eq!(detected("a;b;c\n10.03.2004;1,5;x\n"), Ok((';', ',')));
        // Rows of another length than the header: the reader says where.
        assert_eq!(detected("a,b,y\n1,2,3\n4,5\n6,7,8\n"), Ok((',', '.')));
    }

    #[test]
    fn what_could_be_either_is_asked() {
        let error = detected("a,b;c,d\n1,2;3,4\n5,6;7,8\n").unwrap_err();
        assert!(error.contains("--delimiter ';'"), "{error}");
        let error = detected("a;b\n1,5;2.5\n").unwrap_err();
        assert!(
            error.contains("`1,5` (line 2)") && error.contains("--decimal ,"),
            "{error}"
        );
    }
}
