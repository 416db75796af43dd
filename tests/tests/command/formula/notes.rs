//! Fits as people bring them: each is right, or says what is wrong with rows, start or formula.

use std::fs;

use downhill_tests::{downhill, stderr, stdout};

/// A file of rows of `x` and `y`.
fn rows(rows: impl Iterator<Item = (f64, f64)>) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("rows.csv");
    let rows: String = rows.map(|(x, y)| format!("{x},{y}\n")).collect();
    fs::write(&file, format!("x,y\n{rows}")).unwrap();
    let file = file.display().to_string();
    (folder, file)
}

/// Standard error and output of a fit that exits with this code.
fn fit(file: &str, model: &str, more: &[&str], code: i32) -> (String, String) {
    let model = format!("formula: {model}");
    let fit = ["fit", file, "--target", "y", "--model", &model];
    let ended = downhill(&[&fit[..], more].concat()).assert().code(code);
    (stderr(&ended), stdout(&ended))
}

fn noise(k: f64) -> f64 {
    (k * 7.3 + 0.4).sin() * (k * 1.7).cos()
}

#[test]
fn too_few_rows_are_counted_before_a_start_is_searched() {
    let (_folder, file) = rows([(0.0, 1.0), (1.0, 2.0)].into_iter());
    let (said, _) = fit(&file, "a*exp(b*x)+c", &[], 1);
    assert!(
        said.contains("2 rows cannot determine 3 parameters"),
        "{said}"
    );
    fit(&file, "a*exp(b*x)", &[], 0);
}

#[test]
fn a_column_that_never_changes_is_named() {
    let (_folder, file) = rows((0..12).map(|k| (5.0, 1.0 + 0.1 * noise(k.into()))));
    let (said, _) = fit(&file, "a+b*x", &[], 3);
    assert!(said.contains("`x` is 5 in every row"), "{said}");
    assert!(
        !said.contains("--start") && !said.contains("--restarts"),
        "{said}"
    );
    // What is said to do leads to a fit.
    fit(&file, "a+b*x", &["--fix", "b=0"], 0);
}

/// No start can help where a row has no value whatever the parameters are.
#[test]
fn a_row_without_a_value_is_named_where_no_start_is_found() {
    let (_folder, file) = rows((0..20).map(|k| (f64::from(k) / 20.0, f64::from(k))));
    let (said, _) = fit(&file, "a+b*log(x)", &[], 3);
    assert!(
        said.contains("rows.csv, line 2, `ln(x)` is infinite where `x` is 0"),
        "{said}"
    );
    assert!(said.contains("no start can help"), "{said}");
}

#[test]
fn a_minimum_that_explains_nothing_is_told_from_a_fit() {
    let wave = |k: f64| 2.0 * (0.7 * k + 0.4).sin() + 0.05 * noise(k);
    let (_folder, file) = rows((0..40).map(|k| (k.into(), wave(k.into()))));
    let (said, _) = fit(&file, "A*sin(w*x+p)", &["--start", "A=1,w=5,p=0"], 0);
    assert!(
        said.contains("explains less than a constant would"),
        "{said}"
    );
    assert!(said.contains("leave out `--start`"), "{said}");
    let (said, shown) = fit(&file, "A*sin(w*x+p)", &[], 0);
    assert!(!said.contains("less than a constant"), "{said}");
    assert!(
        shown.contains("w = 0.69") || shown.contains("w = 0.70"),
        "{shown}"
    );
}

#[test]
fn an_outlier_that_makes_the_fit_is_named_with_its_line() {
    let line = |k: f64| {
        if k == 7.0 {
            500.0
        } else {
            3.0 + 2.0 * k + 0.05 * noise(k)
        }
    };
    let (_folder, file) = rows((0..15).map(|k| (k.into(), line(k.into()))));
    let (said, shown) = fit(&file, "a+b*x", &[], 0);
    assert!(
        said.contains("rows.csv, line 9: this row alone makes 93 %"),
        "{said}"
    );
    assert!(shown.contains("a = 35."), "{shown}");
    let advice = said
        .split("--loss ")
        .nth(1)
        .unwrap()
        .split('`')
        .next()
        .unwrap();
    let (said, shown) = fit(&file, "a+b*x", &["--loss", advice], 0);
    assert!(!said.contains("this row alone"), "{said}");
    let value = |name: &str| {
        let line = shown.lines().find(|line| line.starts_with(name)).unwrap();
        line.split(' ').nth(2).unwrap().parse::<f64>().unwrap()
    };
    assert!(
        (value("a") - 3.0).abs() < 1.0 && (value("b") - 2.0).abs() < 0.1,
        "{shown}"
    );
    // Noise alone has no such row.
    let (_folder, plain) = rows((0..15).map(|k| (k.into(), 3.0 + noise(k.into()))));
    assert!(!fit(&plain, "a+b*x", &[], 0).0.contains("this row alone"));
}

/// Seconds since 1970 in an exponential: nothing can start there.
#[test]
fn a_column_far_from_zero_is_named_and_so_is_how_to_write_it() {
    let decay = |k: f64| 20.0 + 30.0 * (-k / 20.0).exp() + 0.1 * noise(k);
    let seconds = |k: f64| 1.7e9 + 60.0 * k;
    let (_folder, file) = rows((0..80).map(|k| (seconds(k.into()), decay(k.into()))));
    let (said, _) = fit(&file, "a+b*exp(-x/tau)", &[], 3);
    assert!(
        said.contains("write `(x - 1700000000)` in its place"),
        "{said}"
    );
    let (_, shown) = fit(&file, "a+b*exp(-(x - 1700000000)/tau)", &[], 0);
    assert!(
        shown.contains("tau = 120") || shown.contains("tau = 119"),
        "{shown}"
    );
}

#[test]
fn a_target_that_never_changes_is_named() {
    let (_folder, file) = rows((0..10).map(|x| (f64::from(x), 5.0)));
    let (said, _) = fit(&file, "a*exp(-b*x) + c", &[], 3);
    assert!(said.contains("`y` is 5 in every row"), "{said}");
    assert!(said.contains("a target that changes"), "{said}");
    fit(&file, "a + b*x", &[], 0);
}

/// The search keeps what `--start` gives, so that searching longer would not help.
#[test]
fn a_start_that_stands_in_the_way_is_to_be_left_out() {
    let decay = |x: f64| 10.0 * (-x / 5.0).exp() + 1.0 + 0.05 * noise(x);
    let (_folder, file) = rows((0..25).map(|x| (f64::from(x), decay(x.into()))));
    let (said, _) = fit(&file, "a*exp(-k*x) + c", &["--start", "k=50"], 3);
    assert!(said.contains("leave out `--start`"), "{said}");
    assert!(!said.contains("--restarts"), "{said}");
    fit(&file, "a*exp(-k*x) + c", &[], 0);
}

#[test]
fn a_quantity_without_a_parameter_names_those_there_are() {
    let decay = |x: f64| 10.0 * (-x / 5.0).exp() + 1.0 + 0.05 * noise(x);
    let (_folder, file) = rows((0..25).map(|x| (f64::from(x), decay(x.into()))));
    let more = ["--fix", "k=0.2", "--derive", "half=ln(2)/k"];
    let (said, _) = fit(&file, "a*exp(-k*x) + c", &more, 2);
    let says = "no parameter that is fitted is in it; name one of `a`, `c`";
    assert!(said.contains(says), "{said}");
}
