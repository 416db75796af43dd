use super::*;
use crate::cells::NOWHERE;

/// Hands out a few bytes at a time, so that every border falls inside a row once.
struct Drops(Vec<u8>, usize);

impl Read for Drops {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.1.min(self.0.len()).min(buffer.len());
        buffer[..count].copy_from_slice(&self.0[..count]);
        self.0.drain(..count);
        Ok(count)
    }
}

fn rows(text: &str, step: usize) -> Vec<(u64, Vec<String>)> {
    let input = Box::new(Drops(text.into(), step));
    let mut reader = Reader::new("x.csv".into(), input, Dialect::USUAL, &[0, 1]);
    let mut rows = Vec::new();
    while reader.next_row().unwrap() {
        let cells = (0..reader.len()).map(|at| reader.text(at).unwrap().into());
        rows.push((reader.line(), cells.collect()));
    }
    rows
}

#[test]
fn rows_are_the_same_however_the_bytes_come() {
    let text = "\u{feff}a, b \r\n\r\n1,2\n\n\"x\n,y\",\"say \"\"no\"\"\"\r\n3,\"\"\n,\nlast,row";
    let whole = rows(text, text.len());
    let cells: Vec<Vec<&str>> = whole
        .iter()
        .map(|row| row.1.iter().map(String::as_str).collect())
        .collect();
    let expected: [&[&str]; 6] = [
        &["a", "b"],
        &["1", "2"],
        &["x\n,y", "say \"no\""],
        &["3", ""],
        &["", ""],
        &["last", "row"],
    ];
    assert_eq!(cells, expected);
    let lines: Vec<u64> = whole.iter().map(|row| row.0).collect();
    assert_eq!(lines, [1, 3, 5, 7, 8, 9]);
    for step in 1..text.len() {
        assert_eq!(rows(text, step), whole, "{step} bytes at a time");
    }
}

/// The `csv` crate, which everybody reads such files with, sees the same cells: in blocks of
/// any size, with blank lines, either end of a line or none behind the last, with what stands
/// in front of UTF-8, and with cells longer than a window.
#[test]
fn rows_are_those_of_the_csv_crate() {
    let mut random = downhill::random::Random::seed(3);
    let long = "long".repeat(50);
    let pieces = [
        "1",
        "2.5",
        "a b",
        "\"q,\n\"\"r\"",
        "\"\"",
        "",
        "x\"y",
        " 7 ",
        "\"\r\n\"",
        "\u{e9}\t!",
        &long,
        "-0.123456",
    ];
    for _ in 0..600 {
        let mut text = String::from(["", "", "\u{feff}"][random.below(3) as usize]);
        for _ in 0..1 + random.below(9) {
            for cell in 0..3 {
                text += pieces[random.below(pieces.len() as u32) as usize];
                text += if cell < 2 {
                    ","
                } else {
                    ["\n", "\r\n", "\n\r\n\n"][random.below(3) as usize]
                };
            }
        }
        if random.below(2) == 0 {
            text.truncate(text.trim_end_matches(['\r', '\n']).len());
        }
        let mut theirs = csv::ReaderBuilder::new();
        theirs
            .has_headers(false)
            .flexible(true)
            .trim(csv::Trim::All);
        let theirs: Vec<Vec<String>> = theirs
            .from_reader(text.as_bytes())
            .records()
            .map(|row| row.unwrap().iter().map(String::from).collect())
            .collect();
        for step in [1, 5, 1 + random.below(200) as usize, text.len()] {
            let ours: Vec<Vec<String>> = rows(&text, step).into_iter().map(|row| row.1).collect();
            assert_eq!(ours, theirs, "{text:?}, {step} bytes at a time");
        }
    }
}

/// Rows that are longer than a block, or lie across its border, wherever that is.
#[test]
fn a_border_of_blocks_changes_nothing() {
    for before in (BLOCK - 70..BLOCK + 3).chain([2 * BLOCK, 5 * BLOCK]) {
        for (row, cells) in [
            ("1.25,-22,x\n", ["1.25", "-22", "x"]),
            ("1,\"a\nb\",3\r\n", ["1", "a\nb", "3"]),
        ] {
            let text = format!("{},2,3\n{row}7,8,9", "a".repeat(before));
            let rows = rows(&text, text.len());
            assert_eq!(rows.len(), 3, "{before}");
            assert_eq!(rows[0].1[0].len(), before);
            assert_eq!(rows[1], (2, cells.map(String::from).into()), "{before}");
            assert_eq!(rows[2].1, ["7", "8", "9"], "{before}");
        }
    }
}

/// Rows of plain numbers are read at once, into their places, and others are not.
#[test]
fn rows_of_plain_numbers_are_read_at_once() {
    let plain = [
        "0",
        "-0",
        "7",
        "-3.25",
        "+.5",
        "2.",
        "-0.153582",
        "1234567",
        "12345678",
        "-1234567.5",
        "0.123456789012345",
        "\"2.5\"",
    ];
    let odd = [
        "", "-", ".", "1e3", " 7", "7 ", "\"1\n2\"", "x", "inf", "1.2.3", "\u{e9}",
    ];
    for (delimiter, decimal, end) in [
        (',', '.', "\n"),
        ('\t', '.', "\r\n"),
        (';', ',', "\n"),
        (';', '.', "\r"),
    ] {
        let dialect = Dialect {
            delimiter: delimiter as u8,
            decimal: decimal as u8,
            thousands: None,
        };
        for (piece, is_plain) in plain
            .map(|p| (p, true))
            .into_iter()
            .chain(odd.map(|o| (o, false)))
        {
            let cell = piece.replace('.', &decimal.to_string());
            // The cell in the middle is not taken.
            let text = format!("1{delimiter}x{delimiter}{cell}{end}{cell}{delimiter}{delimiter}2");
            let input = Box::new(Drops(text.into(), 7));
            let mut reader = Reader::new("x.csv".into(), input, dialect, &[1, NOWHERE, 0]);
            let number = piece.trim_matches('"').parse::<f64>().unwrap_or(f64::NAN);
            for expected in [[number, 1.0], [2.0, number]] {
                assert!(reader.next_row().unwrap());
                let bits = |numbers: &[f64]| [numbers[0].to_bits(), numbers[1].to_bits()];
                let expected = is_plain.then(|| bits(&expected));
                assert_eq!(reader.numbers().map(bits), expected, "{piece:?}");
            }
            assert!(!reader.next_row().unwrap());
        }
    }
}
