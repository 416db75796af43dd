//! The pages of `compare` and `inspect`.

use std::fs;
use std::path::Path;

use downhill_tests::{data, downhill};
use serde_json::Value;

use super::page::{between, cells, near, report};

pub(super) fn compared(folder: &Path) -> (String, Value) {
    let file = data("iris.csv");
    let arguments = ["compare", &file, "--target", "petal_w", "--epochs", "4"];
    let varied = ["--vary", "lr=0.001,0.01,0.02,0.05", "--vary"];
    let arguments = [&arguments[..], &varied, &["model=linear,mlp:4"]].concat();
    report(folder, &arguments)
}

pub(super) fn inspected(folder: &Path) -> (String, Value) {
    let file = data("air_quality.csv");
    let arguments = [
        "inspect",
        &file,
        "--target",
        "CO_GT",
        "--missing-value=-200",
    ];
    report(folder, &arguments)
}

#[test]
fn a_page_of_fits_compared_has_their_numbers_and_draws_the_best() {
    let folder = tempfile::tempdir().unwrap();
    let (page, printed) = compared(folder.path());
    let fits = printed["fits"].as_array().unwrap();
    let results = cells(&page, "<section id=\"results\">");
    assert_eq!((results.len(), fits.len()), (8, 8));
    let head = between(&page, "<section id=\"results\">", "</thead>");
    let rmse = head.split("</th>").position(|name| name.ends_with(">rmse"));
    for (row, fit) in results.iter().zip(fits) {
        let options = &fit["options"];
        let name = format!("{}, {}", options["lr"].as_str().unwrap(), options["model"]);
        assert!(row[0].ends_with(&name.replace('"', "")), "{row:?} {name}");
        near(&row[1], &fit["parameters"]);
        near(&row[rmse.unwrap()], &fit["metrics"]["validation"]["rmse"]);
    }
    // Six curves, the best first, with the numbers of their epochs.
    let figure = between(
        &page,
        "id=\"how-they-learned-rmse-on-the-validation-rows\"",
        "</figure>",
    );
    let mut order: Vec<usize> = (0..8).collect();
    let last = |at: &usize| fits[*at]["curve"][3].as_f64().unwrap();
    order.sort_by(|a, b| last(a).total_cmp(&last(b)));
    for tone in ["a", "b", "c", "d", "e", "f"] {
        assert!(
            figure.contains(&format!("<path class=\"line {tone}\" d=\"M")),
            "{tone}"
        );
    }
    assert!(
        figure.contains("Drawn: the 6 of 8 that end best."),
        "{figure}"
    );
    for (epoch, row) in cells(figure, "<details>").iter().enumerate() {
        assert_eq!(row.len(), 7);
        for (cell, at) in row[1..].iter().zip(&order) {
            near(cell, &fits[*at]["curve"][epoch]);
        }
    }
    let linear: Vec<&Value> = fits
        .iter()
        .filter(|fit| fit["coefficients"].is_object())
        .collect();
    let coefficients = cells(&page, "<section id=\"coefficients\">");
    assert_eq!((coefficients.len(), linear.len()), (5, 4));
    for row in coefficients {
        for (cell, fit) in row[1..].iter().zip(&linear) {
            near(cell, &fit["coefficients"][&row[0]]);
        }
    }
}

#[test]
fn a_page_of_what_was_found_has_the_findings_and_the_columns() {
    let folder = tempfile::tempdir().unwrap();
    let (page, printed) = inspected(folder.path());
    let findings = printed["findings"].as_array().unwrap();
    assert!(!findings.is_empty() && page.matches("<article>").count() == findings.len());
    for finding in findings {
        for part in ["seen", "matters", "advice"] {
            let words = finding[part].as_str().unwrap();
            assert!(page.contains(&format!("<dd>{words}</dd>")), "{words}");
        }
    }
    let columns = printed["columns"].as_array().unwrap();
    let rows = cells(&page, "<section id=\"columns\">");
    assert_eq!((rows.len(), columns.len()), (13, 13));
    for (row, column) in rows.iter().zip(columns) {
        assert_eq!(column["name"], row[0].as_str());
        let names = [
            "missing",
            "distinct",
            "smallest",
            "median",
            "largest",
            "mean",
            "deviation",
        ];
        for (cell, name) in row[1..].iter().zip(names) {
            near(cell, &column[name]);
        }
    }
    // The target is there where no row misses it, and each of its rows is in one bar.
    let target = &columns[12];
    assert_eq!(
        (&target["name"], &target["relation"]),
        (&"CO_GT".into(), &Value::Null)
    );
    let rows: u64 = printed["rows"].as_u64().unwrap() - target["missing"].as_u64().unwrap();
    let bars = cells(&page, "id=\"the-target-how-co-gt-is-distributed\"");
    let counted: u64 = bars.iter().map(|bar| bar[2].parse::<u64>().unwrap()).sum();
    assert_eq!(counted, rows);
}

/// A decay, as in NIST's data sets: one feature, two parameters.
pub(super) fn solved(folder: &Path) -> (String, Value) {
    let file = folder.join("decay.csv");
    let row = |x: u32| {
        let noise = f64::from(x * 7 % 5) / 50.0;
        format!("{x},{}\n", 3.0 * (-0.3 * f64::from(x)).exp() + noise)
    };
    let rows: String = (0..20).map(row).collect();
    std::fs::write(&file, format!("x,y\n{rows}")).unwrap();
    let file = file.to_str().unwrap();
    let arguments = ["fit", file, "--target", "y"];
    let model = ["--model", "formula: a * exp(-b * x)", "--start", "a=1,b=1"];
    report(folder, &[&arguments[..], &model].concat())
}

#[test]
fn a_page_of_least_squares_has_data_curve_and_standard_errors() {
    let folder = tempfile::tempdir().unwrap();
    let (page, printed) = solved(folder.path());
    check_solved(&page, &printed);
}

/// The numbers that a page shows are those of the fit.
pub(super) fn check_solved(page: &str, printed: &Value) {
    let rows = cells(page, "<section id=\"parameters\">");
    assert_eq!(rows.len(), 2);
    let value = |name: &str| printed["parameters"][name]["value"].as_f64().unwrap();
    for row in rows {
        near(&row[1], &printed["parameters"][&row[0]]["value"]);
        near(&row[2], &printed["parameters"][&row[0]]["standard_error"]);
    }
    let numbers = cells(page, "id=\"data-and-fit-y-over-x\"");
    assert_eq!(numbers.len(), 20);
    let mut squares = 0.0;
    for row in numbers {
        let [x, y, fitted, residual] = [0, 1, 2, 3].map(|at| row[at].parse::<f64>().unwrap());
        let own = value("a") * (-value("b") * x).exp();
        assert!((fitted - own).abs() < 1e-4, "{fitted} is not {own}");
        assert!((residual - (y - fitted)).abs() < 1e-4);
        squares += residual * residual;
    }
    let told = printed["residual_sum_of_squares"].as_f64().unwrap();
    assert!((squares - told).abs() < 1e-3 * told, "{squares} {told}");
    let correlation = cells(page, "<section id=\"correlation-of-the-parameters\">");
    near(&correlation[0][2], &printed["correlation"]["a"]["b"]);
    assert!(page.contains("<figcaption>Residuals</figcaption>"));
}

/// A short crosscheck on an emulated board, of a gradient or of least squares.
pub(super) fn crosschecked(folder: &Path, formula: bool) -> (String, Value) {
    let heating = data("heating.csv");
    let text = "formula: ambient + 5*R * (1 - exp(-seconds/(R*C)))";
    let mut arguments = vec!["crosscheck", &heating, "--target", "celsius"];
    match formula {
        true => arguments.extend(["--model", text, "--start", "ambient=20,R=1,C=100"]),
        false => arguments.extend(["--limit", "120"]),
    }
    report(folder, &arguments)
}

pub(super) fn check_crosscheck(page: &str, printed: &Value) {
    let compared = &cells(page, "<section id=\"compared\">")[0];
    near(&compared[2], &printed["identical"]);
    assert_eq!(compared[3], "0");
    assert_eq!(printed["fingerprint"], compared[4].as_str());
    // As many losses as steps, and they are those of the steps.
    let steps = printed["steps"].as_f64().unwrap();
    let losses = cells(page, "<section id=\"how-they-learned\">");
    assert_eq!(losses.len() as f64, steps);
    let last = losses.last().unwrap();
    let end = between(page, " at first, ", " at last.");
    assert_eq!((last[0].parse().ok(), last[1].as_str()), (Some(steps), end));
}

/// A recording of an emulated board, replayed; and the losses that the board told.
pub(super) fn replayed(folder: &Path) -> (String, Value, Vec<f64>) {
    let iris = data("iris.csv");
    let path = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    let [model, recording] = [path("petals.json"), path("run.jsonl")];
    let fit = ["fit", &iris, "--target", "petal_w", "--out", &model];
    downhill(&fit)
        .args(["--features", "petal_l"])
        .assert()
        .code(0);
    let record = ["device", "record", &recording, &iris, "--model", &model];
    downhill(&record)
        .args(["--board", "mps2-an386"])
        .assert()
        .code(0);
    let text = std::fs::read_to_string(&recording).unwrap();
    let entries = text
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap());
    let samples = entries.filter(|entry| entry["do"]["sample"].is_object());
    let losses = samples
        .map(|entry| entry["loss"].as_f64().unwrap())
        .collect();
    let (page, printed) = report(folder, &["replay", &recording]);
    (page, printed, losses)
}

pub(super) fn check_replay(page: &str, printed: &Value, losses: &[f64]) {
    let compared = cells(page, "<section id=\"compared\">");
    near(&compared[0][1], &printed["entries"]);
    near(&compared[1][1], &printed["steps"]);
    assert_eq!(printed["fingerprint"], compared[3][1].as_str());
    let drawn = cells(page, "<section id=\"how-it-learned\">");
    assert_eq!((drawn.len(), losses.len()), (150, 150));
    for (row, loss) in drawn.iter().zip(losses) {
        near(&row[1], &(*loss).into());
    }
}

/// How a file was read, the units that it says, and where its columns are counted from.
#[test]
fn a_page_says_how_its_file_was_read() {
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("page.html");
    let file = folder.path().join("meter.csv");
    let mut rows = String::from("day,wh,temp\n");
    for day in 0..20 {
        let temp = if day == 7 {
            "NA".into()
        } else {
            format!("{}.5 C", day % 6)
        };
        rows += &format!("{day},{},{temp}\n", 118_894_517 + 3 * day);
    }
    fs::write(&file, rows).unwrap();
    let file = file.to_str().unwrap();
    for more in [
        &["--epochs", "2", "--health", "0"] as &[&str],
        &["--solver", "lm"],
    ] {
        let usual = [
            "fit",
            file,
            "--target",
            "wh",
            "--report",
            page.to_str().unwrap(),
        ];
        downhill(&[&usual[..], more].concat()).assert().code(0);
        let text = fs::read_to_string(&page).unwrap();
        for said in [
            "the unit of",
            "NA",
            "counted from 1188945",
            "Units",
            "As the file says them",
            ">C</",
        ] {
            assert!(text.contains(said), "{said}: {more:?}");
        }
    }
}
