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
            "use `--epochs 100`",
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
            "`--lr 1e-6`",
        ),
        (
            &iris,
            "--target species --model mlp:16 --scaler none --lr 1 --epochs 10",
            3,
            "dead_units",
            "`--lr 0.1`",
        ),
        (
            &concrete,
            "--target strength --model mlp:8 --scaler none --optimizer sgd --lr 1 --recover \
             --epochs 2",
            3,
            "learning_rate_too_high",
            "Use `--scaler standard`",
        ),
        (
            &concrete,
            "--target strength --loss huber:1e-300 --precision f64 --epochs 20",
            3,
            "plateau",
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
            "try other features",
        ),
    ] {
        let fit = fit(path, options, code);
        let last = last(&fit);
        assert_eq!(last["kind"], kind, "{options}: {last}");
        let text = last["advice"].as_str().unwrap();
        assert!(text.contains(advice), "{options}: {last}");
    }
}

/// A larger model is advised where it has been tried with success, and is larger than the one there
/// is.
#[test]
fn a_larger_model_is_advised_where_it_helps() {
    let folder = tempfile::tempdir().unwrap();
    write_data(folder.path());
    let noise = folder.path().join("noise.csv");
    let (noise, airfoil) = (noise.to_str().unwrap(), data("airfoil.csv"));
    for (path, options, larger) in [
        (noise, "--lr 0.01", None),
        (noise, "--lr 0.01 --model mlp:400:tanh --epochs 2", None),
        (&airfoil, "--features angle", Some("mlp:16")),
    ] {
        let mut command = downhill(&["fit", path, "--json", "--target", "y"]);
        let fit = json(&command.args(options.split(' ')).assert());
        let advice = last(&fit)["advice"].as_str().unwrap();
        let found = advice.split_once("`--model ").map(|(_, rest)| rest);
        let found = found.and_then(|rest| rest.split('`').next());
        assert_eq!(found, larger, "{options}: {}", last(&fit));
    }
}

/// What has been done is not advised.
#[test]
fn nothing_is_advised_that_has_been_done() {
    let fit = |path: &str, options: &str| {
        let mut command = downhill(&["fit", &data(path), "--json"]);
        json(&command.args(options.split(' ')).assert())
    };
    for (path, options, done) in [
        (
            "concrete.csv",
            "--target strength --lr auto --epochs 3",
            "--lr auto",
        ),
        (
            "digits8x8.csv",
            "--target digit --l2 0.001 --epochs 10",
            "--l2",
        ),
        (
            "semeion.csv",
            "--target y --patience 3 --epochs 10",
            "--patience",
        ),
        (
            "concrete.csv",
            "--target strength --epochs 3",
            "--scaler standard",
        ),
    ] {
        let fit = fit(path, options);
        for told in verdicts(&fit) {
            let advice = told["advice"].as_str().unwrap();
            assert!(!advice.contains(done), "{options}: {told}");
        }
    }
}

/// Where rounding alone is left of a loss, steps that go to and fro blame no rate.
#[test]
fn a_loss_of_rounding_is_no_oscillation() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("exact.csv");
    let mut text = "a,b,y,class\n".to_string();
    for at in 0..20 {
        let (a, b) = (at * 7 % 20, at * 3 % 11);
        text += &format!("{a},{b},{},{}\n", 2 * a - b + 3, u8::from(a > 9));
    }
    std::fs::write(&path, text).unwrap();
    let (exact, seconds) = (path.to_str().unwrap(), data("your-file/seconds.csv"));
    for (path, options, ends) in [
        (
            &seconds[..],
            "--target temp --features time:seconds --epochs 2000",
            "converged",
        ),
        (
            exact,
            "--target y --features a,b --epochs 1000",
            "converged",
        ),
        // A rate that does not fall leaves some.
        (
            exact,
            "--target y --features a,b --epochs 1000 --schedule constant",
            "converging",
        ),
        (
            exact,
            "--target y --features a,b --epochs 1000 --optimizer sgd --lr 0.2 --health 8",
            "converged",
        ),
        (
            exact,
            "--target y --features a,b --epochs 1000 --optimizer rprop --batch all --health 8",
            "converged",
        ),
        (
            exact,
            "--target class --features a,b --epochs 2000 --lr 0.1 --l2 0",
            "converging",
        ),
    ] {
        let fit = fit(path, options, 0);
        for kind in ["learning_rate_too_high", "oscillating"] {
            assert!(!tells(&fit, kind), "{options}: {}", fit["verdicts"]);
        }
        assert_eq!(last(&fit)["kind"], ends, "{options}: {}", fit["verdicts"]);
    }
}

/// Text, JSON and report end alike.
#[test]
fn text_json_and_report_say_the_same_at_the_end() {
    let folder = tempfile::tempdir().unwrap();
    let report = folder.path().join("report.html");
    for options in [
        "--target species --epochs 10",
        "--target species --epochs 200",
        "--target species --model mlp:64,64 --loss cross_entropy --epochs 100",
        "--target petal_w --optimizer sgd --epochs 5",
        "--target petal_w --patience 3",
    ] {
        let arguments = |more: &[&str]| {
            let mut command = downhill(&["fit", &data("iris.csv")]);
            command.args(options.split(' ')).args(more).assert().code(0)
        };
        let fit = json(&arguments(&["--json"]));
        let last = last(&fit);
        let [finding, advice] = ["finding", "advice"].map(|part| last[part].as_str().unwrap());
        let sentence = format!("{finding}. {advice}");
        let text = stdout(&arguments(&["--report", report.to_str().unwrap()]));
        assert_eq!(text.lines().last(), Some(&sentence[..]), "{options}");
        let page = std::fs::read_to_string(&report).unwrap();
        assert!(page.contains(&sentence), "{options}: {sentence}");
    }
}

/// What the last line says is not left to stand against test rows that are met far worse.
#[test]
fn test_rows_that_contradict_are_heard_at_the_end() {
    let folder = tempfile::tempdir().unwrap();
    write_data(folder.path());
    for (file, options, contradict) in [
        ("turn", "--target y --test-last 0.4", Some("validation")),
        (
            "turn",
            "--target y --test-last 0.4 --validation-every 0",
            Some("training"),
        ),
        ("plain", "--target y --test-last 0.2", None),
    ] {
        let path = folder.path().join(file).with_extension("csv");
        let fit = fit(path.to_str().unwrap(), options, 0);
        let advice = last(&fit)["advice"].as_str().unwrap();
        let rows = advice
            .split_once("contradict the ")
            .and_then(|(_, rest)| rest.split(' ').next());
        assert_eq!(rows, contradict, "{options}: {advice}");
    }
}

/// A schedule that takes the rate away does not make a loss that falls converge.
#[test]
fn a_fit_that_its_schedule_has_stopped_has_not_converged() {
    for (options, epochs) in [
        ("--target species", [10, 50, 200]),
        ("--target petal_w --model mlp:16", [10, 20, 50]),
    ] {
        for epochs in epochs {
            let fit = fit(
                &data("iris.csv"),
                &format!("{options} --epochs {epochs}"),
                0,
            );
            let told = last(&fit);
            assert_eq!(told["kind"], "converging", "{options} {epochs}: {told}");
            let words = told["finding"].as_str().unwrap();
            assert!(words.starts_with("stopped by its schedule"), "{words}");
        }
    }
    for options in ["--target strength", "--target strength --epochs 200"] {
        let fit = fit(&data("concrete.csv"), options, 0);
        assert_eq!(last(&fit)["kind"], "converged", "{}", last(&fit));
    }
}

/// On ill-conditioned rows no rate is blamed; the columns are named, and least squares.
#[test]
fn columns_are_blamed_where_no_rate_helps() {
    for rate in ["0.001", "0.000458", "0.0001"] {
        let options = format!("--target y --optimizer sgd --lr {rate} --epochs 20");
        let fit = fit(&data("naval.csv"), &options, 0);
        assert!(
            !tells(&fit, "learning_rate_too_high"),
            "{}",
            fit["verdicts"]
        );
        let told = verdicts(&fit)
            .iter()
            .find(|told| told["kind"] == "ill_conditioned");
        let told = told.unwrap();
        assert!(told["finding"].as_str().unwrap().contains('`'), "{told}");
        assert!(
            told["advice"].as_str().unwrap().contains("`--solver lm`"),
            "{told}"
        );
        let least = told["evidence"]["least_squares_loss"].as_f64().unwrap();
        assert!((least - 0.157).abs() < 0.001, "{told}");
    }
    // So says the last line of a fit by defaults, and not that more epochs would help.
    let fit = fit(&data("naval.csv"), "--target y", 0);
    let advice = last(&fit)["advice"].as_str().unwrap();
    assert!(
        advice.contains("use `--solver lm` with `--features"),
        "{advice}"
    );
    assert!(!advice.contains("--epochs"), "{advice}");
}

/// What the file tells is told exactly: the shares of classes, and which columns depend on others.
#[test]
fn the_file_tells_what_it_holds() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("rows.csv");
    let mut text = "a,b,sum,c,constant,y\n".to_string();
    for at in 0..210 {
        let (a, b, c) = (at % 7, at * 5 % 11, at * 3 % 13);
        let rare = u8::from(at % 42 == 0);
        text += &format!("{a},{b},{},{c},1,{rare}\n", 2 * a - b + 3);
    }
    std::fs::write(&path, text).unwrap();
    let fit = fit(path.to_str().unwrap(), "--target y --validation-every 0", 0);
    let of = |kind: &str| {
        let told = verdicts(&fit).iter().find(|told| told["kind"] == kind);
        told.unwrap_or_else(|| panic!("no {kind}: {}", fit["verdicts"]))
    };
    assert_eq!(of("class_imbalance")["evidence"]["ratio"], 41.0);
    assert_eq!(of("dead_feature")["evidence"]["index"], 4);
    let combination = of("rank_deficient");
    assert_eq!(combination["evidence"]["of"], serde_json::json!([0, 1]));
    assert_eq!(combination["step"], 0);
    assert!(!tells(&fit, "collinear_features"));
    // Sparse columns that have nothing to do with each other.
    let digits = self::fit(&data("digits8x8.csv"), "--target digit --epochs 5", 0);
    assert!(!tells(&digits, "collinear_features"));
    assert!(!tells(&digits, "unscaled_feature"));
}

/// A loss above a constant guess's is no failure of a fit that ranks the classes.
#[test]
fn a_fit_that_ranks_is_no_failure() {
    let folder = tempfile::tempdir().unwrap();
    write_data(folder.path());
    let path = folder.path().join("rare.csv");
    let fit = fit(
        path.to_str().unwrap(),
        "--target y --batch 32 --epochs 5",
        0,
    );
    let auc = fit["metrics"]["validation"]["auc"].as_f64().unwrap();
    let loss = fit["metrics"]["train"]["loss"].as_f64().unwrap();
    // A rare class in every 13 rows is guessed at a loss of 0.27.
    assert!(auc > 0.8 && loss > 0.27, "auc {auc}, loss {loss}");
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
