//! Recovery of a fit, and the search for its learning rate.

use downhill_tests::{AIR_FEATURES, OCCUPANCY_FEATURES, data, downhill, is_long, json};
use serde_json::Value;

use super::scenarios::verdicts;

fn fit(file: &str, options: &str, code: i32) -> Value {
    let path = data(file);
    let mut arguments = vec!["fit", &path, "--json"];
    arguments.extend(options.split(' '));
    json(&downhill(&arguments).assert().code(code))
}

fn test(fit: &Value, metric: &str) -> f64 {
    let value = fit["metrics"]["validation"][metric].as_f64();
    value.unwrap_or_else(|| panic!("no {metric} in {}", fit["metrics"]))
}

/// Where other tools end with NaN in every weight and say that all is well.
#[test]
fn a_net_at_rate_1_on_unscaled_features_is_told_its_cause_and_recovers() {
    let options = "--target CO_GT --features PT08_S1_CO,PT08_S2_NMHC,PT08_S3_NOx,PT08_S4_NO2,\
                   PT08_S5_O3,T,RH,AH --missing-value=-200 --model mlp:8 --optimizer sgd --lr 1 \
                   --scaler none --epochs 40";
    let failed = fit("air_quality.csv", options, 3);
    let kinds: Vec<_> = verdicts(&failed).iter().map(|v| &v["kind"]).collect();
    assert!(
        kinds.iter().any(|kind| *kind == "unscaled_feature"),
        "{kinds:?}"
    );
    assert!(
        kinds.iter().any(|kind| *kind == "learning_rate_too_high"),
        "{kinds:?}"
    );
    let cause = failed["failure"].as_str().unwrap();
    assert!(
        cause.contains("PT08_S4_NO2") && cause.contains("--scaler standard"),
        "{cause}"
    );

    let recovered = fit("air_quality.csv", &format!("{options} --recover"), 0);
    assert!(
        verdicts(&recovered)
            .iter()
            .any(|v| v["kind"] == "rolled_back")
    );
    let r2 = test(&recovered, "r2");
    assert!(r2 > 0.5, "{r2}");
}

/// Four data sets, two optimizers and three seeds, of which the short form takes the first: all at
/// rate 1 on features as they are. Amounts are useful from an R² of 0.2 on, classes where they beat
/// always saying the most frequent one.
#[test]
fn nets_at_rate_1_on_unscaled_features_end_as_models_of_use() {
    let air = format!("--target CO_GT --features {AIR_FEATURES} --missing-value=-200");
    let occupancy = format!("--target Occupancy --features {OCCUPANCY_FEATURES}");
    let sets = [
        ("air_quality.csv", &*air, "r2", 0.2),
        ("concrete.csv", "--target strength", "r2", 0.2),
        ("occupancy.csv", &*occupancy, "accuracy", 0.8),
        ("iris.csv", "--target species", "accuracy", 0.5),
    ];
    let seeds = if is_long() { 3 } else { 1 };
    let (mut runs, mut poor) = (0, Vec::new());
    for (file, target, metric, least) in sets {
        for optimizer in ["sgd", "adam"] {
            for seed in 0..seeds {
                let options = format!(
                    "{target} --model mlp:8 --scaler none --lr 1 --recover --optimizer \
                     {optimizer} --seed {seed}"
                );
                let path = data(file);
                let mut command = downhill(&["fit", &path, "--json"]);
                let assert = command.args(options.split(' ')).assert();
                runs += 1;
                let done = assert.get_output().status.success();
                let reached = done.then(|| test(&json(&assert), metric));
                if reached.is_none_or(|reached| reached < least) {
                    poor.push(format!("{file} {optimizer} {seed}: {reached:?}"));
                }
            }
        }
    }
    println!("{} of {runs} end as models of use", runs - poor.len());
    assert!(12 * poor.len() <= runs, "{poor:#?}");
}

/// Over the 20 rates of a grid, from 1e-5 to 1.
fn best_of_grid(file: &str, options: &str) -> f64 {
    let losses = (0..20).map(|at| {
        let rate = 10f64.powf(-5.0 + 5.0 * f64::from(at) / 19.0);
        let path = data(file);
        let mut command = downhill(&["fit", &path, "--json", "--health", "0"]);
        command
            .args(options.split(' '))
            .args(["--lr", &rate.to_string()]);
        let output = command.output().unwrap();
        let fit: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
        fit["metrics"]["validation"]["loss"]
            .as_f64()
            .unwrap_or(f64::INFINITY)
    });
    losses.fold(f64::INFINITY, f64::min)
}

/// Five data sets, and both kinds of optimizers; the first alone unless the long tests are run.
#[test]
fn the_rate_that_is_found_comes_within_2_percent_of_a_grid() {
    let air = "--target CO_GT --features PT08_S1_CO,PT08_S2_NMHC,PT08_S3_NOx,PT08_S4_NO2,\
               PT08_S5_O3,T,RH,AH --missing-value=-200";
    let sets = [
        ("iris.csv", "--target petal_w"),
        ("concrete.csv", "--target strength"),
        ("air_quality.csv", air),
        ("occupancy.csv", "--target Occupancy"),
        ("telco_churn.csv", "--target churn"),
    ];
    for (file, options) in &sets[..if is_long() { 5 } else { 1 }] {
        for optimizer in ["sgd", "adam"] {
            let options = format!("{options} --optimizer {optimizer} --epochs {}", 20);
            let auto = test(&fit(file, &format!("{options} --lr auto"), 0), "loss");
            let best = best_of_grid(file, &options);
            println!("{file} {optimizer}: {auto} by --lr auto, {best} by the grid");
            assert!(
                auto <= 1.02 * best,
                "{file} {optimizer}: {auto}, the grid {best}"
            );
        }
    }
}

/// An oversized net on 824 rows: stopping early by the validation objective keeps what the rest of
/// the epochs would lose.
#[test]
fn stopping_early_helps_an_oversized_net() {
    let options = "--target strength --model mlp:64,64:tanh --optimizer sgd --lr 0.01 --epochs 150";
    let whole = fit("concrete.csv", options, 0);
    let early = fit("concrete.csv", &format!("{options} --patience 20"), 0);
    let (whole, stopped) = (test(&whole, "loss"), test(&early, "loss"));
    assert!(
        stopped < 0.95 * whole,
        "{stopped} stopped early, {whole} at the end"
    );
    let best = early["best_epoch"].as_u64().unwrap() as usize;
    let history = early["history"].as_array().unwrap();
    assert!(history.len() <= best + 20);
    let at_best = history[best - 1]["validation"].as_f64().unwrap();
    assert!(
        (at_best - stopped).abs() < 1e-6,
        "the best parameters are restored"
    );
}

/// The best of several starts is at least as good as the first.
#[test]
fn restarts_keep_the_best_seed() {
    let options = "--target species --model mlp:3 --epochs 20";
    let one = fit("iris.csv", options, 0);
    let best = fit("iris.csv", &format!("{options} --restarts 5"), 0);
    assert!(test(&best, "loss") < test(&one, "loss"));
    let seed = best["recipe"]["seed"].as_u64().unwrap();
    let again = fit("iris.csv", &format!("{options} --seed {seed}"), 0);
    assert_eq!(again["fingerprint"], best["fingerprint"]);
}
