//! Rows that are parted into training and validation rows.

use std::fmt::Write;
use std::fs;

use downhill_tests::{AIR_FEATURES, data, downhill, json as json_of, stderr};
use serde_json::{Value, json};

use super::{case, refused, result, said, says, write};

#[test]
fn no_class_is_hidden_by_every_fifth_row() {
    let file = case("every_fifth.csv");
    let fit = ["fit", &file, "--target", "y", "--epochs", "800"];
    let done = result(&fit);
    assert_eq!(
        done["rows"],
        json!({"used": 15, "dropped": 0, "filled": 0, "train": 11, "validation": 4, "test": 0})
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

/// A metric of a role's rows.
fn metric(fit: &Value, role: &str, name: &str) -> f64 {
    let value = &fit["metrics"][role][name];
    value
        .as_f64()
        .unwrap_or_else(|| panic!("{role} {name}: {value}"))
}

fn air(more: &[&str]) -> Value {
    let file = data("air_quality.csv");
    let fit = ["fit", &file, "--target", "CO_GT", "--missing-value=-200"];
    result(&[&fit[..], &["--features", AIR_FEATURES], more].concat())
}

/// The headline's rows have neighbors of an hour away among the training rows.
#[test]
fn the_last_fifth_is_told_less_well_than_rows_between_others() {
    let between = metric(&air(&[]), "validation", "r2");
    let last = metric(
        &air(&["--test-last", "0.2", "--validation-every", "0"]),
        "test",
        "r2",
    );
    assert_eq!(format!("{between:.3} {last:.3}"), "0.893 0.822");
    let readme = include_str!("../../../../README.md");
    says(readme, &["R² of 0.893", "R² of 0.822", "R² of 0.871"]);
    assert_eq!(format!("{:.3}", between_neighbors()), "0.871");
}

/// R² of the mean of the row before and the row behind, of every fifth row without a gap.
fn between_neighbors() -> f64 {
    let text = fs::read_to_string(data("air_quality.csv")).unwrap();
    let mut lines = text.lines();
    let names: Vec<&str> = lines.next().unwrap().split(',').collect();
    let columns = AIR_FEATURES.split(',').chain(["CO_GT"]);
    let at: Vec<usize> = columns
        .map(|name| names.iter().position(|one| *one == name).unwrap())
        .collect();
    let rows = lines.filter_map(|line| {
        let cells: Vec<f64> = line
            .split(',')
            .map(|cell| cell.parse().unwrap_or(f64::NAN))
            .collect();
        at.iter()
            .all(|&at| cells[at] != -200.0)
            .then(|| cells[at[at.len() - 1]])
    });
    let rows: Vec<f64> = rows.collect();
    let fifth = || (4..rows.len() - 1).step_by(5);
    let mean = fifth().map(|row| rows[row]).sum::<f64>() / fifth().count() as f64;
    let told = |row: usize| (rows[row - 1] + rows[row + 1]) / 2.0;
    let error: f64 = fifth().map(|row| (rows[row] - told(row)).powi(2)).sum();
    let spread: f64 = fifth().map(|row| (rows[row] - mean).powi(2)).sum();
    1.0 - error / spread
}

/// Rows of `x`, a group of four, and `y`, with a bend in the rows behind `bend`.
fn bent(rows: usize, bend: usize) -> String {
    let mut text = String::from("x,who,y\n");
    for row in 0..rows {
        let x = (row * 37 % 101) as f64 / 10.0;
        let slope = if row < bend { 2.0 } else { -3.0 };
        let noise = (row * 53 % 17) as f64 / 9.0;
        let _ = writeln!(text, "{x},g{},{}", row / 4, slope * x + noise);
    }
    text
}

/// Whatever the test rows say, no bit of the fit depends on it.
#[test]
fn test_rows_steer_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let plain = write(folder.path(), "plain.csv", &bent(400, 400));
    let bent = write(folder.path(), "bent.csv", &bent(400, 320));
    let fit = |file: &str, more: &[&str]| {
        let fit = [
            "fit",
            file,
            "--target",
            "y",
            "--features",
            "x",
            "--epochs",
            "30",
        ];
        let steered = ["--patience", "3", "--restarts", "2", "--lr", "0.02"];
        result(&[&fit[..], &steered, more].concat())
    };
    for test in [
        &["--test-last", "0.2"][..],
        &["--test-last", "0.2", "--validation-last", "0.1"],
    ] {
        let [plain, bent] = [&plain, &bent].map(|file| fit(file, test));
        for field in ["fingerprint", "history", "best_epoch", "rows"] {
            assert_eq!(plain[field], bent[field], "{field}");
        }
        let verdicts = |of: &Value| of["verdicts"].as_array().unwrap().clone();
        for (plain, bent) in verdicts(&plain).iter().zip(&verdicts(&bent)) {
            for field in ["kind", "severity", "finding", "evidence", "cures"] {
                assert_eq!(plain[field], bent[field], "{field}");
            }
        }
        assert_eq!(
            plain["metrics"]["validation"],
            bent["metrics"]["validation"]
        );
        assert_eq!(plain["rows"]["test"], 80);
        assert!(metric(&plain, "test", "r2") > 0.9 && metric(&bent, "test", "r2") < 0.0);
        assert_eq!(
            plain["chosen_by_validation"],
            json!(["the epoch", "the best of the restarts"])
        );
    }
    // Without them the rows that are bent are learned from.
    assert_ne!(
        fit(&plain, &[])["fingerprint"],
        fit(&bent, &[])["fingerprint"]
    );
}

#[test]
fn what_validation_rows_have_chosen_is_optimistic_and_said_so() {
    let file = data("telco_churn.csv");
    let fit = ["fit", &file, "--target", "churn", "--epochs", "3"];
    let by = |more: &[&str]| said(&[&fit[..], more].concat());
    let chosen =
        "the validation rows have chosen the threshold, and their figures are optimistic; ";
    says(
        &by(&["--threshold", "f1"]),
        &[&format!("{chosen}`--test-last 0.2`")],
    );
    let tested = by(&["--threshold", "f1", "--test-every", "5"]);
    says(
        &tested,
        &[
            &format!("{chosen}the test rows have chosen nothing"),
            "1408 test rows",
        ],
    );
    for unbiased in [&[][..], &["--threshold", "0.4"]] {
        assert!(!by(unbiased).contains("optimistic"));
    }
    let compare = [
        "compare",
        &file,
        "--target",
        "churn",
        "--epochs",
        "2",
        "--vary",
        "lr=0.01,0.1",
    ];
    says(
        &said(&compare),
        &["takes an optimistic one; `--test-last 0.2`\n"],
    );
    let tested = said(&[&compare[..], &["--test-every", "4"]].concat());
    says(
        &tested,
        &[
            "test accuracy",
            "theirs is the unbiased\nfigure",
            "1760 test rows",
        ],
    );
}

/// Every fifth row of the file, whatever its class, is what `eval` says of such a file.
#[test]
fn test_rows_are_measured_as_eval_measures_their_file() {
    let folder = tempfile::tempdir().unwrap();
    let [others, fifth] = downhill_tests::every_fifth_apart("iris.csv", folder.path());
    let model = folder.path().join("model.json");
    let model = model.to_str().unwrap();
    let fit = |file: &str, more: &[&str]| {
        let fit = ["fit", file, "--target", "species", "--out", model];
        result(&[&fit[..], more].concat())
    };
    let within = fit(&data("iris.csv"), &["--test-every", "5"]);
    assert_eq!(within["rows"]["test"], 30);
    let apart = fit(&others, &["--test", &fifth]);
    assert_eq!(apart["fingerprint"], within["fingerprint"]);
    assert_eq!(apart["metrics"], within["metrics"]);
    assert_eq!(apart["rows"]["test"], 30);
    let eval = result(&["eval", model, &fifth]);
    assert_eq!(eval["metrics"], within["metrics"]["test"]);
    let gone = refused(
        &["fit", &others, "--target", "species", "--test", "gone.csv"],
        1,
    );
    says(&gone, &["gone.csv"]);
}

/// Least squares measure the rows of another file, and the folds, as a gradient does.
#[test]
fn least_squares_take_test_rows_and_folds() {
    let folder = tempfile::tempdir().unwrap();
    let [others, fifth] = downhill_tests::every_fifth_apart("concrete.csv", folder.path());
    let model = folder.path().join("model.json");
    let model = model.to_str().unwrap();
    let solve = |file: &str, more: &[&str]| {
        let solve = ["fit", file, "--target", "strength", "--solver", "lm"];
        result(&[&solve[..], &["--out", model], more].concat())
    };
    let within = solve(&data("concrete.csv"), &["--test-every", "5"]);
    let apart = solve(&others, &["--test", &fifth]);
    assert_eq!(apart["fingerprint"], within["fingerprint"]);
    assert_eq!(apart["metrics"], within["metrics"]);
    assert_eq!(apart["rows"]["test"], 206);
    let eval = result(&["eval", model, &fifth]);
    assert_eq!(eval["metrics"], apart["metrics"]["test"]);
    // A fold is what a fit to the others says of its rows.
    let folds = solve(&data("concrete.csv"), &["--cv", "5"]);
    let r2 = folds["cross_validation"]["metrics"].as_array().unwrap();
    let r2 = r2.iter().find(|of| of["metric"] == "r2").unwrap();
    assert_eq!(r2["folds"][4], within["metrics"]["test"]["r2"]);
    assert!(r2["mean"].as_f64().unwrap() > 0.5, "{r2}");
    let whole = solve(&data("concrete.csv"), &[]);
    assert_eq!(folds["fingerprint"], whole["fingerprint"]);
    let text = ["fit", &data("concrete.csv"), "--target", "strength"];
    let text = said(&[&text[..], &["--solver", "lm", "--cv", "5"]].concat());
    says(&text, &["5 folds", "deviation"]);
}

#[test]
fn a_group_is_never_on_two_sides() {
    let folder = tempfile::tempdir().unwrap();
    let text = bent(400, 400).replace(",g7,", ",g93,");
    let file = write(folder.path(), "t.csv", &text);
    let fit = |more: &[&str]| {
        let fit = [
            "fit",
            &file,
            "--target",
            "y",
            "--group",
            "who",
            "--no-shuffle",
        ];
        result(&[&fit[..], more].concat())
    };
    for more in [
        &[][..],
        &["--test-last", "0.2"],
        &["--test-every", "4", "--validation-every", "3"],
    ] {
        let held = fit(more);
        let streamed = fit(&[more, &["--hold-at-most", "0"]].concat());
        assert_eq!(held["fingerprint"], streamed["fingerprint"]);
        assert_eq!(held["rows"], streamed["rows"]);
        assert_eq!(held["metrics"], streamed["metrics"]);
        assert_eq!(held["features"], json!(["x"]));
        // Groups of four rows, and one of eight.
        for role in ["train", "validation", "test"] {
            assert_eq!(
                held["rows"][role].as_u64().unwrap() % 4,
                0,
                "{role} of {held}"
            );
        }
    }
    says(
        &said(&["fit", &file, "--target", "y", "--group", "who"]),
        &["who, the group of each row"],
    );
    says(
        &refused(&["fit", &file, "--target", "y", "--group", "y"], 2),
        &["same column"],
    );
    says(
        &refused(&["fit", &file, "--target", "y", "--group", "whom"], 1),
        &["did you mean `who`"],
    );
}

#[test]
fn shares_at_the_end_are_the_same_from_memory_and_from_disk() {
    for more in [
        &["--test-last", "0.2"][..],
        &["--test-last", "0.1", "--validation-last", "0.25"],
    ] {
        let fit = |hold: &[&str]| air(&[more, &["--epochs", "1", "--no-shuffle"], hold].concat());
        let (held, streamed) = (fit(&[]), fit(&["--hold-at-most", "0"]));
        for field in ["rows", "fingerprint", "metrics"] {
            assert_eq!(held[field], streamed[field], "{field} of {more:?}");
        }
    }
}

#[test]
fn folds_are_told_by_mean_and_spread() {
    let file = data("iris.csv");
    let fit = ["fit", &file, "--target", "species", "--cv", "5"];
    let done = result(&fit);
    let folds = &done["cross_validation"]["metrics"];
    let accuracy = folds
        .as_array()
        .unwrap()
        .iter()
        .find(|of| of["metric"] == "accuracy")
        .unwrap();
    let each: Vec<f64> = accuracy["folds"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one.as_f64().unwrap())
        .collect();
    assert_eq!(each.len(), 5);
    let mean = each.iter().sum::<f64>() / 5.0;
    assert!((accuracy["mean"].as_f64().unwrap() - mean).abs() < 1e-12 && mean > 0.85);
    // The model is that of the fit without folds.
    assert_eq!(done["fingerprint"], result(&fit[..4])["fingerprint"]);
    says(&said(&fit), &["5 folds", "deviation"]);
    let vary = ["--vary", "lr=0.01,0.1", "--cv", "3", "--epochs", "5"];
    let compare = [&["compare", &file, "--target", "species"][..], &vary].concat();
    says(&said(&compare), &["± accuracy"]);
    says(
        &refused(&["fit", "-", "--target", "y", "--cv", "3"], 1),
        &["standard input"],
    );
}

#[test]
fn ways_to_part_rows_that_exclude_each_other_are_refused() {
    let file = case("every_fifth.csv");
    let test = ["--test", &file];
    for more in [
        &["--test-last", "0.2", "--test-every", "5"][..],
        &["--validation-last", "0.2", "--validation-every", "5"],
        &[&test[..], &["--test-last", "0.2"]].concat(),
    ] {
        let fit = [&["fit", &file, "--target", "y"], more].concat();
        says(&refused(&fit, 2), &["exclude each other"]);
    }
    for wrong in ["--test-last=1", "--test-last=0", "--test-every=1", "--cv=1"] {
        refused(&["fit", &file, "--target", "y", wrong], 2);
    }
}

/// Groups are mostly few: from two on there are validation rows, and what cannot be had is refused with
/// what works in its place.
#[test]
fn few_groups_have_validation_rows() {
    let folder = tempfile::tempdir().unwrap();
    for groups in 1..7 {
        let row = |row: usize| {
            format!(
                "g{},{},{}\n",
                row % groups,
                row * 7 % 11,
                row * 14 % 22 + row % 3
            )
        };
        let rows: String = (0..84).map(row).collect();
        let file = write(folder.path(), "t.csv", &format!("g,a,y\n{rows}"));
        let fit = [
            "fit", &file, "--target", "y", "--group", "g", "--epochs", "2",
        ];
        let run = |more: &str| {
            let mut run = downhill(&fit);
            run.args(more.split_ascii_whitespace());
            run
        };
        let done = |more: &str| json_of(&run(&format!("{more} --json")).assert().code(0));
        let refused = |more: &str, code| stderr(&run(more).assert().code(code));
        let of = |more: &str| {
            let rows = done(more)["rows"].clone();
            ["train", "validation", "test"].map(|role| rows[role].as_u64().unwrap())
        };
        if groups == 1 {
            for more in ["", "--patience 3", "--test-last 0.2", "--cv 2"] {
                let message = refused(more, 1);
                says(
                    &message,
                    &["all rows are of one group of `g`", "leave `--group g` out"],
                );
            }
            says(&refused("", 1), &["`--validation-every 0`"]);
            assert_eq!(of("--validation-every 0"), [84, 0, 0]);
            continue;
        }
        for more in [
            "",
            "--patience 3",
            "--validation-last 0.2",
            "--hold-at-most 0",
        ] {
            let [train, validation, _] = of(more);
            assert!(train > 0 && validation > 0, "{groups} {more}");
        }
        let text = said(&fit);
        let told = format!("groups of `g`: {} for training, ", groups - 1);
        says(&text, &[&told]);
        if groups == 2 {
            assert!(of("--test-every 5")[2] > 0);
            let message = refused("--test-last 0.2 --patience 3", 2);
            says(&message, &["no group of `g` is left"]);
        } else {
            let [train, validation, test] = of("--test-every 5");
            assert!(train > 0 && validation > 0 && test > 0, "{groups}");
        }
        assert!(of("--test-last 0.2")[2] > 0);
        let folds = (groups + 1).to_string();
        let message = refused(&format!("--cv {folds}"), 1);
        says(&message, &[&format!("give `--cv {groups}`")]);
        let folds = done(&format!("--cv {groups}"));
        assert_eq!(folds["cross_validation"]["folds"], groups);
    }
}
