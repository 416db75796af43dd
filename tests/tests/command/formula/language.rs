//! What people type for a formula on the command line: names, fixed parameters, groups, and what is
//! said where something else is to be written.

use std::fs;

use downhill_tests::{data, downhill, json, stderr, stdout};
use serde_json::Value;

use super::{misra, table};

fn fit(file: &str, target: &str, formula: &str, more: &[&str]) -> assert_cmd::Command {
    let model = format!("formula: {formula}");
    let mut fit = downhill(&["fit", file, "--target", target, "--model", &model]);
    fit.args(more);
    fit
}

fn value(fit: &Value, name: &str) -> f64 {
    fit["parameters"][name]["value"].as_f64().unwrap()
}

/// One fit in the spellings of several programs: the same parameters, to the last bit.
#[test]
fn spellings_of_one_formula_are_one_fit() {
    let start = ["--start", "b1=500,b2=0.0001", "--json"];
    let file = data("nist/Misra1a.csv");
    let of = |formula| {
        let fit = json(&fit(&file, "y", formula, &start).assert().code(0));
        fit["solver_fingerprint"].as_str().unwrap().to_owned()
    };
    let plain = of("b1*(1-exp(-b2*x))");
    for other in [
        "y = b1*(1-exp(-b2*x)) + e",
        "Y ~ b1*(1 - np.exp(-b2*x))",
        "b1·(1−EXP(−b2×x))",
        "f(x) = b1*(1-e^(-b2*x))",
        "b1*(1-math.exp(-b2*x))",
    ] {
        assert_eq!(of(other), plain, "{other}");
    }
}

#[test]
fn an_e_that_has_a_start_is_fitted_and_one_that_has_none_is_told() {
    let (_folder, file) = table("x,y", |k| vec![k, 3.0 * k + 7.0 + 0.01 * (k * 1.7).sin()]);
    let told = fit(&file, "y", "y = d*x + e", &["--start", "d=1,e=0", "--json"]);
    let told = json(&{ told }.assert().code(0));
    assert!((value(&told, "e") - 7.0).abs() < 0.01);
    let bounded = ["--start", "d=1", "--bounds", "e=0..10"];
    let error = fit(&file, "y", "y = d*x + e", &bounded).assert();
    let said = stderr(&error);
    // It is a parameter there too, whether or not a start is found for it.
    assert!(!said.contains("left out"), "{said}");
    let silent = fit(&file, "y", "y = d*x + e", &["--start", "d=1"])
        .assert()
        .code(0);
    assert!(stderr(&silent).contains("taken for the error and left out"));
    assert!(!stdout(&silent).contains("e ="));
}

/// Messages that say what to write, and it works.
#[test]
fn what_is_said_to_be_written_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("units.csv");
    let rows = (1..30).map(|k| format!("{k},{},{}\n", 2 * k, 3 * k + 2 + k % 3));
    let text = format!("Temp (°C),Wind speed,V\n{}", rows.collect::<String>());
    fs::write(&file, text).unwrap();
    let file = file.display().to_string();
    for (wrong, says, right) in [
        (
            "a*Temp (°C) + b",
            "write its name in double quotes: a*\"Temp (°C)\" + b",
            "a*\"Temp (°C)\" + b",
        ),
        (
            "a*Wind speed + b",
            "write its name in double quotes: a*\"Wind speed\" + b",
            "a*\"Wind speed\" + b",
        ),
        ("a b + \"Temp (°C)\"", "write a*b", "a*b + \"Temp (°C)\""),
        (
            "a/2b + \"Temp (°C)\"",
            "write (2*b) where both belong together",
            "a/(2*b) + \"Temp (°C)\"",
        ),
        (
            "a*exq(b) + \"Temp (°C)\"",
            "did you mean `exp`?",
            "a*exp(b) + \"Temp (°C)\"",
        ),
        (
            "a(1 + b*\"Temp (°C)\")",
            "for a product write a*(",
            "a*(1 + b*\"Temp (°C)\")",
        ),
        (
            "a*LOG(\"Temp (°C)\") + b",
            "write log10 or ln",
            "a*log10(\"Temp (°C)\") + b",
        ),
        (
            "a*(1 < \"Temp (°C)\" < 9) + b",
            "joined by `and`",
            "a*((1 < \"Temp (°C)\") and (\"Temp (°C)\" < 9)) + b",
        ),
        (
            "b + (\"Temp (°C)\" > 9 ? a : 0)",
            "where(condition, a, b)",
            "b + where(\"Temp (°C)\" > 9, a, 0)",
        ),
        (
            "0,5*a*\"Temp (°C)\" + b",
            "a decimal mark is a point",
            "0.5*a*\"Temp (°C)\" + b",
        ),
    ] {
        let start = ["--start", "a=1,b=1"];
        let error = stderr(&fit(&file, "V", wrong, &start).assert().code(2));
        assert!(error.contains(says), "{wrong}: {error}");
        let right = fit(&file, "V", right, &start).assert();
        let said = stderr(&right);
        assert!(
            !said.contains("cannot be read") && !said.contains("no column"),
            "{said}"
        );
    }
    let error = fit(&file, "V", "a*Temp + b", &["--start", "a=1,b=1"]);
    let error = stderr(&{ error }.assert());
    if error.contains("no column") {
        assert!(
            error.contains("did you mean the column `Temp (°C)`"),
            "{error}"
        );
    }
}

#[test]
fn a_fixed_parameter_is_a_number() {
    let (_folder, file) = table("x,y", |k| vec![k, 3.0 * k + 7.0 + 0.01 * (k * 1.7).sin()]);
    let fixed = ["--start", "a=1", "--fix", "b=7", "--json"];
    let fixed = json(&fit(&file, "y", "a*x + b", &fixed).assert().code(0));
    assert_eq!(fixed["fixed"]["b"], 7.0);
    assert_eq!(fixed["parameters"]["b"], Value::Null);
    assert_eq!(fixed["degrees_of_freedom"], 19);
    let number = ["--start", "a=1", "--json"];
    let number = json(&fit(&file, "y", "a*x + 7", &number).assert().code(0));
    assert_eq!(fixed["parameters"], number["parameters"]);
    for (more, says) in [
        (
            ["--start", "a=1,b=2", "--fix", "b=7"],
            "cannot have a start",
        ),
        (["--start", "a=1", "--fix", "c=7"], "no parameter"),
        (["--start", "a=1", "--fix", "b=7,b=8"], "twice"),
    ] {
        let error = stderr(&fit(&file, "y", "a*x + b", &more).assert().code(2));
        assert!(error.contains(says), "{more:?}: {error}");
    }
    let error = stderr(&misra(&["--solver", "lm", "--fix", "b=1"]).assert().code(2));
    assert!(error.contains("--fix"), "{error}");
}

/// Three sensors of one kind in one fit: an offset and a slope each, a curvature in common.
#[test]
fn groups_have_parameters_of_their_own_from_fit_to_export() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let names = ["north", "south, low", "roof"];
    let row = |k: usize| {
        let (group, x) = (k % 3, k as f64 / 6.0);
        let y = (1.0 + group as f64) + (0.5 + 0.25 * group as f64) * x + 0.125 * x * x;
        format!(
            "\"{}\",{x},{}\n",
            names[group],
            y + 0.001 * (k as f64).sin()
        )
    };
    let text = format!("sensor,x,y\n{}", (0..60).map(row).collect::<String>());
    fs::write(path("rows.csv"), &text).unwrap();
    let model = path("model.json");
    let formula = "o[sensor] + g[sensor]*x + q*x²";
    let more = [
        "--start",
        "o=0,g=1,q=0,g[roof]=2",
        "--out",
        &model,
        "--json",
    ];
    let fitted = json(&fit(&path("rows.csv"), "y", formula, &more).assert().code(0));
    for (group, name) in names.iter().enumerate() {
        let (o, g) = (format!("o[{name}]"), format!("g[{name}]"));
        assert!(
            (value(&fitted, &o) - 1.0 - group as f64).abs() < 0.01,
            "{o}"
        );
        assert!(
            (value(&fitted, &g) - 0.5 - 0.25 * group as f64).abs() < 0.01,
            "{g}"
        );
    }
    assert_eq!(fitted["parameters"]["g[roof]"]["start"], 2.0);
    assert_eq!(fitted["parameters"]["g[north]"]["start"], 1.0);
    assert_eq!(fitted["degrees_of_freedom"], 60 - 7);
    // Rows in another order, and by their labels.
    fs::write(path("new.csv"), "x,sensor\n2,roof\n2,north\n").unwrap();
    let predicted = downhill(&["predict", &model, &path("new.csv")])
        .assert()
        .code(0);
    let predicted = stdout(&predicted);
    let lines = predicted.lines().skip(1);
    let numbers: Vec<f64> = lines.map(|line| line.parse().unwrap()).collect();
    assert!((numbers[0] - 5.5).abs() < 0.01 && (numbers[1] - 2.5).abs() < 0.01);
    fs::write(path("strange.csv"), "x,sensor\n2,cellar\n").unwrap();
    let error = downhill(&["predict", &model, &path("strange.csv")])
        .assert()
        .code(1);
    let error = stderr(&error);
    assert!(
        error.contains("`cellar`") && error.contains("`north`"),
        "{error}"
    );
    let header = downhill(&["export", &model, "--to", "c"]).assert().code(0);
    let header = stdout(&header);
    assert!(
        header.contains("sensor: 0 north, 1 south, low, 2 roof"),
        "{header}"
    );
    assert!(header.contains("y_member(units_0[0], 3)"), "{header}");
}

/// Numbers tell groups apart too, and every row is looked at for them.
#[test]
fn numbers_are_labels_of_groups() {
    let file = data("iris.csv");
    let more = ["--start", "a=0,b=0", "--json"];
    let fitted = json(
        &fit(&file, "petal_w", "a[species] + b*petal_l", &more)
            .assert()
            .code(0),
    );
    // By ordinary least squares with a dummy for each species.
    for (name, expected) in [
        ("a[0]", -0.090_829_4),
        ("a[1]", 0.344_540_9),
        ("a[2]", 0.746_877_7),
        ("b", 0.230_389_5),
    ] {
        let off = (value(&fitted, name) - expected).abs();
        assert!(off < 1e-5, "{name}: {}", fitted["parameters"][name]);
    }
    let error = fit(&file, "petal_w", "a[petal] + b", &more)
        .assert()
        .code(2);
    assert!(stderr(&error).contains("tells groups apart"));
    let bounds = [
        "--start",
        "a=0,b=0",
        "--bounds",
        "a[1]=0.5..,a=-1..1",
        "--json",
    ];
    let bounded = fit(&file, "petal_w", "a[species] + b*petal_l", &bounds);
    let bounded = json(&{ bounded }.assert().code(0));
    assert_eq!(value(&bounded, "a[1]"), 0.5);
}

/// Seventy-two parameters, each with bounds: more than a board holds, which is said.
#[test]
fn the_host_fits_many_parameters_within_as_many_bounds() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("waves.csv");
    let row = |k: usize| {
        let x = k as f64 / 100.0;
        let y = 2.0 + (3.0 * x).sin() - 0.5 * (7.0 * x).cos() + 1e-3 * (k as f64 * 1.7).sin();
        format!("{x},{y}\n")
    };
    let text = format!("x,y\n{}", (0..628).map(row).collect::<String>());
    fs::write(&file, text).unwrap();
    let file = file.display().to_string();
    let wave = |k: usize| format!("+a{k}*cos({k}*x)+b{k}*sin({k}*x)");
    let formula = format!("c{}", (1..=35).map(wave).collect::<String>());
    let of = |text: fn(usize) -> String| (1..=35).map(text).collect::<String>();
    let start = format!("c=0{}", of(|k| format!(",a{k}=0,b{k}=0")));
    let bounds = format!("c=0..9{}", of(|k| format!(",a{k}=-2..2,b{k}=-2..2")));
    let more = ["--start", &start, "--bounds", &bounds, "--json"];
    let fitted = json(&fit(&file, "y", &formula, &more).assert().code(0));
    assert_eq!(fitted["parameters"].as_object().unwrap().len(), 71);
    assert!((value(&fitted, "b3") - 1.0).abs() < 1e-3);
    assert!((value(&fitted, "a7") + 0.5).abs() < 1e-3);
    // The last bound holds as well as the first.
    let tight = bounds.replace("b35=-2..2", "b35=0.25..2");
    let more = ["--start", &start, "--bounds", &tight, "--json"];
    let fitted = json(&fit(&file, "y", &formula, &more).assert().code(0));
    assert_eq!(value(&fitted, "b35"), 0.25);
}

#[test]
fn an_operation_without_a_value_is_named_with_its_row() {
    let (_folder, file) = table("x,y", |k| vec![k - 4.0, k]);
    for (formula, start, says) in [
        (
            "a*sqrt(x)+b",
            "a=1,b=1",
            "line 2, `sqrt(x)` has no value where `x` is -3.00000; no start can help",
        ),
        (
            "a*log(x - c)+b",
            "a=1,b=1,c=0",
            "line 2, `ln(x - c)` has no value where `x - c` is -3.00000; start elsewhere",
        ),
        (
            "a/x + b",
            "a=1,b=1",
            "line 5, `a/x` is infinite where `a` is 1.00000 and `x` is 0.00000",
        ),
        (
            "a*exp(b*x)",
            "a=1,b=1000",
            "line 6, `exp(b*x)` is infinite where `b*x` is 1000.00",
        ),
        (
            "sqrt(a - 1)*x + b",
            "a=1,b=1",
            "line 2, `sqrt(a - 1)` has an infinite slope where `a - 1` is 0",
        ),
        ("a*x^b", "a=1,b=0.5", "line 2, `x^b` has no value"),
    ] {
        let error = stderr(
            &fit(&file, "y", formula, &["--start", start])
                .assert()
                .code(3),
        );
        assert!(error.contains(says), "{formula}: {error}");
    }
    // What is said to help does.
    let mended = "where(x > 0, a*sqrt(x), 0) + b";
    fit(&file, "y", mended, &["--start", "a=1,b=1"])
        .assert()
        .code(0);
}

#[test]
fn missing_starts_are_told_at_once() {
    let (_folder, file) = table("x,y", |k| vec![k, k]);
    let one = fit(&file, "y", "a*exp(-b*x) + c", &["--start", "a=1"]).assert();
    let error = stderr(&one);
    if error.contains("no column") {
        assert!(error.contains("`b=…,c=…`"), "{error}");
    }
}
