//! Output, predictions and exports of a fitted formula.

use downhill_tests::{data, downhill, json, stderr, stdout};
use serde_json::Value;

use super::{MISRA, digits, misra, table};

#[test]
fn a_fit_is_printed_as_a_scientist_expects_it() {
    let model = format!("formula: {MISRA}");
    let fit = misra(&["--model", &model, "--start", "b1=500,b2=0.0001"])
        .assert()
        .code(0);
    let text = stdout(&fit);
    for line in [
        "b1 = 238.94 ± 2.71\n",
        "b2 = 0.00055016 ± 0.00000727\n",
        "residual standard deviation 0.101879, 12 degrees of freedom\n",
        "b1 and b2 are correlated by -0.999: each can stand in for the other\n",
        "converged: ",
    ] {
        assert!(text.contains(line), "{text}");
    }
}

#[test]
fn a_fitted_formula_predicts_and_is_measured() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("decay.json");
    let (model, out) = (format!("formula: {MISRA}"), path.to_str().unwrap());
    let fit = [
        "--model",
        &model,
        "--start",
        "b1=500,b2=0.0001",
        "--out",
        out,
        "--json",
    ];
    let fit = json(&misra(&fit).assert().code(0));
    let file: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
    assert_eq!(file["formula"]["text"], MISRA);
    assert_eq!(
        file["formula"]["parameters"],
        serde_json::json!(["b1", "b2"])
    );
    assert_eq!(file["parameters"][0], fit["parameters"]["b1"]["value"]);
    assert_eq!(
        file["least_squares"]["standard_errors"][0],
        fit["parameters"]["b1"]["standard_error"]
    );

    let rows = data("nist/Misra1a.csv");
    let predicted = json(
        &downhill(&["predict", out, &rows, "--json"])
            .assert()
            .code(0),
    );
    let b = |name: &str| fit["parameters"][name]["value"].as_f64().unwrap();
    let expected = b("b1") * (1.0 - (-b("b2") * 77.6f64).exp());
    let first = predicted["predictions"][0].as_f64().unwrap();
    assert!((first - expected).abs() < 1e-12 * expected);
    let eval = json(&downhill(&["eval", out, &rows, "--json"]).assert().code(0));
    assert_eq!(eval["metrics"], fit["metrics"]["train"]);
    assert_eq!(eval["fingerprint"], fit["fingerprint"]);
}

/// A function of the target on the left is what is fitted, predicted and measured.
#[test]
fn a_left_side_is_what_is_fitted() {
    let folder = tempfile::tempdir().unwrap();
    let (rows, out) = (folder.path().join("rows.csv"), folder.path().join("m.json"));
    let lines = (0..9).map(|k| format!("{k},{}\n", (0.25 * f64::from(k) + 1.0).exp()));
    std::fs::write(&rows, format!("x,y\n{}", lines.collect::<String>())).unwrap();
    let (rows, out) = (rows.to_str().unwrap(), out.to_str().unwrap());
    let model = "formula: log[y] = a + b*x + e";
    let arguments = [
        "fit", rows, "--target", "y", "--model", model, "--start", "a=0,b=0",
    ];
    let mut command = downhill(&arguments);
    let fit = json(&command.args(["--out", out, "--json"]).assert().code(0));
    assert!(digits(&fit["parameters"]["b"]["value"], &0.25.into()) > 12.0);
    assert_eq!(fit["termination"], "residual");
    let eval = json(&downhill(&["eval", out, rows, "--json"]).assert().code(0));
    assert!(eval["metrics"]["max_error"].as_f64().unwrap() < 1e-12);
    for language in ["rust", "c"] {
        let module = stdout(
            &downhill(&["export", out, "--to", language])
                .assert()
                .code(0),
        );
        let says = "Predicts log[y], not y itself, from 1 feature";
        assert!(module.contains(says), "{module}");
    }
    let plain = folder.path().join("plain.json");
    let plain = plain.to_str().unwrap();
    let mut command = downhill(&[
        "fit",
        rows,
        "--target",
        "y",
        "--model",
        "formula: y = a + b*x",
    ]);
    command.args(["--start", "a=0,b=0", "--out", plain]);
    command.assert().code(0);
    let module = stdout(&downhill(&["export", plain, "--to", "c"]).assert().code(0));
    assert!(module.contains("Predicts y from 1 feature"), "{module}");
    let negative = folder.path().join("negative.csv");
    std::fs::write(&negative, "x,y\n0,1\n1,-2\n").unwrap();
    let mut command = downhill(&["eval", out, negative.to_str().unwrap()]);
    let error = stderr(&command.assert().code(1));
    assert!(
        error.contains("line 3, column `y`") && error.contains("left side"),
        "{error}"
    );
}

/// Whoever fits a function of the target gets that predicted, and is told.
#[test]
fn a_left_side_that_is_predicted_is_said() {
    let (folder, file) = table("x,y", |k| vec![k, (1.0 + 0.2 * k).exp()]);
    let model = folder.path().join("model.json").display().to_string();
    let said = |arguments: &[&str]| stderr(&downhill(arguments).assert().code(0));
    let fit = |formula: &str| {
        said(&[
            "fit", &file, "--target", "y", "--model", formula, "--out", &model,
        ])
    };
    let logarithm = fit("formula: log(y) = a + b*x");
    let note = "is `log(y)`, the left side of the formula, and not `y` itself";
    assert!(logarithm.contains(note), "{logarithm}");
    for command in ["predict", "eval"] {
        let said = said(&[command, &model, &file]);
        assert!(said.contains(note), "{command}: {said}");
    }
    let plain = fit("formula: y = exp(a + b*x)");
    assert!(!plain.contains("left side"), "{plain}");
    assert!(!said(&["predict", &model, &file]).contains("left side"));
}
