//! Names that are taken otherwise than they were meant, and what to write; parameters that jump.

use std::fmt::Write;

use downhill_tests::{downhill, json, stderr};

/// Rows by their number: file and arguments of a fit of `y`.
fn rows(folder: &tempfile::TempDir, head: &str, count: u32, row: impl Fn(f64) -> String) -> String {
    let mut text = format!("{head}\n");
    for at in 0..count {
        writeln!(text, "{}", row(f64::from(at))).unwrap();
    }
    let path = folder.path().join("rows.csv");
    std::fs::write(&path, text).unwrap();
    path.display().to_string()
}

fn fit(file: &str, model: &str, more: &[&str]) -> assert_cmd::assert::Assert {
    let model = format!("formula: {model}");
    let fit = ["fit", file, "--target", "y", "--json", "--model", &model];
    downhill(&[&fit[..], more].concat()).assert()
}

fn noise(at: f64) -> f64 {
    0.01 * (at * 7.3).sin()
}

/// A parameter of the name `e` is searched as any other; a power of it is Euler's number.
#[test]
fn a_parameter_may_be_named_e() {
    let folder = tempfile::tempdir().unwrap();
    let decay = |at: f64| {
        let x = at / 10.0;
        format!("{x},{}", 2.5 * (-0.3 * x).exp() + 1.0 + noise(at))
    };
    let file = rows(&folder, "x,y", 60, decay);
    for model in ["a*exp(-e*x)+c", "a*exp( -x * e ) + c", "c + a / exp(e*x)"] {
        let ended = fit(&file, model, &[]).code(0);
        assert!(
            stderr(&ended).contains("Euler's number is `exp(1)`"),
            "{}",
            stderr(&ended)
        );
        let value = json(&ended)["parameters"]["e"]["value"].as_f64().unwrap();
        assert!((value - 0.3).abs() < 0.02, "{model}: {value}");
    }
    for model in ["a*e^(-b*x)+c", "a*e **(-b*x)+c"] {
        let value = json(&fit(&file, model, &[]).code(0))["parameters"]["b"]["value"].as_f64();
        assert!(
            value.is_some_and(|value| (value - 0.3).abs() < 0.02),
            "{model}: {value:?}"
        );
    }
}

/// Groups are told apart by a column whose cells recur, which is not the target.
#[test]
fn groups_are_no_numbers_that_never_recur() {
    let folder = tempfile::tempdir().unwrap();
    let row = |at: f64| {
        format!(
            "{},{},{}",
            at / 10.0,
            at % 3.0,
            at / 5.0 + at % 3.0 + noise(at)
        )
    };
    let file = rows(&folder, "x,s,y", 80, row);
    for (model, code, words) in [
        ("a[y]*x+b", 2, "groups by the target itself"),
        ("a[x]+b", 1, "80 different cells in 80 rows"),
        ("a[s]+b*x", 0, ""),
    ] {
        let ended = fit(&file, model, &[]);
        let error = stderr(&ended);
        assert_eq!(
            ended.get_output().status.code(),
            Some(code),
            "{model}: {error}"
        );
        assert!(error.contains(words), "{model}: {error}");
    }
    // The parameter of one group is held as the message says.
    let error = stderr(&fit(&file, "a[s]+b*x", &["--fix", "a[1]=5"]).code(2));
    assert!(error.contains("--bounds 'a[1]=5..5'"), "{error}");
    let held = json(&fit(&file, "a[s]+b*x", &["--bounds", "a[1]=5..5"]).code(0));
    assert_eq!(held["parameters"]["a[1]"]["value"], 5.0);
}

/// A quantity has a name of its own.
#[test]
fn a_derived_quantity_takes_no_parameters_name() {
    let folder = tempfile::tempdir().unwrap();
    let file = rows(&folder, "x,y", 20, |at| {
        format!("{at},{}", 2.0 * at + 1.0 + noise(at))
    });
    let error = stderr(&fit(&file, "a*x+b", &["--derive", "a=a/b"]).code(2));
    assert!(error.contains("`a` is a parameter"), "{error}");
    fit(&file, "a*x+b", &["--derive", "a_derived=a/b"]).code(0);
    let fixed = ["--fix", "b=1", "--derive", "b=2*a"];
    let error = stderr(&fit(&file, "a*x+b", &fixed).code(2));
    assert!(error.contains("`b` is a parameter"), "{error}");
}

/// A place that no slope tells is named as such, and held where it is as the message says.
#[test]
fn a_parameter_that_jumps_can_be_held() {
    let folder = tempfile::tempdir().unwrap();
    let lines = |at: f64| {
        let x = at / 2.0;
        let y = if x < 6.0 {
            1.0 + 2.0 * x
        } else {
            9.0 - 0.5 * x
        };
        format!("{x},{}", y + noise(at))
    };
    let file = rows(&folder, "x,y", 30, lines);
    let model = "where(x < x0, a + b*x, c + d*x)";
    let ended = fit(&file, model, &[]).code(3);
    let error = stderr(&ended);
    assert!(error.contains("only decides on which side"), "{error}");
    let cure = error
        .split("`--fix ")
        .nth(1)
        .unwrap()
        .split('`')
        .next()
        .unwrap();
    let held = json(&fit(&file, model, &["--fix", cure]).code(0));
    let before = json(&ended);
    for name in ["a", "b", "c", "d"] {
        let value = |fit: &serde_json::Value| fit["parameters"][name]["value"].as_f64().unwrap();
        assert!((value(&held) - value(&before)).abs() < 1e-6, "{name}");
    }
}

/// Errors that are a share of the value make no row an outlier.
#[test]
fn errors_that_grow_with_the_value_leave_no_row_out() {
    let folder = tempfile::tempdir().unwrap();
    let growth = |at: f64| {
        let x = at / 5.0;
        let share = if at == 58.0 {
            0.9
        } else {
            0.2 * (at * 7.3).sin()
        };
        format!("{x},{}", 5.0 * (0.6 * x).exp() * (1.0 + share))
    };
    let file = rows(&folder, "x,y", 60, growth);
    let said = stderr(&fit(&file, "a*exp(b*x)", &[]).code(0));
    assert!(said.contains("residuals grow with the value"), "{said}");
    assert!(!said.contains("leave it out"), "{said}");
    fit(&file, "ln(y) = k + b*x", &[]).code(0);
}
