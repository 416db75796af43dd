//! Rows that are learned from again.

use std::fmt::Write;

use downhill_tests::{downhill, json, stderr, stdout};
use serde_json::Value;

/// A file with these rows of a straight line.
fn write(path: &std::path::Path, rows: impl Iterator<Item = u32>) -> String {
    let mut text = "x,y\n".to_owned();
    for t in rows {
        let _ = writeln!(text, "{},{}", t % 7, 3.0 * f64::from(t % 7) - 1.0);
    }
    std::fs::write(path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

fn fit(file: &str, options: &str) -> Value {
    let mut fit = downhill(&["fit", file, "--target", "y", "--json"]);
    fit.args("--validation-every 0 --scaler none --no-shuffle --schedule constant".split(' '));
    // Few epochs do not learn much, which the exit code tells.
    json(&fit.args(options.split_ascii_whitespace()).assert())
}

/// A ring of one holds the row before: each row but the last of all is learned from twice, the
/// second time after the one behind it.
#[test]
fn a_ring_of_one_learns_the_row_before_again() {
    let folder = tempfile::tempdir().unwrap();
    let file = write(&folder.path().join("rows.csv"), 0..40);
    let again = (0..40u32).flat_map(|t| [Some(t), t.checked_sub(1)]);
    let by_hand = write(&folder.path().join("again.csv"), again.flatten());
    let options = "--epochs 1 --lr 0.05";
    let by_hand = fit(&by_hand, options);
    for memory in ["ring:1", "reservoir:1"] {
        let replayed = fit(&file, &format!("{options} --replay {memory}"));
        assert_eq!(replayed["steps"], 79);
        assert_eq!(replayed["replay"], format!("{memory},1"));
        let same = replayed["fingerprint"] == by_hand["fingerprint"];
        assert_eq!(same, memory == "ring:1", "{memory}");
    }
    let streamed = fit(
        &file,
        &format!("{options} --replay ring:1 --hold-at-most 0"),
    );
    assert_eq!(streamed["fingerprint"], by_hand["fingerprint"]);
}

#[test]
fn what_is_drawn_follows_from_the_seed_and_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let file = write(&folder.path().join("rows.csv"), 0..40);
    let fingerprint = |memory: &str, seed: &str| {
        let options = format!("--epochs 2 --lr 0.05 --replay {memory} --seed {seed}");
        let fit = fit(&file, &options);
        // The first row of all meets an empty memory.
        assert_eq!(fit["steps"], 2 * 40 * 3 - 2);
        fit["fingerprint"].clone()
    };
    for memory in ["ring:16,2", "reservoir:16,2"] {
        assert_eq!(fingerprint(memory, "1"), fingerprint(memory, "1"));
        assert_ne!(fingerprint(memory, "1"), fingerprint(memory, "2"));
    }
    let mut said = downhill(&["fit", &file, "--target", "y", "--replay", "ring:16,2"]);
    let said = stdout(&said.args(["--lr", "0.05"]).assert().code(0));
    let line = "after each row 2 rows learned again, from a memory of the newest 16\n";
    assert!(said.contains(line), "{said}");
    let mut refused = downhill(&["fit", &file, "--target", "y", "--replay", "ring:9"]);
    let error = stderr(&refused.args(["--solver", "lm"]).assert().code(2));
    assert!(error.contains("--replay"), "{error}");
}
