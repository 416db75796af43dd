//! Tables in which one column says what another holds.

use std::fmt::Write as _;

use super::{result, says, unfitted, write};

/// Rows of two quantities, as databases, brokers and pandas write them.
fn rows(head: &str, row: impl Fn(usize, &str, f64) -> String) -> String {
    let mut text = format!("{head}\n");
    for hour in 0..24 {
        for (name, value) in [("temp", 20.0), ("hum", 50.0)] {
            let _ = writeln!(text, "{}", row(hour, name, value + (hour * 5 % 7) as f64));
        }
    }
    text
}

#[test]
fn values_of_several_quantities_are_no_column() {
    let folder = tempfile::tempdir().unwrap();
    let time = |hour: usize| format!("2024-03-01T{hour:02}:00:00Z");
    for (names, values, cure) in [
        (
            "_field",
            "_value",
            "pivot(rowKey: [\"_time\"], columnKey: [\"_field\"]",
        ),
        (
            "entity_id",
            "state",
            "pivot_table(index='_time', columns='entity_id'",
        ),
        ("variable", "value", "pivot_table"),
        ("Metric", "Value", "pivot_table"),
        ("topic", "payload", "pivot_table"),
    ] {
        let text = rows(&format!("_time,{names},{values},n"), |hour, name, value| {
            format!("{},{name},{value},{}", time(hour), hour * 5 % 7)
        });
        let file = write(folder.path(), "long.csv", &text);
        let says_which =
            format!("`{names}` says which quantity `{values}` is in each row, `temp`, `hum`");
        for target in [values, "temp"] {
            says(&unfitted(&file, target, &[]), &[&says_which, cure]);
        }
        says(
            &unfitted(&file, "n", &["--features", values]),
            &[&says_which],
        );
        // Where the names are used it is one quantity.
        let features = format!("{names},n");
        for more in [["--features", &features], ["--group", names]] {
            let fit = ["fit", &file, "--target", values, "--epochs", "1"];
            result(&[&fit[..], &more].concat());
        }
        // One quantity alone is a column.
        let one: String = text
            .lines()
            .filter(|line| !line.contains(",hum,"))
            .fold(String::new(), |text, line| text + line + "\n");
        let file = write(folder.path(), "one.csv", &one);
        result(&["fit", &file, "--target", values, "--epochs", "1"]);
    }
}
