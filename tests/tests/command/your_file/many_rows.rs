//! `inspect` of files with more rows than it holds.

use std::collections::HashSet;
use std::fmt::Write as _;

use super::{inspected, range, said, write};

/// What is counted is counted in all rows, also in the last ones: of a rare class, of missing
/// cells, of outliers, of rows that come again and of times that go back.
#[test]
fn counts_are_of_all_rows() {
    let folder = tempfile::tempdir().unwrap();
    let mut text = String::from("when,level,flat,kind,state\n");
    let rows = 150_000;
    let mut different = HashSet::new();
    for row in 0..rows {
        let last = rows - row;
        let level = match row % 1000 {
            7 => String::new(),
            _ if last == 3 => "1e9".into(),
            step => format!("{}", (step * 7919 + row / 1000) % 5000),
        };
        let flat = if last == 2 { 6 } else { 5 };
        let kind = if last == 4 { "rare" } else { "usual" };
        let state = if last <= 12 { "off" } else { "on" };
        if !level.is_empty() {
            different.insert((level.clone(), flat, kind, state));
        }
        let second = if row == 149_990 { 0 } else { row };
        let _ = writeln!(
            text,
            "{},{level},{flat},{kind},{state}",
            1_700_000_000 + second
        );
    }
    let file = write(folder.path(), "long.csv", &text);
    let more = ["--features", "level,flat,kind"];
    let found = inspected(&file, "state", &more);
    assert_eq!(found["rows"], 150_000);
    assert_eq!(found["whole_rows"], 149_850);
    assert!(found["rows_looked_at"].as_u64().unwrap() <= 1 << 16);
    assert_eq!(found["format"]["classes"].to_string(), "[12,149988]");
    assert_eq!(found["format"]["order"]["back"], 1);
    assert_eq!(range(&found, "level"), [0.0, 1e9]);
    assert_eq!(range(&found, "flat"), [5.0, 6.0]);
    assert_eq!(range(&found, "kind=rare"), [0.0, 1.0]);
    let columns = found["columns"].as_array().unwrap();
    assert_eq!(columns[0]["missing"], 150);
    let findings = found["findings"].as_array().unwrap();
    let finding = |kind: &str| findings.iter().find(|one| one["kind"] == kind).unwrap();
    assert_eq!(finding("outliers")["evidence"], 1.0);
    assert_eq!(finding("class_imbalance")["evidence"], 12499.0);
    assert!(!findings.iter().any(|one| one["kind"] == "constant_columns"));
    let copies = finding("duplicates")["evidence"].as_f64().unwrap();
    assert_eq!(copies, (149_850 - different.len()) as f64);
    let text = said(&["inspect", &file, "--target", "state"]);
    let told = "spread over the file; counts are of all 150000";
    assert!(text.contains(told), "{text}");
}
