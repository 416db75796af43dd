//! Separators of thousands and decimal marks.

use std::fmt::Write;

use downhill_tests::{downhill, stderr, stdout};

use super::{case, fitted, followed, inspected, range, refused, says, slope, unfitted, write};

/// The first option that the message advises gives the slope of numbers with thousands.
#[test]
fn what_nothing_settles_is_refused_with_options_that_work() {
    for (file, mark) in [
        ("thousands_dot.csv", '.'),
        ("thousands_comma.csv", ','),
        ("thousands_comma.tsv", ','),
    ] {
        let file = case(file);
        let message = unfitted(&file, "kwh", &[]);
        let [thousands, decimal] = ["thousands", "decimal"].map(|o| format!("`--{o} {mark}`"));
        says(
            &message,
            &["line 10, column `kwh`", "1100 or 1.1", &thousands, &decimal],
        );
        let fits = followed(&message, &file, "kwh", &[]);
        assert_eq!(fits.len(), 2, "{message}");
        assert!((slope(&fits[0], "m2") - 22.0).abs() < 1e-9, "{file}");
        assert!(slope(&fits[1], "m2") < 0.0, "{file}");
        let note = &fits[0]["format"]["notes"][0];
        assert_eq!(
            (&note["kind"], &note["cells"]),
            (&"thousands".into(), &7.into())
        );
    }
    // Of decimal points, commas can only part thousands.
    let file = case("thousands_comma.csv");
    assert!((slope(&fitted(&file, "kwh", &["--decimal", "."]), "m2") - 22.0).abs() < 1e-9);
}

#[test]
fn quoted_prices_are_refused_with_options_that_work() {
    let file = case("percent_and_quotes.csv");
    let message = unfitted(&file, "price", &["--features", "qty"]);
    says(&message, &["line 2, column `price`", "1521 or 1.521"]);
    assert!(!message.contains("--missing-value"), "{message}");
    let fits = followed(&message, &file, "price", &["--features", "qty"]);
    assert!((slope(&fits[0], "qty") - 3.0).abs() < 1e-9);
    assert!((slope(&fits[1], "qty") - 0.003).abs() < 1e-9);
}

/// A column of text says nothing of how numbers are written.
#[test]
fn addresses_notes_and_clock_times_settle_no_mark() {
    let folder = tempfile::tempdir().unwrap();
    let table = |head: &str, delimiter: &str, text: &dyn Fn(u32) -> String, values: f64| {
        let mut rows = format!("{head}\n");
        for k in 0..30 {
            let (text, x) = (text(k), values + f64::from(k) * 0.063);
            writeln!(rows, "{text}{delimiter}{x:.3}{delimiter}{k}").unwrap();
        }
        write(folder.path(), "text.csv", &rows)
    };
    for text in [
        &|k| format!("192.168.178.{}", 80 + k) as String,
        &|_| "192.168.178.101".into(),
        &|k| {
            if k == 9 {
                "\"3,5\"".into()
            } else {
                "ok".into()
            }
        },
        &|k| if k == 9 { "3.5".into() } else { "ok".into() },
    ] as [&dyn Fn(u32) -> String; 4]
    {
        let file = table("text,temp,y", ",", text, 21.0);
        let read = inspected(&file, "y", &[]);
        assert_eq!(range(&read, "temp"), [21.0, 22.827], "{}", text(9));
    }
    for text in [
        &|k| if k == 9 { "2.5".into() } else { "ok".into() },
        &|k| format!("{:02}.30", k % 12) as String,
        &|k| format!("{:02}.05", k + 1) as String,
    ] as [&dyn Fn(u32) -> String; 3]
    {
        let file = table("text;kwh;y", ";", text, 1.0);
        says(&unfitted(&file, "y", &[]), &["line 2, column `kwh`"]);
    }
}

#[test]
fn other_columns_settle_what_a_mark_is() {
    let read = inspected(&case("thousands_and_decimals.csv"), "wind", &[]);
    assert_eq!(range(&read, "watt"), [10.0, 2627.0]);
    assert_eq!(range(&read, "wind"), [2.1, 13.8]);
    let folder = tempfile::tempdir().unwrap();
    for (rows, decimal, least) in [
        // A fraction of another length, a mark twice, both marks, and a zero in front.
        ("1.100;1.5\n220;2\n", ".", 1.1),
        ("1.100;1.234.567\n220;2\n", ",", 220.0),
        ("1.100;1.234,5\n220;2\n", ",", 220.0),
        ("1.100;0.125\n220;2\n", ".", 1.1),
        ("1,100;0,125\n220;2\n", ",", 1.1),
        ("1,100;1.5\n220;2\n", ".", 220.0),
    ] {
        let file = write(folder.path(), "t.csv", &format!("x;y\n{rows}"));
        let read = inspected(&file, "y", &[]);
        assert_eq!(read["format"]["decimal"], decimal, "{rows}");
        assert_eq!(range(&read, "x")[0], least, "{rows}");
    }
}

/// Every separator, in front of each mark that it leaves.
#[test]
fn numbers_are_read_as_they_are_written() {
    let folder = tempfile::tempdir().unwrap();
    for (cell, value) in [
        ("1.234.567", 1_234_567.0),
        ("1.234,5", 1234.5),
        ("1,234.5", 1234.5),
        ("-1,234.5", -1234.5),
        ("1'234.5", 1234.5),
        ("1\u{2019}234.5", 1234.5),
        ("1 234,5", 1234.5),
        ("1\u{a0}234,5", 1234.5),
        ("1\u{202f}234,5", 1234.5),
        ("1 234 567", 1_234_567.0),
        ("12,34,567", 1_234_567.0),
        ("12,34,567.25", 1_234_567.25),
        ("\u{2212}1.234,5", -1234.5),
    ] {
        for (name, text) in [
            ("t.csv", format!("x;y\n{cell};2\n1;3\n")),
            ("t.tsv", format!("x\ty\n{cell}\t2\n1\t3\n")),
            ("c.csv", format!("x,y\n\"{cell}\",2\n1,3\n")),
        ] {
            let file = write(folder.path(), name, &text);
            let read = inspected(&file, "y", &[]);
            let [least, most] = range(&read, "x");
            assert_eq!(if value < 0.0 { least } else { most }, value, "{text}");
            assert_eq!(read["format"]["notes"][0]["text"], *cell);
        }
    }
}

/// The first thousands of rows leave it open, and one far behind settles it.
#[test]
fn all_of_a_file_settles_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut rows = String::new();
    for row in 0..6000 {
        let (x, y) = (row % 700, 100 + row % 700);
        let late = if row == 5000 { ",5" } else { "" };
        let _ = writeln!(rows, "{}.{x:03};{y}{late}", 1 + row % 3);
    }
    let file = write(folder.path(), "late.csv", &format!("x;y\n{rows}"));
    let read = inspected(&file, "y", &[]);
    assert_eq!(read["format"]["decimal"], ",");
    assert_eq!(range(&read, "x"), [1000.0, 3699.0]);
    // No mark at all in the front.
    let plain: String = (0..5000)
        .map(|row| format!("{};{row}\n", row % 7))
        .collect();
    let late = "1,5;3\n";
    let file = write(folder.path(), "late.csv", &format!("x;y\n{plain}{late}"));
    assert_eq!(inspected(&file, "y", &[])["format"]["decimal"], ",");
}

/// A number that is first met behind rows that settled another mark.
#[test]
fn what_contradicts_is_refused_with_its_line_and_the_option() {
    let folder = tempfile::tempdir().unwrap();
    let rows: String = (0..300).map(|row| format!("{row},5;{row}\n")).collect();
    for (cell, words) in [
        ("2.5", ["decimal commas", "`--decimal .`"]),
        ("1,234,567", ["decimal commas", "`--thousands ,`"]),
    ] {
        let text = format!("x;y\n{rows}{cell};3\n");
        let file = write(folder.path(), "late.csv", &text);
        let message = unfitted(&file, "y", &[]);
        says(&message, &["line 302, column `x`", &format!("`{cell}`")]);
        says(&message, &words);
        assert!(!message.contains("--missing-value"), "{message}");
    }
}

#[test]
fn an_option_leaves_but_one_separator() {
    let folder = tempfile::tempdir().unwrap();
    let file = write(folder.path(), "t.csv", "x;y\n1'234;2\n2,5;3\n4;4\n");
    let message = unfitted(&file, "y", &["--thousands", "none"]);
    says(
        &message,
        &["line 2", "`--thousands` is `none`", "`--thousands '`"],
    );
    assert_eq!(
        range(&inspected(&file, "y", &["--thousands", "'"]), "x")[1],
        1234.0
    );
    unfitted(&file, "y", &["--thousands", "space"]);
    let said = unfitted(&file, "y", &["--thousands", ",", "--decimal", ","]);
    says(&said, &["`--thousands` and `--decimal` two characters"]);
    let mut fit = downhill(&["fit", &file, "--target", "y", "--thousands", ";"]);
    says(&stderr(&fit.assert().code(2)), &["`space` or `none`"]);
}

/// As many digits in every number is how programs write fractions, and it is said.
#[test]
fn three_decimals_in_every_number_are_read_and_said() {
    let folder = tempfile::tempdir().unwrap();
    let text = "n,x\n1,25.050\n2,24.992\n3,24.875\n";
    let file = write(folder.path(), "t.csv", text);
    let mut inspect = downhill(&["inspect", &file, "--target", "x"]);
    let said = stdout(&inspect.assert().code(0));
    says(
        &said,
        &[
            "`25.050` (line 2, column `x`) read as 25.05",
            "`--thousands .`",
        ],
    );
    assert_eq!(
        range(&inspected(&file, "n", &["--thousands", "."]), "x")[1],
        25_050.0
    );
    let semicolons = write(folder.path(), "s.csv", &text.replace(',', ";"));
    says(&unfitted(&semicolons, "x", &[]), &["25050 or 25.05"]);
}

#[test]
fn a_model_predicts_from_numbers_written_otherwise() {
    let folder = tempfile::tempdir().unwrap();
    let model = folder.path().join("model.json");
    let model = model.to_str().unwrap();
    let file = case("thousands_dot.csv");
    fitted(&file, "m2", &["--thousands", ".", "--out", model]);
    for rows in [
        "kwh\n1100\n",
        "kwh,n\n\"1,100\",0.5\n",
        "kwh;n\n1.100;0,5\n",
    ] {
        let new = write(folder.path(), "new.csv", rows);
        let predicted = downhill(&["predict", model, &new]).assert().code(0);
        let number: f64 = stdout(&predicted).lines().nth(1).unwrap().parse().unwrap();
        assert!((number - 50.0).abs() < 1e-9, "{rows}: {number}");
        assert_eq!(
            stderr(&predicted).contains("read as 1100"),
            !rows.contains("\n1100")
        );
    }
    let new = write(folder.path(), "new.csv", "kwh;n\n1.100;5\n220;6\n");
    let mut predict = downhill(&["predict", model, &new]);
    says(&stderr(&predict.assert().code(1)), &["`--thousands .`"]);
}

#[test]
fn decimal_commas_are_read_between_quotes_and_in_one_column() {
    let read = inspected(&case("quoted_decimals.csv"), "y", &[]);
    assert_eq!(range(&read, "a"), [1.5, 20.5]);
    assert_eq!(range(&read, "y"), [2.25, 40.25]);
    assert_eq!(read["format"]["decimal"], ",");
    let message = unfitted(&case("one_decimal_comma.csv"), "load", &[]);
    says(&message, &["no column but the target `load` holds numbers"]);
    let folder = tempfile::tempdir().unwrap();
    let file = write(folder.path(), "t.csv", "a,y\n1,5,2,25\n2,5,4,25\n");
    says(
        &unfitted(&file, "y", &[]),
        &["decimal commas", "`--decimal ,`"],
    );
    let file = write(folder.path(), "t.csv", "a;y\n1,5;2\n2,5;4;5\n");
    says(&unfitted(&file, "y", &[]), &["line 3", "stray semicolon"]);
}

/// Times of a clock, codes with a letter and versions say nothing of how numbers are written, where
/// another column has marks.
#[test]
fn what_is_no_number_settles_no_mark() {
    let folder = tempfile::tempdir().unwrap();
    for (name, cells) in [
        ("uhr", ["12.30", "13.45", "14.00"]),
        ("model", ["2.5a", "3.1b", "14.2c"]),
        ("fw version", ["1.100.200", "1.100.201", "1.100.202"]),
    ] {
        let rows = cells.iter().zip(["1.100", "1.210", "990"]);
        let rows: String = rows
            .map(|(cell, kwh)| format!("{cell};{kwh};1\n"))
            .collect();
        let file = write(folder.path(), "a.csv", &format!("{name};kwh;x\n{rows}"));
        let message = unfitted(&file, "kwh", &["--features", "x"]);
        says(&message, &["`1.100` can be 1100 or 1.1"]);
        let others = format!("{name};kwh;x\n{}", rows.replace(";1\n", ";1,5\n"));
        let file = write(folder.path(), "b.csv", &others);
        let read = inspected(&file, "kwh", &["--features", "x"]);
        assert_eq!(range(&read, "kwh"), [990.0, 1210.0], "{name}");
    }
    // Alone, numbers that look like times are numbers.
    let file = write(
        folder.path(),
        "c.csv",
        "price;n\n12.30;1\n13.45;2\n14.00;4\n",
    );
    assert_eq!(range(&inspected(&file, "n", &[]), "price"), [12.3, 14.0]);
}

/// Numbers without a mark beside such that could have either, below 1000, above it and both, in one
/// file or behind the end of another.
#[test]
fn numbers_without_a_mark_settle_none() {
    let folder = tempfile::tempdir().unwrap();
    for cells in [
        &["997", "1050", "1.210", "1.340", "990"][..],
        &["1.210", "1050", "1.340", "2000"],
        &["12000", "1.210"],
        &["\"1,210\"", "1050", "997"],
    ] {
        for delimiter in [",", ";"] {
            let rows = cells.iter().enumerate();
            let rows: Vec<String> = rows
                .map(|(k, cell)| format!("{cell}{delimiter}{}\n", 30 + k))
                .collect();
            let head = format!("kwh{delimiter}m2\n");
            let file = write(folder.path(), "a.csv", &(head.clone() + &rows.concat()));
            let mark = if cells[0].contains(',') { ',' } else { '.' };
            let told = [
                "can be 1210 or 1.21",
                &format!("`--thousands {mark}`"),
                &format!("`--decimal {mark}`"),
            ];
            let message = unfitted(&file, "m2", &[]);
            says(&message, &told);
            let largest: Vec<f64> = message
                .split('`')
                .filter(|text| text.starts_with("--"))
                .map(|option| {
                    let words: Vec<&str> = option.split(' ').collect();
                    range(&inspected(&file, "m2", &words), "kwh")[0]
                })
                .collect();
            assert!(largest[0] >= 990.0 && largest[1] < 2.0, "{cells:?}");
            let (front, back) = rows.split_at(rows.len() / 2);
            let [front, back] = [(front, "b.csv"), (back, "c.csv")]
                .map(|(rows, name)| write(folder.path(), name, &(head.clone() + &rows.concat())));
            says(
                &refused(&["fit", &front, &back, "--target", "m2"], 1),
                &told,
            );
        }
    }
}
