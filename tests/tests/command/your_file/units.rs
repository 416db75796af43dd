//! Units, percent signs and currencies in the cells.

use std::fmt::Write;

use downhill_tests::{downhill, stderr, stdout};

use super::{case, fitted, inspected, range, refused, result, says, slope, unfitted, write};

#[test]
fn one_unit_a_column_is_read_and_said() {
    let read = inspected(&case("units.csv"), "soil", &[]);
    assert_eq!(range(&read, "temp"), [20.0, 22.9]);
    assert_eq!(range(&read, "hum"), [54.2, 60.0]);
    let units: Vec<_> = read["format"]["notes"].as_array().unwrap().iter().collect();
    assert_eq!(
        (&units[0]["unit"], &units[1]["unit"]),
        (&"C".into(), &"%".into())
    );
    let mut fit = downhill(&["fit", &case("units.csv"), "--target", "soil"]);
    let said = stdout(&fit.assert().code(0));
    says(
        &said,
        &["`20.0 C` (line 2) read as 20: the unit of `temp` is `C`"],
    );
    says(
        &said,
        &["`60.0%` (line 2) read as 60: the unit of `hum` is `%`"],
    );
    let percent = case("percent_and_quotes.csv");
    let read = inspected(&percent, "qty", &["--thousands", ","]);
    assert_eq!(range(&read, "sold"), [10.0, 79.0]);
}

/// Each unit in a file of its own, with other marks too.
#[test]
fn units_are_read_as_they_are_written() {
    let folder = tempfile::tempdir().unwrap();
    for cells in [
        ["12 °C", "13,5 °C"],
        ["12V", "13,5V"],
        ["12 %", "13,5 %"],
        ["12 W/m2", "13,5 W/m2"],
        ["12 widgets", "13,5 widgets"],
    ] {
        let text = format!("x;y\n{};1\n{};2\n;3\nNA;4\n", cells[0], cells[1]);
        let file = write(folder.path(), "t.csv", &text);
        assert_eq!(
            range(&inspected(&file, "y", &[]), "x"),
            [12.0, 13.5],
            "{text}"
        );
        let fit = fitted(&file, "y", &[]);
        assert_eq!(fit["rows"]["used"], 2, "{text}");
        assert!((slope(&fit, "x") - 1.0 / 1.5).abs() < 1e-9, "{text}");
    }
}

#[test]
fn several_units_are_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let mut late = String::from("x,y\n");
    for row in 0..12_000 {
        let unit = if row == 11_000 { "F" } else { "C" };
        let _ = writeln!(late, "{row} {unit},{row}");
    }
    for (text, words) in [
        (
            "x,y\n20 C,1\n68 F,2\n21 C,3\n",
            &[
                "line 3, column `x`",
                "`68 F` is in `F`",
                "`20 C` (line 2) in `C`",
            ][..],
        ),
        (
            "x,y\n60%,1\n0.6,2\n70%,3\n",
            &["line 2, column `x`", "`60%` is in `%`", "no unit"],
        ),
        (
            "x,y\n6,1\n0.6,2\n70%,3\n",
            &["line 4, column `x`", "`70%` is in `%`", "no unit"],
        ),
        (
            &late,
            &[
                "line 11002, column `x`",
                "`11000 F` is in `F`",
                "`0 C` (line 2) in `C`",
            ],
        ),
    ] {
        let file = write(folder.path(), "t.csv", text);
        let message = unfitted(&file, "y", &[]);
        says(&message, words);
        says(&unfitted(&file, "y", &["--features", "x"]), words);
        assert!(!message.contains("--missing-value"), "{message}");
    }
}

/// A row behind those that told the unit, in a file that is not held.
#[test]
fn a_cell_without_the_unit_of_its_column_is_refused_wherever_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let rows: String = (0..12_000).map(|row| format!("{row}%,{row}\n")).collect();
    let file = write(folder.path(), "t.csv", &format!("x,y\n{rows}0.5,3\n"));
    let message = unfitted(&file, "y", &["--hold-at-most", "0"]);
    says(
        &message,
        &[
            "line 12002, column `x`",
            "`0.5` has no unit",
            "`0%` (line 2) in `%`",
        ],
    );
}

#[test]
fn money_is_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    for cell in ["$ 3.20", "€3.20", "3.20 €", "EUR 1,234.50", "-$5"] {
        let text = format!("x,y\n\"{cell}\",1\n\"{cell}\",2\n\"{cell}\",3\n");
        let file = write(folder.path(), "t.csv", &text);
        for more in [&[][..], &["--features", "x"]] {
            let message = unfitted(&file, "y", more);
            says(&message, &["line 2, column `x`", "amount of money", "take"]);
            assert!(!message.contains("--missing-value"), "{message}");
        }
    }
}

/// Letters behind numbers that are no units: categories as ever.
#[test]
fn categories_that_begin_with_digits_stay_categories() {
    let folder = tempfile::tempdir().unwrap();
    let rows: String = (0..40)
        .map(|row| format!("{}{},{row}\n", row % 3, ["x", "y"][row % 2]))
        .collect();
    let file = write(folder.path(), "t.csv", &format!("kind,y\n{rows}"));
    let fit = fitted(
        &file,
        "y",
        &[
            "--features",
            "kind",
            "--loss",
            "squared",
            "--bounds",
            "intercept=0..0",
        ],
    );
    assert_eq!(fit["features"].as_array().unwrap().len(), 6, "{fit}");
}

#[test]
fn a_model_predicts_from_cells_with_units() {
    let folder = tempfile::tempdir().unwrap();
    let model = folder.path().join("model.json");
    let model = model.to_str().unwrap();
    let file = write(folder.path(), "t.csv", "x,y\n1%,2\n2%,4\n3%,6\n");
    fitted(&file, "y", &["--out", model]);
    for rows in ["x\n4%\n", "x\n4\n", "x\n4 %\n"] {
        let new = write(folder.path(), "new.csv", rows);
        let predicted = downhill(&["predict", model, &new]).assert().code(0);
        let number: f64 = stdout(&predicted).lines().nth(1).unwrap().parse().unwrap();
        assert!((number - 8.0).abs() < 1e-9, "{rows}: {number}");
    }
    let new = write(folder.path(), "new.csv", "x\n4%\n5\n");
    let mut predict = downhill(&["predict", model, &new]);
    says(&stderr(&predict.assert().code(1)), &["`%`", "no unit"]);
}

/// A model takes no numbers in another unit than those that it has learned from, wherever the file
/// says it.
#[test]
fn a_model_refuses_another_unit() {
    let folder = tempfile::tempdir().unwrap();
    let rows = "1,20\n2,23\n3,26\n4,29\n";
    let text = |of_x: &str, of_y: &str| format!("x,y\n{of_x},{of_y}\n{rows}");
    let model = folder.path().join("model.json");
    let model = model.to_str().unwrap();
    let learned = write(folder.path(), "learned.csv", &text("(mV)", "Deg C"));
    fitted(&learned, "y", &["--out", model]);
    let alike = write(folder.path(), "alike.csv", &text("mV", "degC"));
    let bare = write(folder.path(), "bare.csv", &format!("x,y\n{rows}"));
    for file in [&alike, &bare] {
        result(&["predict", model, file]);
        result(&["eval", model, file]);
    }
    let volts = write(folder.path(), "volts.csv", &text("V", "degC"));
    let message = refused(&["predict", model, &volts], 1);
    says(
        &message,
        &[
            "volts.csv, line 2, column `x`: the unit is `V`",
            "from `(mV)`",
        ],
    );
    refused(&["eval", model, &volts], 1);
    let fahrenheit = write(folder.path(), "f.csv", &text("mV", "°F"));
    says(
        &refused(&["eval", model, &fahrenheit], 1),
        &["column `y`: the unit is `°F`"],
    );
    // Of a file without the target nothing is compared with it.
    result(&["predict", model, &fahrenheit]);
    let test = unfitted(&learned, "y", &["--test", &volts]);
    says(&test, &["volts.csv", "the unit is `V`"]);
    // In the cells.
    let cells = |unit: &str| format!("x,y\n1 {unit},20\n2 {unit},23\n3 {unit},27\n4 {unit},29\n");
    let learned = write(folder.path(), "cells.csv", &cells("°C"));
    fitted(&learned, "y", &["--out", model]);
    let other = write(folder.path(), "other.csv", &cells("°F"));
    says(
        &refused(&["predict", model, &other], 1),
        &["the unit is `°F`"],
    );
}

#[test]
fn units_are_found_in_the_names() {
    let folder = tempfile::tempdir().unwrap();
    let lgr = |label: &str| format!("(LGR S/N: 104, SEN S/N: 104, LBL: {label})");
    let names = format!(
        "\"Temp, °C {}\",\"Temp, °C {}\",P [kW],Q (kvar),t (UTC),y",
        lgr("Inside"),
        lgr("Outside")
    );
    let text = format!("{names}\n1,2,3,4,5,6\n2,3,4,4,6,9\n4,3,3,5,8,9\n");
    let file = write(folder.path(), "names.csv", &text);
    let found = inspected(&file, "y", &[]);
    let units = &found["format"]["units"];
    assert_eq!(
        (&units["P [kW]"], &units["Temp (Inside)"]),
        (&"kW".into(), &"°C".into())
    );
    assert_eq!(units["t (UTC)"], serde_json::Value::Null);
    // The long name is known too.
    let long = format!("\"Temp, °C {}\"", lgr("Inside"));
    for name in [&*long, "Temp (Inside)"] {
        fitted(&file, "y", &["--features", name]);
    }
}
