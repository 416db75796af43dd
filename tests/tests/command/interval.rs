//! Intervals around predictions that follow the targets.

use std::collections::BTreeMap;
use std::fs;

use downhill_tests::{air, data, downhill, json, stderr, stdout};
use serde_json::Value;

/// The first four fifths of `air_quality.csv`, and the last.
fn parts(folder: &std::path::Path) -> [String; 2] {
    let text = fs::read_to_string(data("air_quality.csv")).expect("the table");
    let (header, rows) = text.split_once('\n').expect("rows");
    let rows: Vec<&str> = rows.lines().collect();
    let (first, last) = rows.split_at(rows.len() * 4 / 5);
    [("first.csv", first), ("last.csv", last)].map(|(name, rows)| {
        let path = folder.join(name);
        fs::write(&path, format!("{header}\n{}\n", rows.join("\n"))).expect("a file");
        path.display().to_string()
    })
}

fn fit(first: &str, model: &str, more: &[&str]) -> Value {
    let mut arguments = air("fit", first);
    arguments.extend(["--validation-last", "0.2", "--json", "--out", model]);
    arguments.extend(more);
    json(&downhill(&arguments).assert().code(0))
}

/// Months of the rows of a file, and the targets of those that have one.
fn rows(file: &str) -> Vec<(String, Option<f64>)> {
    let text = fs::read_to_string(file).expect("the table");
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().expect("a header").split(',').collect();
    let target = header
        .iter()
        .position(|name| *name == "CO_GT")
        .expect("a target");
    let row = |line: &str| {
        let cells: Vec<&str> = line.split(',').collect();
        let number: f64 = cells[target].parse().expect("a number");
        // Day, month, year.
        let month = cells[0][3..].to_string();
        (month, (number != -200.0).then_some(number))
    };
    lines.map(row).collect()
}

#[test]
fn nine_of_ten_targets_of_the_last_fifth_are_inside_and_so_in_each_month() {
    let folder = tempfile::tempdir().expect("a folder");
    let [first, last] = parts(folder.path());
    let model = folder.path().join("m.json").display().to_string();
    for more in [
        &["--coverage", "0.9"][..],
        &["--coverage", "0.9", "--model", "mlp:8"],
    ] {
        let fitted = fit(&first, &model, more);
        assert!(fitted["interval"]["width"].as_f64().expect("a width") > 0.0);
        let predict = [
            "predict",
            &model,
            &last,
            "--interval",
            "0.9",
            "--missing-value=-200",
        ];
        let predicted = json(
            &downhill(&[&predict[..], &["--json"]].concat())
                .assert()
                .code(0),
        );
        let (mut all, mut months) = ([0.0; 2], BTreeMap::<String, [f64; 2]>::new());
        let bands = predicted["prediction_interval"]
            .as_array()
            .expect("intervals");
        let rows = rows(&last);
        assert_eq!(bands.len(), rows.len());
        for ((month, target), band) in rows.into_iter().zip(bands) {
            let (Some(target), Some(low)) = (target, band[0].as_f64()) else {
                continue;
            };
            let is_inside = f64::from(low <= target && target <= band[1].as_f64().expect("an end"));
            for counts in [&mut all, months.entry(month).or_default()] {
                counts[0] += is_inside;
                counts[1] += 1.0;
            }
        }
        let share = |counts: [f64; 2]| counts[0] / counts[1];
        assert!((share(all) - 0.9).abs() <= 0.02, "{more:?}: {}", share(all));
        assert!((predicted["covered"].as_f64().expect("a share") - share(all)).abs() < 0.003);
        for (month, counts) in &months {
            let own = share(*counts);
            assert!(
                (own - 0.9).abs() <= 0.06,
                "{more:?}, {month} of {}: {own}",
                counts[1]
            );
        }
        assert!(months.len() >= 3, "{months:?}");
    }
}

/// Without targets the interval stays as the fit left it.
#[test]
fn rows_without_targets_have_the_interval_of_the_fit() {
    let folder = tempfile::tempdir().expect("a folder");
    let [first, _] = parts(folder.path());
    let model = folder.path().join("m.json").display().to_string();
    let fitted = fit(&first, &model, &["--coverage", "0.8", "--epochs", "2"]);
    let width = fitted["interval"]["width"].as_f64().expect("a width");
    let text = fs::read_to_string(&first).expect("the table");
    let nameless = folder.path().join("n.csv").display().to_string();
    fs::write(&nameless, text.replacen("CO_GT", "other", 1)).expect("a file");
    let predict = [
        "predict",
        &model,
        &nameless,
        "--interval",
        "0.8",
        "--missing-value=-200",
    ];
    let printed = stdout(&downhill(&predict).assert().code(0));
    let mut lines = printed.lines();
    assert_eq!(
        lines.next(),
        Some("prediction,prediction_low,prediction_high")
    );
    let mut counted = 0;
    for line in lines.filter(|line| *line != ",,") {
        let numbers: Vec<f64> = line.split(',').map(|cell| cell.parse().unwrap()).collect();
        assert!((numbers[2] - numbers[0] - width).abs() < 1e-5, "{line}");
        assert!((numbers[0] - numbers[1] - width).abs() < 1e-5, "{line}");
        counted += 1;
    }
    assert!(counted > 5_000);
    // As without an interval, and no other level.
    let plain = stdout(&downhill(&["predict", &model, &nameless]).assert().code(0));
    let first_of = |text: &str| {
        text.lines()
            .nth(1)
            .map(|line| line.split(',').next().unwrap().to_string())
    };
    let [a, b] = [&printed, &plain].map(|text| first_of(text).unwrap().parse::<f64>().unwrap());
    assert!((a - b).abs() < 1e-6);
    let other = ["predict", &model, &nameless, "--interval", "0.9"];
    let said = stderr(&downhill(&other).assert().code(2));
    assert!(said.contains("was fitted with `--coverage 0.8`"), "{said}");
}

#[test]
fn a_coverage_goes_with_one_amount_and_validation_rows() {
    let iris = data("iris.csv");
    for (more, said) in [
        ("--target species", "around one amount"),
        ("--target petal_w,petal_l", "around one amount"),
        (
            "--target petal_w --validation-every 0",
            "`--validation-every`",
        ),
        (
            "--target petal_w --solver lm",
            "`downhill predict --interval 0.9`",
        ),
        ("--target petal_w --precision q15", "`--coverage`"),
        (
            "--model normal:mahalanobis --features petal_w,petal_l",
            "`--coverage` does not go with",
        ),
    ] {
        let mut arguments = vec!["fit", &iris, "--coverage", "0.9"];
        arguments.extend(more.split(' '));
        let printed = stderr(&downhill(&arguments).assert().failure());
        assert!(printed.contains(said), "{more}: {printed}");
    }
}
