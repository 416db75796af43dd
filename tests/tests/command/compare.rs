//! Fits side by side.

use downhill_tests::{OCCUPANCY_FEATURES, data, downhill, json, stderr, stdout};
use serde_json::Value;

fn compare(file: &str, options: &str) -> Value {
    let file = data(file);
    let mut command = downhill(&["compare", &file, "--json"]);
    json(
        &command
            .args(options.split_ascii_whitespace())
            .assert()
            .code(0),
    )
}

/// On a sigmoid, squared error does not notice that it is confidently
/// wrong. Without a scaler the first steps go far; cross-entropy comes back, squared error is
/// stuck at one class for all rows.
#[test]
fn squared_error_on_a_sigmoid_is_stuck_where_cross_entropy_learns() {
    let options = format!(
        "--target Occupancy --features {OCCUPANCY_FEATURES} --scaler none --lr 0.02 --epochs 10 \
         --vary loss=squared,cross_entropy"
    );
    let document = compare("occupancy.csv", &options);
    let accuracy = |fit: usize| {
        let metrics = &document["fits"][fit]["metrics"]["validation"];
        metrics["accuracy"].as_f64().unwrap()
    };
    assert_eq!(
        document["fits"][0]["options"]["loss"],
        "squared_probability"
    );
    assert!(accuracy(0) < 0.25 && accuracy(1) > 0.95, "{document}");
    assert!(document["fits"][0]["failure"].is_string());
    let curve = |fit: usize| document["fits"][fit]["curve"].as_array().unwrap();
    assert_eq!((curve(0).len(), curve(0)[0] == curve(0)[9]), (10, true));
    assert!(curve(1)[9].as_f64().unwrap() < 0.05);
}

#[test]
fn every_combination_is_the_fit_that_fit_makes() {
    let document = compare(
        "concrete.csv",
        "--target strength --epochs 5 --vary model=linear,mlp:4,3:tanh --vary lr=0.01,0.001",
    );
    let fits = document["fits"].as_array().unwrap();
    let parameters: Vec<u64> = fits
        .iter()
        .map(|f| f["parameters"].as_u64().unwrap())
        .collect();
    assert_eq!(parameters, [9, 9, 55, 55]);
    assert_eq!(
        fits[3]["options"],
        serde_json::json!({"model": "mlp:4,3:tanh", "lr": "0.001"})
    );
    let file = data("concrete.csv");
    for fit in fits {
        let (model, lr) = (&fit["options"]["model"], &fit["options"]["lr"]);
        let mut alone = downhill(&[
            "fit", &file, "--target", "strength", "--epochs", "5", "--json",
        ]);
        alone.args([
            "--model",
            model.as_str().unwrap(),
            "--lr",
            lr.as_str().unwrap(),
        ]);
        let alone = json(&alone.assert().code(0));
        assert_eq!(alone["metrics"], fit["metrics"]);
        assert_eq!(
            alone.get("parameters_standardized"),
            fit.get("coefficients"),
            "{model} {lr}"
        );
        let rmse = &alone["metrics"]["validation"]["rmse"];
        assert_eq!(fit["curve"].as_array().unwrap().last(), Some(rmse));
    }
}

#[test]
fn people_see_a_table_curves_and_coefficients() {
    let file = data("concrete.csv");
    let arguments = "--target strength --epochs 5 --vary model=mlp:16,linear";
    let mut command = downhill(&["compare", &file]);
    let text = stdout(&command.args(arguments.split(' ')).assert().code(0));
    for part in [
        "parameters         r2       rmse",
        "\n1 mlp:16",
        "\n2 linear",
        "validation, rmse\n",
        "epoch 5\n",
        "\nstandardized ",
        "\ncement ",
    ] {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
    let mut below = text.lines().skip(1);
    assert!(below.all(|line| line.chars().count() <= 80), "{text}");
}

/// One fit that is fine is a result; none is a failure, as a single fit's is.
#[test]
fn where_every_fit_fails_so_does_the_comparison() {
    let file = data("concrete.csv");
    let compare = |vary: &str, more: &[&str]| {
        let line = "--target strength --optimizer sgd --epochs 1 --vary";
        let mut command = downhill(&["compare", &file]);
        command.args(line.split(' ')).arg(vary).args(more).assert()
    };
    let failed = compare("lr=1e9,1e10", &[]).code(3);
    let (text, error) = (stdout(&failed), stderr(&failed));
    for mark in ["\n1 1e9: the fit failed", "\n2 1e10: the fit failed"] {
        assert!(text.contains(mark), "{text}");
    }
    assert!(error.contains("error: every fit failed"), "{error}");
    let document = json(&compare("lr=1e9,1e10", &["--json"]).code(3));
    assert_eq!(document["status"], "failed");

    let document = json(&compare("lr=1e9,0.001", &["--json"]).code(0));
    assert_eq!(document["status"], "done");
    assert!(document["fits"][0]["failure"].is_string());
}

#[test]
fn what_cannot_be_varied_is_said() {
    let file = data("concrete.csv");
    for (vary, message) in [
        ("loss", "loss=squared,huber:1"),
        (
            "los=squared",
            "`--los` is no option of a fit; did you mean `--loss`?",
        ),
        ("loss=squared,hubert", "did you mean `huber`"),
        ("loss=squared,cross_entropy", ""),
        ("json=true", "`--json` is no option of a fit"),
        ("vary=loss=squared", "`--vary` is no option of a fit"),
    ] {
        let mut command = downhill(&["compare", &file, "--target", "strength", "--epochs", "1"]);
        let assert = command.args(["--vary", vary]).assert().failure();
        let error = stderr(&assert);
        assert!(error.contains(message), "{vary}: {error}");
    }
}

/// The refusal names what does work, pasted as it is.
#[test]
fn an_amount_and_a_class_are_not_compared() {
    let file = data("occupancy.csv");
    let line = "--target Occupancy --features Light --epochs 1 --vary";
    let compare = |vary: &str| {
        let mut command = downhill(&["compare", &file]);
        command.args(line.split(' ')).arg(vary).assert()
    };
    let error = stderr(&compare("loss=absolute,cross_entropy").code(2));
    for cure in ["loss=squared,absolute", "loss=squared,cross_entropy"] {
        assert!(error.contains(&format!("`--vary {cure}`")), "{error}");
        compare(cure).code(0);
    }
    let said = stderr(&compare("loss=squared,cross_entropy").code(0));
    assert!(
        said.contains("`squared` is read as `squared_probability`"),
        "{said}"
    );
}
