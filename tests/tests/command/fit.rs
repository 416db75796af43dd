use downhill_tests::{
    air, data, downhill, every_fifth_apart, json, occupancy, reference, stderr, stdout,
};
use serde_json::Value;

fn number(value: &Value) -> f64 {
    value
        .as_f64()
        .unwrap_or_else(|| panic!("{value} is no number"))
}

#[test]
fn air_quality_by_default_comes_close_to_least_squares() {
    let file = data("air_quality.csv");
    let mut arguments = air("fit", &file);
    arguments.push("--json");
    let fit = json(&downhill(&arguments).assert().code(0));
    let r2 = number(&fit["metrics"]["validation"]["r2"]);
    assert!(r2 >= 0.885, "{r2}");
    let rmse = number(&fit["metrics"]["validation"]["rmse"]);
    let least_squares = number(&reference()["air_quality_co"]["ols"]["rmse"]);
    assert!(rmse < 1.02 * least_squares, "{rmse}");

    assert_eq!(fit["status"], "done");
    assert_eq!(fit["rows"]["used"], 7344);
    assert_eq!(fit["rows"]["train"], 5876);
    assert_eq!(fit["rows"]["validation"], 1468);
    assert_eq!(fit["rows"]["dropped"], 9357 - 7344);
    assert_eq!(fit["history"].as_array().map(Vec::len), Some(50));
    let fingerprint = fit["fingerprint"].as_str().unwrap();
    assert_eq!(fingerprint.len(), 16);
    assert!(u64::from_str_radix(fingerprint, 16).is_ok());
}

/// One epoch of plain SGD in file order is one sequence of operations; scikit-learn's gives the
/// same numbers.
fn sgd_matches_the_reference(precision: &str, tolerance: f64) {
    let file = data("air_quality.csv");
    let mut arguments = air("fit", &file);
    arguments.extend(["--optimizer", "sgd", "--lr", "0.005", "--epochs", "1"]);
    arguments.extend(["--no-shuffle", "--json", "--precision", precision]);
    let fit = json(&downhill(&arguments).assert().code(0));
    let expected = &reference()["air_quality_co"]["sgd_fixed_1"];
    let close = |got: &Value, want: &Value| {
        let (got, want) = (number(got), number(want));
        assert!((got - want).abs() <= tolerance, "{got} is not {want}");
    };
    close(&fit["metrics"]["validation"]["r2"], &expected["r2"]);
    close(&fit["metrics"]["validation"]["rmse"], &expected["rmse"]);
    let learned = &fit["parameters_standardized"];
    for (name, want) in downhill_tests::AIR_FEATURES
        .split(',')
        .zip(expected["coef_std"].as_array().unwrap())
    {
        close(&learned[name], want);
    }
    close(&learned["intercept"], &expected["intercept_std"]);
}

#[test]
fn one_epoch_of_sgd_is_the_references_in_f32() {
    sgd_matches_the_reference("f32", 1e-4);
}

#[test]
fn one_epoch_of_sgd_is_the_references_in_f64() {
    sgd_matches_the_reference("f64", 1e-9);
}

#[test]
fn one_epoch_of_logistic_sgd_is_the_references() {
    let folder = tempfile::tempdir().unwrap();
    let [file, fifth] = every_fifth_apart("occupancy.csv", folder.path());
    let model = folder.path().join("model.json");
    let model = model.to_str().unwrap();
    let mut arguments = occupancy("fit", &file);
    arguments.extend(["--optimizer", "sgd", "--lr", "0.01", "--epochs", "1"]);
    arguments.extend(["--no-shuffle", "--json", "--precision", "f64"]);
    arguments.extend(["--validation-every", "0", "--out", model]);
    let fit = json(&downhill(&arguments).assert().code(0));
    let eval = json(
        &downhill(&["eval", model, &fifth, "--json"])
            .assert()
            .code(0),
    );
    let expected = &reference()["occupancy"]["sgd_fixed_1"];
    let learned = &fit["parameters_standardized"];
    let names = downhill_tests::OCCUPANCY_FEATURES.split(',');
    for (name, want) in names.zip(expected["coef"][0].as_array().unwrap()) {
        assert!(
            (number(&learned[name]) - number(want)).abs() < 1e-9,
            "{name}"
        );
    }
    let test = &eval["metrics"];
    for (ours, theirs) in [
        ("accuracy", "acc"),
        ("f1", "f1"),
        ("auc", "auc"),
        ("log_loss", "logloss"),
    ] {
        let (got, want) = (number(&test[ours]), number(&expected[theirs]));
        assert!((got - want).abs() < 1e-9, "{ours}: {got} is not {want}");
    }
}

#[test]
fn occupancy_by_default() {
    let file = data("occupancy.csv");
    let mut arguments = occupancy("fit", &file);
    arguments.push("--json");
    let fit = json(&downhill(&arguments).assert().code(0));
    let accuracy = number(&fit["metrics"]["validation"]["accuracy"]);
    assert!(accuracy >= 0.985, "{accuracy}");
}

/// A tenth of a rate that is far out is no cure, and no number for people.
#[test]
fn a_rate_that_is_far_out_is_not_merely_divided() {
    let mut fit = downhill(&["fit", &data("iris.csv"), "--target", "petal_w"]);
    let error = stderr(&fit.args(["--lr", "1e30"]).assert().code(3));
    assert!(error.contains("use `--lr auto`"), "{error}");
    assert!(!error.contains("0000"), "{error}");
}

#[test]
fn a_target_alone_is_enough_and_what_is_left_out_is_said() {
    let file = data("occupancy.csv");
    let fit = downhill(&["fit", &file, "--target", "Occupancy", "--epochs", "5"])
        .assert()
        .code(0);
    let text = stdout(&fit);
    assert!(text.contains("left out: split, text (`train`)"), "{text}");
    assert!(text.contains("left out: date, timestamps (`"), "{text}");
    assert!(text.contains("logistic, cross_entropy"), "{text}");
    assert!(stderr(&fit).is_empty(), "quiet where stderr is no terminal");

    let arguments = [
        "fit",
        &file,
        "--target",
        "Occupancy",
        "--epochs",
        "5",
        "--json",
    ];
    let fit = json(&downhill(&arguments).assert().code(0));
    assert_eq!(fit["left_out"][0]["column"], "split");
    assert_eq!(fit["left_out"][1]["column"], "date");
    assert_eq!(fit["features"].as_array().map(Vec::len), Some(5));
}

/// The parameters in units, by hand, predict what the standardized ones do.
#[test]
fn parameters_are_in_the_columns_own_units() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("line.csv");
    let rows: String = (0..50)
        .map(|x| format!("{},{}\n", 100 + x, 7.0 - 3.0 * f64::from(x)))
        .collect();
    std::fs::write(&file, format!("x,y\n{rows}")).unwrap();
    let file = file.to_str().unwrap();
    let arguments = [
        "fit",
        file,
        "--target",
        "y",
        "--optimizer",
        "sgd",
        "--lr",
        "0.1",
        "--json",
    ];
    let fit = json(&downhill(&arguments).assert().code(0));
    let [slope, intercept] = ["x", "intercept"].map(|name| number(&fit["parameters"][name]));
    assert!((slope + 3.0).abs() < 1e-4, "{slope}");
    assert!((intercept - 307.0).abs() < 1e-2, "{intercept}");
}

#[test]
fn the_same_seed_is_the_same_fit_and_another_is_not() {
    let file = data("air_quality.csv");
    let fingerprint = |seed: &str, batch: &str| {
        let mut arguments = air("fit", &file);
        arguments.extend(["--epochs", "1", "--seed", seed, "--batch", batch, "--json"]);
        json(&downhill(&arguments).assert().code(0))["fingerprint"].to_string()
    };
    assert_eq!(fingerprint("1", "1"), fingerprint("1", "1"));
    assert_ne!(fingerprint("1", "1"), fingerprint("2", "1"));
    assert_ne!(fingerprint("1", "1"), fingerprint("1", "32"));
}

#[test]
fn every_row_of_an_epoch_counts_in_its_last_batch_too() {
    let file = data("air_quality.csv");
    let mut arguments = air("fit", &file);
    arguments.extend(["--epochs", "2", "--batch", "100", "--json"]);
    let fit = json(&downhill(&arguments).assert().code(0));
    assert_eq!(fit["steps"], 2 * 59); // 5,876 rows
}

#[test]
fn no_row_is_for_validation_where_none_shall_be() {
    let file = data("air_quality.csv");
    let mut arguments = air("fit", &file);
    arguments.extend(["--epochs", "1", "--validation-every", "0", "--json"]);
    let fit = json(&downhill(&arguments).assert().code(0));
    assert_eq!(fit["rows"]["train"], 7344);
    assert!(fit["metrics"]["validation"].is_null());
}

#[test]
fn a_rate_that_is_too_high_fails_with_cause_and_cure_and_writes_no_model() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("model.json");
    let file = data("air_quality.csv");
    let cases = [
        ("sgd", "3", "the fit failed at step"),
        ("adam", "50", "diverging"),
    ];
    for (optimizer, rate, how) in cases {
        let mut arguments = air("fit", &file);
        arguments.extend([
            "--optimizer",
            optimizer,
            "--lr",
            rate,
            "--epochs",
            "3",
            "--schedule",
            "constant",
            "--out",
        ]);
        arguments.push(out.to_str().unwrap());
        let failed = downhill(&arguments).assert().code(3);
        let error = stderr(&failed);
        assert!(error.contains(how) && error.contains("--lr"), "{error}");
        arguments.push("--json");
        let fit = json(&downhill(&arguments).assert().code(3));
        assert_eq!(fit["status"], "failed");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}

#[test]
fn a_column_that_costs_most_rows_is_named() {
    let file = data("air_quality.csv");
    let arguments = ["fit", &file, "--target", "CO_GT", "--missing-value", "-200"];
    let text = stdout(&downhill(&arguments).assert().code(0));
    assert!(
        text.contains("most rows are dropped: `NMHC_GT` alone misses 8443"),
        "{text}"
    );
}
