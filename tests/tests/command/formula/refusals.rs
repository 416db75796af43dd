//! Refusals of formulas and least squares, and their messages.

use downhill_tests::{data, downhill, stderr};

use super::{MISRA, misra, table};

#[test]
fn a_wrong_formula_is_refused_with_a_caret() {
    let long = format!("b{}", " + x".repeat(600));
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
        (
            "b1*x",
            "b1=1,b3=2",
            "`--start` names `b3`, which is no parameter",
        ),
        ("b1*x", "b1=1,b1=2", "twice"),
        ("b1*x", "b1=one", "PARAMETER=NUMBER"),
        ("2*x", "b1=1", "no parameter to fit"),
        ("", "b1=1", "`formula:TEXT`"),
        (&long, "b=1", "at most 1024 operations"),
    ] {
        let model = format!("formula: {formula}");
        let error = stderr(
            &misra(&["--model", &model, "--start", start])
                .assert()
                .code(2),
        );
        assert!(error.contains(says), "{formula}: {error}");
    }
}

/// A gradient needs a start of each parameter; a name that is nearly a column's is told either way.
#[test]
fn a_parameter_without_a_start_is_named() {
    let (_folder, file) = table("depth,y", |k| vec![k, 2.0 * k + 0.1 * (k * 1.7).sin()]);
    let fit = |formula: &str, more: &[&str]| {
        let model = format!("formula: {formula}");
        let arguments = ["fit", &file, "--target", "y", "--model", &model];
        downhill(&[&arguments[..], more].concat())
    };
    let adam = ["--optimizer", "adam", "--start", "b1=1"];
    let said = |formula: &str| stderr(&fit(formula, &adam).assert().code(2));
    assert!(said("b1*depth + b2").contains("`b2` in the formula is no column"));
    assert!(said("b1*dept").contains("did you mean the column `depth`?"));
    let searched = stderr(&fit("b1*depth + dept", &[]).assert().code(0));
    assert!(
        searched.contains("`dept` in the formula is no column"),
        "{searched}"
    );
    assert!(
        searched.contains("there is the column `depth`"),
        "{searched}"
    );
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
            "minimizes squares",
        ),
        (&["--solver", "rls", "--weight", "x"], "`--solver lm`"),
        (
            &["--solver", "lm", "--optimizer", "sgd"],
            "exclude each other",
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

/// A value out of the precision's range is named: the scale, the weights, the sum, the units.
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
