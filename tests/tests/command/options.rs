//! Every option of a fit, and what does not go together.

use downhill_tests::{air, data, downhill, json, occupancy, stderr, stdout};
use serde_json::Value;

fn fit(target: &str, file: &str, options: &str) -> Value {
    let file = data(file);
    let mut arguments = vec!["fit", &file, "--target", target, "--json"];
    if !options.contains("--epochs") {
        arguments.extend(["--epochs", "5"]);
    }
    arguments.extend(options.split_ascii_whitespace());
    json(&downhill(&arguments).assert().code(0))
}

#[test]
fn every_choice_of_an_amount_runs() {
    for options in [
        "--loss absolute",
        "--loss huber:0.5 --optimizer nesterov:0.8",
        "--loss log_cosh --optimizer rmsprop:centered",
        "--loss quantile:0.9 --optimizer adagrad",
        "--loss poisson --optimizer amsgrad --lr 0.02",
        "--optimizer rprop --lr 0.1",
        "--optimizer averaged --lr 0.01 --schedule inverse_time:0.001,0.1",
        "--optimizer adamw:0.1 --schedule step:1000,0.5 --warmup 100",
        "--optimizer rmsprop:centered_momentum --lr 0.0001 --schedule exponential:0.999",
        "--optimizer sgd --lr 0.01 --schedule plateau:1,0.5,0.1 --batch 8",
        "--model polynomial:2 --l1 0.001 --l2 0.01 --weight-decay 0.01",
        "--model mlp:8,4:softplus --clip-norm 1 --clip-value 0.5",
        "--model mlp:8,4:tanh --freeze 1 --scaler minmax",
        "--scaler forgetting:500 --bound 0=0:1",
        "--scaler-on-device 50 --weight age",
    ] {
        let fit = fit("strength", "concrete.csv", options);
        let r2 = fit["metrics"]["validation"]["r2"].as_f64().unwrap();
        // A high quantile, and rows that count by their age, are no fit of the mean.
        assert!(r2 > -0.5, "{options}: {r2}");
    }
}

#[test]
fn every_loss_of_classes_runs_on_two_and_on_more() {
    for loss in [
        "cross_entropy",
        "smoothed:0.1",
        "focal:2",
        "squared_probability",
    ] {
        for (model, target, file) in [
            ("softmax", "species", "iris.csv"),
            ("mlp:8:tanh", "species", "iris.csv"),
            ("softmax", "churn", "telco_churn.csv"),
            ("polynomial:1", "churn", "telco_churn.csv"),
        ] {
            let options = format!("--loss {loss} --model {model} --lr 0.01");
            let metrics = &fit(target, file, &options)["metrics"]["validation"];
            assert!(
                metrics["auc"].as_f64().unwrap() > 0.7,
                "{options}: {metrics}"
            );
        }
    }
    for loss in ["hinge", "squared_hinge"] {
        let metrics = &fit("churn", "telco_churn.csv", &format!("--loss {loss}"))["metrics"];
        assert!(metrics["validation"]["accuracy"].as_f64().unwrap() > 0.75);
        assert!(metrics["validation"]["log_loss"].is_null());
    }
}

#[test]
fn patience_stops_and_the_best_parameters_remain() {
    let file = data("concrete.csv");
    let options = "--model mlp:16 --lr 0.02 --epochs 200 --patience 5 --schedule constant";
    let mut arguments = vec!["fit", &file, "--target", "strength", "--json"];
    arguments.extend(options.split_ascii_whitespace());
    let fit = json(&downhill(&arguments).assert().code(0));
    let history = fit["history"].as_array().unwrap();
    let best = fit["best_epoch"].as_u64().unwrap() as usize;
    assert!(history.len() < 200 && history.len() == best + 5);
    assert_eq!(
        history[best - 1]["validation"],
        fit["metrics"]["validation"]["loss"]
    );
}

#[test]
fn weights_by_class_find_more_of_the_rare_class() {
    let recall = |options: &str| {
        let fit = fit("churn", "telco_churn.csv", options);
        fit["metrics"]["validation"]["recall"].as_f64().unwrap()
    };
    let [plain, given, balanced] =
        ["", "--class-weight 1=5", "--class-weight balanced"].map(recall);
    assert!(
        plain < 0.6 && given > 0.75 && balanced > 0.7,
        "{plain} {given} {balanced}"
    );
}

/// A row with weight 0 is as if it were not there, and one with weight 2 counts twice.
#[test]
fn rows_count_by_their_weight() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, rows: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, rows).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let weighted = write("w.csv", "x,y,w\n1,1,1\n2,9,0\n3,2,2\n4,5,1\n");
    let plain = write("p.csv", "x,y,w\n1,1,1\n3,2,1\n3,2,1\n4,5,1\n");
    let options =
        "--target y --scaler none --batch all --optimizer rprop --validation-every 0 --json";
    let slope = |file: &str, more: &[&str]| {
        let mut arguments = vec!["fit", file];
        arguments.extend(options.split_ascii_whitespace());
        arguments.extend(more);
        let fit = json(&downhill(&arguments).assert().code(0));
        fit["parameters"]["x"].as_f64().unwrap()
    };
    let got = slope(
        &weighted,
        &["--weight", "w", "--features", "x", "--epochs", "300"],
    );
    let want = slope(&plain, &["--features", "x", "--epochs", "300"]);
    assert!((got - want).abs() < 1e-3, "{got} is not {want}");
}

#[test]
fn a_penalty_makes_weights_small_and_l1_makes_them_nothing() {
    let weights = |options: &str| -> Vec<f64> {
        let fit = fit("strength", "concrete.csv", options);
        let named = fit["parameters_standardized"].as_object().unwrap();
        let weights = named.iter().filter(|(name, _)| *name != "intercept");
        weights.map(|(_, w)| w.as_f64().unwrap().abs()).collect()
    };
    let sum = |options: &str| weights(options).iter().sum::<f64>();
    assert!(sum("--l2 1") < 0.8 * sum(""));
    let sparse = weights("--optimizer sgd --lr 0.05 --batch all --epochs 200 --l1 0.3");
    assert!(sparse.contains(&0.0), "{sparse:?}");
}

#[test]
fn more_classes_are_predicted_with_a_probability_each() {
    let folder = tempfile::tempdir().unwrap();
    let model = folder.path().join("model.json");
    let model = model.to_str().unwrap();
    let file = data("iris.csv");
    let arguments = ["fit", &file, "--target", "species", "--out", model];
    let fitted = stdout(&downhill(&arguments).assert().code(0));
    assert!(fitted.contains("softmax, cross_entropy"), "{fitted}");
    let text = stdout(&downhill(&["predict", model, &file]).assert().code(0));
    let header = text.lines().next();
    assert_eq!(
        header,
        Some("probability_0,probability_1,probability_2,class")
    );
    let printed = json(
        &downhill(&["predict", model, &file, "--json"])
            .assert()
            .code(0),
    );
    for (line, row) in text.lines().skip(1).zip(0..) {
        let numbers: Vec<f64> = line.split(',').map(|cell| cell.parse().unwrap()).collect();
        assert!((numbers[..3].iter().sum::<f64>() - 1.0).abs() < 1e-5);
        let most = (0..3).max_by(|&a, &b| numbers[a].total_cmp(&numbers[b]));
        assert_eq!(most, Some(numbers[3] as usize));
        assert_eq!(printed["predictions"][row], numbers[3] as u64);
        assert_eq!(
            printed["probabilities"][row].as_array().map(Vec::len),
            Some(3)
        );
    }
    let eval = json(&downhill(&["eval", model, &file, "--json"]).assert().code(0));
    assert!(eval["metrics"]["accuracy"].as_f64().unwrap() > 0.9);
}

#[test]
fn a_saved_fit_keeps_its_weights() {
    let folder = tempfile::tempdir().unwrap();
    let model = folder.path().join("model.json");
    let model = model.to_str().unwrap();
    let file = data("telco_churn.csv");
    let mut fit = downhill(&["fit", &file, "--target", "churn", "--validation-every", "0"]);
    fit.args([
        "--weight",
        "tenure",
        "--class-weight",
        "balanced",
        "--epochs",
        "2",
    ]);
    fit.args(["--loss", "hinge", "--json", "--out", model]);
    let fit = json(&fit.assert().code(0));
    let eval = json(&downhill(&["eval", model, &file, "--json"]).assert().code(0));
    assert_eq!(eval["metrics"], fit["metrics"]["train"]);
    let text = stdout(&downhill(&["predict", model, &file]).assert().code(0));
    assert_eq!(text.lines().next(), Some("score,class"));
}

#[test]
fn what_does_not_go_together_is_said() {
    let (air_file, occupancy_file) = (data("air_quality.csv"), data("occupancy.csv"));
    let iris = data("iris.csv");
    let air = air("fit", &air_file);
    let occupancy = occupancy("fit", &occupancy_file);
    let iris = vec!["fit", &iris, "--target", "species"];
    for (arguments, options, code, message) in [
        (&air, "--class-weight balanced", 2, "--weight"),
        (&air, "--weight CO_GT", 2, "same column"),
        (&air, "--weight COO", 1, "no column"),
        (&air, "--freeze 1", 2, "nothing to train"),
        (&air, "--bound 9=0:1", 2, "the last is 8"),
        (
            &air,
            "--patience 3 --validation-every 0",
            2,
            "validation rows",
        ),
        (&air, "--scaler-on-device 9999", 2, "fewer rows"),
        (&air, "--model softmax", 1, "at most 20 classes"),
        (&air, "--model mlp:60000,60000", 2, "impossible"),
        (
            &occupancy,
            "--class-weight 2=1",
            2,
            "the classes are `0`, `1`",
        ),
        (&occupancy, "--model softmax --loss hinge", 2, "focal"),
        (&iris, "--model logistic", 1, "a third class"),
    ] {
        let mut command = downhill(arguments);
        command.args(options.split_ascii_whitespace());
        let error = stderr(&command.assert().code(code));
        assert!(error.contains(message), "{options}: {error}");
    }
}
