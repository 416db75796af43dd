//! Costs of errors, and the threshold of class 1.

use downhill_tests::{data, downhill, json, stderr, stdout};
use serde_json::Value;

/// A fit of the churn data, and its model's file.
fn fit(folder: &tempfile::TempDir, name: &str, options: &str) -> (Value, String) {
    let model = folder.path().join(name).to_str().unwrap().to_owned();
    let file = data("telco_churn.csv");
    let mut command = downhill(&["fit", &file, "--target", "churn", "--epochs", "5"]);
    command.args(["--json", "--out", &model]);
    command.args(options.split_ascii_whitespace());
    (json(&command.assert().code(0)), model)
}

fn metric(document: &Value, name: &str) -> f64 {
    document["metrics"]["validation"][name].as_f64().unwrap()
}

#[test]
fn each_rule_reaches_on_the_validation_rows_what_it_is_for() {
    let folder = tempfile::tempdir().unwrap();
    let run = |options: &str| fit(&folder, "m.json", options).0;
    let plain = run("");
    assert_eq!(plain["threshold"]["rule"], "default");
    assert_eq!(plain["threshold"]["value"], 0.5);
    let f1 = run("--threshold f1");
    assert!(metric(&f1, "f1") > metric(&plain, "f1") + 0.01);
    let recall = run("--threshold recall:0.9");
    assert!(metric(&recall, "recall") >= 0.9 && metric(&plain, "recall") < 0.6);
    assert!(metric(&recall, "precision") > 0.4);
    let precision = run("--threshold precision:0.7");
    assert!(metric(&precision, "precision") >= 0.7 && metric(&precision, "recall") > 0.1);
    // The fit itself is the same.
    for other in [&f1, &recall, &precision] {
        assert_eq!(other["fingerprint"], plain["fingerprint"]);
        assert_eq!(metric(other, "auc"), metric(&plain, "auc"));
    }
    // Above 0.5 nothing but the number given counts.
    let given = run("--threshold 0.7");
    assert_eq!(given["threshold"]["rule"], "given");
    assert!(metric(&given, "recall") < metric(&plain, "recall"));
}

#[test]
fn a_threshold_is_saved_with_the_model_and_used() {
    let folder = tempfile::tempdir().unwrap();
    let (fitted, model) = fit(&folder, "m.json", "--threshold cost --cost fp=1,fn=5");
    let threshold = fitted["threshold"]["value"].as_f64().unwrap();
    assert!((0.05..0.3).contains(&threshold), "{threshold}");
    assert_eq!(
        fitted["recipe"]["threshold"].as_f64().unwrap() as f32,
        threshold as f32
    );
    assert_eq!(fitted["weighting"]["classes"], serde_json::json!([]));
    let file = data("telco_churn.csv");
    let predicted = stdout(&downhill(&["predict", &model, &file]).assert().code(0));
    let (mut above, mut between) = (0, 0);
    for line in predicted.lines().skip(1) {
        let (probability, class) = line.split_once(',').unwrap();
        let probability: f64 = probability.parse().unwrap();
        assert_eq!(class == "1", probability >= threshold, "{line}");
        above += usize::from(class == "1");
        between += usize::from(class == "1" && probability < 0.5);
    }
    assert!(between > 500, "{between} of {above}");
    let eval = |options: &[&str]| {
        let mut command = downhill(&["eval", &model, &file, "--json"]);
        json(&command.args(options).assert().code(0))
    };
    let chosen = eval(&[]);
    assert_eq!(chosen["threshold"], fitted["threshold"]["value"]);
    let half = eval(&["--threshold", "0.5"]);
    let cost = |eval: &Value| eval["metrics"]["cost"].as_f64().unwrap();
    assert!(cost(&chosen) < 0.8 * cost(&half));
    // Ten times the cost, to the last digit that a mean of whole numbers can have.
    let dearer = eval(&["--cost", "fp=10,fn=50"]);
    assert!((cost(&dearer) - 10.0 * cost(&chosen)).abs() < 1e-9);
}

/// Without a threshold to be chosen by it, the cost weighs the classes; the threshold stays.
#[test]
fn a_cost_weighs_classes_or_moves_the_threshold() {
    let folder = tempfile::tempdir().unwrap();
    let run = |options: &str| fit(&folder, "m.json", options).0;
    let weighed = run("--cost fp=1,fn=5");
    let moved = run("--cost fp=1,fn=5 --threshold cost");
    let plain = run("");
    assert!(plain["metrics"]["validation"].get("cost").is_none());
    let classes = weighed["weighting"]["classes"].as_array().unwrap();
    let ratio = classes[1].as_f64().unwrap() / classes[0].as_f64().unwrap();
    assert!((ratio - 5.0).abs() < 1e-9);
    assert_eq!(weighed["threshold"]["value"], 0.5);
    assert!(metric(&weighed, "recall") > metric(&plain, "recall") + 0.2);
    let (weighed, moved) = (metric(&weighed, "cost"), metric(&moved, "cost"));
    assert!((weighed - moved).abs() < 0.05 * moved, "{weighed} {moved}");
}

#[test]
fn a_score_has_a_threshold_too() {
    let folder = tempfile::tempdir().unwrap();
    let (fitted, model) = fit(&folder, "m.json", "--loss hinge --threshold recall:0.9");
    let threshold = fitted["threshold"]["value"].as_f64().unwrap();
    assert!(threshold < 0.0 && metric(&fitted, "recall") >= 0.9);
    let file = data("telco_churn.csv");
    let predicted = stdout(&downhill(&["predict", &model, &file]).assert().code(0));
    let row = predicted
        .lines()
        .skip(1)
        .find(|line| line.starts_with('-') && line.ends_with(",1"));
    assert!(row.is_some(), "a negative score may be of class 1");
}

#[test]
fn what_a_goal_lacks_is_said() {
    let (churn, iris) = (data("telco_churn.csv"), data("iris.csv"));
    let air = data("concrete.csv");
    for (file, target, options, message) in [
        (&churn, "churn", "--threshold cost", "needs `--cost`"),
        (
            &churn,
            "churn",
            "--threshold f1 --validation-every 0",
            "--validation-every",
        ),
        (&iris, "species", "--threshold f1", "two classes"),
        (&iris, "species", "--cost fp=1,fn=2", "two classes"),
        (&air, "strength", "--cost fp=1,fn=2", "two classes"),
        (&air, "strength", "--threshold 0.5", "two classes"),
        (&churn, "churn", "--cost fp=1", "fp=1,fn=20"),
        (&churn, "churn", "--threshold recal:1", "did you mean"),
    ] {
        let mut command = downhill(&["fit", file, "--target", target, "--epochs", "1"]);
        let error = stderr(&command.args(options.split(' ')).assert().code(2));
        assert!(error.contains(message), "{options}: {error}");
    }
    let mut command = downhill(&["fit", &churn, "--target", "churn", "--epochs", "1"]);
    command.args([
        "--features",
        "female,senior",
        "--threshold",
        "precision:0.9",
    ]);
    let error = stderr(&command.assert().code(3));
    assert!(error.contains("the highest precision is"), "{error}");
}

/// The loss of a batch as a whole is worked out again from the predictions.
#[test]
fn f_beta_is_minimized_and_finds_more_than_cross_entropy() {
    let folder = tempfile::tempdir().unwrap();
    let (plain, _) = fit(&folder, "plain.json", "");
    let (fitted, model) = fit(
        &folder,
        "m.json",
        "--loss f_beta:2 --batch 64 --validation-every 0",
    );
    assert_eq!(fitted["recipe"]["batch"], 64);
    let loss = fitted["metrics"]["train"]["loss"].as_f64().unwrap();
    let file = data("telco_churn.csv");
    let predicted = stdout(&downhill(&["predict", &model, &file]).assert().code(0));
    let table = std::fs::read_to_string(&file).unwrap();
    let (mut hits, mut all) = (0.0, 0.0);
    for (row, line) in table.lines().skip(1).zip(predicted.lines().skip(1)) {
        let y: f64 = row.rsplit(',').next().unwrap().parse().unwrap();
        let p: f64 = line.split(',').next().unwrap().parse().unwrap();
        hits += y * p;
        all += p + 4.0 * y;
    }
    assert!((loss - (1.0 - 5.0 * hits / all)).abs() < 1e-4, "{loss}");
    let history = fitted["history"].as_array().unwrap();
    assert!(history[4]["train"].as_f64() < history[0]["train"].as_f64());
    let recall = fitted["metrics"]["train"]["recall"].as_f64().unwrap();
    assert!(recall > metric(&plain, "recall") + 0.2, "{recall}");
    let mut alone = downhill(&["fit", &file, "--target", "churn", "--loss", "f_beta:2"]);
    let error = stderr(&alone.args(["--batch", "1"]).assert().code(2));
    assert!(error.contains("of a batch as a whole"), "{error}");
}

#[test]
fn the_loss_stands_beside_the_goal_of_the_threshold() {
    let folder = tempfile::tempdir().unwrap();
    let (cost, _) = fit(&folder, "m.json", "--threshold cost --cost fp=1,fn=5");
    let goal = &cost["threshold"]["goal"];
    assert_eq!(
        (&goal["metric"], &goal["disagrees"]),
        (&"cost".into(), &true.into())
    );
    assert_eq!(goal["value"].as_f64().unwrap(), metric(&cost, "cost"));
    assert!(goal["value"].as_f64() < goal["by_default"].as_f64());
    let (recall, _) = fit(&folder, "m.json", "--threshold recall:0.5");
    assert_eq!(recall["threshold"]["goal"]["disagrees"], false);
    let file = data("telco_churn.csv");
    let mut command = downhill(&["fit", &file, "--target", "churn", "--epochs", "5"]);
    command.args(["--threshold", "cost", "--cost", "fp=1,fn=5"]);
    let text = stdout(&command.assert().code(0));
    assert!(
        text.contains("validation: loss cross_entropy 0.4"),
        "{text}"
    );
    assert!(text.contains(", goal cost 0."), "{text}");
    assert!(
        text.contains("they disagree: at the default threshold the cost"),
        "{text}"
    );
}

/// What more classes than two are refused, and what the message advises in its place.
#[test]
fn of_more_classes_than_two_what_is_advised_works() {
    let file = data("iris.csv");
    let fit = |more: &[&str]| {
        let mut fit = downhill(&["fit", &file, "--target", "species", "--epochs", "3"]);
        fit.args(more).assert()
    };
    for refused in [
        ["--threshold", "f1"],
        ["--threshold", "recall:0.9"],
        ["--threshold", "0.5"],
        ["--cost", "fp=1,fn=20"],
    ] {
        let message = stderr(&fit(&refused).code(2));
        let advised = "--class-weight balanced";
        assert!(message.contains(&format!("`{advised}`")), "{message}");
        let words: Vec<&str> = advised.split(' ').collect();
        fit(&words).code(0);
    }
}

/// A threshold that no probability is beyond is refused with the range, in a fit and in `eval`; scores have
/// none.
#[test]
fn a_threshold_of_probabilities_is_between_0_and_1() {
    let folder = tempfile::tempdir().unwrap();
    let (_, model) = fit(&folder, "m.json", "--threshold 1");
    let file = data("telco_churn.csv");
    for threshold in ["2", "-1", "1.0001", "1e9"] {
        let told = "needs a probability, between 0 and 1, not `";
        for command in [
            &["fit", &file, "--target", "churn", "--epochs", "2"][..],
            &["eval", &model, &file],
        ] {
            let mut command = downhill(command);
            let refused = command.args(["--threshold", threshold]).assert();
            let message = stderr(&refused.code(2));
            assert!(message.contains(told), "{message}");
        }
        let scores = fit(
            &folder,
            "s.json",
            &format!("--loss hinge --threshold {threshold}"),
        )
        .0;
        assert_eq!(scores["threshold"]["rule"], "given");
    }
}
