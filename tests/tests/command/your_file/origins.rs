//! Columns far from zero for their spread: nothing is lost between the file and the fit.

use std::fmt::Write;

use downhill_tests::{data, downhill};
use serde_json::Value;
use tempfile::tempdir;

use super::{case, result, said, says, unfitted, write};

/// Result of a fit by gradient.
#[track_caller]
fn fit(file: &str, target: &str, more: &[&str]) -> Value {
    let all = [&["fit", file, "--target", target, "--json"], more].concat();
    // What a target has nothing to do with is fitted too.
    let output = downhill(&all).output().unwrap();
    assert!(
        [Some(0), Some(3)].contains(&output.status.code()),
        "{output:?}"
    );
    serde_json::from_slice(&output.stdout).unwrap()
}

fn number(value: &Value, path: &[&str]) -> f64 {
    let found = path.iter().fold(value, |value, name| &value[*name]);
    let found = match found.is_object() {
        true => &found["value"],
        false => found,
    };
    found
        .as_f64()
        .unwrap_or_else(|| panic!("{path:?} of {value}"))
}

#[track_caller]
fn near(value: f64, expected: f64, tolerance: f64) {
    let apart = (value - expected).abs();
    assert!(
        apart <= tolerance,
        "{value} is not {expected} ± {tolerance}"
    );
}

#[test]
fn seconds_count_from_a_time_nearby() {
    let file = case("seconds.csv");
    let more = ["--features", "time:seconds", "--epochs", "2000"];
    let fitted = fit(&file, "temp", &more);
    near(number(&fitted, &["parameters", "time:seconds"]), 1.0, 1e-6);
    near(number(&fitted, &["metrics", "train", "r2"]), 1.0, 1e-9);
    assert_eq!(fitted["origins"][0]["time"], "2024-05-01T12:00:00");
    // Hours of a day lie near zero as they are.
    let hours = fit(&file, "temp", &["--features", "time:hour", "--epochs", "1"]);
    assert_eq!(hours["origins"], Value::Null);
}

/// Ordinary least squares in `f64`.
#[test]
fn unix_seconds_are_as_ordinary_least_squares() {
    let file = case("unix_seconds.csv");
    for more in [
        &["--solver", "lm"] as &[&str],
        &["--solver", "lm", "--precision", "f32"],
        &["--solver", "rls", "--precision", "f32"],
        &["--epochs", "200", "--validation-every", "0"],
        &[
            "--epochs",
            "200",
            "--validation-every",
            "0",
            "--hold-at-most",
            "0",
        ],
        &[
            "--epochs",
            "200",
            "--validation-every",
            "0",
            "--scaler",
            "minmax",
        ],
    ] {
        let fitted = fit(&file, "y", more);
        near(number(&fitted, &["parameters", "t"]), 2.999958, 2e-4);
        let r2 = number(&fitted, &["metrics", "train", "r2"]);
        near(r2, 0.9999838, 1e-6);
    }
    let sure = fit(&file, "y", &["--solver", "lm", "--precision", "f32"]);
    let error = |name: &str| number(&sure["parameters"][name], &["standard_error"]);
    near(error("t"), 0.000700, 1e-6);
    // Of the intercept where the file's numbers are 0.
    near(error("intercept"), 0.000700 * 1.7e9, 1e4);
    near(
        number(&sure, &["parameters", "intercept"]),
        -5.099929e9,
        2e6,
    );
    near(
        number(&sure["correlation"]["t"], &["intercept"]),
        -1.0,
        1e-9,
    );
}

#[test]
fn a_meters_reading_is_predicted_to_the_last_digit() {
    let folder = tempdir().unwrap();
    let (file, model) = (case("meter.csv"), folder.path().join("m.json"));
    let model = model.to_str().unwrap();
    let fitted = fit(&file, "wh", &["--epochs", "2000", "--out", model]);
    near(number(&fitted, &["parameters", "n"]), 1.0, 1e-6);
    near(
        number(&fitted, &["parameters", "intercept"]),
        118894517.0,
        1e-5,
    );
    let text = said(&["predict", model, &file]);
    let predictions: Vec<f64> = text
        .lines()
        .skip(1)
        .map(|line| line.parse().unwrap())
        .collect();
    for (at, prediction) in predictions.iter().enumerate() {
        near(*prediction, 118894517.0 + at as f64, 1e-5);
    }
    let json = result(&["predict", model, &file]);
    assert_eq!(json["predictions"][3].as_f64(), Some(predictions[3]));
    // Errors are of the file's numbers.
    let evaluated = result(&["eval", model, &file]);
    let squares = predictions.iter().enumerate().map(|(at, prediction)| {
        let error = prediction - (118894517.0 + at as f64);
        error * error
    });
    let rmse = (squares.sum::<f64>() / 12.0).sqrt();
    near(number(&evaluated, &["metrics", "rmse"]), rmse, 1e-7);
}

/// A fit of a column far away is the fit of the same column less its origin, bit for bit.
#[test]
fn what_is_far_away_is_fitted_as_what_is_near() {
    let folder = tempdir().unwrap();
    let fits: &[&[&str]] = &[
        &["--epochs", "3"],
        &["--epochs", "3", "--hold-at-most", "0"],
        &["--epochs", "2", "--model", "mlp:4"],
        &["--epochs", "2", "--model", "polynomial:2"],
        &["--solver", "lm", "--precision", "f32"],
        &["--solver", "rls", "--precision", "f32"],
        &[
            "--solver",
            "lm",
            "--model",
            "polynomial:2",
            "--precision",
            "f32",
        ],
    ];
    for (offset, step) in [
        (1000.0, 1.0 / 65536.0),
        (1e5, 1.0 / 512.0),
        (16777216.0, 1.0),
        (1e7, 0.5),
        (1e9, 1.0),
        (-1e9, 1.0),
        (1e12, 60.0),
        (1.7e18, 1e9),
    ] {
        let table = |x: f64, y: f64| {
            let mut text = String::from("b,x,y\n");
            for row in 0..60 {
                let (b, wave) = (row * 7 % 13, f64::from(row * 5 % 11));
                let (x, y) = (x + step * f64::from(row), y + 0.5 * wave + f64::from(row));
                writeln!(text, "{b},{x},{y}").unwrap();
            }
            text
        };
        let far = write(folder.path(), "far.csv", &table(offset, 2e7));
        for more in fits {
            let fitted = fit(&far, "y", more);
            let origins = fitted["origins"].as_array().unwrap();
            let origin = |name: &str| {
                let found = origins.iter().find(|one| one["column"] == name);
                found.map_or(0.0, |one| one["origin"].as_f64().unwrap())
            };
            assert_ne!(
                origin("x") * origin("y"),
                0.0,
                "{offset} {more:?} {origins:?}"
            );
            let text = table(offset - origin("x"), 2e7 - origin("y"));
            let close = write(folder.path(), "near.csv", &text);
            let same = fit(&close, "y", more);
            assert_eq!(same["origins"], Value::Null);
            assert_eq!(
                fitted["fingerprint"], same["fingerprint"],
                "{offset} {more:?}"
            );
            let r2 = ["metrics", "train", "r2"];
            assert_eq!(number(&fitted, &r2), number(&same, &r2));
        }
    }
}

/// Anything that is near enough is as it has always been, and a model file says nothing of it.
#[test]
fn what_is_near_has_no_origin() {
    let folder = tempdir().unwrap();
    let model = folder.path().join("m.json");
    let model = model.to_str().unwrap();
    for file in ["iris.csv", "concrete.csv", "occupancy.csv"] {
        let target = ["species", "strength", "Temperature"]
            [usize::from(file == "concrete.csv") + 2 * usize::from(file == "occupancy.csv")];
        let fitted = fit(&data(file), target, &["--epochs", "1", "--out", model]);
        assert_eq!(fitted["origins"], Value::Null);
        let text = std::fs::read_to_string(model).unwrap();
        assert!(!text.contains("origins"), "{file}");
    }
    // Whole numbers that `f32` holds need none, however far away.
    let mut text = String::from("year,x,y\n");
    for row in 0..40 {
        writeln!(text, "{},{},{}", 1980 + row, 5_000_000 + row, row % 7).unwrap();
    }
    let file = write(folder.path(), "whole.csv", &text);
    let whole = fit(&file, "y", &["--epochs", "1", "--loss", "squared"]);
    assert_eq!(whole["origins"], Value::Null);
}

/// First rows that are alike say nothing: it counts what follows.
#[test]
fn origins_go_by_every_row() {
    let folder = tempdir().unwrap();
    for (late, needs) in [(1_600_000_300.5, true), (3.0, false)] {
        let mut text = String::from("t,y\n");
        for row in 0..10_100 {
            let t = match row < 10_050 {
                true => 1_600_000_000.5,
                false => late + f64::from(row % 5),
            };
            writeln!(text, "{t},{}", row % 3 + row % 5).unwrap();
        }
        let file = write(folder.path(), "late.csv", &text);
        for more in [
            &["--epochs", "1"] as &[&str],
            &["--epochs", "1", "--hold-at-most", "0"],
        ] {
            let fitted = fit(&file, "y", &[more, &["--loss", "squared"]].concat());
            assert_eq!(fitted["origins"].is_array(), needs, "{late} {more:?}");
        }
    }
}

#[test]
fn an_autoencoder_and_several_targets_have_origins() {
    let folder = tempdir().unwrap();
    let mut text = String::from("a,b,c\n");
    for row in 0..50 {
        let x = f64::from(row % 10) / 10.0;
        writeln!(text, "{},{},{}", 1e6 + x, 2e7 + 3.0 * x, 5.0 - x).unwrap();
    }
    let file = write(folder.path(), "ab.csv", &text);
    let auto = result(&["fit", &file, "--model", "autoencoder:2", "--epochs", "300"]);
    assert_eq!(auto["origins"].as_array().unwrap().len(), 2);
    near(number(&auto, &["metrics", "train", "r2"]), 1.0, 1e-2);
    let model = folder.path().join("m.json");
    let model = model.to_str().unwrap();
    let more = ["--epochs", "400", "--out", model];
    let two = fit(&file, "a,b", &more);
    assert_eq!(two["origins"].as_array().unwrap().len(), 2);
    near(number(&two["parameters"]["b"], &["c"]), -3.0, 1e-3);
    near(
        number(&two["parameters"]["a"], &["intercept"]),
        1e6 + 5.0,
        1e-2,
    );
    let text = said(&["predict", model, &file]);
    let row = text
        .lines()
        .nth(3)
        .unwrap()
        .split(',')
        .map(|cell| cell.parse::<f64>().unwrap());
    for (prediction, expected) in row.zip([1e6 + 0.2, 2e7 + 0.6]) {
        near(prediction, expected, 1e-3);
    }
}

/// The scaler of another model is taken over with the origins of that model.
#[test]
fn a_scaler_is_taken_over_with_its_origins() {
    let folder = tempdir().unwrap();
    let file = |name: &str, first: i32| {
        let mut text = String::from("t,y\n");
        for row in first..first + 80 {
            writeln!(text, "{}.5,{}", 1_700_000_000 + row, row % 90).unwrap();
        }
        write(folder.path(), name, &text)
    };
    let (one, other) = (file("one.csv", 0), file("other.csv", 300));
    let (model, next) = (folder.path().join("m.json"), folder.path().join("n.json"));
    let (model, next) = (model.to_str().unwrap(), next.to_str().unwrap());
    let usual = [
        "--epochs", "1", "--loss", "squared", "--health", "0", "--out",
    ];
    fit(&one, "y", &[&usual[..], &[model]].concat());
    fit(
        &other,
        "y",
        &[&usual[..], &[next, "--scaler-from", model]].concat(),
    );
    let of = |path: &str| -> Value {
        serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
    };
    let center = |model: &Value| {
        model["scaler"]["means"][0].as_f64().unwrap()
            + model["origins"]["features"][0].as_f64().unwrap()
    };
    let (model, next) = (of(model), of(next));
    assert_ne!(model["origins"], next["origins"]);
    near(center(&model), center(&next), 1e-4);
}

#[test]
fn what_no_precision_holds_is_named() {
    let folder = tempdir().unwrap();
    let mut text = String::from("ns,n,y\n");
    for row in 0..40 {
        let (ns, n) = (1_700_000_000_000_000_000u64 + 8 * row, 1_000_000_007 + row);
        writeln!(text, "{ns},{n},{}", row % 7).unwrap();
    }
    let file = write(folder.path(), "ns.csv", &text);
    let message = unfitted(&file, "y", &["--features", "ns"]);
    says(
        &message,
        &["column `ns`", "16 digits", "subtract the same number"],
    );
    // Counts cannot be counted from elsewhere, but `f64` holds these.
    let message = unfitted(&file, "n", &["--features", "y", "--loss", "poisson"]);
    says(&message, &["column `n`", "subtract 1000000"]);
    let option = message
        .split('`')
        .find(|text| text.starts_with("--"))
        .unwrap();
    let words: Vec<&str> = option.split(' ').collect();
    let more = [
        "--features",
        "y",
        "--loss",
        "poisson",
        "--epochs",
        "1",
        "--lr",
        "0.1",
    ];
    let follow = [&["fit", &file, "--target", "n"], &more[..], &words].concat();
    let output = downhill(&follow).output().unwrap();
    assert_ne!(output.status.code(), Some(1));
}

/// A formula in `f32` has the numbers beside its columns take over their origins.
#[test]
fn a_formula_of_unix_seconds_is_fitted_in_single_precision() {
    let folder = tempdir().unwrap();
    let rows = "V,I\n1700000000,20.1\n1700000060,20.2\n1700000120,20.4\n1700000180,20.5\n";
    let file = write(folder.path(), "v.csv", rows);
    let model = folder.path().join("m.json");
    let fitted = |formula: &str, more: &[&str]| {
        let formula = format!("formula: {formula}");
        let all = ["--model", &formula, "--start", "a=20,b=0"];
        fit(&file, "I", &[&all[..], more].concat())
    };
    let out = ["--precision", "f32", "--out", model.to_str().unwrap()];
    for (formula, sign) in [
        ("a+b*(V-1700000000)", 1.0),
        ("a-b*(1700000000-V)", 1.0),
        ("a+b*(-1700000000+V)/2", 2.0),
    ] {
        let fitted = fitted(formula, &out);
        near(number(&fitted, &["parameters", "a"]), 20.0900, 1e-4);
        near(
            number(&fitted, &["parameters", "b"]),
            0.0023333 * sign,
            1e-6,
        );
        let error = |name: &str| number(&fitted["parameters"][name], &["standard_error"]);
        near(error("a"), 0.0265, 1e-4);
        near(error("b"), 0.000236 * sign, 2e-6 * sign);
    }
    let predictions = result(&["predict", out[3], &file]);
    near(predictions["predictions"][3].as_f64().unwrap(), 20.51, 1e-5);
    // Without a number beside it, the column is named, and what is advised works.
    let more = [
        "--model",
        "formula: a+b*V",
        "--start",
        "a=20,b=0",
        "--precision",
        "f32",
    ];
    let message = unfitted(&file, "I", &more);
    says(
        &message,
        &["`V`", "`(V - 1700000000)`", "`--precision f64`"],
    );
    near(
        number(&fitted("a+b*(V - 1700000000)", &out), &["parameters", "a"]),
        20.09,
        1e-4,
    );
    let wide = fitted("a+b*V", &["--precision", "f64"]);
    near(number(&wide, &["parameters", "b"]), 0.0023333, 1e-6);
}

/// An amount that varies by a hundredth of what `f32` can tell at its size.
#[test]
fn metrics_are_against_the_numbers_of_the_file() {
    let folder = tempdir().unwrap();
    let mut text = String::from("x,y\n");
    let amounts: Vec<f64> = (0..400)
        .map(|row| 1e6 + f64::from(row * 7919 % 1009) * 1e-6 + f64::from(row) * 1e-6)
        .collect();
    for (row, amount) in amounts.iter().enumerate() {
        writeln!(text, "{row},{amount:.6}").unwrap();
    }
    let file = write(folder.path(), "noise.csv", &text);
    let model = folder.path().join("m.json").to_str().unwrap().to_string();
    let more = [
        "--precision",
        "f32",
        "--epochs",
        "20",
        "--validation-every",
        "0",
        "--out",
        &model,
    ];
    let fitted = fit(&file, "y", &more);
    let predicted = said(&["predict", &model, &file]);
    let predicted: Vec<f64> = predicted
        .lines()
        .skip(1)
        .map(|x| x.parse().unwrap())
        .collect();
    let amounts: Vec<f64> = text
        .lines()
        .skip(1)
        .map(|line| line.split_once(',').unwrap().1.parse().unwrap())
        .collect();
    let mean = |numbers: &[f64]| numbers.iter().sum::<f64>() / numbers.len() as f64;
    let pairs = || amounts.iter().zip(&predicted);
    let squares: Vec<f64> = pairs().map(|(y, own)| (y - own).powi(2)).collect();
    let about = mean(&amounts);
    let spread: Vec<f64> = amounts.iter().map(|y| (y - about).powi(2)).collect();
    let distances: Vec<f64> = pairs().map(|(y, own)| (y - own).abs()).collect();
    for metrics in [
        &fitted["metrics"]["train"],
        &result(&["eval", &model, &file])["metrics"],
    ] {
        for (name, expected) in [
            ("rmse", mean(&squares).sqrt()),
            ("mae", mean(&distances)),
            ("r2", 1.0 - mean(&squares) / mean(&spread)),
        ] {
            near(number(metrics, &[name]), expected, 1e-5 * expected.abs());
        }
    }
}
