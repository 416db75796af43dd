//! Rows in the order of time, and columns that number them.

use std::fmt::Write;

use downhill::random::Random;
use downhill_tests::{data, downhill};
use serde_json::Value;
use tempfile::tempdir;

use super::{case, inspected, says, write};

/// Result of a fit, and what it says beside it.
#[track_caller]
fn fit(file: &str, target: &str, more: &[&str]) -> (Value, String) {
    let usual = ["fit", file, "--target", target, "--epochs", "1", "--json"];
    let output = downhill(&[&usual[..], more].concat()).output().unwrap();
    let result = serde_json::from_slice(&output.stdout).unwrap();
    (result, String::from_utf8(output.stderr).unwrap())
}

/// Kinds and columns of what an inspection found of the order.
fn found(inspection: &Value) -> Vec<(&str, &str)> {
    let all = inspection["findings"].as_array().unwrap().iter();
    let each = all.map(|one| (one["kind"].as_str().unwrap(), &one["columns"][0]));
    each.filter(|(kind, _)| ["row_counter", "rows_in_order"].contains(kind))
        .map(|(kind, column)| (kind, column.as_str().unwrap()))
        .collect()
}

#[test]
fn a_row_counter_is_named() {
    let file = case("row_counter.csv");
    let (result, said) = fit(&file, "temperature", &[]);
    assert_eq!(result["counters"][0]["column"], "entry_id");
    assert_eq!(result["counters"][0]["step"], 1.0);
    assert_eq!(result["order"]["sign"], "counter");
    says(
        &said,
        &[
            "`entry_id` goes up by 1",
            "which flatters",
            "`--test-last 0.2`",
        ],
    );
    let expected = [("row_counter", "entry_id"), ("rows_in_order", "entry_id")];
    assert_eq!(found(&inspected(&file, "temperature", &[])), expected);
    // Without validation rows nothing flatters.
    let (_, said) = fit(&file, "temperature", &["--validation-every", "0"]);
    assert_eq!(said, "");
}

#[test]
fn rows_by_a_column_of_times_are_told_without_being_asked() {
    let (result, said) = fit(&data("air_quality.csv"), "CO_GT", &["--missing-value=-200"]);
    assert_eq!(result["order"]["sign"], "time");
    assert_eq!(result["order"]["column"], "Date");
    says(
        &said,
        &["in the order of time, by `Date`", "which flatters"],
    );
    let (result, _) = fit(
        &case("seconds.csv"),
        "temp",
        &["--features", "time:seconds"],
    );
    assert_eq!(result["order"]["sign"], "time");
    assert_eq!(result["counters"][0]["column"], "time:seconds");
}

/// Seconds and milliseconds since 1970 are times, also where their steps are not the same; a time
/// that is the same in all rows tells nothing.
#[test]
fn rows_by_counts_since_1970_are_in_the_order_of_time() {
    let folder = tempdir().unwrap();
    for of_a_second in [1, 1000] {
        let mut text = String::from("start,at,x,y\n");
        for row in 0..200u64 {
            let at = (1_700_000_000 + 60 * row + row * 7 % 5) * of_a_second;
            let (x, y) = (row * 7 % 31, row * 11 % 17);
            writeln!(text, "2023-11-14 00:00:00,{at},{x},{y}").unwrap();
        }
        let file = write(folder.path(), "t.csv", &text);
        let (result, said) = fit(&file, "y", &[]);
        assert_eq!(result["order"]["column"], "at");
        says(&said, &["in the order of time, by `at`"]);
        let inspection = inspected(&file, "y", &[]);
        assert_eq!(
            inspection["format"]["order"]["column"], "at",
            "{inspection}"
        );
    }
}

/// Of an export with the newest row first the last rows are the oldest.
#[test]
fn the_newest_row_first_is_told() {
    let folder = tempdir().unwrap();
    let mut text = String::from("time,x,y\n");
    for row in 0..120u64 {
        let (day, hour) = (28 - row / 24, 23 - row % 24);
        let x = row * 7 % 31;
        let y = 2 * x + row % 3;
        writeln!(text, "2024-05-{day} {hour:02}:00:00,{x},{y}").unwrap();
    }
    let file = write(folder.path(), "t.csv", &text);
    let (result, said) = fit(&file, "y", &[]);
    assert_eq!(result["order"]["newest_first"], true, "{result}");
    let told = "in the order of time, by `time`, the newest first";
    says(
        &said,
        &[told, "which flatters", "from the oldest row to the newest"],
    );
    let (_, said) = fit(&file, "y", &["--test-last", "0.2"]);
    says(
        &said,
        &[told, "the last ones, which are kept apart, are the oldest"],
    );
    let inspection = inspected(&file, "y", &[]);
    assert_eq!(found(&inspection), [("rows_in_order", "time")]);
    assert_eq!(inspection["format"]["order"]["newest_first"], true);
    // Rows to come are in another file.
    let later = text.replace("2024-05-", "2024-06-");
    let later = write(folder.path(), "later.csv", &later);
    let (_, said) = fit(&file, "y", &["--test", &later]);
    assert!(!said.contains("oldest"), "{said}");
    // The other way round nothing of it is said.
    let mut lines: Vec<&str> = text.lines().collect();
    lines[1..].reverse();
    let file = write(folder.path(), "t.csv", &(lines.join("\n") + "\n"));
    let (result, said) = fit(&file, "y", &["--test-last", "0.2"]);
    assert!(
        result["order"]["newest_first"].is_null() && said.is_empty(),
        "{said}"
    );
}

#[test]
fn a_target_that_follows_the_one_before_it_tells_an_order() {
    let folder = tempdir().unwrap();
    let table = |smooth: bool| {
        let (mut text, mut level) = (String::from("x,y\n"), 0.0);
        let mut random = Random::seed(7);
        for row in 0..300u32 {
            let noise = f64::from(random.below(1024)) / 512.0 - 1.0;
            level = if smooth { 0.97 * level + noise } else { noise };
            writeln!(text, "{},{level}", row * 7 % 31).unwrap();
        }
        text
    };
    let smooth = write(folder.path(), "smooth.csv", &table(true));
    let (result, said) = fit(&smooth, "y", &[]);
    assert_eq!(result["order"]["sign"], "target");
    says(&said, &["`y` follows the one before it"]);
    assert_eq!(
        found(&inspected(&smooth, "y", &[])),
        [("rows_in_order", "y")]
    );
    let rough = write(folder.path(), "rough.csv", &table(false));
    assert_eq!(fit(&rough, "y", &[]).0["order"], Value::Null);
}

/// Rows sorted by their class, or in no order at all, are not those of a time.
#[test]
fn tables_without_an_order_are_not_warned_of() {
    for (file, target) in [
        ("iris.csv", "petal_w"),
        ("iris.csv", "species"),
        ("concrete.csv", "strength"),
    ] {
        let (result, said) = fit(&data(file), target, &[]);
        assert_eq!(result["order"], Value::Null, "{file}");
        assert_eq!(result["counters"], Value::Null, "{file}");
        assert!(!said.contains("warning"), "{said}");
    }
}
