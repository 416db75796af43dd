//! Least squares on the command line: NIST's certified answers through `downhill fit`, and what
//! is said of a formula that is wrong.

use downhill_tests::{air, data, downhill, json, stderr, stdout};
use serde_json::{Map, Value};

/// Digits in common with a certified value, at most 15.
fn digits(value: &Value, certified: &Value) -> f64 {
    let (value, certified) = (value.as_f64().unwrap(), certified.as_f64().unwrap());
    let difference = ((value - certified) / certified).abs();
    (-difference.log10()).min(15.0)
}

fn sets(name: &str) -> Map<String, Value> {
    let text = std::fs::read_to_string(data(&format!("nist/{name}.json"))).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// `b1=…,b2=…`, in NIST's order.
fn start(set: &Value, which: &str, first: usize) -> String {
    let values = set[which].as_array().unwrap().iter().enumerate();
    let each = values.map(|(at, value)| format!("b{}={value}", at + first));
    each.collect::<Vec<_>>().join(",")
}

fn fit(name: &str, formula: &str, start: &str, more: &[&str]) -> Value {
    let file = data(&format!("nist/{name}.csv"));
    let model = format!("formula: {formula}");
    let mut arguments = vec!["fit", &file, "--target", "y", "--model", &model];
    arguments.extend(["--start", start, "--json"]);
    arguments.extend(more);
    json(&downhill(&arguments).assert().code(0))
}

/// The fewest digits of the parameters, of their standard errors, and those of the residual sum
/// of squares.
fn reached(set: &Value, fit: &Value, first: usize) -> [f64; 3] {
    let fewest = |field: &str, certified: &str| {
        let certified = set[certified].as_array().unwrap().iter().enumerate();
        let each = certified.map(|(at, value)| {
            digits(&fit["parameters"][format!("b{}", at + first)][field], value)
        });
        each.fold(15.0, f64::min)
    };
    let sum = "residual_sum_of_squares";
    [
        fewest("value", "certified"),
        fewest("standard_error", "standard_deviations"),
        digits(&fit[sum], &set[sum]),
    ]
}

#[test]
fn nonlinear_sets_of_nist_reach_their_digits_from_both_starts() {
    let mut few = Vec::new();
    for (name, set) in sets("nonlinear") {
        let formula = set["formula"].as_str().unwrap();
        for which in ["start1", "start2"] {
            let fit = fit(&name, formula, &start(&set, which, 1), &[]);
            let [parameters, errors, sum] = reached(&set, &fit, 1);
            let others = if name == "Lanczos1" { 2.0 } else { 6.0 };
            let scipy = set["scipy_digits"][which].as_f64().unwrap_or(0.0);
            if parameters < scipy.clamp(7.0, 8.0) || errors < others || sum < others {
                few.push(format!(
                    "{name} {which}: {parameters:.1} {errors:.1} {sum:.1}"
                ));
            }
            assert_eq!(fit["converged"], true, "{name} {which}");
        }
    }
    assert!(few.is_empty(), "{few:#?}");
}

#[test]
fn linear_sets_of_nist_reach_their_digits() {
    for (name, set) in sets("linear") {
        let formula = set["formula"].as_str().unwrap();
        let first = usize::from(name == "NoInt1");
        let zeros = set["certified"].as_array().unwrap().iter().enumerate();
        let zeros: Vec<String> = zeros.map(|(at, _)| format!("b{}=0", at + first)).collect();
        for solver in ["lm", "gauss_newton"] {
            let fit = fit(&name, formula, &zeros.join(","), &["--solver", solver]);
            let [parameters, ..] = reached(&set, &fit, first);
            let need = set["digits"].as_f64().unwrap();
            assert!(parameters >= need, "{name} {solver}: {parameters:.1}");
        }
    }
}

/// Without a formula the model is linear, and its parameters have the columns' names.
#[test]
fn a_linear_model_by_least_squares_is_the_regression() {
    let file = data("nist/Longley.csv");
    let arguments = ["fit", &file, "--target", "y", "--solver", "lm", "--json"];
    let fit = json(&downhill(&arguments).assert().code(0));
    let set = &sets("linear")["Longley"];
    for (at, certified) in set["certified"].as_array().unwrap().iter().enumerate() {
        let name = if at == 0 {
            "intercept".into()
        } else {
            format!("x{at}")
        };
        let parameter = &fit["parameters"][name];
        assert!(digits(&parameter["value"], certified) > 10.0);
        let error = &set["standard_deviations"][at];
        assert!(digits(&parameter["standard_error"], error) > 8.0);
    }
    assert_eq!(fit["rows"]["train"], 16);
    assert_eq!(fit["precision"], "f64");
    assert_eq!(fit["degrees_of_freedom"], 9);
}

const MISRA: &str = "b1*(1-exp(-b2*x))";

fn misra(more: &[&str]) -> assert_cmd::Command {
    let file = data("nist/Misra1a.csv");
    let mut arguments = vec!["fit", &file, "--target", "y"];
    arguments.extend(more);
    downhill(&arguments)
}

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

#[test]
fn a_wrong_formula_is_refused_with_a_caret() {
    for (formula, start, says) in [
        (
            "b1*(1-exp(-b2 x))",
            "b1=1",
            "                ^ an operator is missing",
        ),
        (
            "b1*(1-exq(-b2*x))",
            "b1=1",
            "        ^ there is no such function",
        ),
        ("b1*y", "b1=1", "     ^ the target cannot"),
        ("b1*x + b2", "b1=1", "`b2` in the formula is no column"),
        ("b1*xx", "b1=1", "did you mean the column `x`?"),
        (
            "b1*x",
            "b1=1,b3=2",
            "`--start` names `b3`, which is no parameter",
        ),
        ("b1*x", "b1=1,b1=2", "twice"),
        ("b1*x", "b1=one", "PARAMETER=NUMBER"),
        ("2*x", "b1=1", "no parameter to fit"),
        ("", "b1=1", "`formula:TEXT`"),
    ] {
        let model = format!("formula: {formula}");
        let error = stderr(
            &misra(&["--model", &model, "--start", start])
                .assert()
                .code(2),
        );
        assert!(error.contains(says), "{formula}: {error}");
    }
    let long = format!("formula: b{}", " + x".repeat(100));
    let error = stderr(
        &misra(&["--model", &long, "--start", "b=1"])
            .assert()
            .code(2),
    );
    assert!(error.contains("at most 96 operations"), "{error}");
}

#[test]
fn what_does_not_go_with_least_squares_is_named() {
    let model = format!("formula: {MISRA}");
    let both = ["--model", &model, "--start", "b1=500,b2=0.0001"];
    for (more, says) in [
        (&["--lr", "0.1"][..], "`--lr`"),
        (&["--batch", "4"], "`--batch`"),
        (&["--scaler", "standard"], "`--scaler`"),
        (&["--loss", "absolute"], "`huber:SCALE`"),
        (
            &["--solver", "rls", "--loss", "huber:1"],
            "minimises squares",
        ),
        (&["--solver", "rls", "--weight", "x"], "`--solver lm`"),
        (
            &["--solver", "lm", "--optimizer", "sgd"],
            "cannot be used with",
        ),
        (&["--bounds", "b1=3..2"], "above the upper"),
        (&["--bounds", "b7=0..1"], "`b7`"),
        (&["--features", "x"], "leave out `--features`"),
    ] {
        let arguments: Vec<&str> = both.iter().chain(more).copied().collect();
        let error = stderr(&misra(&arguments).assert().code(2));
        assert!(error.contains(says), "{more:?}: {error}");
    }
}

#[test]
fn least_squares_fit_one_amount() {
    let file = data("iris.csv");
    for (target, more, says) in [
        ("petal_w,petal_l", "linear", "one target"),
        ("species", "softmax", "least squares fit an amount"),
    ] {
        let arguments = [
            "fit", &file, "--target", target, "--solver", "lm", "--model", more,
        ];
        let error = stderr(&downhill(&arguments).assert().code(2));
        assert!(error.contains(says), "{error}");
    }
}

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
    assert_eq!(fit["rows"]["test"], 0);
    assert_eq!(fit["parameters"]["b1"]["standard_error"], Value::Null);
}

/// Rows of `header`, in a folder of their own.
fn table(header: &str, row: impl Fn(f64) -> Vec<f64>) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let mut text = format!("{header}\n");
    for k in 1..=20 {
        let cells: Vec<String> = row(f64::from(k)).iter().map(f64::to_string).collect();
        text += &format!("{}\n", cells.join(","));
    }
    let file = folder.path().join("rows.csv");
    std::fs::write(&file, text).unwrap();
    let file = file.display().to_string();
    (folder, file)
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
    assert!(said.contains("do not tell `"), "{said}");
    assert!(all.contains("` cannot be told from the others"), "{all}");
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

/// What leaves the range of a precision is blamed: the scale, the weights, the sum, the units.
#[test]
fn what_least_squares_cannot_compute_is_named_with_a_cure() {
    let weights = |y: [f64; 3], w: f64| table("x,y,w", move |k| vec![k, y[k as usize % 3], w]);
    let plain = |unit: f64, x: f64| {
        let x = x.max(1.0);
        table("x,y", move |k| {
            vec![k * x, (2.0 * k + (k * 1.7).sin()) * unit]
        })
    };
    for (rows, options, expected) in [
        (
            plain(1.0, 1.0),
            "--loss cauchy:1e-153",
            "line 9, the residual is too many times the scale of `cauchy:1e-153`",
        ),
        (
            weights([1.0, 20.0, 3.0], 3e38),
            "--weight w --precision f32",
            "line 2, the weight in `w` times the square of the residual is infinite",
        ),
        (
            weights([0.9, 0.8, 0.7], 3e38),
            "--weight w --precision f32",
            "the sum of the squares at the start is beyond the numbers of `f32`",
        ),
        (
            plain(1e30, 1e30),
            "--precision f32",
            "line 2, the square of the residual at the start is infinite",
        ),
        (
            plain(1e-25, 1.0),
            "--precision f32",
            "larger, or use `--precision f64`\n",
        ),
        (
            plain(1e-170, 1.0),
            "--precision f64",
            "give the target in units that make its numbers larger\n",
        ),
        (
            plain(1e30, 1e30),
            "--solver rls --precision f32",
            "keep their squares within the numbers of `f32`, or use `--precision f64`\n",
        ),
    ] {
        let mut arguments = vec!["fit", &rows.1, "--target", "y"];
        if !options.contains("--solver") {
            arguments.extend(["--solver", "lm"]);
        }
        arguments.extend(options.split(' '));
        let said = stderr(&downhill(&arguments).assert().code(3));
        assert!(said.contains(expected), "{options}: {said}");
    }
}

/// A side without a limit has none, in either precision.
#[test]
fn an_open_bound_is_open_in_f64() {
    let folder = tempfile::tempdir().unwrap();
    let rows = "x,y\n1,1e100\n2,2.1e100\n3,2.9e100\n4,4e100\n";
    std::fs::write(folder.path().join("far.csv"), rows).unwrap();
    let line = "fit far.csv --target y --model formula:a*x --start a=1e100 --bounds a=0.. \
                --precision f64 --optimizer sgd --lr 1e-9 --epochs 1 --test-every 0 --json";
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
