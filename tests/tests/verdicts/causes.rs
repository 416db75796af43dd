//! Causes of a poor fit, found by trials: rows far out, options, the rate.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use downhill_tests::{data, downhill, json};
use serde_json::Value;

use super::scenarios::verdicts;

fn fit(path: &str, options: &str, code: i32) -> Value {
    let mut command = downhill(&["fit", path, "--json"]);
    json(&command.args(options.split_whitespace()).assert().code(code))
}

fn told<'a>(fit: &'a Value, kind: &str) -> &'a Value {
    let told = verdicts(fit).iter().find(|told| told["kind"] == kind);
    told.unwrap_or_else(|| panic!("no {kind}: {}", fit["verdicts"]))
}

fn last(fit: &Value) -> &Value {
    verdicts(fit).last().unwrap()
}

fn options(cures: &Value) -> Vec<&str> {
    let cures = cures.as_array().unwrap().iter();
    let options = cures.flat_map(|cure| cure["options"].as_array().unwrap());
    options.map(|option| option.as_str().unwrap()).collect()
}

/// Rows of a, b, c and y = 2a − b + c/2 and some noise, each changed by its number.
fn write(
    folder: &Path,
    name: &str,
    (seed, rows): (u64, usize),
    change: impl Fn(usize, &mut [f64; 4]),
) -> PathBuf {
    let mut state = seed;
    let mut draw = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f64 / f64::from(1 << 23) - 1.0
    };
    let mut text = String::from("a,b,c,y\n");
    for at in 0..rows {
        let [a, b, c] = [draw(), draw(), draw()];
        let mut row = [a, b, c, 2.0 * a - b + 0.5 * c + 0.2 * draw()];
        change(at, &mut row);
        let [a, b, c, y] = row;
        writeln!(text, "{a:.6},{b:.6},{c:.6},{y:.6}").unwrap();
    }
    let path = folder.join(format!("{name}{seed}.csv"));
    fs::write(&path, text).unwrap();
    path
}

/// A few training rows whose target is far out make a fit that is of no use: it fails, the rows are
/// named, and a loss that lets them count for less is advised where it is of use.
#[test]
fn rows_far_out_are_named_and_a_robust_loss_recovers() {
    let folder = tempfile::tempdir().unwrap();
    let mut useless = 0;
    for seed in 1..=5 {
        let far = [51, 122, 203];
        let path = write(folder.path(), "far", (seed, 300), |at, row| {
            if far.contains(&at) {
                row[3] += 1e4 / seed as f64;
            }
        });
        let path = path.to_str().unwrap();
        let before = fit(path, "--target y --lr 0.001", 3);
        let failure = last(&before);
        assert_eq!(failure["severity"], "failure");
        if failure["kind"] == "worse_than_guess" {
            assert!(failure["evidence"]["ratio"].as_f64().unwrap() > 1.5);
            useless += 1;
        } else {
            assert_eq!(failure["kind"], "diverging", "{failure}");
        }
        let advice = failure["advice"].as_str().unwrap();
        for line in far.map(|at| (at + 2).to_string()) {
            assert!(advice.contains(&line), "{line}: {advice}");
        }
        let cures = options(&failure["cures"]);
        assert_eq!(cures[..2], ["--loss absolute", "--solver lm"], "{failure}");
        for cure in ["--loss absolute", &format!("--solver lm {}", cures[2])] {
            let after = fit(path, &format!("--target y --validation-every 5 {cure}"), 0);
            let r2 = after["metrics"]["validation"]["r2"].as_f64().unwrap();
            assert!(r2 > 0.95, "{cure}: {r2}");
        }
    }
    assert!(useless > 1);
}

/// Where the fit does not even end, the rows are to blame and not the rate.
#[test]
fn rows_far_out_are_named_where_the_fit_diverges() {
    let folder = tempfile::tempdir().unwrap();
    let path = write(folder.path(), "far", (1, 500), |at, row| {
        if [31, 102, 403].contains(&at) {
            row[3] += 1e3 * (1 + at % 3) as f64;
        }
    });
    let fit = fit(path.to_str().unwrap(), "--target y --lr 0.02", 3);
    let last = last(&fit);
    let advice = last["advice"].as_str().unwrap();
    assert!(advice.contains("outliers: 3 training rows"), "{last}");
    assert!(advice.contains("use `--loss absolute`"), "{last}");
    assert!(!advice.contains("--lr"), "{last}");
}

/// A validation row with a feature far out is named, and nothing is said to be memorized.
#[test]
fn a_validation_row_far_out_is_named() {
    let folder = tempfile::tempdir().unwrap();
    for (seed, model) in [(1, "linear"), (2, "linear"), (3, "mlp:8")] {
        let path = write(folder.path(), "feature", (seed, 200), |at, row| {
            if at == 54 {
                row[1] = 1e5;
            }
        });
        let options = format!("--target y --model {model}");
        let fit = fit(path.to_str().unwrap(), &options, 3);
        let last = last(&fit);
        assert_eq!(last["kind"], "worse_than_guess", "{last}");
        let advice = last["advice"].as_str().unwrap();
        assert!(advice.contains("1 validation row makes 100 %"), "{last}");
        assert!(advice.contains("line 56"), "{last}");
        assert!(
            !verdicts(&fit)
                .iter()
                .any(|told| told["kind"] == "overfitting")
        );
    }
}

/// Targets that have nothing to do with the features are memorized by a net: it fails.
#[test]
fn a_net_that_memorizes_noise_fails() {
    let folder = tempfile::tempdir().unwrap();
    let path = write(folder.path(), "noise", (2, 100), |at, row| {
        row[3] = ((at as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40) as f64 * (at as f64).sin();
    });
    let options = "--target y --model mlp:32,16 --epochs 100 --lr 0.005";
    let before = fit(path.to_str().unwrap(), options, 3);
    let failure = last(&before);
    assert_eq!(failure["kind"], "worse_than_guess", "{failure}");
    let advice = failure["advice"].as_str().unwrap();
    assert!(
        advice.contains("holds for the training rows alone"),
        "{failure}"
    );
    assert!(
        !options_of_all(&before)
            .iter()
            .any(|option| option.starts_with("--epochs"))
    );
    let compared = downhill(&["compare", path.to_str().unwrap(), "--json"])
        .args(options.split(' '))
        .args(["--vary", "seed=1,2"])
        .assert();
    let text = String::from_utf8_lossy(&compared.get_output().stdout).into_owned();
    assert!(text.contains("worse than a constant guess"), "{text}");
}

fn options_of_all(fit: &Value) -> Vec<&str> {
    verdicts(fit)
        .iter()
        .flat_map(|told| options(&told["cures"]))
        .collect()
}

/// The option that holds a fit back is the cause, as it was given.
#[test]
fn the_option_that_holds_a_fit_back_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let plain = write(folder.path(), "plain", (1, 300), |_, _| {});
    let plain = plain.to_str().unwrap();
    for (given, named, cure) in [
        ("--l2 10", "`--l2 10`", Some("--l2 0")),
        ("--l1 0.5", "`--l1 0.5`", Some("--l1 0")),
        (
            "--weight-decay 50",
            "`--weight-decay 50`",
            Some("--weight-decay 0"),
        ),
        ("--l2 10 --l1 0.5", "`--l1 0.5 --l2 10`", Some("--l1 0")),
        (
            "--schedule exponential:0.5",
            "`--schedule exponential:0.5`",
            Some("--schedule cosine"),
        ),
        (
            "--schedule step:50,0.1",
            "`--schedule step:50,0.1`",
            Some("--schedule cosine"),
        ),
        ("--bound a=0:0.1", "holds `a` at 0.1", None),
        ("--bound all=-0.1:0.1", "`--bound` holds `a` at 0.1", None),
        (
            "--optimizer sgd --clip-norm 1e-5",
            "`--clip-norm 1e-5`",
            None,
        ),
        (
            "--model mlp:1,4 --freeze 1",
            "`--freeze`",
            Some("--freeze 0"),
        ),
    ] {
        let mut command = downhill(&["fit", plain, "--json", "--target", "y"]);
        let fit = json(&command.args(given.split(' ')).assert());
        let held = told(&fit, "held_back");
        let finding = held["finding"].as_str().unwrap();
        assert!(finding.contains(named), "{given}: {finding}");
        assert_eq!(options(&held["cures"]).first().copied(), cure, "{given}");
        let advice = last(&fit)["advice"].as_str().unwrap();
        assert!(advice.contains(finding), "{given}: {advice}");
        assert!(!advice.contains("--epochs"), "{given}: {advice}");
    }
}

/// Without a scaler the scaler is advised, and no search for a rate that there is none of.
#[test]
fn a_missing_scaler_is_advised_in_place_of_a_rate() {
    for (file, options) in [
        ("concrete.csv", "--target strength --optimizer sgd"),
        ("airfoil.csv", "--target y --optimizer sgd"),
        ("airfoil.csv", "--target y"),
        (
            "concrete.csv",
            "--target strength --model mlp:16 --optimizer sgd",
        ),
    ] {
        let options = format!("{options} --scaler none");
        let fit = fit(&data(file), &options, 3);
        let all = options_of_all(&fit);
        assert!(all.contains(&"--scaler standard"), "{options}: {all:?}");
        assert!(!all.contains(&"--lr auto"), "{options}: {all:?}");
        let failure = fit["failure"].as_str().unwrap();
        assert!(failure.contains("--scaler"), "{options}: {failure}");
    }
}

/// A validation loss that a rate has raised is put down to the rate.
#[test]
fn a_rate_that_raises_the_validation_loss_is_to_blame() {
    let options = "--target y --lr 0.5 --schedule constant --l2 0";
    let fit = fit(&data("seeds.csv"), options, 0);
    assert!(
        !verdicts(&fit)
            .iter()
            .any(|told| told["kind"] == "overfitting")
    );
    let blamed = told(&fit, "learning_rate_too_high");
    assert_eq!(options_of(blamed), ["--schedule cosine"]);
}

fn options_of(told: &Value) -> Vec<&str> {
    options(&told["cures"])
}

/// The threshold is for the rare class, and is not advised where there is next to none of it.
#[test]
fn a_threshold_is_for_the_rare_class() {
    let folder = tempfile::tempdir().unwrap();
    for (common, rare, every, expected) in [
        ("alpha", "zeta", 12, &["--threshold f1"][..]),
        ("zeta", "alpha", 12, &["--threshold f1", "--positive alpha"]),
        ("zeta", "a b", 12, &["--threshold f1", "--positive 'a b'"]),
        ("alpha", "zeta", 200, &[]),
    ] {
        let mut text = String::from("x,y\n");
        for at in 0..600 {
            let is_rare = at % every == 3;
            let x = (at * 37 % 101) as f64 / 50.0 + if is_rare { 1.0 } else { 0.0 };
            writeln!(text, "{x},{}", if is_rare { rare } else { common }).unwrap();
        }
        let path = folder.path().join("rare.csv");
        fs::write(&path, text).unwrap();
        let path = path.to_str().unwrap();
        let before = fit(path, "--target y", 0);
        let imbalance = told(&before, "class_imbalance");
        assert_eq!(options_of(imbalance), expected, "{imbalance}");
        if !expected.is_empty() {
            let mut command = downhill(&["fit", path, "--json", "--target", "y"]);
            let positive = ["--positive", rare];
            let after = command
                .args(["--threshold", "f1"])
                .args(positive)
                .assert()
                .code(0);
            let f1 = json(&after)["metrics"]["validation"]["f1"].as_f64();
            assert!(f1.is_some_and(|f1| f1 > 0.0), "{f1:?}");
        }
    }
    // Of three classes there is no threshold.
    let mut text = String::from("x,y\n");
    for at in 0..600 {
        let class = if at % 30 == 3 { 2 } else { at % 2 };
        writeln!(
            text,
            "{},{class}",
            (at * 37 % 101) as f64 + 10.0 * f64::from(class)
        )
        .unwrap();
    }
    let path = folder.path().join("three.csv");
    fs::write(&path, text).unwrap();
    let fit = fit(path.to_str().unwrap(), "--target y", 0);
    assert!(options_of(told(&fit, "class_imbalance")).is_empty());
}

/// Columns that tell nothing of their own are left out together, whichever of them is named.
#[test]
fn columns_are_left_out_together() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("columns.csv");
    let mut text = String::from("a,b,copy,sum,still,c,y\n");
    for at in 0..200 {
        let (a, b, c) = (at * 37 % 101, at * 59 % 97, at * 83 % 89);
        let noise = f64::from(at * 29 % 31) / 10.0;
        let y = f64::from(a - b + 2 * c) + noise;
        writeln!(text, "{a},{b},{},{},7,{c},{y}", 2 * a, a + 3 * b).unwrap();
    }
    fs::write(&path, text).unwrap();
    let path = path.to_str().unwrap();
    let before = fit(path, "--target y", 0);
    for kind in ["collinear_features", "rank_deficient", "dead_feature"] {
        assert_eq!(
            options_of(told(&before, kind)),
            ["--features a,b,c"],
            "{kind}"
        );
    }
    let after = fit(path, "--target y --features a,b,c", 0);
    for kind in ["collinear_features", "rank_deficient", "dead_feature"] {
        assert!(!verdicts(&after).iter().any(|told| told["kind"] == kind));
    }
}
