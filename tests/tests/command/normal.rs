//! Fits of what is normal, and what they refuse.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use downhill::random::Random;
use downhill_tests::{downhill, json, names, stderr, stdout};
use serde_json::Value;

/// A table of two numbers that follow from each other: 300 rows that are `ok`, ten of another
/// label in which they do not, and 20 of the first again.
fn table(folder: &Path, other: &str) -> String {
    let mut random = Random::seed(9);
    let mut text = String::from("speed,power,label\n");
    for row in 0..330 {
        let is_other = (300..310).contains(&row);
        let speed = 10.0 + random.unit::<f64>();
        let power = if is_other { 30.0 } else { 2.0 * speed };
        let label = if is_other { other } else { "ok" };
        let _ = writeln!(
            text,
            "{speed},{},{label}",
            power + 0.1 * random.unit::<f64>()
        );
    }
    let path = folder.join("fan.csv");
    fs::write(&path, text).expect("a file");
    path.display().to_string()
}

fn fit(file: &str, more: &[&str]) -> Value {
    let mut arguments = vec!["fit", file, "--json", "--validation-last", "0.2"];
    arguments.extend(more);
    json(&downhill(&arguments).assert().code(0))
}

const NORMAL: [&str; 4] = ["--target", "label", "--normal", "ok"];

#[test]
fn rows_of_another_label_are_told_by_each_model() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = table(folder.path(), "rub");
    for model in [
        "normal:mahalanobis",
        "normal:kmeans:4",
        "normal:autoencoder:1",
    ] {
        let fit = fit(&file, &[&NORMAL[..], &["--model", model]].concat());
        let measured = &fit["metrics"]["validation"];
        assert_eq!(measured["auc"], 1.0, "{model}");
        assert_eq!(measured["hit_rate"], 1.0, "{model}");
        assert_eq!(measured["alarm_delay"], 5.0, "{model}");
        assert_eq!(measured["events"], 1, "{model}");
        assert_eq!(fit["normal"], serde_json::json!(["ok"]));
        assert_eq!(fit["rows"]["learned"], 198);
        assert_eq!(fit["rows"]["calibrated"], 66);
        let one = ["--votes", "1/1", "--cool-down", "0"];
        let soon = self::fit(&file, &[&NORMAL[..], &["--model", model], &one].concat());
        assert_eq!(soon["metrics"]["validation"]["alarm_delay"], 1.0, "{model}");
        assert!(
            soon["metrics"]["validation"]["alarms"].as_u64() >= Some(10),
            "{model}"
        );
        assert_eq!(soon["threshold"], fit["threshold"]);
    }
}

/// Fits of one seed are one, and of another another where the order of rows counts.
#[test]
fn a_fit_is_its_seeds() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = table(folder.path(), "rub");
    let run = |seed: &str| {
        let more = ["--model", "normal:kmeans:4", "--seed", seed];
        fit(&file, &[&NORMAL[..], &more].concat())["fingerprint"].clone()
    };
    assert_eq!(run("1"), run("1"));
    assert_ne!(run("1"), run("2"));
}

/// A file of normal rows alone is learned from with and without a target, and a label that the
/// model does not know is an anomaly.
#[test]
fn a_label_that_was_never_seen_is_no_normal_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = table(folder.path(), "rub");
    let text = fs::read_to_string(&file).expect("the table");
    let normal: Vec<&str> = text.lines().filter(|line| !line.ends_with("rub")).collect();
    let only = folder.path().join("ok.csv");
    fs::write(&only, normal.join("\n") + "\n").expect("a file");
    let only = only.display().to_string();
    let model = folder.path().join("m.json").display().to_string();
    let more = ["--model", "normal:mahalanobis", "--out", &model];
    let with = fit(&only, &[&NORMAL[..], &more].concat());
    assert!(with["metrics"]["validation"]["auc"].is_null());
    let eval = json(
        &downhill(&["eval", &model, &file, "--json"])
            .assert()
            .success(),
    );
    assert_eq!(eval["metrics"]["anomalous"], 10);
    assert_eq!(eval["metrics"]["auc"], 1.0);
    let alone = fit(&only, &[&more[..], &["--features", "speed,power"]].concat());
    assert_eq!(alone["threshold"], with["threshold"]);
    let eval = json(
        &downhill(&["eval", &model, &file, "--json"])
            .assert()
            .success(),
    );
    assert!(eval["metrics"]["auc"].is_null() && eval["metrics"]["hit_rate"].is_null());
    assert_eq!(eval["metrics"]["alarms"], 1);
}

#[test]
fn a_row_that_misses_a_number_has_no_score() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = table(folder.path(), "rub");
    let model = folder.path().join("m.json").display().to_string();
    let more = ["--model", "normal:mahalanobis", "--out", &model];
    fit(&file, &[&NORMAL[..], &more].concat());
    let gaps = folder.path().join("gaps.csv");
    fs::write(&gaps, "speed,power\n10.5,21\n10.5,\n10.5,40\n").expect("a file");
    let predicted = stdout(
        &downhill(&["predict", &model, gaps.to_str().unwrap()])
            .assert()
            .code(0),
    );
    let lines: Vec<&str> = predicted.lines().collect();
    assert_eq!(lines[0], "score,anomaly,alarm");
    assert!(lines[1].ends_with(",0,0") && lines[3].ends_with(",1,0"));
    assert_eq!(lines[2], ",,");
}

#[test]
fn a_report_and_a_plot_show_scores_threshold_and_alarms() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = table(folder.path(), "rub");
    let report = folder.path().join("r.html").display().to_string();
    let mut arguments = vec!["fit", &file, "--model", "normal:mahalanobis", "--plot"];
    arguments.extend(NORMAL);
    arguments.extend(["--validation-last", "0.2", "--report", &report]);
    let text = stdout(&downhill(&arguments).assert().code(0));
    assert!(text.contains("scores: · normal, x not normal, ! alarm, - threshold"));
    assert!(
        text.lines()
            .any(|line| line.contains('!') && line.contains('│'))
    );
    assert!(text.contains("66 rows are too few to tell a share of 0.01"));
    let page = fs::read_to_string(&report).expect("a page");
    for part in ["Scores over time", "threshold", "alarm at row", "hit rate"] {
        assert!(page.contains(part), "{part}");
    }
}

#[test]
fn what_does_not_go_together_is_refused_with_a_way_out() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = table(folder.path(), "rub");
    for (more, said) in [
        (
            "--model normal:mahalanobis --target label",
            "`--normal` says which",
        ),
        (
            "--model normal:mahalanobis --normal ok",
            "name its column with `--target`",
        ),
        (
            "--model normal:mahalanobis --target label --normal fine",
            "none of the labels of `label`: `ok`, `rub`",
        ),
        (
            "--model normal:mahalanobi --target label",
            "did you mean `mahalanobis`?",
        ),
        (
            "--target power --features speed --votes 3/5",
            "`--votes` is for a model of what is normal",
        ),
        (
            "--target power --features speed --normal ok",
            "`--normal` is for a model",
        ),
        (
            "--model normal:kmeans:4 --loss squared",
            "`--loss` does not go with",
        ),
        (
            "--model normal:kmeans:4 --epochs 3",
            "`--epochs` does not go with",
        ),
        (
            "--model normal:mahalanobis --precision f64",
            "`--precision` does not go with",
        ),
        (
            "--model normal:mahalanobis --cv 3",
            "`--cv` does not go with",
        ),
        (
            "--model normal:mahalanobis --votes 9/8",
            "how many of how many",
        ),
        (
            "--model normal:mahalanobis --target label --normal ok --anomaly-share 0.9",
            "give a share above 0 that is below",
        ),
    ] {
        let mut arguments = vec!["fit", &file];
        arguments.extend(more.split(' '));
        let said_so = stderr(&downhill(&arguments).assert().code(2));
        assert!(said_so.contains(said), "{more}: {said_so}");
    }
    for (more, said) in [
        (
            "--vary model=linear,normal:kmeans:2",
            "compared with each other",
        ),
        (
            "--vary model=normal:kmeans:2,normal:kmeans:3 --cv 3",
            "`--cv` does not go",
        ),
    ] {
        let mut compare = vec!["compare", &file, "--target", "label"];
        compare.extend(more.split(' '));
        compare.extend(["--normal", "ok"]);
        let said_so = stderr(&downhill(&compare).assert().code(2));
        assert!(said_so.contains(said), "{more}: {said_so}");
    }
    let model = folder.path().join("m.json").display().to_string();
    let more = ["--model", "normal:mahalanobis", "--out", &model];
    fit(&file, &[&NORMAL[..], &more].concat());
    for arguments in [
        vec!["export", &model, "--to", "table"],
        vec!["predict", &model, &file, "--interval", "0.9"],
        vec!["eval", &model, &file, "--top", "3"],
    ] {
        let said = stderr(&downhill(&arguments).assert().failure());
        assert!(said.contains("what is normal"), "{arguments:?}: {said}");
    }
    let altered = fs::read_to_string(&model).expect("a model");
    fs::write(
        &model,
        altered.replace("\"votes\": [\n", "\"votes\":  [\n1,"),
    )
    .expect("a file");
    let said = stderr(&downhill(&["predict", &model, &file]).assert().code(1));
    assert!(said.contains("m.json"), "{said}");
    assert_eq!(names(folder.path()), ["fan.csv", "m.json"]);
}

/// Too few rows to learn from and to calibrate on are refused.
#[test]
fn too_few_rows_are_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("few.csv");
    fs::write(&path, "x\n1\n2\n3\n").expect("a file");
    let arguments = [
        "fit",
        path.to_str().unwrap(),
        "--model",
        "normal:mahalanobis",
    ];
    let said = stderr(&downhill(&arguments).assert().code(1));
    assert!(said.contains("too few to learn from"), "{said}");
}

/// Models of what is normal are compared by what `fit` says of each.
#[test]
fn models_of_what_is_normal_are_compared() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = table(folder.path(), "rub");
    let models = ["normal:kmeans:2", "normal:mahalanobis"];
    let vary = format!("model={}", models.join(","));
    let mut compare = vec!["compare", &file, "--validation-last", "0.2"];
    compare.extend(NORMAL);
    compare.extend(["--vary", &vary]);
    let text = stdout(&downhill(&compare).assert().success());
    for part in [
        "validation rows",
        "kmeans:2",
        "mahalanobis",
        "AUC",
        "hit rate",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let compared = json(&downhill(&compare).arg("--json").assert().success());
    for (at, model) in models.iter().enumerate() {
        let one = fit(&file, &[&NORMAL[..], &["--model", model]].concat());
        let own = &compared["fits"][at];
        assert_eq!(own["options"]["model"], *model);
        assert_eq!(own["fingerprint"], one["fingerprint"]);
        assert_eq!(own["metrics"], one["metrics"]);
    }
}
