use std::io::{Cursor, Read, Write};

use crate::detect::find_delimiter;
use crate::dialect::Dialect;
use crate::number;
use crate::open::CsvFile;
use crate::options::ReadOptions;
use crate::reader::Reader;
use crate::source::Source;
use crate::temporary::TempOptions;
use crate::thousands::Thousands;

/// Reads any bytes as a file: the entry for a fuzzer. The first two say how the others are read.
///
/// # Panics
///
/// The rows are others when the bytes come in small pieces, a number that was read on the way is
/// not that of its cell, or the columns differ from the rows.
pub fn fuzz(bytes: &[u8]) {
    let &[how, step, ref text @ ..] = bytes else {
        return;
    };
    let delimiters = [
        None,
        Some(b','),
        Some(b';'),
        Some(b'\t'),
        Some(b'2'),
        Some(b'-'),
    ];
    let options = ReadOptions {
        missing: vec!["-200".into(), "x".into()],
        delimiter: delimiters[usize::from(how) % 6],
        decimal: [None, Some(b'.'), Some(b',')][usize::from(how / 6) % 3],
        header_line: [None, None, Some(u64::from(step))][usize::from(how / 18) % 3],
        no_header: how / 54 == 1,
        comment: None,
        date_format: None,
        dates: None,
        thousands: [None, Some(Thousands::None), Some(Thousands::Space)][usize::from(step) % 3],
        temporary: TempOptions::default(),
        threads: None,
    };
    let delimiter = options
        .delimiter
        .or_else(|| find_delimiter("fuzz".as_ref(), text).ok());
    let dialect = Dialect {
        delimiter: delimiter.unwrap_or(b','),
        decimal: options.decimal.unwrap_or(b'.'),
        thousands: options.thousands,
    };
    let whole = rows(text, text.len().max(1), dialect);
    assert_eq!(rows(text, 1 + usize::from(step), dialect), whole);

    let written = tempfile::tempfile().and_then(|mut file| {
        file.write_all(text)?;
        Source::new("fuzz".into(), file)
    });
    let file = written.map(|source| CsvFile::new(vec![source], &options));
    if let Ok(Ok(mut file)) = file
        && let Ok(table) = file.table(usize::MAX)
    {
        file.take_formats(&table);
        let mut rows = file.rows(&[]).expect("the file was read before");
        for at in 0..table.lines.len() {
            let row = rows.next_row().expect("the row was read before");
            let row = row.expect("there were as many rows before");
            assert_eq!(row.line(), table.lines.of(at));
            for (column, held) in table.columns.iter().enumerate() {
                if let Ok(Some(number)) = row.number(column) {
                    assert_eq!(number.to_bits(), held.values[at].to_bits());
                }
            }
        }
    }
}

/// Hands out a few bytes at a time, so that borders fall inside rows.
struct Drops(Cursor<Vec<u8>>, usize);

impl Read for Drops {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.1.min(buffer.len());
        self.0.read(&mut buffer[..count])
    }
}

/// The line and the cells of each row, whose numbers are read on the way.
fn rows(text: &[u8], step: usize, dialect: Dialect) -> Vec<(u64, Vec<Vec<u8>>)> {
    let input = Box::new(Drops(Cursor::new(text.into()), step));
    let mut reader = Reader::new("fuzz".into(), input, dialect, &[2, 0, 1]);
    let mut rows = Vec::new();
    while let Ok(true) = reader.next_row() {
        for at in 0..reader.len() {
            if let Some(number) = reader.number(at) {
                let cell = number::parse(reader.cell(at), dialect.decimal);
                assert_eq!(Some(number.to_bits()), cell.map(f64::to_bits));
            }
        }
        let cells = (0..reader.len()).map(|at| reader.cell(at).into());
        rows.push((reader.line(), cells.collect()));
    }
    rows
}

#[cfg(test)]
mod tests {
    use downhill::random::Random;

    use super::fuzz;

    const SEEDS: [&str; 5] = [
        "\u{feff}a,b,c\r\n1,-2.5,x\r\n\"3\",\"4\n\",\"5 \"\"q\"\"\"\r\n\r\n,-200,7",
        "time;n\n10.03.2004 18:00;1,5\n11.03.2004 24:60;-200,0\n31.12.9999 24:30;1e400\n",
        "a\tb\tc\n1\t2\n1\t2\t3\t4\ninf\tnan\t-0.0\n123456789.123456789\t.5\t5.\n",
        "a|b\n\"unclosed|1\n2|3\n",
        "n,u,t\n\"1,234.5\",2 C,NA\n7,3 C,1\n1'234,4 C,2\n\"12,34,567\",5 C,-\n9,6 C,$ 3\n",
    ];

    #[test]
    fn any_bytes_are_read_one_way() {
        let mut random = Random::seed(17);
        for _ in 0..1_000 {
            let mut bytes = vec![random.below(256) as u8, random.below(9) as u8];
            match random.below(5) {
                0 => bytes.extend((0..random.below(200)).map(|_| random.below(256) as u8)),
                seed => {
                    let seed = (seed - 1 + random.below(2)) as usize;
                    bytes.extend(SEEDS[seed].bytes());
                    for _ in 0..random.below(12) {
                        let at = 2 + random.below(bytes.len() as u32 - 2) as usize;
                        let piece = b"\"\n\r,;\t.-+0 9\xc3\xff";
                        let byte = piece[random.below(piece.len() as u32) as usize];
                        match random.below(3) {
                            0 => bytes[at] = byte,
                            1 => bytes.insert(at, byte),
                            _ => drop(bytes.remove(at)),
                        }
                    }
                }
            }
            fuzz(&bytes);
        }
    }
}
