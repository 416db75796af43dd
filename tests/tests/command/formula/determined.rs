//! Bounds, and what rows do not determine.

use downhill_tests::{downhill, json, stderr, stdout};
use serde_json::Value;

use super::{MISRA, misra, table};

#[test]
fn what_rows_do_not_determine_is_named() {
    let singular = [
        "--model",
        "formula: a*x + b*x + c",
        "--start",
        "a=0,b=0,c=0",
        "--json",
    ];
    let fit = misra(&singular).assert().code(3);
    assert!(stderr(&fit).contains("singular") && stderr(&fit).contains("--bounds"));
    let fit = json(&fit);
    assert_eq!(
        (&fit["status"], &fit["termination"]),
        (&"failed".into(), &"singular".into())
    );
    assert!(["a", "b"].contains(&fit["undetermined"].as_str().unwrap()));
    assert_eq!(fit["parameters"]["a"]["standard_error"], Value::Null);
    let wild = ["--model", "formula: a*exp(b*x)", "--start", "a=1,b=100"];
    let error = stderr(&misra(&wild).assert().code(3));
    assert!(
        error.contains("Misra1a.csv, line 2") && error.contains("--start"),
        "{error}"
    );
}

#[test]
fn bounds_hold_and_leave_the_rest_to_the_others() {
    let model = format!("formula: {MISRA}");
    let bounded = [
        "--model",
        &model,
        "--start",
        "b1=500,b2=0.0001",
        "--bounds",
        "b1=..200",
    ];
    let fit = json(&misra(&bounded).arg("--json").assert().code(0));
    assert_eq!(fit["parameters"]["b1"]["value"], 200.0);
    assert_eq!(fit["parameters"]["b1"]["standard_error"], Value::Null);
    assert!(fit["parameters"]["b2"]["standard_error"].is_f64());
    assert_eq!(fit["degrees_of_freedom"], 13);
}

#[test]
fn copies_of_a_column_cost_no_degree_of_freedom() {
    let (_folder, file) = table("a,b,c,y", |k| vec![k, 2.0 * k, 3.0 * k, k * k]);
    let fit = |more: &[&str], code| {
        let arguments = ["fit", &file, "--target", "y", "--solver", "lm"];
        let run = downhill(&[&arguments[..], more].concat())
            .assert()
            .code(code);
        (stdout(&run), stderr(&run))
    };
    let (one, _) = fit(&["--features", "a"], 0);
    let (all, said) = fit(&[], 3);
    let line = |text: &str| {
        let mut lines = text.lines();
        let line = lines.find(|line| line.starts_with("residual standard deviation"));
        line.unwrap().to_owned()
    };
    assert_eq!(line(&all), line(&one));
    assert!(line(&all).ends_with(", 18 degrees of freedom"));
    assert!(said.contains("so that its parameter is open"), "{said}");
    assert!(!said.contains("--start"), "{said}");
    assert!(
        all.contains("` is not identifiable from this data"),
        "{all}"
    );
}

#[test]
fn a_formula_that_runs_away_may_start_elsewhere() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/data/co2_decay.csv");
    let model = "formula: a*exp(-minutes/t)+c";
    let fit = ["fit", file, "--target", "co2", "--model", model];
    let away = [&fit[..], &["--start", "a=1,t=50,c=1"]].concat();
    let said = stderr(&downhill(&away).assert().code(3));
    assert!(said.contains("or start elsewhere (`--start`;"), "{said}");
}

#[test]
fn a_start_outside_its_bounds_is_moved_inside_and_said() {
    let (_folder, file) = table("x,y", |k| vec![k, 2.0 * k + (k * 1.7).sin()]);
    let bounded = ["--model", "formula: a+b*x", "--bounds", "b=5..9"];
    let arguments = [&["fit", &file, "--target", "y"][..], &bounded].concat();
    let run = |more: &[&str]| downhill(&[&arguments[..], more].concat()).assert().code(0);
    let moved = run(&["--start", "a=0,b=1", "--json"]);
    assert_eq!(json(&moved)["parameters"]["b"]["start"], 5.0);
    assert_eq!(
        stderr(&moved),
        "note: `b` starts at 5, inside its `--bounds`, and not at 1\n"
    );
    let inside = run(&["--start", "a=0,b=6"]);
    assert!(stderr(&inside).is_empty());
    let printed = stdout(&inside);
    assert!(
        printed.contains("b = 5.000000000, at its bound\n"),
        "{printed}"
    );
    assert_eq!(printed.matches("at its bound").count(), 1);
}

/// A side without a limit has none, in either precision.
#[test]
fn an_open_bound_is_open_in_f64() {
    let folder = tempfile::tempdir().unwrap();
    let rows = "x,y\n1,1e100\n2,2.1e100\n3,2.9e100\n4,4e100\n";
    std::fs::write(folder.path().join("far.csv"), rows).unwrap();
    let line = "fit far.csv --target y --model formula:a*x --start a=1e100 --bounds a=0.. \
                --precision f64 --optimizer sgd --lr 1e-9 --epochs 1 --validation-every 0 --json";
    let arguments: Vec<&str> = line.split_ascii_whitespace().collect();
    let fit = downhill_tests::downhill(&arguments)
        .current_dir(&folder)
        .assert()
        .code(0);
    let text = String::from_utf8(fit.get_output().stdout.clone()).unwrap();
    let fit: serde_json::Value = serde_json::from_str(&text).unwrap();
    let value = fit["parameters"]["a"]["value"].as_f64().unwrap();
    assert!(value > 9e99, "{fit}");
}
