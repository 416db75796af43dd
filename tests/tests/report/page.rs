//! Pages as tests read them.

use std::fs;
use std::path::Path;

use downhill_tests::{downhill, json};
use serde_json::Value;

/// A fit's page and the JSON object that belongs to it.
pub(super) fn report(folder: &Path, arguments: &[&str]) -> (String, Value) {
    let page = folder.join("report.html");
    let mut fit = downhill(arguments);
    let fit = fit.args(["--json", "--report"]).arg(&page);
    let printed = json(&fit.assert().code(0));
    (fs::read_to_string(page).unwrap(), printed)
}

/// Text between two pieces of it.
pub(super) fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    let (_, rest) = text
        .split_once(before)
        .unwrap_or_else(|| panic!("no `{before}`"));
    rest.split_once(after)
        .unwrap_or_else(|| panic!("no `{after}` behind `{before}`"))
        .0
}

/// The cells of the table behind `before`, row by row.
pub(super) fn cells(page: &str, before: &str) -> Vec<Vec<String>> {
    let (_, rest) = page.split_once(before).unwrap();
    let row = |row: &str| {
        let cells = row.split('<').filter_map(|piece| piece.strip_prefix("t"));
        let cells = cells.filter(|piece| piece.starts_with('h') || piece.starts_with('d'));
        cells
            .map(|cell| cell.split_once('>').unwrap().1.to_string())
            .collect()
    };
    let rows = between(rest, "<tbody>", "</tbody>").split("<tr>").skip(1);
    rows.map(row).collect()
}

#[track_caller]
pub(super) fn near(shown: &str, value: &Value) {
    let (shown, value): (f64, f64) = (shown.parse().unwrap(), value.as_f64().unwrap());
    assert!(
        (shown - value).abs() <= 1e-5 * value.abs().max(1e-4),
        "{shown} is not {value}"
    );
}
