//! Rows that a fit was not made for: copies of its own, classes that it lacks, numbers beyond its
//! rows, and rows that cannot be read.

use std::fs;

use downhill_tests::{downhill, stderr, stdout};

use super::{fitted, refused, result, said, says, write};

#[test]
fn rows_that_were_learned_from_are_no_test() {
    let folder = tempfile::tempdir().unwrap();
    let rows = "x,y\n1,2\n2,4.1\n3,6\n4,8.2\n5,9.9\n";
    let file = write(folder.path(), "a.csv", rows);
    let copy = write(folder.path(), "copy.csv", rows);
    let other = write(folder.path(), "b.csv", &rows.replace("9.9", "9.8"));
    for same in [&file, &copy] {
        let message = refused(&["fit", &file, "--target", "y", "--test", same], 2);
        says(&message, &["holds the rows of", "--test-last 0.2"]);
        let message = refused(&["fit", &file, same, "--target", "y"], 1);
        says(&message, &["holds the same rows as"]);
    }
    result(&["fit", &file, &other, "--target", "y"]);
    result(&["fit", &file, "--target", "y", "--test", &other]);
}

#[test]
fn a_class_without_a_training_row_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let row = |at: usize| {
        let class = ["on", "off", "stuck"][if at < 80 { at % 2 } else { 2 }];
        format!("{},{class}\n", at % 13)
    };
    let rows: String = (0..100).map(row).collect();
    let file = write(folder.path(), "a.csv", &format!("x,state\n{rows}"));
    let arguments = ["fit", &file, "--target", "state", "--epochs", "2"];
    let told = "`stuck` has no training row, only 20 test rows";
    let last = [&arguments[..], &["--test-last", "0.2"]].concat();
    says(&stdout(&downhill(&last).assert()), &[told]);
    let json = downhill_tests::json(&downhill(&last).arg("--json").assert());
    assert_eq!(json["untrained_classes"].to_string(), r#"["stuck"]"#);
    let usual = stdout(&downhill(&arguments).assert());
    assert!(!usual.contains("no training row"), "{usual}");
}

#[test]
fn rows_beyond_the_training_rows_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let row = |at: usize| format!("{},{},{}\n", at % 11, 1_700_000_000 + at, at % 5);
    let rows: String = (0..100).map(row).collect();
    let file = write(folder.path(), "a.csv", &format!("x,t,y\n{rows}"));
    let model = folder.path().join("m.json");
    let model = model.to_str().unwrap();
    let later = "x,t,y\n-3,1700000050,1\n5,1700000050,1\n10.2,1700000099,1\n,1700000001,1\n20,1700900000,1\n";
    let later = write(folder.path(), "b.csv", later);
    for solver in [
        &["--solver", "lm"][..],
        &["--epochs", "2"],
        &["--epochs", "2", "--hold-at-most", "0"],
    ] {
        let fit = ["fit", &file, "--target", "y", "--out", model];
        result(&[&fit[..], solver].concat());
        let predicted = downhill(&["predict", model, &later]).assert().code(0);
        let message = stderr(&predicted);
        says(
            &message,
            &[
                "2 rows lie beyond the training rows, in `x` (0 to 10 there)",
                "`t` (17000",
            ],
        );
        let found = &result(&["predict", model, &later])["extrapolated"];
        assert_eq!(found["rows"], 2);
        assert_eq!(found["columns"][0]["trained"].to_string(), "[0.0,10.0]");
        assert_eq!(
            (&found["columns"][0]["rows"], &found["columns"][1]["rows"]),
            (&2.into(), &1.into())
        );
        let own = downhill(&["predict", model, &file]).assert().code(0);
        assert!(!stderr(&own).contains("beyond"));
    }
}

/// All rows in front of a refused one are predicted; a file has all rows or none.
#[test]
fn rows_before_a_refused_one_are_predicted() {
    let folder = tempfile::tempdir().unwrap();
    let file = write(
        folder.path(),
        "a.csv",
        "x,y\n1,2\n2,4.1\n3,6\n4,8.2\n5,9.9\n",
    );
    let model = folder.path().join("m.json");
    let model = model.to_str().unwrap();
    fitted(&file, "y", &["--out", model]);
    let later = write(folder.path(), "b.csv", "x,y\n1,2\n2,4\nseven,6\n4,8\n");
    let failed = downhill(&["predict", model, &later]).assert().code(1);
    let own = said(&["predict", model, &file]);
    let first: String = own
        .lines()
        .take(3)
        .map(|line| format!("{line}\n"))
        .collect();
    assert_eq!(stdout(&failed), first);
    says(
        &stderr(&failed),
        &["b.csv, line 4, column `x`", "`seven` is not a number"],
    );
    says(&stderr(&failed), &["the 2 rows before it are predicted"]);
    let out = folder.path().join("p.csv");
    let failed = downhill(&["predict", model, &later, "--out", out.to_str().unwrap()])
        .assert()
        .code(1);
    assert!(!stderr(&failed).contains("are predicted") && fs::metadata(&out).is_err());
    assert_eq!(
        stdout(
            &downhill(&["predict", model, &later, "--json"])
                .assert()
                .code(1)
        ),
        ""
    );
}

/// A label that is missing is said, with its text.
#[test]
fn missing_labels_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let row = |at: usize| format!("{at},{}\n", ["on", "off", "on", "NA", "off", "?"][at % 6]);
    let rows: String = (0..60).map(row).collect();
    let file = write(folder.path(), "a.csv", &format!("x,state\n{rows}"));
    let text = said(&["fit", &file, "--target", "state", "--epochs", "2"]);
    says(
        &text,
        &[
            "`NA` read as missing: 10 cells of `state`",
            "`?` read as missing: 10 cells",
        ],
    );
}

/// A column that numbers the rows is no sensor.
#[test]
fn calibrate_takes_no_row_counter() {
    let folder = tempfile::tempdir().unwrap();
    let row = |at: usize| format!("{},{},{}\n", at + 1, 10 * at * at, 3 * at * at + 1);
    let rows: String = (0..8).map(row).collect();
    let file = write(folder.path(), "a.csv", &format!("#,raw,true\n{rows}"));
    let fit = result(&["calibrate", "two_point", &file]);
    assert_eq!(fit["features"].to_string(), r#"["raw"]"#);
    let two = write(folder.path(), "b.csv", "raw,true\n0,1\n1,3.1\n2,5\n3,7\n");
    assert_eq!(
        result(&["calibrate", "two_point", &two])["features"].to_string(),
        r#"["raw"]"#
    );
}
