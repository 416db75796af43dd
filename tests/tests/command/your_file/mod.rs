//! Files as people have them, each module a kind.

mod categories;
mod classes;
mod constant;
mod dates;
mod encodings;
mod exact;
mod gaps;
mod glance;
mod header;
mod hostile;
mod later_rows;
mod loggers;
mod long;
mod many_rows;
mod names;
mod order;
mod origins;
mod parted;
mod row_order;
mod several;
mod thousands;
mod threads;
mod totals;
mod units;

use std::fs;
use std::path::Path;

use downhill_tests::{data, downhill, json, stderr, stdout};
use serde_json::Value;

/// Path of a file of this kind.
fn case(name: &str) -> String {
    data(&format!("your-file/{name}"))
}

/// Writes a file, and returns its path.
fn write(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    fs::write(&path, text).unwrap();
    path.to_str().unwrap().into()
}

/// The JSON object of a command that succeeds.
fn result(arguments: &[&str]) -> Value {
    json(&downhill(arguments).arg("--json").assert().code(0))
}

/// What a command that succeeds prints.
fn said(arguments: &[&str]) -> String {
    stdout(&downhill(arguments).assert().code(0))
}

/// The message of a command that is refused.
fn refused(arguments: &[&str], code: i32) -> String {
    stderr(&downhill(arguments).assert().code(code))
}

/// Result of `downhill inspect --json`.
fn inspected(file: &str, target: &str, more: &[&str]) -> Value {
    result(&[&["inspect", file, "--target", target], more].concat())
}

/// The smallest and the largest number of a column that was inspected.
#[track_caller]
fn range(inspection: &Value, column: &str) -> [f64; 2] {
    let columns = inspection["columns"].as_array().unwrap();
    let found = columns.iter().find(|one| one["name"] == column);
    let found = found.unwrap_or_else(|| panic!("there is no {column} in {columns:?}"));
    ["smallest", "largest"].map(|end| found[end].as_f64().unwrap())
}

/// The message with which a fit is refused.
#[track_caller]
fn unfitted(file: &str, target: &str, more: &[&str]) -> String {
    refused(&[&["fit", file, "--target", target], more].concat(), 1)
}

/// Result of a fit by least squares.
#[track_caller]
fn fitted(file: &str, target: &str, more: &[&str]) -> Value {
    result(&[&["fit", file, "--target", target, "--solver", "lm"], more].concat())
}

/// A parameter of a fit.
fn slope(fit: &Value, name: &str) -> f64 {
    fit["parameters"][name]["value"].as_f64().unwrap()
}

/// Follows each option that a message advises, and returns the results of the fits.
#[track_caller]
fn followed(message: &str, file: &str, target: &str, more: &[&str]) -> Vec<Value> {
    let advised = message.split('`').filter(|text| text.starts_with("--"));
    let each = advised.map(|option| {
        let words: Vec<&str> = option.split(' ').collect();
        fitted(file, target, &[more, &words].concat())
    });
    each.collect()
}

#[track_caller]
fn says(text: &str, words: &[&str]) {
    for word in words {
        assert!(text.contains(word), "`{word}` is not in: {text}");
    }
}
