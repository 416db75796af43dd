//! Losses, estimators, gradients and tolerances: the ways to a fit.

use downhill_tests::{air, data, downhill, json, stdout};
use serde_json::Value;

use super::table;

/// A tenth of the rows is far off: squares follow them, a robust loss does not.
#[test]
fn a_robust_loss_is_not_led_astray_and_weights_count() {
    let folder = tempfile::tempdir().unwrap();
    let rows = folder.path().join("rows.csv");
    let mut text = String::from("x,y,w\n");
    for k in 0..60 {
        let x = f64::from(k) / 10.0;
        let noise = 0.01 * (f64::from(k) * 12.9898).sin();
        let (wild, weight) = if k % 10 == 3 && k < 30 {
            (30.0, 0)
        } else {
            (0.0, 1)
        };
        text += &format!(
            "{x},{},{weight}\n",
            2.0 * (-0.5 * x).exp() + 1.0 + noise + wild
        );
    }
    std::fs::write(&rows, text).unwrap();
    let rate = |more: &[&str]| {
        let mut arguments = vec!["fit", rows.to_str().unwrap(), "--target", "y", "--json"];
        arguments.extend([
            "--model",
            "formula: a*exp(-b*x)+c",
            "--start",
            "a=1,b=1,c=0",
        ]);
        arguments.extend(more);
        let fit = json(&downhill(&arguments).assert().code(0));
        fit["parameters"]["b"]["value"].as_f64().unwrap()
    };
    assert!((rate(&[]) - 0.5).abs() > 0.05);
    for more in [
        ["--loss", "cauchy:0.1"],
        ["--loss", "huber:0.05"],
        ["--weight", "w"],
    ] {
        let rate = rate(&more);
        assert!((rate - 0.5).abs() < 0.02, "{more:?}: {rate}");
    }
}

/// Row by row on the gas sensor, RLS comes to the regression, and NLMS close to it.
#[test]
fn estimators_row_by_row_run_from_the_command_line() {
    let file = data("air_quality.csv");
    let r2 = |solver: &str| {
        let mut arguments = air("fit", &file);
        arguments.extend(["--solver", solver, "--json"]);
        let fit = json(&downhill(&arguments).assert().code(0));
        if solver != "lm" {
            assert_eq!(fit["termination"], Value::Null);
            assert_eq!(fit["steps"], 7344);
        }
        fit["metrics"]["train"]["r2"].as_f64().unwrap()
    };
    let (all, rows, least) = (r2("lm"), r2("rls:1"), r2("nlms:0.05"));
    assert!((all - rows).abs() < 1e-6, "{all} {rows}");
    assert!(least > 0.5, "{least}");
}

/// A formula can follow a gradient too, as it does on a board that learns online.
#[test]
fn a_formula_follows_a_gradient() {
    let file = data("nist/DanWood.csv");
    let mut arguments = vec!["fit", &file, "--target", "y", "--json"];
    arguments.extend(["--model", "formula: b1*x**b2", "--start", "b1=0.7,b2=4"]);
    arguments.extend(["--optimizer", "adam", "--lr", "0.01", "--epochs", "2000"]);
    let fit = json(&downhill(&arguments).assert().code(0));
    let value = |name: &str| fit["parameters"][name]["value"].as_f64().unwrap();
    assert!((value("b1") - 0.76886).abs() < 1e-3, "{}", value("b1"));
    assert!((value("b2") - 3.86041).abs() < 5e-3, "{}", value("b2"));
    assert_eq!(fit["precision"], "f64");
    assert_eq!(fit["rows"]["validation"], 0);
    assert_eq!(fit["parameters"]["b1"]["standard_error"], Value::Null);
}

/// The products of a polynomial are named, and each name is that of its parameter.
#[test]
fn a_polynomial_by_least_squares_names_its_products() {
    let (_folder, file) = table("a,b,y", |k| {
        let (a, b) = ((k * 1.3).sin(), (k * 0.7).cos());
        let cubes = a * a * a - 2.0 * a * a * b + 0.5 * a * b * b + 1.5 * b * b * b;
        vec![
            a,
            b,
            1.0 + 2.0 * a + 3.0 * b + 4.0 * a * a + 5.0 * a * b + 6.0 * b * b + cubes,
        ]
    });
    let arguments = ["fit", &file, "--target", "y", "--solver", "lm", "--json"];
    let fit = json(
        &downhill(&[&arguments[..], &["--model", "polynomial:3"]].concat())
            .assert()
            .code(0),
    );
    let expected = [
        ("a", 2.0),
        ("b", 3.0),
        ("a^2", 4.0),
        ("a*b", 5.0),
        ("b^2", 6.0),
        ("a^3", 1.0),
        ("a^2*b", -2.0),
        ("a*b^2", 0.5),
        ("b^3", 1.5),
        ("intercept", 1.0),
    ];
    let parameters = fit["parameters"].as_object().unwrap();
    assert_eq!(parameters.len(), expected.len());
    for (name, value) in expected {
        let found = parameters[name]["value"].as_f64().unwrap();
        assert!((found - value).abs() < 1e-9, "{name}: {found}");
    }
}

#[test]
fn tolerances_and_small_scales_are_named_as_they_are() {
    let (_folder, file) = table("x,y", |k| vec![k, 2.0 * k + (k * 1.7).sin()]);
    let fit = |more: &[&str]| {
        let arguments = ["fit", &file, "--target", "y"];
        stdout(&downhill(&[&arguments[..], more].concat()).assert().code(0))
    };
    let early = fit(&["--solver", "lm:1e30"]);
    assert!(
        early.contains("within `--solver lm:1e30` of the standard errors"),
        "{early}"
    );
    assert!(fit(&["--solver", "lm"]).contains("converged: the "));
    let tiny = ["--solver", "lm", "--loss", "huber:1e-300"];
    let run = downhill(&[&["fit", &file, "--target", "y"][..], &tiny].concat()).assert();
    let tiny = stdout(&run);
    assert!(
        tiny.starts_with("y from 1 feature: linear, huber:1e-300, lm, f64\n"),
        "{tiny}"
    );
}
