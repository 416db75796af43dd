//! How a fit has ended is said by what would bring it further.

use downhill_tests::{data, downhill, json, stdout};
use serde_json::Value;

use super::scenarios::{verdicts, write_data};

fn fit(path: &str, options: &str, code: i32) -> Value {
    let mut command = downhill(&["fit", path, "--json"]);
    json(&command.args(options.split(' ')).assert().code(code))
}

fn last(fit: &Value) -> &Value {
    verdicts(fit).last().unwrap()
}

fn tells(fit: &Value, kind: &str) -> bool {
    verdicts(fit).iter().any(|verdict| verdict["kind"] == kind)
}

#[test]
fn the_last_verdict_names_what_would_help() {
    let folder = tempfile::tempdir().unwrap();
    write_data(folder.path());
    let of = |name: &str| folder.path().join(name).to_str().unwrap().to_string();
    let (concrete, iris) = (data("concrete.csv"), data("iris.csv"));
    for (path, options, code, kind, advice) in [
        (
            &concrete,
            "--target strength --optimizer sgd --batch all",
            0,
            "converging",
            "More `--epochs`, or a larger `--lr`",
        ),
        (
            &of("plain.csv"),
            "--target y --lr 1e-6",
            0,
            "learning_rate_too_low",
            "`--lr 1e-5`",
        ),
        (
            &concrete,
            "--target strength --optimizer sgd --lr 1e-7 --epochs 20",
            0,
            "learning_rate_too_low",
            "more `--epochs`",
        ),
        (
            &iris,
            "--target species --model mlp:16 --scaler none --lr 1 --epochs 10",
            3,
            "dead_units",
            "lower `--lr`",
        ),
        (
            &concrete,
            "--target strength --model mlp:8 --scaler none --optimizer sgd --lr 1 --recover \
             --epochs 2",
            3,
            "learning_rate_too_high",
            "Try `--lr ",
        ),
        (
            &concrete,
            "--target strength --loss huber:1e-300 --precision f64 --epochs 20",
            0,
            "underfitting",
            "`--loss huber:1e-300` takes nearly every error for an outlier",
        ),
        (
            &of("plain.csv"),
            "--target y --optimizer sgd --epochs 20",
            0,
            "converged",
            "More `--epochs` would change little",
        ),
        (
            &of("hint.csv"),
            "--target y --epochs 10",
            0,
            "underfitting",
            "a larger one",
        ),
    ] {
        let fit = fit(path, options, code);
        let last = last(&fit);
        assert_eq!(last["kind"], kind, "{options}: {last}");
        let text = last["advice"].as_str().unwrap();
        assert!(text.contains(advice), "{options}: {last}");
    }
}

/// No advice repeats the setting that has just failed.
#[test]
fn a_larger_model_is_larger_than_the_one_there_is() {
    let folder = tempfile::tempdir().unwrap();
    write_data(folder.path());
    let path = folder.path().join("noise.csv");
    let slow = "--optimizer sgd --lr 0.05 --epochs 20";
    for (model, options, code, kind, larger) in [
        ("linear", slow, 3, "plateau", Some("mlp:16")),
        ("linear", "--lr 0.01", 0, "underfitting", Some("mlp:16")),
        ("mlp:16", slow, 0, "underfitting", Some("mlp:32:relu")),
        ("mlp:24,8:tanh", slow, 3, "plateau", Some("mlp:48,16:tanh")),
        ("mlp:400:tanh", slow, 3, "plateau", None),
        ("mlp:400:tanh", "--lr 0.01", 0, "underfitting", None),
    ] {
        let options = format!("--target y {options} --model {model}");
        let fit = fit(path.to_str().unwrap(), &options, code);
        let last = last(&fit);
        assert_eq!(last["kind"], kind, "{options}: {last}");
        let advice = last["advice"].as_str().unwrap();
        let found = advice.split_once("`--model ").map(|(_, rest)| rest);
        let found = found.and_then(|rest| rest.split('`').next());
        assert_eq!(found, larger, "{options}: {last}");
    }
}

/// No rate is low enough for the powers of a high degree, and what is advised instead works.
#[test]
fn powers_that_overflow_are_blamed_on_the_degree() {
    let path = data("iris.csv");
    for (options, cause) in [
        ("polynomial:200", "degree"),
        ("polynomial:200 --scaler none", "degree"),
        ("polynomial:200 --optimizer sgd --lr 1e-30", "degree"),
        ("polynomial:3 --optimizer sgd --lr 1", "learning rate"),
        (
            "polynomial:40 --scaler minmax --optimizer sgd --lr 10",
            "learning rate",
        ),
        ("polynomial:40 --lr 1e6", "learning rate"),
    ] {
        let options = format!("--target petal_w --features petal_l --model {options}");
        let failed = fit(&path, &options, 3);
        let failure = failed["failure"].as_str().unwrap();
        let blamed = match failure.contains("degree") {
            true => "degree",
            false => "learning rate",
        };
        assert!(
            failure.contains(cause) && blamed == cause,
            "{options}: {failure}"
        );
    }
    for cure in ["polynomial:2", "polynomial:200 --scaler minmax"] {
        let options = format!("--target petal_w --features petal_l --model {cure}");
        fit(&path, &options, 0);
    }
}

/// The rate that a recovery has come down to is the one to begin with.
#[test]
fn what_a_recovery_suggests_is_a_rate_that_it_found() {
    let options = "--target strength --model mlp:8 --scaler none --optimizer sgd --lr 1 --recover \
                   --epochs 2";
    let fit = fit(&data("concrete.csv"), options, 3);
    let evidence = &last(&fit)["evidence"];
    assert_eq!(evidence["rate"], 1.0);
    assert!(evidence["suggested"].as_f64().unwrap() < 0.01, "{evidence}");
}

/// Steps that shrink with the schedule alone are no saddle.
#[test]
fn a_schedule_makes_no_saddle() {
    let options = "--target strength --optimizer sgd --lr 1e-7 --schedule cosine --epochs 20";
    let fit = fit(&data("concrete.csv"), options, 0);
    assert!(!tells(&fit, "saddle_suspected"), "{}", fit["verdicts"]);
}

/// Where the loss of the training rows does not fall, they are not memorized.
#[test]
fn a_loss_that_falls_nowhere_is_not_overfitting() {
    for options in ["--clip-norm 1", "--schedule constant", "--epochs 50"] {
        let options = format!("--target strength {options}");
        let fit = fit(&data("concrete.csv"), &options, 0);
        assert!(
            !tells(&fit, "overfitting"),
            "{options}: {}",
            fit["verdicts"]
        );
    }
}

/// Where the validation rows are met better than those learned from, nothing is memorized,
/// whatever the best epoch was.
#[test]
fn a_validation_loss_below_the_other_is_not_overfitting() {
    let fit = fit(&data("iris.csv"), "--target species --lr 0.5", 0);
    assert!(!tells(&fit, "overfitting"), "{}", fit["verdicts"]);
}

/// A state that a fit has passed on its way is not reported at its end.
#[test]
fn the_last_line_tells_the_last_verdict() {
    let folder = tempfile::tempdir().unwrap();
    write_data(folder.path());
    let path = folder.path().join("plain.csv");
    let options = "--target y --lr 1e-4 --schedule constant --epochs 20";
    let mut command = downhill(&["fit", path.to_str().unwrap()]);
    let assert = command.args(options.split(' ')).assert().code(0);
    let text = stdout(&assert);
    let (fitted, told) = (fit(path.to_str().unwrap(), options, 0), text.lines().last());
    let finding = last(&fitted)["finding"].as_str().unwrap();
    assert!(
        told.unwrap().starts_with(finding),
        "{told:?}, not {finding}"
    );
}

/// More epochs are of no use to a fit that has gone back to its best one.
#[test]
fn a_fit_that_stopped_early_is_not_told_to_go_on() {
    let options = "--target species --model mlp:64,64 --patience 10";
    let fit = fit(&data("iris.csv"), options, 0);
    assert!(fit["best_epoch"].is_u64());
    assert_eq!(last(&fit)["kind"], "converged", "{}", fit["verdicts"]);
}

/// How far overfitting has gone is what stands at the end, not a peak on the way.
#[test]
fn overfitting_is_measured_at_the_end() {
    let fit = fit(&data("concrete.csv"), "--target strength --scaler none", 0);
    let told = verdicts(&fit).iter().find(|v| v["kind"] == "overfitting");
    let ratio = told.unwrap()["evidence"]["ratio"].as_f64().unwrap();
    let history = fit["history"].as_array().unwrap();
    let losses = history
        .iter()
        .map(|epoch| epoch["validation"].as_f64().unwrap());
    let (best, end) = losses.fold((f64::INFINITY, 0.0), |(best, _), loss| {
        (loss.min(best), loss)
    });
    assert!(
        (ratio - end / best).abs() < 1e-5,
        "{ratio}, and {end} over {best}"
    );
}

/// A detector that finds nothing changes nothing of what is said; one that does has the recent
/// loss told as such.
#[test]
fn the_last_loss_is_the_tables_or_called_recent() {
    let number = |value: &Value| value.as_f64().unwrap();
    for (detector, drifts) in [("adwin", false), ("ddm", true)] {
        let options = format!("--target strength --drift {detector}");
        let fit = fit(&data("concrete.csv"), &options, 0);
        assert_eq!(tells(&fit, "drift"), drifts, "{detector}");
        let last = last(&fit);
        let table = number(&fit["metrics"]["train"]["loss"]);
        if drifts {
            assert!(last["evidence"]["loss"].is_null());
            assert!(number(&last["evidence"]["recent_loss"]) < table);
            let words = last["finding"].as_str().unwrap();
            assert!(words.contains("recent loss of"), "{words}");
        } else {
            assert!((number(&last["evidence"]["loss"]) - table).abs() < 1e-5);
        }
    }
}
