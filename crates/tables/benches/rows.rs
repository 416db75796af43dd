//! Time a row takes from a file to numbers: `cargo bench -p downhill-tables`.

use std::fmt::Write as _;
use std::hint::black_box;
use std::io::Write as _;
use std::time::Instant;

use downhill_tables::{CsvFile, ReadOptions};

const ROWS: u32 = 200_000;
const ROUNDS: u32 = 7;

/// A table of eight columns, whose first cell of each row stands between these.
fn table(around: &str) -> String {
    let mut text = String::from("a,b,c,d,e,f,g,y\n");
    for row in 0..ROWS {
        let number = f64::from(row % 9_973) / 1_000.0 - 4.0;
        let _ = write!(text, "{around}{number:.4}{around}");
        for cell in 1..8 {
            let _ = write!(text, ",{:.4}", number * f64::from(cell));
        }
        text.push('\n');
    }
    text
}

fn main() {
    let only = std::env::args().nth(1);
    for (name, around) in [("plain", ""), ("quoted", "\"")] {
        if only
            .as_deref()
            .is_some_and(|only| only == "plain" && name != only)
        {
            continue;
        }
        let mut file = tempfile::NamedTempFile::new().expect("a file can be made");
        let text = table(around);
        file.write_all(text.as_bytes()).expect("there is room");
        let file = CsvFile::open(file.path(), &ReadOptions::default()).expect("a table");
        let round = |_| {
            let begin = Instant::now();
            let mut rows = file.rows(&[0, 1, 2, 3, 4, 5, 6, 7]).expect("a table");
            let mut numbers = Vec::new();
            while let Some(row) = rows.next_row().expect("a row") {
                let row = row.numbers().expect("every cell is a number");
                numbers.extend(row.iter().map(|&number| number as f32));
            }
            black_box(numbers);
            begin.elapsed() / ROWS
        };
        let best = (0..ROUNDS).map(round).min().unwrap_or_default();
        println!("{name}: {} ns a row", best.as_nanos());
    }
}
