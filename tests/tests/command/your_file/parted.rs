//! Rows that are parted into training and validation rows.

use std::fmt::Write;

use serde_json::json;

use super::{case, result, said, says, write};

#[test]
fn no_class_is_hidden_by_every_fifth_row() {
    let file = case("every_fifth.csv");
    let fit = ["fit", &file, "--target", "y", "--epochs", "800"];
    let done = result(&fit);
    assert_eq!(
        done["rows"],
        json!({"used": 15, "dropped": 0, "filled": 0, "train": 11, "validation": 4})
    );
    // Defined only where both classes are there.
    assert!(done["metrics"]["validation"]["auc"].is_number(), "{done}");
    says(
        &said(&fit),
        &["validation rows: one in 5 of each class, from its second on"],
    );
}

#[test]
fn classes_in_turn_are_learned_and_validated_alike() {
    let folder = tempfile::tempdir().unwrap();
    let mut text = String::from("a,y\n");
    for row in 0..300 {
        let _ = writeln!(text, "{},{}", row % 3 * 10 + row % 7, row % 3);
    }
    let file = write(folder.path(), "turn.csv", &text);
    for every in ["3", "5", "6"] {
        let fit = result(&["fit", &file, "--target", "y", "--validation-every", every]);
        assert_eq!(
            fit["metrics"]["validation"]["balanced_accuracy"], 1.0,
            "{every}"
        );
    }
}

#[test]
fn the_only_row_of_a_class_is_a_training_row() {
    let folder = tempfile::tempdir().unwrap();
    let mut text = String::from("a,y\n");
    for row in 0..40 {
        let label = if row == 4 {
            "rare"
        } else {
            ["x", "y"][row % 2]
        };
        let _ = writeln!(text, "{},{label}", row % 2 * 5 + row % 3);
    }
    let file = write(folder.path(), "rare.csv", &text);
    let text = said(&["fit", &file, "--target", "y"]);
    says(
        &text,
        &[
            "`rare` in 1 row",
            "the only row of `rare` is a training row",
        ],
    );
    let none = said(&["fit", &file, "--target", "y", "--validation-every", "0"]);
    assert!(!none.contains("validation rows:"), "{none}");
}
