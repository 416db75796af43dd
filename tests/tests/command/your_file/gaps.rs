//! Markers of missing values.

use std::collections::HashSet;
use std::fmt::Write;

use downhill_tests::{AIR_FEATURES, data, downhill, json, stderr, stdout};

use super::{case, fitted, inspected, range, said, says, slope, unfitted, write};

#[test]
fn numbers_among_many_markers_are_numbers() {
    let file = case("gaps.csv");
    let fit = fitted(&file, "y", &[]);
    assert!((slope(&fit, "temp") - 2.0).abs() < 1e-9, "{fit}");
    assert_eq!(fit["rows"]["dropped"], 14);
    let note = &fit["format"]["notes"][0];
    assert_eq!(
        (&note["kind"], &note["cells"]),
        (&"missing".into(), &14.into())
    );
    let line = "`NA` read as missing: 14 cells of `temp`";
    says(&said(&["fit", &file, "--target", "y"]), &[line]);
    says(&said(&["inspect", &file, "--target", "y"]), &[line]);
    assert_eq!(range(&inspected(&file, "y", &[]), "temp"), [3.5, 18.5]);
    let hold = fitted(&file, "y", &["--missing", "hold"]);
    assert_eq!(hold["rows"]["filled"], 12);
}

/// Each known marker, once and among few rows.
#[test]
fn known_markers_are_gaps_wherever_numbers_stand() {
    let folder = tempfile::tempdir().unwrap();
    for marker in [
        "NA", "n/a", "N/A", "-", "--", "---", "null", "NULL", "nan", "NaN", "-nan", "#N/A", "?",
        "missing", "Error", "#DIV/0!", "none", "1.#QNAN",
    ] {
        let text = format!("x,y\n1,2\n2,4\n{marker},5\n3,6\n4,\"{marker}\"\n");
        let file = write(folder.path(), "t.csv", &text);
        let fit = fitted(&file, "y", &[]);
        assert!((slope(&fit, "x") - 2.0).abs() < 1e-9, "{marker}");
        let notes = fit["format"]["notes"].as_array().unwrap();
        assert_eq!(notes.len(), 2, "{marker}");
        assert_eq!(
            (&notes[0]["text"], &notes[0]["line"]),
            (&marker.into(), &4.into())
        );
    }
    // Far behind the rows that tell what a column is, and in a file that is not held.
    let rows: String = (0..20_000)
        .map(|row| format!("{},{}\n", row % 90, row % 90 * 2))
        .collect();
    let file = write(folder.path(), "t.csv", &format!("x,y\n{rows}NA,3\n"));
    for more in [&[][..], &["--hold-at-most", "0"]] {
        let mut fit = downhill(&["fit", &file, "--target", "y", "--epochs", "1", "--json"]);
        let fit = json(&fit.args(more).assert().code(0));
        assert_eq!(fit["rows"]["dropped"], 1);
        assert_eq!(fit["format"]["notes"][0]["line"], 20_002);
    }
}

#[test]
fn one_or_two_texts_that_recur_among_numbers_are_gaps() {
    let folder = tempfile::tempdir().unwrap();
    let rows = |texts: [&str; 2]| -> String {
        let cell = |row: usize| match row % 10 {
            3 => texts[0].into(),
            7 => texts[1].into(),
            _ => row.to_string(),
        };
        (0..40)
            .map(|row| format!("{},{}\n", cell(row), 2 * row + row % 3))
            .collect()
    };
    let file = write(
        folder.path(),
        "t.csv",
        &format!("x,y\n{}", rows(["offline", "sensor fault"])),
    );
    let model = folder.path().join("model.json");
    let model = model.to_str().unwrap();
    let fit = fitted(&file, "y", &["--out", model]);
    assert!((slope(&fit, "x") - 2.0).abs() < 0.05);
    let said = said(&["fit", &file, "--target", "y"]);
    says(
        &said,
        &[
            "`offline` read as missing: 4 cells of `x`",
            "`sensor fault` read as missing",
        ],
    );
    // The model knows them, where they do not recur.
    let new = write(folder.path(), "new.csv", "x\n1\noffline\n2\n3\n");
    let predicted = stdout(&downhill(&["predict", model, &new]).assert().code(0));
    assert_eq!(predicted.lines().nth(2), Some("\"\""), "{predicted}");
    // First met behind the rows that tell what a column is.
    let many: String = (0..12_000)
        .map(|row| format!("{row},{}\n", 2 * row + row % 7))
        .collect();
    let file = write(
        folder.path(),
        "t.csv",
        &format!("x,y\n{many}offline,1\noffline,2\n"),
    );
    assert_eq!(fitted(&file, "y", &[])["rows"]["dropped"], 2);
}

#[test]
fn texts_that_do_not_recur_are_refused_all_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let head = "x,y\n1,2\n2,4\n3,6\n4,8\n5,10\n6,12\n7,14\n";
    let file = write(
        folder.path(),
        "t.csv",
        &format!("{head}bad,5\nworse one,6\nbad,7\n\"it's\",1\n"),
    );
    let message = unfitted(&file, "y", &[]);
    says(
        &message,
        &[
            "line 9, column `x`: `bad` is not a number",
            "`worse one` (line 10)",
            "`it's` (line 12)",
        ],
    );
    says(
        &message,
        &["`--missing-value=bad --missing-value='worse one' --missing-value='it'\\''s'`"],
    );
    let options = [
        "--missing-value=bad",
        "--missing-value=worse one",
        "--missing-value=it's",
    ];
    assert_eq!(fitted(&file, "y", &options)["rows"]["dropped"], 4);
    // In a file whose first rows are plain.
    let many: String = (0..12_000)
        .map(|row| format!("{row},{}\n", 2 * row))
        .collect();
    let file = write(
        folder.path(),
        "t.csv",
        &format!("x,y\n{many}bad,1\nworse,2\n"),
    );
    says(
        &unfitted(&file, "y", &[]),
        &["line 12002", "`bad`", "`worse` (line 12003)"],
    );
}

#[test]
fn no_advice_marks_what_looks_like_a_number_as_missing() {
    let folder = tempfile::tempdir().unwrap();
    for cell in [
        "3.204.1", "1_000", "1e999", "1e39", "12-13", "<0.5", "(3)", "5*", "2,5", "1.2.3",
    ] {
        let file = write(
            folder.path(),
            "t.csv",
            &format!("x;y\n1.5;2\n2;4\n3;5\n{cell};6\n"),
        );
        let mut fit = downhill(&["fit", &file, "--target", "y", "--delimiter", ";"]);
        let message = stderr(&fit.assert().code(1));
        assert!(!message.contains("--missing-value"), "{cell}: {message}");
    }
}

/// A limit of detection, or a number with a flag, however often it is there.
#[test]
fn what_looks_like_a_number_is_no_gap() {
    let folder = tempfile::tempdir().unwrap();
    for cell in ["<0.05", ">100", "12.5*", "(3.2)", "20.1-"] {
        let rows: String = (0..40)
            .map(|row| match row % 5 {
                0 => format!("{cell},{row}\n"),
                _ => format!("{row},{row}\n"),
            })
            .collect();
        let file = write(folder.path(), "t.csv", &format!("x,y\n{rows}"));
        let message = unfitted(&file, "y", &[]);
        says(
            &message,
            &[&format!("column `x`: `{cell}` is not a number")],
        );
        // Whoever wants it may.
        let marked = format!("--missing-value={cell}");
        assert_eq!(fitted(&file, "y", &[&marked])["rows"]["dropped"], 8);
    }
    // The code of a fault is none.
    let rows: String = (0..40)
        .map(|row| match row % 5 {
            0 => format!("E1,{row}\n"),
            _ => format!("{row},{row}\n"),
        })
        .collect();
    let file = write(folder.path(), "t.csv", &format!("x,y\n{rows}"));
    assert_eq!(fitted(&file, "y", &[])["rows"]["dropped"], 8);
}

#[test]
fn categories_stay_categories() {
    let folder = tempfile::tempdir().unwrap();
    for (cells, levels) in [
        (["red", "blue", "NA", "red"], 3),
        (["none", "error", "none", "error"], 2),
        (["a", "1", "a", "b"], 3),
    ] {
        let mut text = String::from("kind,z,y\n");
        for row in 0..40 {
            let _ = writeln!(text, "{},{},{}", cells[row % 4], row * 7 % 11, row % 4);
        }
        let file = write(folder.path(), "t.csv", &text);
        let mut fit = downhill(&[
            "fit",
            &file,
            "--target",
            "y",
            "--features",
            "kind",
            "--json",
        ]);
        let fit = json(&fit.args(["--model", "linear"]).assert().code(0));
        assert_eq!(
            fit["features"].as_array().unwrap().len(),
            levels,
            "{cells:?}"
        );
        // What would mark a missing number is said once.
        let notes = fit["format"]["notes"].as_array().cloned();
        let notes = notes.unwrap_or_default();
        let marks = cells
            .iter()
            .filter(|cell| ["NA", "none", "error"].contains(cell));
        let marks: HashSet<&&str> = marks.collect();
        assert_eq!(notes.len(), marks.len(), "{notes:?}");
        for note in &notes {
            let text = note["text"].as_str().unwrap();
            assert!(
                marks.contains(&text) && note["kind"] == "category",
                "{note}"
            );
            assert_eq!(note["option"], format!("--missing-value={text}"));
            let inspected = inspected(&file, "y", &["--features", "kind"]);
            assert!(
                inspected["format"]["notes"]
                    .as_array()
                    .unwrap()
                    .contains(note)
            );
            assert_eq!(inspected["format"]["gaps"], serde_json::json!([]));
            // Its column is none of the features.
            let others = fitted(&file, "y", &["--features", "z"]);
            assert!(others["format"].get("notes").is_none(), "{others}");
        }
    }
}

#[test]
fn a_number_that_marks_gaps_is_asked_about() {
    let file = data("air_quality.csv");
    let options = [
        "--target",
        "CO_GT",
        "--features",
        AIR_FEATURES,
        "--epochs",
        "2",
    ];
    let run = |more: &[&str]| {
        let mut fit = downhill(&["fit", &file]);
        let fit = fit.args(options).args(more).assert().code(0);
        (stdout(&fit), stderr(&fit))
    };
    let (text, warned) = run(&[]);
    let warning = "`-200` recurs apart from the other numbers of";
    says(&text, &[warning]);
    says(
        &warned,
        &["warning: ", warning, "give `--missing-value=-200`"],
    );
    let (json, warned) = run(&["--json"]);
    says(&json, &["\"option\": \"--missing-value=-200\""]);
    says(&warned, &[warning]);
    let (text, warned) = run(&["--missing-value=-200"]);
    assert!(
        !text.contains("recurs") && !warned.contains("recurs"),
        "{text}{warned}"
    );
    let mut inspect = downhill(&["inspect", &file, "--target", "CO_GT"]);
    let inspect = inspect.assert().code(0);
    says(&stdout(&inspect), &[warning]);
    says(&stderr(&inspect), &["warning: "]);
}

#[test]
fn numbers_that_mark_gaps_are_told_from_others() {
    let folder = tempfile::tempdir().unwrap();
    let asked = |cell: &dyn Fn(usize) -> String| -> Vec<String> {
        let rows: String = (0..200)
            .map(|row| format!("{},{}\n", cell(row), row % 17))
            .collect();
        let file = write(folder.path(), "t.csv", &format!("x,y\n{rows}"));
        let read = inspected(&file, "y", &[]);
        let notes = read["format"]["notes"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        let option = |note: &serde_json::Value| note["option"].as_str().unwrap().into();
        notes.iter().map(option).collect()
    };
    let usual = |row: usize| format!("{:.2}", 20.0 + (row * 37 % 101) as f64 / 20.0);
    for marker in ["-999", "-9999", "9999", "99.9", "-200.0", "65535"] {
        let cell = |row: usize| {
            if row % 20 == 5 {
                marker.into()
            } else {
                usual(row)
            }
        };
        let number: f64 = marker.parse().unwrap();
        assert_eq!(asked(&cell), [format!("--missing-value={number}")]);
    }
    // A zero, a plateau, few values, and what is only large.
    assert!(asked(&|row| if row == 5 { "-20".into() } else { usual(row) }).is_empty());
    assert!(
        asked(&|row| if row % 20 == 5 {
            "0".into()
        } else {
            usual(row)
        })
        .is_empty()
    );
    assert!(
        asked(&|row| if row % 3 == 0 {
            "25.5".into()
        } else {
            usual(row)
        })
        .is_empty()
    );
    assert!(asked(&|row| ["1", "2", "100"][row % 3].into()).is_empty());
    assert!(asked(&|row| (row * row).to_string()).is_empty());
}

/// Of the given files only that one has such a number.
#[test]
fn no_other_given_file_is_asked_about() {
    for (file, target) in [
        ("concrete.csv", "strength"),
        ("digits8x8.csv", "x16"),
        ("iris.csv", "petal_w"),
        ("occupancy.csv", "Occupancy"),
        ("telco_churn.csv", "tenure"),
        ("heating.csv", "temperature"),
        ("magnetometer.csv", "x"),
        ("co2_decay.csv", "co2"),
    ] {
        let file = data(file);
        let head = std::fs::read_to_string(&file).unwrap();
        let target = match head
            .lines()
            .next()
            .unwrap()
            .split(',')
            .any(|name| name == target)
        {
            true => target,
            false => head.lines().next().unwrap().split(',').next_back().unwrap(),
        };
        let inspect = downhill(&["inspect", &file, "--target", target])
            .assert()
            .code(0);
        assert_eq!(stderr(&inspect), "", "{file}");
    }
}

/// `NaT`, as pandas writes a time that is missing, is a gap among times and among numbers.
#[test]
fn a_time_that_is_none_is_a_gap() {
    let folder = tempfile::tempdir().unwrap();
    let mut rows = String::from("time,x,y\n");
    for row in 0..24 {
        let time = format!("2024-01-{:02} {:02}:00:00", 1 + row % 5, row * 7 % 24);
        let [time, x] = match row {
            3 | 20 => ["NaT".into(), row.to_string()],
            9 => [time, "NaT".into()],
            _ => [time, row.to_string()],
        };
        let _ = writeln!(rows, "{time},{x},{}", row * 7 % 24 + 2 * row);
    }
    let file = write(folder.path(), "t.csv", &rows);
    let fit = fitted(&file, "y", &["--features", "time:hour,x"]);
    assert_eq!(fit["rows"]["dropped"], 3, "{fit}");
    for (name, value) in [("time:hour", 1.0), ("x", 2.0)] {
        assert!((slope(&fit, name) - value).abs() < 1e-9, "{fit}");
    }
    let text = said(&[
        "inspect",
        &file,
        "--target",
        "y",
        "--features",
        "time:hour,x",
    ]);
    says(
        &text,
        &[
            "`NaT` read as missing: 2 cells of `time`",
            "`NaT` read as missing: 1 cell of `x`",
        ],
    );
}

/// Fill values once, whatever writes them: what is advised takes them for missing, and nothing of them is
/// left.
#[test]
fn a_number_far_off_is_asked_about_once() {
    let folder = tempfile::tempdir().unwrap();
    let usual = |row: usize| format!("{:.2}", 20.0 + (row * 37 % 101) as f64 / 20.0);
    for far in [
        "9.96921E+36",
        "1e20",
        "1.0E+30",
        "99999",
        "9999",
        "2147483647",
        "-32768",
        "65535",
        "4294967295",
        "-999",
        "850",
        "-3.4028235e38",
    ] {
        for (rows, at) in [(60, 41), (12_000, 11_200)] {
            let cell = |row: usize| if row == at { far.into() } else { usual(row) };
            let rows: String = (0..rows)
                .map(|row| format!("{},{}\n", cell(row), row % 17))
                .collect();
            let file = write(folder.path(), "t.csv", &format!("x,y\n{rows}"));
            let fit = ["fit", &file, "--target", "y", "--solver", "lm"];
            let fit = downhill(&fit).assert().code(0);
            let warned = stderr(&fit);
            says(
                &warned,
                &["warning: ", "stands apart from the other numbers of `x`"],
            );
            let option = warned.split('`').find(|text| text.starts_with("--missing"));
            let fit = fitted(&file, "y", &[option.unwrap()]);
            assert_eq!(fit["rows"]["dropped"], 1, "{far}");
            assert!(fit["format"].get("notes").is_none(), "{far}: {fit}");
        }
    }
}

/// Words that mark missing numbers are labels where a column has labels alone.
#[test]
fn labels_are_no_gaps() {
    let folder = tempfile::tempdir().unwrap();
    for labels in [
        ["ok", "fault", "none", "error"],
        ["+", "-", "+", "-"],
        ["invalid", "unknown", "missing", "?-"],
    ] {
        let row = |row: usize| format!("{},{},{}\n", row * 7 % 11, row * 5 % 13, labels[row % 4]);
        let rows: String = (0..80).map(row).collect();
        let file = write(folder.path(), "t.csv", &format!("a,b,state\n{rows}"));
        let read = inspected(&file, "state", &[]);
        assert_eq!(read["format"]["gaps"], serde_json::json!([]), "{labels:?}");
        assert!(read["format"].get("notes").is_none(), "{read}");
        let different = labels.iter().collect::<HashSet<_>>().len();
        assert_eq!(
            read["format"]["classes"].as_array().unwrap().len(),
            different
        );
        assert_eq!(read["whole_rows"], 80);
        let fit = json(&downhill(&["fit", &file, "--target", "state", "--json"]).assert());
        assert_eq!(fit["rows"]["used"], 80, "{labels:?}");
        if labels[0] == "+" {
            says(
                &said(&["fit", &file, "--target", "state"]),
                &["class 1 is `+`"],
            );
        }
    }
}

/// Labels that are missing are said by `inspect` as by `fit`.
#[test]
fn missing_labels_are_gaps_in_both_commands() {
    let folder = tempfile::tempdir().unwrap();
    let row = |row: usize| format!("{},{}\n", row * 7 % 11, ["ok", "NA", "bad"][row % 3]);
    let rows: String = (0..60).map(row).collect();
    let file = write(folder.path(), "t.csv", &format!("a,state\n{rows}"));
    let line = "`NA` read as missing: 20 cells of `state`";
    says(
        &said(&["inspect", &file, "--target", "state"]),
        &[line, "gaps     `state` 20"],
    );
    let fit = downhill(&["fit", &file, "--target", "state", "--epochs", "1"]).assert();
    says(&stdout(&fit), &[line, "20 dropped for a missing value"]);
}
