//! Targets that are the same in all rows.

use std::fmt::Write as _;

use super::{says, unfitted, write};

/// Rows of more than a megabyte, with these targets.
fn rows(target: impl Fn(u32) -> &'static str) -> String {
    let mut text = String::from("a,b,y\n");
    for row in 0..90_000 {
        let _ = writeln!(text, "{}.5,{}.25,{}", row % 977, row % 1013, target(row));
    }
    text
}

/// A file that is not held is refused before its rows are shuffled, with the first line that has
/// a target.
#[test]
fn a_constant_target_is_refused_before_any_work() {
    let folder = tempfile::tempdir().unwrap();
    for (target, value) in [("7.5", "7.5"), ("16777216.5", "16777216.5"), ("ok", "`ok`")] {
        let text = rows(|row| if row < 100 { "" } else { target });
        let file = write(folder.path(), "constant.csv", &text);
        let message = unfitted(&file, "y", &["--hold-at-most", "1"]);
        let told = format!("line 102 and on, column `y`: the target is {value} in every row, so");
        says(&message, &[&told]);
        assert!(!message.contains("shuffles"), "{message}");
    }
}

/// Of a file that is not held all training rows count, not those alone that are kept to be
/// measured; where only the training rows are alike, the line is that of the first.
#[test]
fn one_other_target_among_many_is_no_constant() {
    let folder = tempfile::tempdir().unwrap();
    let more = ["--hold-at-most", "1", "--epochs", "1"];
    let is_other = |row: u32| row % 5 == 4;
    let text = rows(|row| if is_other(row) { "3" } else { "7.5" });
    let file = write(folder.path(), "validation.csv", &text);
    let message = unfitted(&file, "y", &more);
    says(
        &message,
        &["line 2 and on, column `y`: the target is 7.5 in every training row"],
    );
}
