//! Every input that is refused: exit code 1, a message with file, line and column, no file left.

use std::fs;
use std::path::Path;

use downhill_tests::{downhill, stderr};

/// Fits a file of this text, and returns what is said about it.
fn refused(text: &str, more: &[&str]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("bad.csv");
    fs::write(&file, text).unwrap();
    refused_at(folder.path(), &file, more)
}

fn refused_at(folder: &Path, file: &Path, more: &[&str]) -> String {
    let before = fs::read_dir(folder).unwrap().count();
    let out = folder.join("model.json");
    let mut arguments = vec![
        "fit",
        file.to_str().unwrap(),
        "--target",
        "y",
        "--out",
        out.to_str().unwrap(),
    ];
    arguments.extend(more);
    let refused = downhill(&arguments).assert().code(1);
    assert_eq!(
        fs::read_dir(folder).unwrap().count(),
        before,
        "a file was left behind"
    );
    let error = stderr(&refused);
    assert!(error.starts_with("error: "), "{error}");
    assert!(refused.get_output().stdout.is_empty());
    error
}

#[track_caller]
fn says(error: &str, words: &[&str]) {
    for word in words {
        assert!(error.contains(word), "`{word}` is not in: {error}");
    }
}

#[test]
fn a_missing_file() {
    let folder = tempfile::tempdir().unwrap();
    let error = refused_at(folder.path(), &folder.path().join("none.csv"), &[]);
    says(&error, &["none.csv", "No such file"]);
}

#[test]
fn a_folder() {
    let folder = tempfile::tempdir().unwrap();
    says(
        &refused_at(folder.path(), folder.path(), &[]),
        &["directory"],
    );
}

#[test]
fn an_empty_file() {
    says(&refused("", &[]), &["bad.csv is empty"]);
    says(&refused("\n\n", &[]), &["bad.csv is empty"]);
}

#[test]
fn a_header_alone() {
    says(&refused("x,y\n", &[]), &["bad.csv", "no rows"]);
}

#[test]
fn an_unknown_target_and_an_unknown_feature() {
    let text = "x,Temperature,why\n1,2,3\n";
    says(
        &refused(text, &[]),
        &["bad.csv, line 1", "no column `y`", "`why`"],
    );
    let text = "x,Temperature,y\n1,2,3\n2,3,4\n";
    let error = refused(text, &["--features", "x,temprature"]);
    says(
        &error,
        &[
            "bad.csv, line 1",
            "`temprature`",
            "did you mean `Temperature`?",
        ],
    );
}

#[test]
fn text_where_a_number_is_expected() {
    let text = "x,y\n1,2\n3,4\noops,6\n5,7\n";
    says(
        &refused(text, &[]),
        &["bad.csv, line 4, column `x`", "`oops` is not a number"],
    );
    says(
        &refused(text, &["--features", "x"]),
        &["line 4, column `x`", "--missing-value=oops"],
    );
    let text = "x,y\n1,2\n3,four\n";
    says(
        &refused(text, &[]),
        &["bad.csv, line 3, column `y`", "`four`"],
    );
}

#[test]
fn a_decimal_comma_beside_a_decimal_point() {
    says(
        &refused("x,y\n1,2.5\n\"3,5\",4\n2,3\n", &[]),
        &["`3,5` (line 3)", "`2.5` (line 2)", "--decimal ,"],
    );
}

#[test]
fn a_column_of_too_many_texts_as_a_feature() {
    let rows: String = (0..150).map(|k| format!("{k},name{k},{k}\n")).collect();
    says(
        &refused(&format!("x,name,y\n{rows}"), &["--features", "x,name"]),
        &["bad.csv", "`name` holds text", "100"],
    );
}

#[test]
fn timestamps_as_a_feature() {
    let text = "when,y\n2004-03-10,2\n2004-03-11,4\n2004-03-12,5\n";
    says(
        &refused(text, &["--features", "when"]),
        &["`when:hour`", "`when:seconds`"],
    );
    let text = "when,y\n10/03/2004,2\n11/03/2004,4\n12/03/2004,5\n";
    says(
        &refused(text, &["--features", "when:weekday"]),
        &[
            "bad.csv, line 2, column `when`",
            "`10/03/2004`",
            "2004-03-10",
        ],
    );
    says(
        &refused("x,y\n1,2\n2,3\n", &["--features", "x:hour"]),
        &["bad.csv, line 2, column `x`", "no date or time"],
    );
}

#[test]
fn files_that_could_be_read_in_two_ways() {
    let text = "a,b;c,y\n1,2;3,4\n5,6;7,8\n";
    says(
        &refused(text, &[]),
        &["bad.csv", "commas or by semicolons", "--delimiter ';'"],
    );
    let text = "a;y\n1,5;2\n2.5;3\n";
    says(
        &refused(text, &[]),
        &["`1,5` (line 2)", "`2.5` (line 3)", "--decimal ,"],
    );
    // Said which, the other is no number.
    says(
        &refused(text, &["--decimal", ","]),
        &["line 3, column `a`", "`2.5` is not a number"],
    );
}

#[test]
fn a_packed_file_that_ends_too_soon() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("bad.csv.gz");
    fs::write(&file, b"\x1f\x8b\x08\0\0\0\0\0\0\x03").unwrap();
    says(&refused_at(folder.path(), &file, &[]), &["bad.csv.gz"]);
}

#[test]
fn a_row_that_is_too_short_or_too_long() {
    says(
        &refused("a,b,y\n1,2,3\n4,5\n", &[]),
        &["bad.csv, line 3: 2 columns", "header has 3", "`y`"],
    );
    says(
        &refused("a,b,y\n1,2,3\n4,5,6,7\n", &[]),
        &["bad.csv, line 3: 4 columns", "header has 3"],
    );
}

#[test]
fn a_target_that_never_changes() {
    let error = refused("x,y\n1,5\n2,5\n3,5\n", &[]);
    says(
        &error,
        &[
            "bad.csv, line 2",
            "column `y`",
            "5 in every training row",
            "--target",
        ],
    );
}

#[test]
fn infinities() {
    for cell in ["inf", "-inf", "1e999"] {
        let error = refused(&format!("x,y\n1,2\n{cell},3\n4,5\n"), &[]);
        says(
            &error,
            &["bad.csv, line 3, column `x`", cell, "not a finite number"],
        );
    }
}

#[test]
fn a_number_that_f32_cannot_hold() {
    let text = "x,y\n1,2\n1e39,3\n4,5\n";
    says(
        &refused(text, &[]),
        &[
            "bad.csv, line 3, column `x`",
            "beyond the numbers of `f32`",
            "--precision f64",
        ],
    );
}

/// Behind the scaler's 1 / s there is no number left of f32; f64 has one.
#[test]
fn numbers_too_small_to_be_scaled() {
    let text = "x,y\n1e-40,1\n2e-40,3\n3e-40,4\n";
    says(
        &refused(text, &[]),
        &["bad.csv, column `x`", "too close together", "power of ten"],
    );
    says(
        &refused("x,y\n1,1e-40\n2,3e-40\n3,4e-40\n", &[]),
        &["bad.csv, column `y`"],
    );
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("small.csv");
    fs::write(&file, text).unwrap();
    let mut fit = downhill(&["fit", file.to_str().unwrap(), "--target", "y"]);
    fit.args(["--precision", "f64"]).assert().code(0);
}

#[test]
fn weights_too_large_for_a_gradient() {
    let text = "x,y,w\n1,2,1e38\n2,3,1e38\n3,5,1e38\n";
    says(
        &refused(text, &["--weight", "w"]),
        &["bad.csv, line 2", "weighs 1.00e38", "divide `--weight`"],
    );
}

/// Smaller ones a fit may bear, or not; if not, they are what is named, not the rate.
#[test]
fn large_weights_are_named_where_a_fit_fails_by_them() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("heavy.csv");
    fs::write(&file, "x,y,w\n1,2,1e9\n2,3,1e9\n3,5,1e9\n4,5,1e9\n").unwrap();
    let mut fit = downhill(&["fit", file.to_str().unwrap(), "--target", "y"]);
    // The rate by default goes by the weights.
    fit.args(["--weight", "w", "--optimizer", "sgd"])
        .assert()
        .code(0);
    let error = stderr(&fit.args(["--lr", "0.001"]).assert().code(3));
    says(&error, &["weighs 1e9 in the mean", "divide the weights"]);
    assert!(!error.contains("likely too high"), "{error}");
}

#[test]
fn two_columns_of_one_name() {
    says(
        &refused("x,x,y\n1,2,3\n", &[]),
        &["bad.csv, line 1", "columns 1 and 2", "`x`"],
    );
}

#[test]
fn no_row_without_a_missing_value() {
    let error = refused("x,z,y\n1,,2\n2,,3\n,1,4\n", &[]);
    says(&error, &["bad.csv", "`z` misses 2 of 3", "--features"]);
}

#[test]
fn a_file_that_is_not_utf_8() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("bad.csv");
    fs::write(&file, b"x,y\n1,2\n3,\xff\n").unwrap();
    says(
        &refused_at(folder.path(), &file, &[]),
        &["bad.csv, line 3, column `y`", "`ÿ` is not a number"],
    );
}

#[test]
fn a_class_that_is_neither_0_nor_1() {
    let text = "x,y\n1,0\n2,1\n3,2\n";
    says(
        &refused(text, &["--model", "logistic"]),
        &["bad.csv, line 4, column `y`", "--model linear"],
    );
}

#[test]
fn features_that_make_no_sense() {
    let text = "x,y\n1,2\n2,3\n";
    says(
        &refused(text, &["--features", "x,y"]),
        &["`y` is the target"],
    );
    says(
        &refused("name,y\na,1\nb,2\n", &[]),
        &["no column but the target"],
    );
}

#[test]
fn a_place_where_no_model_can_be_written() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("good.csv");
    fs::write(&file, "x,y\n1,2\n2,3\n3,5\n").unwrap();
    let file = file.to_str().unwrap();
    let nowhere = folder.path().join("none/model.json");
    let cases = [
        (nowhere.to_str().unwrap(), "there is no folder"),
        (folder.path().to_str().unwrap(), "it is a folder"),
        (file, "it is the input"),
    ];
    for (out, message) in cases {
        let refused = downhill(&["fit", file, "--target", "y", "--out", out])
            .assert()
            .code(1);
        says(&stderr(&refused), &["cannot write", message]);
    }
    assert_eq!(fs::read_to_string(file).unwrap(), "x,y\n1,2\n2,3\n3,5\n");
}

#[test]
fn lines_are_the_files_own_behind_blank_lines_and_other_line_ends() {
    let text = "x,y\r\n1,2\r\n\r\n\r\n3,4\r\noops,5\r\n6,7\r\n";
    says(&refused(text, &[]), &["bad.csv, line 6, column `x`"]);
    let text = "x,y\r\n1,2\r\n\r\n3\r\n";
    says(&refused(text, &[]), &["bad.csv, line 4: 1 columns"]);
}
