//! Finds what stands between the cells of a file.

use std::path::Path;

use crate::dialect::{DELIMITERS, Dialect};
use crate::error::TableError;
use crate::reader::Reader;
use crate::written::{self, Notation};

/// Rows that are looked at.
const ROWS: usize = 100;

/// Finds what stands between the cells of a file that begins with `head`, whose last line may be
/// cut off.
pub(crate) fn find_delimiter(path: &Path, head: &[u8]) -> Result<u8, TableError> {
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
        [] if most.0 == 1 && has_decimal_commas(path, head) => Ok(b';'),
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

/// Tells whether there is one column, of numbers with decimal commas.
fn has_decimal_commas(path: &Path, head: &[u8]) -> bool {
    let (mut count, mut numbers, mut commas, mut is_named) = (0, 0, 0, true);
    rows(path, head, b';', |row| {
        let notation = written::notation(row.cell(0)).filter(|_| row.len() == 1);
        is_named &= count > 0 || !row.cell(0).contains(&b',');
        count += 1;
        numbers += usize::from(notation.is_some());
        commas += usize::from(notation == Some(Notation::Decimal(b',')));
    });
    is_named && commas > 0 && numbers + 1 == count
}

/// Visits the first rows of `head`.
fn rows(path: &Path, head: &[u8], delimiter: u8, mut visit: impl FnMut(&Reader<'_>)) {
    let dialect = Dialect {
        delimiter,
        ..Dialect::USUAL
    };
    let mut reader = Reader::of_text(path.into(), head, dialect);
    let mut left = ROWS;
    while let (1.., Ok(true)) = (left, reader.next_row()) {
        visit(&reader);
        left -= 1;
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use crate::open::CsvFile;
    use crate::options::ReadOptions;
    use crate::source::Source;

    fn detected(text: &str) -> Result<(char, char), String> {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(text.as_bytes()).unwrap();
        let source = Source::new("x.csv".into(), file).unwrap();
        let file = CsvFile::new(vec![source], &ReadOptions::default());
        file.map(|file| file.dialect())
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
            error.contains("`1,5` (line 2)") && error.contains("`tr , . < x.csv"),
            "{error}"
        );
        let error = detected("a;b\n1,5;2\n2.5;3\n").unwrap_err();
        assert!(error.contains("--decimal ,"), "{error}");
    }
}
