//! The case studies of `docs/cases`: what each page shows is what its commands print, to the
//! letter, and what it claims holds in the metric that matters. With `DOWNHILL_OVERWRITE` set the
//! pages are written anew.

use std::fs;
use std::path::{Path, PathBuf};

use downhill_tests::{cases, console, downhill, json, local_minima, names, stdout};
use serde_json::Value;

fn pages() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/cases")
}

/// The data of the case studies, in a folder of its own.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    cases::write(folder.path()).unwrap();
    folder
}

fn check(name: &str) {
    console::check(&pages().join(name), folder().path(), "");
}

#[test]
fn every_page_is_checked() {
    let known = [
        "README.md",
        "churn.md",
        "concrete.md",
        "local-minima.md",
        "payments.md",
        "readmission.md",
        "screening.md",
    ];
    assert_eq!(names(&pages()), known);
    let index = fs::read_to_string(pages().join("README.md")).unwrap();
    assert!(
        known[1..]
            .iter()
            .all(|name| index.contains(&format!("({name})")))
    );
}

/// A fit in a folder, kept there.
fn fit(folder: &Path, line: &str) -> Value {
    let mut command = downhill(&["fit", "--json"]);
    command
        .args(line.split_ascii_whitespace())
        .current_dir(folder);
    json(&command.assert().code(0))
}

fn eval(folder: &Path, line: &str) -> Value {
    let mut command = downhill(&["eval", "--json"]);
    command
        .args(line.split_ascii_whitespace())
        .current_dir(folder);
    json(&command.assert().code(0))
}

fn metric(eval: &Value, name: &str) -> f64 {
    eval["metrics"][name].as_f64().unwrap_or(0.0)
}

#[test]
fn screening_costs_less_where_a_miss_counts_for_what_it_costs() {
    check("screening.md");
    let folder = folder();
    let folder = folder.path();
    fit(folder, "screening.csv --target ill --out plain.json");
    fit(
        folder,
        "screening.csv --target ill --cost fp=1,fn=20 --threshold cost --out cost.json",
    );
    let plain = eval(folder, "plain.json screening_later.csv --cost fp=1,fn=20");
    let chosen = eval(folder, "cost.json screening_later.csv");
    assert!(metric(&plain, "accuracy") > metric(&chosen, "accuracy"));
    assert!(metric(&chosen, "cost") < 0.5 * metric(&plain, "cost"));
    assert!(metric(&chosen, "recall") > 0.75 && metric(&plain, "recall") < 0.2);
}

/// What the leavers among the customers with the highest products of charge and probability pay.
fn worth_by_product(folder: &Path, later: &str, contacts: usize) -> f64 {
    let mut predict = downhill(&["predict", "plain.json", "later.csv"]);
    let scores = stdout(&predict.current_dir(folder).assert().code(0));
    let place = |name: &str| {
        let header = later.lines().next().unwrap();
        header.split(',').position(|column| column == name).unwrap()
    };
    let (monthly, churn) = (place("monthly"), place("churn"));
    let rows = later.lines().zip(scores.lines()).skip(1);
    let mut products: Vec<(f64, f64)> = rows
        .map(|(row, score)| {
            let cells: Vec<&str> = row.split(',').collect();
            let charge: f64 = cells[monthly].parse().unwrap();
            let score: f64 = score.split(',').next().unwrap().parse().unwrap();
            let lost = if cells[churn] == "1" { charge } else { 0.0 };
            (score * charge, lost)
        })
        .collect();
    products.sort_by(|a, b| b.0.total_cmp(&a.0));
    products[..contacts].iter().map(|product| product.1).sum()
}

/// Whichever third of the customers is held back, at every number of contacts from 200 on.
#[test]
fn churn_by_value_saves_more_value_at_the_same_number_of_contacts() {
    check("churn.md");
    let mut by_product = Vec::new();
    for third in 0..3 {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        let (customers, later) = cases::churn(third).unwrap();
        fs::write(folder.join("churn.csv"), &customers).unwrap();
        fs::write(folder.join("later.csv"), &later).unwrap();
        let header = customers.lines().next().unwrap();
        let features = header.trim_end_matches(",churn,at_stake");
        let options = format!("churn.csv --target churn --features {features}");
        fit(folder, &format!("{options} --out plain.json"));
        fit(
            folder,
            &format!("{options} --weight at_stake --out value.json"),
        );
        for contacts in [200, 300, 400, 500, 700] {
            let worth = |model: &str| {
                let line = format!("{model} later.csv --weight monthly --top {contacts}");
                eval(folder, &line)["top"]["worth"].as_f64().unwrap()
            };
            let (value, plain) = (worth("value.json"), worth("plain.json"));
            assert!(value > plain, "{contacts} contacts: {value} and {plain}");
            by_product.push(worth_by_product(folder, &later, contacts) / value);
        }
    }
    let better = by_product.iter().filter(|&&ratio| ratio > 1.0).count();
    let page = fs::read_to_string(pages().join("churn.md")).unwrap();
    let said = page.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        said.contains(&format!("in {better} of the {} settings", by_product.len())),
        "{by_product:?}"
    );
    assert!(
        by_product.iter().all(|ratio| (ratio - 1.0).abs() < 0.03),
        "{by_product:?}"
    );
}

#[test]
fn rare_frauds_are_found_by_precision_and_recall_and_not_by_accuracy() {
    check("payments.md");
    let folder = folder();
    let folder = folder.path();
    fit(
        folder,
        "payments.csv --target fraud --epochs 20 --out plain.json",
    );
    fit(
        folder,
        "payments.csv --target fraud --epochs 20 --threshold f1 --out found.json",
    );
    let plain = eval(folder, "plain.json payments_later.csv");
    let found = eval(folder, "found.json payments_later.csv");
    assert!(metric(&plain, "accuracy") > 0.99 && metric(&plain, "recall") < 0.1);
    assert!(metric(&found, "recall") > 0.2 && metric(&found, "precision") > 0.15);
    // The ranking is the same, and far above that of chance, the share of frauds.
    assert_eq!(metric(&plain, "pr_auc"), metric(&found, "pr_auc"));
    assert!(metric(&found, "pr_auc") > 0.1);
    // What a dozen frauds have chosen promises more than later rows keep; what many have does not.
    let validation = |fit: &Value| fit["metrics"]["validation"]["f1"].as_f64().unwrap();
    let few = fit(
        folder,
        "payments.csv --target fraud --epochs 20 --threshold f1",
    );
    assert!(metric(&found, "f1") < 0.7 * validation(&few));
    let later = fs::read_to_string(folder.join("payments_later.csv")).unwrap();
    let rows: Vec<&str> = later.lines().collect();
    let [known, next] = [&rows[1..10_001], &rows[10_001..]].map(|rows| rows.join("\n"));
    for (name, part) in [("known.csv", known), ("next.csv", next)] {
        fs::write(folder.join(name), format!("{}\n{part}\n", rows[0])).unwrap();
    }
    let kept = fit(
        folder,
        "payments.csv known.csv --target fraud --epochs 20 --validation-last 0.33334 --threshold f1 \
         --out kept.json",
    );
    let next = eval(folder, "kept.json next.csv");
    assert!(metric(&next, "f1") > 0.9 * validation(&kept));
}

#[test]
fn readmission_without_the_leak_is_worth_at_discharge_what_it_promised() {
    check("readmission.md");
    let folder = folder();
    let folder = folder.path();
    let mut inspect = downhill(&["inspect", "readmission.csv", "--target", "back", "--json"]);
    let inspect = json(&inspect.current_dir(folder).assert().code(0));
    let findings = inspect["findings"].as_array().unwrap();
    let kinds: Vec<_> = findings
        .iter()
        .map(|f| f["kind"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["duplicates", "leakage"]);
    let columns = "--target back --features age,stays,days,severity";
    let mut again = downhill(&["inspect", "readmission.csv", "--json"]);
    again.args(columns.split(' ')).current_dir(folder);
    let again = json(&again.assert().code(0));
    let findings = again["findings"].as_array().unwrap();
    let kinds: Vec<_> = findings
        .iter()
        .map(|f| f["kind"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["duplicates", "label_noise"]);
    let promised = |fit: &Value| fit["metrics"]["validation"]["auc"].as_f64().unwrap();
    let leaky = fit(folder, "readmission.csv --target back --out leaky.json");
    let honest = fit(
        folder,
        &format!("readmission.csv {columns} --out honest.json"),
    );
    let leaky_then = eval(folder, "leaky.json readmission_at_discharge.csv");
    let honest_then = eval(folder, "honest.json readmission_at_discharge.csv");
    assert!(promised(&leaky) > 0.99 && metric(&leaky_then, "recall") < 0.05);
    assert!((metric(&honest_then, "auc") - promised(&honest)).abs() < 0.06);
    assert!(metric(&honest_then, "recall") > 0.3);
}

#[test]
fn huber_beats_squared_error_where_targets_were_mistyped() {
    check("concrete.md");
    let folder = folder();
    let folder = folder.path();
    let error = |loss: &str| {
        let options = "concrete_typed.csv --target strength --model mlp:16 --out m.json";
        fit(folder, &format!("{options} --loss {loss}"));
        metric(&eval(folder, "m.json concrete_clean.csv"), "mae")
    };
    let (squared, huber) = (error("squared"), error("huber:0.2"));
    assert!(huber < 0.4 * squared, "{huber} and {squared}");
}

#[test]
fn the_better_well_is_found_by_restarts_and_the_saddle_is_left() {
    let report = local_minima::report().unwrap();
    let number = |line: usize, mark: &str| -> f64 {
        let line = report.lines().nth(line).unwrap();
        let rest = line.split(mark).nth(1).unwrap();
        rest.split([',', ' '])
            .find_map(|text| text.parse().ok())
            .unwrap()
    };
    let (one, best) = (number(0, "ends at "), number(1, "ends at "));
    assert!(one > 0.9 && best < -1.0, "{report}");
    assert!(number(1, "loss ") < 0.5 * number(0, "loss "), "{report}");
    // The saddle's value is 0 and the minima's −½, so that the losses are 4 and 2.25.
    assert_eq!((number(2, "loss "), number(3, "loss ")), (4.0, 2.25));
    let page = fs::read_to_string(pages().join("local-minima.md")).unwrap();
    let source = include_str!("../src/local_minima.rs");
    let program = source.split_once("\n\n").unwrap().1;
    for part in [&report, program] {
        assert!(
            page.contains(part),
            "local-minima.md does not show:\n{part}"
        );
    }
}
