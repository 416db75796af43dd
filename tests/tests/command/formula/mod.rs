//! Formulas and least squares on the command line.

mod determined;
mod errors;
mod fitted;
mod language;
mod mistakes;
mod nist;
mod notes;
mod refusals;
mod search;
mod solver_variants;
mod truth;

use downhill_tests::{data, downhill};
use serde_json::Value;

const MISRA: &str = "b1*(1-exp(-b2*x))";

fn misra(more: &[&str]) -> assert_cmd::Command {
    let file = data("nist/Misra1a.csv");
    let mut arguments = vec!["fit", &file, "--target", "y"];
    arguments.extend(more);
    downhill(&arguments)
}

/// Digits in common with a certified value, at most 15.
fn digits(value: &Value, certified: &Value) -> f64 {
    let (value, certified) = (value.as_f64().unwrap(), certified.as_f64().unwrap());
    let difference = ((value - certified) / certified).abs();
    (-difference.log10()).min(15.0)
}

/// Rows of `header`, in a folder of their own.
fn table(header: &str, row: impl Fn(f64) -> Vec<f64>) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let mut text = format!("{header}\n");
    for k in 1..=20 {
        let cells: Vec<String> = row(f64::from(k)).iter().map(f64::to_string).collect();
        text += &format!("{}\n", cells.join(","));
    }
    let file = folder.path().join("rows.csv");
    std::fs::write(&file, text).unwrap();
    let file = file.display().to_string();
    (folder, file)
}
