use std::io::Write;

use crate::error::TableError;
use crate::open::CsvFile;
use crate::options::ReadOptions;

/// Numbers of rows, without a pattern.
fn numbers(row: usize) -> (f64, f64) {
    let (a, b) = (row * 37 % 101, row * 53 % 89);
    (20.0 + a as f64 / 10.0, 40.0 + b as f64 / 10.0)
}

/// Sums, means, deviations and so on of the numbers of rows, as text.
fn statistics(rows: usize) -> [(&'static str, [String; 2]); 6] {
    let columns = [0, 1].map(|column| -> Vec<f64> {
        let number = |row| [numbers(row).0, numbers(row).1][column];
        (0..rows).map(number).collect()
    });
    let of = |statistic: &dyn Fn(&[f64]) -> f64, places: usize| {
        [0, 1].map(|column| format!("{:.places$}", statistic(&columns[column])))
    };
    let sum = |values: &[f64]| values.iter().sum::<f64>();
    let mean = move |values: &[f64]| sum(values) / values.len() as f64;
    let deviation = move |values: &[f64]| {
        let around = values.iter().map(|value| (value - mean(values)).powi(2));
        (around.sum::<f64>() / (values.len() - 1) as f64).sqrt()
    };
    [
        ("sum", of(&sum, 1)),
        ("mean", of(&mean, 2)),
        ("deviation", of(&deviation, 3)),
        (
            "share",
            of(&|values| 100.0 * deviation(values) / mean(values), 2),
        ),
        (
            "least",
            of(&|values| values.iter().copied().fold(f64::MAX, f64::min), 1),
        ),
        (
            "most",
            of(&|values| values.iter().copied().fold(0.0, f64::max), 1),
        ),
    ]
}

fn statistic(name: &str, rows: usize) -> [String; 2] {
    let all = statistics(rows);
    let found = all.into_iter().find(|(other, _)| *other == name);
    found.unwrap().1
}

/// Rows that are read of a text, and what is said of it.
fn read(text: &str) -> Result<(usize, String), TableError> {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    let file = CsvFile::open(file.path(), &ReadOptions::default())?;
    let table = file.table(usize::MAX)?;
    Ok((table.rows, file.how_read().to_string()))
}

/// A table of 30 rows with first cells and lines behind them.
fn table(names: &str, first: impl Fn(usize) -> String, ends: &str) -> String {
    let row = |at: usize| {
        let (a, b) = numbers(at);
        format!("{},{a:.1},{b:.1}\n", first(at))
    };
    format!(
        "{names},a,b\n{}{ends}",
        (0..30).map(row).collect::<String>()
    )
}

#[track_caller]
fn is_footer(text: &str, lines: u64) {
    let first = text.lines().count() as u64 - lines + 1;
    let (rows, how) = read(text).unwrap();
    assert_eq!(rows, 30, "{text}");
    let from = if lines > 1 {
        "s (from line "
    } else {
        " (line "
    };
    assert!(
        how.contains(&format!("without {lines} footer line{from}{first}")),
        "{how}: {text}"
    );
}

/// Labels in any language, in any place or none: the numbers tell.
#[test]
fn what_sums_up_the_rows_is_no_row() {
    let days = |row: usize| format!("2024-03-{:02}", row + 1);
    let sites = |row: usize| format!("site {row}");
    for label in [
        "Razem",
        "Total général",
        "Gesamtsumme 2024",
        "Totals (5)",
        "合計",
        "",
        "Yhteensä",
    ] {
        let [a, b] = statistic("sum", 30);
        for text in [
            table("day", days, &format!("{label},{a},{b}\n")),
            table("site", sites, &format!("{label},{a},{b}\n")),
            table(
                "id,site",
                |row| format!("{row},{}", sites(row)),
                &format!(",{label},{a},{b}\n"),
            ),
            table("site", sites, &format!("\n\n{label},{a},{b}")),
            table("site", sites, &format!("{label},{a},\n")),
        ] {
            let lines = 1;
            is_footer(&text, lines);
        }
    }
    for (name, label) in [
        ("mean", "Średnio"),
        ("deviation", "Odchylenie"),
        ("share", "%RSD"),
    ] {
        let [a, b] = statistic(name, 30);
        is_footer(&table("site", sites, &format!("{label},{a},{b}\n")), 1);
    }
    // A label behind the numbers, and none at all.
    let [a, b] = statistic("sum", 30);
    let rows: String = (0..30)
        .map(|row| format!("{:.1},{:.1},s{row}\n", numbers(row).0, numbers(row).1))
        .collect();
    is_footer(&format!("a,b,site\n{rows}{a},{b},Summe\n"), 1);
    let rows: String = (0..30)
        .map(|row| format!("{:.1},{:.1}\n", numbers(row).0, numbers(row).1))
        .collect();
    is_footer(&format!("a,b\n{rows}{a},{b}\n"), 1);
}

/// Behind a row that sums up others there are such as cannot be told by their numbers.
#[test]
fn a_block_of_statistics_is_no_rows() {
    let sites = |row: usize| format!("site {row}");
    let [[a, b], [c, d], [e, f]] = ["least", "most", "mean"].map(|name| statistic(name, 30));
    let block = format!("Min,{a},{b}\nMax,{c},{d}\nMean,{e},{f}\n95th percentile,28.1,47.9\n");
    is_footer(&table("site", sites, &block), 4);
    let keyed = table(
        "day",
        |row| format!("2024-03-{:02}", row + 1),
        "LOD,0.1,0.2\nSlope,1.5,2.5\n",
    );
    is_footer(&keyed, 2);
    for label in ["95th percentile", "%RSD", "LOD", "Slope"] {
        let last = format!("{label},28.1,47.9\n");
        is_footer(&table("n", |row| row.to_string(), &last), 1);
    }
}

/// A name is no sum, whatever it is.
#[test]
fn names_that_are_words_for_sums_are_names() {
    for (name, last) in [
        ("who", "Max"),
        ("state", "end"),
        ("brand", "Total"),
        ("what", "Mean"),
    ] {
        let first = |row: usize| match row {
            29 => last.to_string(),
            row => format!("other {row}"),
        };
        let (rows, how) = read(&table(name, first, "")).unwrap();
        assert_eq!((rows, how.as_str()), (30, ""), "{last}");
        let first = |row: usize| match row % 7 {
            3 => last.to_string(),
            row => format!("other {row}"),
        };
        assert_eq!(read(&table(name, first, "")).unwrap().0, 30, "{last}");
    }
    let all = "what,v\nmean,2\nmax,4\nmin,1\nmean,3\nmax,0\n";
    assert_eq!(read(all).unwrap().0, 5);
    // A last row that lacks a cell, or is the largest, is a row.
    let counted = |row: usize| row.to_string();
    assert_eq!(read("x,y\n1,2\n3,2\n4,4\n").unwrap().0, 3);
    assert_eq!(read("name,y\na,1\nb,1\nc,2\nd,4\ne,8\n").unwrap().0, 5);
    for last in ["30,25.1,\n", "30,,47.0\n", "30,30.0,49.0\n"] {
        assert_eq!(read(&table("n", counted, last)).unwrap().0, 31, "{last}");
    }
}

/// Also far behind the front of a file, and of one that is packed.
#[test]
fn long_files_end_where_they_do() {
    let rows = 20_000;
    let row = |at: usize| format!("site {at},{:.1},{:.1}\n", numbers(at).0, numbers(at).1);
    let all: String = (0..rows).map(row).collect();
    let [a, b] = statistic("sum", rows);
    let text = format!("site,a,b\n{all}Razem,{a},{b}\n");
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(text.as_bytes()).unwrap();
    for bytes in [text.into_bytes(), packed.finish().unwrap()] {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(&bytes).unwrap();
        let file = CsvFile::open(file.path(), &ReadOptions::default()).unwrap();
        assert_eq!(file.table(usize::MAX).unwrap().rows, rows);
        let how = file.how_read().to_string();
        assert_eq!(how, "without 1 footer line (line 20002)");
    }
}

/// Last rows that are a mean, a range or a median of those above by the order of measuring.
#[test]
fn rows_that_are_as_all_others_are_rows() {
    use std::fmt::Write;
    // Counters that begin anew with each recording: the last number is the range.
    let mut recordings = String::from("who,t_ms,n,x\n");
    for name in ["a", "b"] {
        for row in 0..320 {
            let x = numbers(row).0;
            let _ = writeln!(recordings, "{name},{},{row},{x:.1}", 20 * row);
        }
    }
    assert_eq!(read(&recordings).unwrap().0, 640);
    // A line, whose middle point is measured last, is the mean in every column.
    let line = "x,y\n1.25,12.51\n2.25,22.51\n3.75,37.51\n4.75,47.51\n3,30.01\n";
    assert_eq!(read(line).unwrap().0, 5);
    let named = "point,x,y\nA,1.25,12.51\nB,2.25,22.51\nC,3.75,37.51\nD,4.75,47.51\nA,3,30.01\n";
    assert_eq!(read(named).unwrap().0, 5);
}
