//! Several targets, and features that are reconstructed.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use downhill_tests::{data, downhill, json, stderr, stdout};
use serde_json::Value;

/// Rows of which `a` and `b` follow from `x` and `z`, all in units of their own.
fn rows(folder: &Path) -> String {
    let mut text = String::from("x,z,a,b\n");
    for k in 0..200 {
        let (x, z) = (f64::from(k % 17), 100.0 + f64::from(k % 13));
        writeln!(text, "{x},{z},{},{}", 3.0 * x - 2.0 * z + 7.0, 0.01 * z).unwrap();
    }
    let path = folder.join("rows.csv");
    fs::write(&path, text).unwrap();
    path.to_str().unwrap().into()
}

fn number(value: &Value) -> f64 {
    value
        .as_f64()
        .unwrap_or_else(|| panic!("{value} is no number"))
}

#[test]
fn several_targets_have_parameters_metrics_and_predictions_of_their_own() {
    let folder = tempfile::tempdir().unwrap();
    let file = rows(folder.path());
    let model = folder.path().join("model.json");
    let model = model.to_str().unwrap();
    let options = "--optimizer sgd --lr 0.05 --epochs 100 --json --out";
    let mut fit = downhill(&["fit", &file, "--target", "a,b"]);
    let fit = json(&fit.args(options.split(' ')).arg(model).assert().code(0));
    assert_eq!(fit["targets"], serde_json::json!(["a", "b"]));
    assert_eq!(fit["features"], serde_json::json!(["x", "z"]));
    for (target, name, want) in [
        ("a", "x", 3.0),
        ("a", "z", -2.0),
        ("a", "intercept", 7.0),
        ("b", "x", 0.0),
        ("b", "z", 0.01),
        ("b", "intercept", 0.0),
    ] {
        let got = number(&fit["parameters"][target][name]);
        assert!((got - want).abs() < 0.01, "{target} {name}: {got}");
    }
    let test = &fit["metrics"]["validation"];
    let each = test["targets"].as_array().unwrap();
    assert_eq!(each.len(), 2);
    let mean = (number(&each[0]["r2"]) + number(&each[1]["r2"])) / 2.0;
    assert!((number(&test["r2"]) - mean).abs() < 1e-12 && mean > 0.999);
    assert!(test["rmse"].is_null(), "units differ");

    let text = stdout(&downhill(&["predict", model, &file]).assert().code(0));
    assert_eq!(text.lines().next(), Some("prediction_a,prediction_b"));
    let eval = json(&downhill(&["eval", model, &file, "--json"]).assert().code(0));
    assert_eq!(eval["rows"], 200);
    assert_eq!(eval["metrics"]["targets"][1]["target"], "b");
    let printed = downhill(&["predict", model, &file, "--json"])
        .assert()
        .code(0);
    let printed = json(&printed);
    for (line, row) in text
        .lines()
        .skip(1)
        .zip(printed["predictions"].as_array().unwrap())
    {
        let cells: Vec<f64> = line.split(',').map(|cell| cell.parse().unwrap()).collect();
        assert_eq!(row, &serde_json::json!(cells));
    }
}

/// The several outputs of one linear fit are what each fit alone would be: nothing in the model
/// ties them together but the loss, the mean over the outputs.
#[test]
fn several_linear_targets_are_as_each_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = rows(folder.path());
    let fit = |target: &str, features: &str, lr: &str| {
        let mut fit = downhill(&["fit", &file, "--target", target, "--features", features]);
        fit.args(["--optimizer", "sgd", "--lr", lr, "--epochs", "3", "--json"]);
        json(&fit.args(["--precision", "f64"]).assert().code(0))["parameters"].clone()
    };
    // Half the loss has half the gradient.
    let both = fit("a,b", "x,z", "0.02");
    for target in ["a", "b"] {
        let alone = fit(target, "x,z", "0.01");
        for name in ["x", "z", "intercept"] {
            let (one, other) = (number(&both[target][name]), number(&alone[name]));
            assert!((one - other).abs() < 1e-9, "{target} {name}: {one} {other}");
        }
    }
}

#[test]
fn a_net_predicts_several_targets() {
    let file = data("air_quality.csv");
    let arguments = "--target CO_GT,C6H6_GT --features PT08_S1_CO,PT08_S2_NMHC,T,RH \
                     --missing-value=-200 --model mlp:8:tanh --epochs 5 --json";
    let mut fit = downhill(&["fit", &file]);
    let fit = json(
        &fit.args(arguments.split_ascii_whitespace())
            .assert()
            .code(0),
    );
    for target in fit["metrics"]["validation"]["targets"].as_array().unwrap() {
        assert!(number(&target["r2"]) > 0.8, "{target}");
    }
    assert!(fit["parameters"].is_null());
}

/// A column of a name with a comma in it is one target.
#[test]
fn a_name_with_a_comma_is_one_target() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("comma.csv");
    fs::write(&path, "x,\"a,b\"\n1,2\n2,4.1\n3,6\n4,8\n5,10\n6,12.5\n").unwrap();
    let fit = downhill(&["fit", path.to_str().unwrap(), "--target", "a,b", "--json"]).assert();
    assert_eq!(json(&fit.code(0))["targets"], serde_json::json!(["a,b"]));
}

#[test]
fn an_autoencoder_finds_the_row_that_breaks_the_pattern() {
    let folder = tempfile::tempdir().unwrap();
    let model = folder.path().join("model.json");
    let model = model.to_str().unwrap();
    let file = rows(folder.path());
    let mut fit = downhill(&["fit", &file, "--model", "autoencoder:2:identity"]);
    fit.args(["--epochs", "100", "--lr", "0.02", "--json", "--out", model]);
    let fit = json(&fit.assert().code(0));
    assert!(fit["target"].is_null());
    assert!(
        number(&fit["metrics"]["validation"]["r2"]) > 0.99,
        "{}",
        fit["metrics"]
    );
    assert_eq!(fit["metrics"]["validation"]["targets"][3]["target"], "b");
    let threshold = number(&fit["anomaly"]["threshold"]);

    // Each number of the second row is an ordinary one; together they are not.
    let odd = folder.path().join("odd.csv");
    fs::write(
        &odd,
        "x,z,a,b\n3,105,-194,1.05\n3,105,-160,1.05\n,105,1,1\n",
    )
    .unwrap();
    let odd = odd.to_str().unwrap();
    let text = stdout(&downhill(&["predict", model, odd]).assert().code(0));
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!((lines[0], lines[3]), ("score,anomaly", ","));
    for (line, anomaly) in [(lines[1], "0"), (lines[2], "1")] {
        let (score, said) = line.split_once(',').unwrap();
        assert_eq!(said, anomaly, "{text}");
        assert_eq!(score.parse::<f64>().unwrap() > threshold, anomaly == "1");
    }
    let printed = json(
        &downhill(&["predict", model, odd, "--json"])
            .assert()
            .code(0),
    );
    assert_eq!(printed["predictions"], serde_json::json!([0, 1, null]));
    assert_eq!(printed["threshold"], threshold);
    let eval = json(&downhill(&["eval", model, odd, "--json"]).assert().code(0));
    assert_eq!((&eval["anomalies"], &eval["rows"]), (&1.into(), &2.into()));
}

/// The score is the mean over the features of the squared error of each, in its standard
/// deviations: by hand, from the scaler and the parameters in the file.
#[test]
fn a_score_is_the_reconstruction_error() {
    let folder = tempfile::tempdir().unwrap();
    let model = folder.path().join("model.json");
    let file = rows(folder.path());
    let mut fit = downhill(&["fit", &file, "--model", "autoencoder:1:identity"]);
    fit.args([
        "--precision",
        "f64",
        "--epochs",
        "5",
        "--features",
        "x,z,a",
        "--out",
    ]);
    fit.arg(&model).assert().code(0);
    let saved: Value = serde_json::from_str(&fs::read_to_string(&model).unwrap()).unwrap();
    let numbers =
        |value: &Value| -> Vec<f64> { value.as_array().unwrap().iter().map(number).collect() };
    let (means, factors) = (
        numbers(&saved["scaler"]["means"]),
        numbers(&saved["scaler"]["factors"]),
    );
    let p = numbers(&saved["parameters"]);
    assert_eq!((means.len(), p.len()), (6, 3 + 1 + 3 + 3));
    let scaled = |row: [f64; 3]| [0, 1, 2].map(|k| (row[k] - means[k]) * factors[k]);
    let x = scaled([4.0, 104.0, -189.0]);
    let hidden: f64 = (0..3).map(|k| p[k] * x[k]).sum::<f64>() + p[3];
    let error = (0..3).map(|k| (p[4 + k] * hidden + p[7 + k] - x[k]).powi(2));
    let by_hand = error.sum::<f64>() / 3.0;
    let one = folder.path().join("one.csv");
    fs::write(&one, "x,z,a\n4,104,-189\n").unwrap();
    let arguments = [
        "predict",
        model.to_str().unwrap(),
        one.to_str().unwrap(),
        "--json",
    ];
    let score = number(&json(&downhill(&arguments).assert().code(0))["scores"][0]);
    assert!((score - by_hand).abs() < 1e-12, "{score} is not {by_hand}");
}

#[test]
fn what_does_not_go_with_several_targets_or_none_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let file = rows(folder.path());
    for (options, code, message) in [
        ("", 2, "`--target COL`"),
        ("--target=", 2, "`--target COL`"),
        ("--target a,c", 1, "no column `c`"),
        ("--target a,a", 2, "`a` twice"),
        ("--target a,b --features a", 1, "`a` is the target"),
        ("--target a,b --model logistic", 2, "one column of classes"),
        ("--target a,b --loss hinge", 2, "one column of classes"),
        (
            "--target a,b --class-weight balanced",
            2,
            "target of classes",
        ),
        ("--target a,b --weight b", 2, "same column"),
        ("--target a --model autoencoder:2", 2, "takes no `--target`"),
        ("--model autoencoder:2 --loss poisson", 2, "any sign"),
        ("--model autoencoder", 2, "`autoencoder:16,8:tanh`"),
    ] {
        let mut fit = downhill(&["fit", &file]);
        let error = stderr(
            &fit.args(options.split_ascii_whitespace())
                .assert()
                .code(code),
        );
        assert!(error.contains(message), "{options}: {error}");
    }
}

/// An autoencoder that may copy its rows says so.
#[test]
fn an_autoencoder_without_a_narrow_layer_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let file = rows(folder.path());
    for (model, wide) in [
        ("autoencoder:4", true),
        ("autoencoder:9,3", false),
        ("autoencoder:3", false),
    ] {
        let mut fit = downhill(&["fit", &file, "--model", model, "--epochs", "1"]);
        // It has hardly begun.
        let said = stdout(&fit.args(["--health", "0"]).assert().code(0));
        let note = "no layer is narrower than the 4 features";
        assert_eq!(said.contains(note), wide, "{model}: {said}");
    }
}

/// A run of parameters, all of them, or one by its name: none leaves its limits.
#[test]
fn bounds_hold_for_runs_and_names() {
    let folder = tempfile::tempdir().unwrap();
    let file = rows(folder.path());
    let fit = |bounds: &[&str]| {
        let mut fit = downhill(&["fit", &file, "--target", "a", "--features", "x,z", "--json"]);
        let fit = json(&fit.args(bounds).args(["--lr", "0.02"]).assert().code(0));
        let named = &fit["parameters_standardized"];
        ["x", "z", "intercept"].map(|name| number(&named[name]))
    };
    let free = fit(&[]);
    assert!(free[0] > 0.8 && free[1] < -0.3, "{free:?}");
    assert_eq!(fit(&["--bound", "z=0:1"])[1], 0.0);
    assert_eq!(fit(&["--bound", "0-1=-0.25:0.25"])[..2], [0.25, -0.25]);
    assert!(
        fit(&["--bound", "all=-0.125:0.125"])
            .iter()
            .all(|p| p.abs() <= 0.125)
    );
}
