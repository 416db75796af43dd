//! How `inspect` says that it read a file.

use serde_json::json;

use super::{case, result, said, write};

#[test]
fn one_glance_says_how_a_file_was_read() {
    let file = case("logger_four_lines.dat");
    let text = said(&["inspect", &file, "--target", "Air"]);
    let glance = "\
cells    separated by commas, decimal points
header   line 2
units    `Air` Deg C, `Batt` Volts, `RECORD` RN, `RH` %, `TIMESTAMP` TS
gaps     none
order    by `TIMESTAMP`
classes  none, the target is an amount
";
    assert!(text.contains(glance), "{text}");
    let format = &result(&["inspect", &file, "--target", "Air"])["format"];
    assert_eq!(format["delimiter"], ",");
    assert_eq!(format["decimal"], ".");
    assert_eq!(format["header_line"], 2);
    assert_eq!(format["units"]["Air"], "Deg C");
    assert_eq!(format["gaps"], json!([]));
    assert_eq!(format["order"], json!({"column": "TIMESTAMP", "back": 0}));
    assert_eq!(format["classes"], json!([]));
}

#[test]
fn gaps_classes_and_rows_out_of_order_are_counted() {
    let folder = tempfile::tempdir().unwrap();
    let row = |k: usize| {
        let (hour, gap) = (
            if k == 30 { 3 } else { k % 24 },
            if k.is_multiple_of(4) { "" } else { "1,5" },
        );
        format!(
            "{:02}.01.2024 {hour:02}:00;{gap};{}\n",
            1 + k / 24,
            usize::from(k.is_multiple_of(5))
        )
    };
    let rows: String = (0..60).map(row).collect();
    let file = write(folder.path(), "meter.csv", &format!("when;load;on\n{rows}"));
    let text = said(&["inspect", &file, "--target", "on"]);
    let glance = "\
cells    separated by semicolons, decimal commas
header   line 1
units    none
gaps     `load` 15
order    `when` goes back in 1 row
classes  0 in 48 rows, 1 in 12 rows
";
    assert!(text.contains(glance), "{text}");
    let format = &result(&["inspect", &file, "--target", "on"])["format"];
    assert_eq!(format["gaps"], json!([{"column": "load", "cells": 15}]));
    assert_eq!(format["order"]["back"], 1);
    assert_eq!(format["classes"], json!([48, 12]));
}

/// Columns far from zero, which a fit counts from an origin.
#[test]
fn origins_are_told_where_there_are_some() {
    for (file, target, more, line, origin) in [
        (
            "meter.csv",
            "wh",
            &[][..],
            "origins  `wh` from 118894520\n",
            118_894_520.0,
        ),
        (
            "seconds.csv",
            "temp",
            &["--features", "time:seconds"],
            "origins  `time:seconds` from ",
            1_714_564_800.0,
        ),
    ] {
        let file = case(file);
        let inspect = [&["inspect", &file, "--target", target], more].concat();
        let text = said(&inspect);
        assert!(text.contains(line), "{text}");
        let found = &result(&inspect)["format"]["origins"][0];
        assert_eq!(found["origin"], origin, "{found}");
    }
    let file = case("exact.csv");
    let near = ["inspect", &file, "--target", "y"];
    assert!(!said(&near).contains("origins"));
    assert!(result(&near)["format"]["origins"].is_null());
}
