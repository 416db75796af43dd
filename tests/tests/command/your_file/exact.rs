//! Exact relations: what rounding leaves is neither lost nor memorized.

use std::fmt::Write;

use serde_json::Value;
use tempfile::tempdir;

use super::{case, result, said, write};

/// Relations in which a model can be wholly right.
fn exact() -> String {
    let mut text = String::from("a,b,c,y\n");
    for row in 0..105 {
        let (a, b, c) = (row % 7, row % 5, row % 3);
        writeln!(
            text,
            "{a},{b},{c},{}",
            2.0 * f64::from(a) - f64::from(b) + 0.5 * f64::from(c)
        )
        .unwrap();
    }
    text
}

#[track_caller]
fn kinds(fitted: &Value) -> Vec<&str> {
    let verdicts = fitted["verdicts"].as_array().unwrap();
    verdicts
        .iter()
        .map(|one| one["kind"].as_str().unwrap())
        .collect()
}

#[test]
fn a_gradient_that_is_wholly_right_does_not_overfit() {
    let folder = tempdir().unwrap();
    let made = write(folder.path(), "exact.csv", &exact());
    for file in [&case("exact.csv"), &made] {
        for more in [
            &["--epochs", "400"] as &[&str],
            &["--epochs", "200", "--lr", "0.05"],
            &["--epochs", "300", "--lr", "0.05", "--batch", "32"],
            &["--epochs", "400", "--precision", "f64"],
        ] {
            let fitted = result(&[&["fit", file, "--target", "y"], more].concat());
            let kinds = kinds(&fitted);
            assert_eq!(kinds.last(), Some(&"converged"), "{more:?} {kinds:?}");
            assert!(!kinds.contains(&"overfitting"), "{more:?} {kinds:?}");
        }
    }
}

#[test]
fn least_squares_end_where_no_residual_is_left() {
    let folder = tempdir().unwrap();
    let made = write(folder.path(), "exact.csv", &exact());
    for file in [&case("exact.csv"), &made] {
        for more in [
            &[] as &[&str],
            &["--validation-every", "5"],
            &["--validation-every", "3"],
            &["--precision", "f32"],
            &["--precision", "f32", "--validation-every", "5"],
            &["--model", "polynomial:2", "--validation-every", "5"],
        ] {
            let all = [&["fit", file, "--target", "y", "--solver", "lm"], more].concat();
            let fitted = result(&all);
            assert_eq!(fitted["converged"], true, "{more:?}");
            assert!(
                fitted["passes"].as_u64().unwrap() < 50,
                "{more:?} {}",
                fitted["passes"]
            );
            // A value has no more digits than a number.
            let text = said(&all);
            assert!(!text.contains(&"0".repeat(25)), "{text}");
        }
    }
}
