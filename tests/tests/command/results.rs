//! Results of the defaults on the validation rows of real data: one set of defaults for all files.

use downhill_tests::{air, data, downhill, every_fifth_apart, json};

/// A metric of the validation rows.
fn validation(mut arguments: Vec<&str>, metric: &str) -> f64 {
    arguments.push("--json");
    let fit = json(&downhill(&arguments).assert().code(0));
    let value = &fit["metrics"]["validation"][metric];
    let value = value
        .as_f64()
        .unwrap_or_else(|| panic!("{metric} is {value}"));
    println!("{}: {metric} {value:.4}", arguments[1]);
    value
}

/// The mean R² of a net of 16 hidden units over five seeds is at least `least`, and no seed is
/// more than 0.02 below.
fn net_reaches(arguments: &[&str], least: f64) {
    let r2 = ["0", "1", "2", "3", "4"].map(|seed| {
        let mut arguments = arguments.to_vec();
        arguments.extend(["--model", "mlp:16", "--seed", seed]);
        validation(arguments, "r2")
    });
    let mean = r2.iter().sum::<f64>() / r2.len() as f64;
    println!("{}: r2 {mean:.4} in the mean of {r2:.4?}", arguments[1]);
    assert!(mean >= least, "{mean}: {r2:?}");
    assert!(r2.iter().all(|&one| one >= least - 0.02), "{r2:?}");
}

#[test]
fn a_net_on_air_quality() {
    let file = data("air_quality.csv");
    net_reaches(&air("fit", &file), 0.91);
}

#[test]
fn a_net_on_concrete() {
    net_reaches(
        &["fit", &data("concrete.csv"), "--target", "strength"],
        0.87,
    );
}

/// A metric of every fifth row, of a fit to the others.
fn fifth(name: &str, options: &[&str], metric: &str) -> f64 {
    let folder = tempfile::tempdir().unwrap();
    let [others, fifth] = every_fifth_apart(name, folder.path());
    let model = folder.path().join("model.json");
    let model = model.to_str().unwrap();
    let mut fit = downhill(&["fit", &others, "--validation-every", "0", "--out", model]);
    fit.args(options).assert().code(0);
    let eval = json(
        &downhill(&["eval", model, &fifth, "--json"])
            .assert()
            .code(0),
    );
    let value = eval["metrics"][metric].as_f64().unwrap();
    println!("{name}: {metric} {value:.4}");
    value
}

#[test]
fn occupancy() {
    let options = downhill_tests::occupancy("", "");
    let log_loss = fifth("occupancy.csv", &options[2..], "log_loss");
    assert!(log_loss <= 0.052, "{log_loss}");
}

/// With `--target` alone.
fn classifier_reaches(file: &str, target: &str, metric: &str, least: f64) {
    let reached = fifth(file, &["--target", target], metric);
    assert!(reached >= least, "{reached}");
}

#[test]
fn iris() {
    classifier_reaches("iris.csv", "species", "accuracy", 0.93);
}

#[test]
fn digits() {
    classifier_reaches("digits8x8.csv", "digit", "accuracy", 0.96);
}

#[test]
fn telco_churn() {
    classifier_reaches("telco_churn.csv", "churn", "auc", 0.835);
}
