//! Test, then learn.

use downhill_tests::{air, data, downhill, json, stderr, stdout};
use serde_json::Value;

fn fit(arguments: &[&str], options: &str) -> Value {
    let mut fit = downhill(arguments);
    fit.args(options.split_ascii_whitespace()).arg("--json");
    json(&fit.assert().code(0))
}

/// In the file's order the pass is the first epoch; and the fit is the same with and without it.
#[test]
fn the_pass_is_an_epoch_in_the_files_order() {
    let file = data("air_quality.csv");
    let air = air("fit", &file);
    for options in [
        "--epochs 2 --no-shuffle",
        "--epochs 2 --scaler-on-device 50 --no-shuffle",
    ] {
        let without = fit(&air, options);
        let with = fit(&air, &format!("{options} --prequential"));
        assert_eq!(with["fingerprint"], without["fingerprint"]);
        assert!(without["metrics"].get("prequential").is_none());
        let tested = &with["metrics"]["prequential"];
        let [loss, epoch] = [&tested["loss"], &with["history"][0]["train"]];
        let [loss, epoch] = [loss, epoch].map(|loss| loss.as_f64().unwrap());
        assert!(
            (loss - epoch).abs() < 1e-9,
            "{options}: {loss} is not {epoch}"
        );
        assert!(tested["skill"].as_f64().unwrap() > 0.0, "{tested}");
    }
    // Rows that the scaler was learned from were not predicted.
    let rows = |options: &str| {
        let fit = fit(&air, &format!("{options} --epochs 1 --prequential"));
        let tested = &fit["metrics"]["prequential"];
        let shown = tested["rows"].as_u64().unwrap();
        (shown, fit["rows"]["train"].as_u64().unwrap())
    };
    assert_eq!(rows(""), (5876, 5876));
    assert_eq!(
        rows("--scaler-on-device 50 --validation-every 0"),
        (7294, 7344)
    );
}

#[test]
fn the_pass_is_the_same_whatever_the_order_of_the_fit_and_of_a_file_that_is_not_held() {
    let file = data("air_quality.csv");
    let air = air("fit", &file);
    let tested = |options: &str| {
        let fit = fit(
            &air,
            &format!("{options} --epochs 1 --batch 4 --prequential"),
        );
        fit["metrics"]["prequential"].clone()
    };
    let shuffled = tested("");
    assert_eq!(shuffled, tested("--no-shuffle"));
    assert_eq!(shuffled, tested("--hold-at-most 0"));
}

/// A linear model starts at 0, so that the error of the first row, which persistence cannot
/// predict and the skill leaves out, is its target.
#[test]
fn skill_is_one_minus_the_squared_errors_over_those_of_persistence() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("series.csv");
    let readings: Vec<f64> = (0..60).map(|t| f64::from(t * t % 17) / 16.0).collect();
    let noise = (0..60).map(|t| f64::from(t % 3));
    let targets = readings
        .iter()
        .zip(noise)
        .map(|(x, noise)| 10.0 * x - 4.0 + noise);
    let targets: Vec<f64> = targets.collect();
    let rows = readings
        .iter()
        .zip(&targets)
        .map(|(x, y)| format!("{x},{y}\n"));
    std::fs::write(&path, format!("x,y\n{}", rows.collect::<String>())).unwrap();
    let arguments = ["fit", path.to_str().unwrap(), "--target", "y"];
    let options = "--scaler none --validation-every 0 --precision f64 --optimizer sgd --lr 0.05";
    let fit = fit(&arguments, &format!("{options} --prequential"));
    let tested = &fit["metrics"]["prequential"];
    let rmse = tested["rmse"].as_f64().unwrap();
    let ours = 60.0 * rmse * rmse - targets[0] * targets[0];
    let steps = targets.windows(2).map(|pair| pair[1] - pair[0]);
    let persistence: f64 = steps.map(|step| step * step).sum();
    let (got, want) = (tested["skill"].as_f64().unwrap(), 1.0 - ours / persistence);
    assert!((got - want).abs() < 1e-9, "{got} is not {want}");
    assert!(rmse > fit["metrics"]["train"]["rmse"].as_f64().unwrap());
}

#[test]
fn classes_have_metrics_and_no_skill_and_people_see_them_too() {
    let file = data("occupancy.csv");
    let occupancy = ["fit", &file, "--target", "Occupancy", "--epochs", "1"];
    let fit = fit(&occupancy, "--prequential");
    let tested = &fit["metrics"]["prequential"];
    assert!(tested["accuracy"].as_f64().unwrap() > 0.9, "{tested}");
    assert!(tested["skill"].is_null());

    let file = data("air_quality.csv");
    let mut said = downhill(&air("fit", &file));
    let said = stdout(
        &said
            .args(["--epochs", "1", "--prequential"])
            .assert()
            .code(0),
    );
    assert!(said.contains("validation   prequential\n"), "{said}");
    assert!(
        said.contains("prequential skill against persistence"),
        "{said}"
    );

    let mut refused = downhill(&air("fit", &file));
    refused.args(["--solver", "lm", "--prequential"]);
    let error = stderr(&refused.assert().code(2));
    assert!(error.contains("--prequential"), "{error}");
}
