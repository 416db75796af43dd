//! Columns of categories under least squares, and features that tell what others do.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use downhill_tests::{downhill, stderr};

use super::{fitted, refused, said, says, slope, unfitted, write};

/// y = 2 x + 1 for red, + 4 for blue, - 3 for green, and a column of one category.
fn colors(folder: &Path) -> String {
    let mut text = String::from("color,x,one,y\n");
    for row in 0..30_i32 {
        let (color, more) =
            [("red", 1), ("blue", 4), ("green", -3)][(row * 5 + row / 3) as usize % 3];
        let x = row * 7 % 11;
        let _ = writeln!(text, "{color},{x},same,{}", 2 * x + more);
    }
    write(folder, "colors.csv", &text)
}

/// Of all categories of a column, one is what the others are compared with: file, predictions and
/// exported functions agree on it.
#[test]
fn least_squares_leave_a_category_out() {
    let folder = tempfile::tempdir().unwrap();
    let mut rows = String::from("color,x,y\n");
    for (at, x) in [0, 1, 5, 2, 7, 3, 9, 4, 8].into_iter().enumerate() {
        let (color, more) = [("red", 1), ("blue", 4), ("green", -3)][at % 3];
        let _ = writeln!(rows, "{color},{x},{}", 2 * x + more);
    }
    let file = write(folder.path(), "t.csv", &rows);
    let model = folder.path().join("m.json");
    let model = model.to_str().unwrap();
    for solver in ["lm", "gauss_newton"] {
        let more = ["--features", "color,x", "--solver", solver, "--out", model];
        let fit = super::result(&[&["fit", &file, "--target", "y"], &more[..]].concat());
        let names = ["color=blue", "color=green", "x"];
        assert_eq!(fit["features"], serde_json::json!(names));
        assert_eq!(fit["left_out"][0]["column"], "color=red");
        for (name, value) in [
            ("color=blue", 3.0),
            ("color=green", -4.0),
            ("x", 2.0),
            ("intercept", 1.0),
        ] {
            assert!((slope(&fit, name) - value).abs() < 1e-9, "{name}: {fit}");
        }
        let new = write(
            folder.path(),
            "new.csv",
            "x,color\n10,red\n10,green\n10,blue\n",
        );
        let predicted = said(&["predict", model, &new]);
        let numbers: Vec<f64> = predicted
            .lines()
            .skip(1)
            .map(|line| line.parse().unwrap())
            .collect();
        for (number, right) in numbers.iter().zip([21.0, 17.0, 24.0]) {
            assert!((number - right).abs() < 1e-9, "{predicted}");
        }
        assert_eq!(numbers.len(), 3);
        let code = said(&["export", model, "--to", "c"]);
        says(
            &code,
            &[
                "*   0  color=blue\n",
                "*   1  color=green\n",
                "*   2  x\n",
                "_FEATURES 3\n",
            ],
        );
        let other = write(folder.path(), "other.csv", "x,color\n10,red\n10,black\n");
        let message = stderr(&downhill(&["predict", model, &other]).assert().code(1));
        says(
            &message,
            &["line 3, column `color`: the model knows no `black`, only `blue`, `green`, `red`;"],
        );
    }
    let text = said(&[
        "fit",
        &file,
        "--target",
        "y",
        "--features",
        "color,x",
        "--solver",
        "lm",
    ]);
    says(
        &text,
        &["left out: color=red, the category that the others of `color` are compared with\n"],
    );
}

/// A category by name is a feature, by any way to fit; all others of its column are 0.
#[test]
fn a_category_is_named_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = colors(folder.path());
    let fit = fitted(&file, "y", &["--features", "color=red,color=blue,x"]);
    for (name, value) in [("color=red", 4.0), ("color=blue", 7.0), ("intercept", -3.0)] {
        assert!((slope(&fit, name) - value).abs() < 1e-9, "{name}: {fit}");
    }
    assert_eq!(fit["left_out"], serde_json::json!([]));
    let model = folder.path().join("m.json");
    let model = model.to_str().unwrap();
    let more = [
        "--features",
        "color=green,x",
        "--epochs",
        "400",
        "--out",
        model,
    ];
    let fit = super::result(&[&["fit", &file, "--target", "y"], &more[..]].concat());
    assert_eq!(fit["features"], serde_json::json!(["color=green", "x"]));
    let new = write(
        folder.path(),
        "new.csv",
        "x,color\n5,red\n5,blue\n5,green\n",
    );
    let predicted = said(&["predict", model, &new]);
    let lines: Vec<&str> = predicted.lines().collect();
    assert!(lines[1] == lines[2] && lines[2] != lines[3], "{predicted}");
    let twice = [
        "fit",
        &file,
        "--target",
        "y",
        "--features",
        "color,color=red",
    ];
    says(
        &refused(&twice, 2),
        &["`--features` names `color=red` twice"],
    );
}

/// What leaves a parameter open is named, and what is advised fits.
#[test]
fn a_singular_fit_names_its_columns_and_a_cure() {
    let folder = tempfile::tempdir().unwrap();
    let mut text = String::from("a,b,a's sum,twice,one,kind,y\n");
    for row in 0..40 {
        let (a, b) = (row * 7 % 13, row * 5 % 11);
        let kind = ["left", "right"][row % 2];
        let _ = writeln!(
            text,
            "{a},{b},{},{},3,{kind},{}",
            a + b,
            2 * a + 1,
            a * b % 17
        );
    }
    let file = write(folder.path(), "t.csv", &text);
    for (features, model, cause) in [
        ("a,b,one", "linear", "`one` is 3 in every training row"),
        (
            "a,b,twice",
            "linear",
            "`twice` is a multiple of `a`, but for a constant",
        ),
        (
            "a,b,\"a's sum\"",
            "linear",
            "`a's sum` is a combination of `a`, `b`",
        ),
        (
            "a,\"a's sum\",b",
            "linear",
            "`b` is a combination of `a`, `a's sum`",
        ),
        (
            "a,kind",
            "polynomial:2",
            "`kind=right^2` tells what other terms do",
        ),
    ] {
        let more = ["--features", features, "--model", model, "--solver", "lm"];
        let arguments = [&["fit", &file, "--target", "y"], &more[..]].concat();
        let message = refused(&arguments, 3);
        says(&message, &["the fit is singular: ", cause]);
        let advice = message
            .split('`')
            .find(|text| text.starts_with("--"))
            .unwrap();
        // As a shell takes it.
        let command = format!("exec \"$0\" fit t.csv --target y --solver lm --model {model}");
        let features = match advice.starts_with("--features") {
            true => String::new(),
            false => format!("--features '{features}'"),
        };
        let mut shell = Command::new("sh");
        shell.args(["-c", &format!("{command} {features} {advice}")]);
        let run = shell
            .arg(downhill(&[]).get_program())
            .current_dir(folder.path());
        let output = run.output().unwrap();
        assert!(
            output.status.success(),
            "{advice}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
}

/// A target that never changes is refused by every way to fit, but by a formula without an intercept.
#[test]
fn least_squares_refuse_a_constant_target() {
    let folder = tempfile::tempdir().unwrap();
    let rows = "u,v,y\n2,0,1\n0,1,1\n-2,0,1\n0,-1,1\n1.2,0.8,1\n";
    let file = write(folder.path(), "t.csv", rows);
    for solver in ["lm", "gauss_newton", "rls", "nlms"] {
        let message = unfitted(&file, "y", &["--solver", solver]);
        says(
            &message,
            &["line 2 and on, column `y`: the target is 1 in every training row"],
        );
    }
    let more = ["--model", "formula: a*u^2 + b*v^2", "--start", "a=1,b=2"];
    let fit = super::result(&[&["fit", &file, "--target", "y"], &more[..]].concat());
    for (name, value) in [("a", 0.25), ("b", 1.0)] {
        assert!((slope(&fit, name) - value).abs() < 1e-9, "{fit}");
    }
}
