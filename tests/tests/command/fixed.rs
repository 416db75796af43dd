//! `--precision q15`: fits in fixed point beside those of floats, and what they do not take.

use downhill_tests::{air, data, downhill, is_long, json, occupancy, stderr, stdout};
use serde_json::Value;

fn number(value: &Value) -> f64 {
    let wrong = || panic!("{value} is no number");
    value.as_f64().unwrap_or_else(wrong)
}

/// A fit by gradient descent, in floats and in fixed point.
fn both(arguments: &[&str]) -> [Value; 2] {
    let floats = downhill(arguments)
        .args(["--optimizer", "sgd", "--json"])
        .assert();
    let fixed = downhill(arguments)
        .args(["--precision", "q15", "--json"])
        .assert();
    [json(&floats.code(0)), json(&fixed.code(0))]
}

/// No worse than the floats' figure by more than 1 %, or one row of the validation rows.
fn is_close(arguments: &[&str], metric: &str) {
    for seed in if is_long() { 0..5 } else { 0..1 } {
        let seed = seed.to_string();
        let arguments = [arguments, &["--seed", &seed]].concat();
        let [floats, fixed] = both(&arguments);
        assert_eq!(floats["steps"], fixed["steps"]);
        assert_eq!(fixed["precision"], "q15");
        let [own, exact] =
            [&fixed, &floats].map(|fit| number(&fit["metrics"]["validation"][metric]));
        // Of an accuracy a row less, of an error so much more.
        let (worse, row) = match metric {
            "accuracy" => (exact - own, 1.0 / number(&fixed["rows"]["validation"])),
            _ => (own - exact, 0.0),
        };
        assert!(
            worse <= (0.01 * exact).max(row) + 1e-9,
            "{arguments:?}: {metric} {own}, not {exact}"
        );
    }
}

#[test]
fn irises_are_told_as_by_floats() {
    let file = data("iris.csv");
    is_close(&["fit", &file, "--target", "species"], "accuracy");
    is_close(
        &["fit", &file, "--target", "species", "--lr", "0.05"],
        "accuracy",
    );
    let net = [
        "fit",
        &file,
        "--target",
        "species",
        "--model",
        "mlp:8:tanh",
        "--lr",
        "0.05",
    ];
    is_close(&net, "accuracy");
}

#[test]
fn occupancy_is_told_as_by_floats() {
    let file = data("occupancy.csv");
    let mut arguments = occupancy("fit", &file);
    arguments.extend(["--epochs", "2"]);
    is_close(&arguments, "accuracy");
}

#[test]
fn air_quality_is_predicted_as_by_floats() {
    let file = data("air_quality.csv");
    let mut arguments = air("fit", &file);
    arguments.extend(["--epochs", "3"]);
    is_close(&arguments, "rmse");
    arguments.extend(["--loss", "huber:1"]);
    is_close(&arguments, "rmse");
}

#[test]
fn concrete_is_predicted_as_by_floats() {
    let file = data("concrete.csv");
    let net = ["fit", &file, "--target", "strength", "--model", "mlp:16"];
    is_close(&net, "rmse");
    let net = [
        "fit",
        &file,
        "--target",
        "strength",
        "--model",
        "mlp:8:sigmoid",
        "--epochs",
        "20",
    ];
    is_close(&net, "rmse");
}

#[test]
fn digits_are_told_as_by_floats() {
    let file = data("digits8x8.csv");
    let target = std::fs::read_to_string(&file).unwrap();
    let target = target
        .lines()
        .next()
        .unwrap()
        .rsplit(',')
        .next()
        .unwrap()
        .to_owned();
    is_close(
        &["fit", &file, "--target", &target, "--epochs", "5"],
        "accuracy",
    );
}

#[test]
fn momentum_falls_as_with_floats() {
    let file = data("concrete.csv");
    let fit = |precision: &str| {
        let mut fit = downhill(&[
            "fit",
            &file,
            "--target",
            "strength",
            "--optimizer",
            "momentum",
        ]);
        fit.args(["--epochs", "5", "--json", "--precision", precision]);
        json(&fit.assert().code(0))
    };
    let [floats, fixed] = [fit("f32"), fit("q15")];
    let [own, exact] = [&fixed, &floats].map(|fit| number(&fit["metrics"]["train"]["rmse"]));
    assert!((own / exact - 1.0).abs() < 0.005, "{own}, not {exact}");
}

/// What is reported in the file's units is what the exact fit has, and a model file predicts what
/// its fit has measured.
#[test]
fn a_model_file_predicts_with_the_fit_s_bits() {
    let folder = tempfile::tempdir().unwrap();
    let file = data("concrete.csv");
    let fit = |more: &[&str]| {
        let mut fit = downhill(&[
            "fit",
            &file,
            "--target",
            "strength",
            "--validation-every",
            "0",
        ]);
        fit.args(["--json", "--epochs", "20"])
            .args(more)
            .current_dir(&folder);
        json(&fit.assert().code(0))
    };
    let fixed = fit(&["--precision", "q15", "--out", "model.json"]);
    let floats = fit(&["--optimizer", "sgd"]);
    for (name, exact) in floats["parameters"].as_object().unwrap() {
        let (own, exact) = (number(&fixed["parameters"][name]), number(exact));
        assert!(
            (own / exact - 1.0).abs() < 0.01,
            "{name}: {own}, not {exact}"
        );
    }
    let eval = downhill(&["eval", "model.json", &file, "--json"])
        .current_dir(&folder)
        .assert();
    let eval = json(&eval.code(0));
    assert_eq!(eval["metrics"], fixed["metrics"]["train"]);
    assert_eq!(eval["fingerprint"], fixed["fingerprint"]);
    let predict = |more: &[&str]| {
        let mut predict = downhill(&["predict", "model.json", &file]);
        predict.args(more).current_dir(&folder).assert().code(0)
    };
    let lines = stdout(&predict(&[]));
    let document = json(&predict(&["--json"]));
    let mut squares = 0.0;
    let table = std::fs::read_to_string(&file).unwrap();
    let rows = table.lines().skip(1).zip(lines.lines().skip(1));
    for (at, (row, line)) in rows.enumerate() {
        assert_eq!(document["predictions"][at].to_string(), line);
        let target: f64 = row.rsplit(',').next().unwrap().parse().unwrap();
        let prediction: f64 = line.parse().unwrap();
        squares += (prediction - target) * (prediction - target);
    }
    let rmse = (squares / number(&fixed["rows"]["train"])).sqrt();
    let measured = number(&fixed["metrics"]["train"]["rmse"]);
    assert!(
        (rmse / measured - 1.0).abs() < 1e-6,
        "{rmse}, not {measured}"
    );
}

#[test]
fn a_model_file_that_was_changed_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.json");
    let mut fit = downhill(&["fit", &data("iris.csv"), "--target", "species"]);
    fit.args(["--precision", "q15", "--epochs", "1", "--out"])
        .arg(&path);
    fit.assert().code(0);
    let text = std::fs::read_to_string(&path).unwrap();
    for (from, to) in [("\"words\": [", "\"words\": [1, "), ("\"q15\"", "\"f32\"")] {
        assert!(text.contains(from));
        std::fs::write(&path, text.replacen(from, to, 1)).unwrap();
        let model = path.to_str().unwrap();
        let refused = downhill(&["predict", model, &data("iris.csv")])
            .assert()
            .code(1);
        assert!(stderr(&refused).contains("changed after it was written"));
    }
}

#[test]
fn what_moves_nothing_and_what_is_cut_off_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let fit = |rows: &str, more: &[&str]| {
        std::fs::write(folder.path().join("rows.csv"), rows).unwrap();
        let mut fit = downhill(&["fit", "rows.csv", "--target", "y", "--precision", "q15"]);
        fit.args(more).current_dir(&folder).assert()
    };
    let rows: String = (0..200).map(|k| format!("{k},{}\n", k % 7)).collect();
    let rows = format!("x,y\n{rows}");
    let slow = ["--model", "linear", "--lr", "1e-7", "--epochs", "2"];
    let said = stdout(&fit(&rows, &slow).code(0));
    assert!(
        !said.contains("round to zero"),
        "a step of 1e-7 still moves: {said}"
    );
    // A thousand times as far, in a row that is no training row.
    let far = rows.replacen("1,1\n", "100000,1\n", 1);
    let validated = ["--model", "linear", "--validation-every", "2"];
    let far = fit(&far, &[&validated[..], &["--json"]].concat());
    assert!(number(&json(&far.code(0))["cut_off"]) == 0.0);
}

#[test]
fn a_fit_that_leaves_the_range_fails_with_its_cause_and_its_cure() {
    let file = data("concrete.csv");
    let arguments = [
        "fit",
        &file,
        "--target",
        "strength",
        "--precision",
        "q15",
        "--lr",
        "0.5",
    ];
    let failed = downhill(&arguments).assert().code(3);
    let said = stderr(&failed);
    assert!(
        said.contains("epoch 1, ") && said.contains("Lower the learning rate of 0.5"),
        "{said}"
    );
    let cured = [&arguments[..7], &["--lr", "0.005"]].concat();
    downhill(&cured[..cured.len()])
        .arg("--epochs")
        .arg("1")
        .assert()
        .code(2);
}

#[test]
fn what_fixed_point_does_not_have_is_refused_with_its_name_and_the_cure() {
    let (iris, air) = (data("iris.csv"), data("air_quality.csv"));
    for (option, part) in [
        ("--optimizer=adam", "its optimizers are sgd and momentum"),
        (
            "--optimizer=nesterov",
            "its optimizers are sgd and momentum",
        ),
        (
            "--model=polynomial:2",
            "it has linear models and perceptrons",
        ),
        (
            "--model=mlp:4:softplus",
            "its activations are relu, tanh and sigmoid",
        ),
        (
            "--loss=log_cosh",
            "its losses are squared, huber and cross_entropy",
        ),
        (
            "--loss=huber:9",
            "the delta of its huber is from 0.00025 to below 8",
        ),
        ("--lr=0.6", "its learning rate is from 1e-7 to 1"),
        ("--lr=1e-9", "its learning rate is from 1e-7 to 1"),
        ("--lr=auto", "it is of floats"),
        ("--schedule=plateau", "its schedules are constant, step"),
        ("--l1=0.1", "its penalty is l2"),
        ("--weight-decay=0.1", "its penalty is l2"),
        ("--l2=90 --lr=0.01", "below 0.25"),
        ("--bound=0=9:10", "its parameters are from -8 to 8"),
        ("--batch=4", "in batches of 1"),
        ("--recover", "do not recover by themselves"),
        ("--restarts=2", "it is of floats"),
        ("--cv=3", "it is of floats"),
        ("--prequential", "it is of floats"),
        ("--replay=ring:8", "it is of floats"),
        ("--scaler=forgetting:50", "it is of floats"),
        ("--solver=lm", "it goes by gradients"),
        ("--weight=petal_l", "each row counts once"),
        ("--model=mlp:4,4 --freeze=1", "it trains every layer"),
    ] {
        let mut fit = downhill(&["fit", &iris, "--target", "petal_w", "--precision", "q15"]);
        let refused = fit.args(option.split(' ')).assert().code(2);
        let said = stderr(&refused);
        assert!(
            said.contains(part) && said.contains("fit in f32"),
            "{option}: {said}"
        );
    }
    let refused = downhill(&[
        "fit",
        &air,
        "--model",
        "autoencoder:2",
        "--precision",
        "q15",
    ]);
    let said = stderr(&{ refused }.assert().code(2));
    assert!(said.contains("it predicts amounts and classes"), "{said}");
}

#[test]
fn what_takes_no_model_in_fixed_point_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let mut fit = downhill(&["fit", &data("iris.csv"), "--target", "petal_w"]);
    fit.args(["--precision", "q15", "--epochs", "1", "--out", "model.json"]);
    fit.current_dir(&folder).assert().code(0);
    let iris = data("iris.csv");
    let scaler = [
        "fit",
        &iris,
        "--target",
        "petal_w",
        "--scaler-from",
        "model.json",
    ];
    let refused = downhill(&scaler).current_dir(&folder).assert().code(1);
    let said = stderr(&refused);
    assert!(said.contains("was fitted in q15"), "{said}");
}

/// Beside floats by the same rules: the same figures, and other ones than without the rule.
#[test]
fn schedules_penalties_clips_and_bounds_are_those_of_floats() {
    let file = data("concrete.csv");
    let fit = ["fit", &file, "--target", "strength", "--epochs", "4"];
    let rmse = |fit: &Value| number(&fit["metrics"]["validation"]["rmse"]);
    let [_, plain] = both(&fit).map(|fit| rmse(&fit));
    for rule in [
        "--schedule cosine",
        "--schedule step:50,0.5 --warmup 20",
        "--schedule exponential:0.995",
        "--schedule inverse_time:0.05,0.01",
        "--l2 0.3",
        "--clip-value 0.1",
        "--clip-norm 0.2",
        "--bound all=0:0.2",
    ] {
        let rule: Vec<&str> = rule.split(' ').collect();
        let [floats, fixed] = both(&[&fit[..], &rule].concat()).map(|fit| rmse(&fit));
        assert!(
            (fixed / floats - 1.0).abs() < 2e-3,
            "{rule:?}: {fixed}, not {floats}"
        );
        assert!(
            (fixed / plain - 1.0).abs() > 2e-3,
            "{rule:?} does nothing: {fixed}"
        );
    }
}

#[test]
fn number_types_are_compared_like_other_options() {
    let file = data("iris.csv");
    let vary = [
        "--vary",
        "precision=f32,q15",
        "--vary",
        "optimizer=sgd,momentum",
    ];
    let mut compare = downhill(&["compare", &file, "--target", "species", "--json"]);
    let all = json(&compare.args(vary).assert().code(0));
    let fits = all["fits"].as_array().unwrap();
    let options: Vec<[&str; 2]> = fits
        .iter()
        .map(|fit| ["precision", "optimizer"].map(|of| fit["options"][of].as_str().unwrap()))
        .collect();
    let each = [
        ["f32", "sgd"],
        ["f32", "momentum"],
        ["q15", "sgd"],
        ["q15", "momentum"],
    ];
    assert_eq!(options, each);
    for (fit, [precision, optimizer]) in fits.iter().zip(each) {
        let alone = downhill(&["fit", &file, "--target", "species", "--json"])
            .args(["--precision", precision, "--optimizer", optimizer])
            .assert();
        let alone = json(&alone.code(0));
        assert_eq!(fit["metrics"], alone["metrics"], "{precision} {optimizer}");
        let epochs = |of: &Value| of.as_array().unwrap().len();
        assert_eq!(epochs(&fit["curve"]), epochs(&alone["history"]));
    }
    let mut solver = downhill(&["compare", &file, "--target", "petal_w"]);
    solver.args(["--vary", "precision=f32,q15", "--solver", "lm"]);
    let said = stderr(&solver.assert().code(2));
    assert!(said.contains("it goes by gradients"), "{said}");
}

#[test]
fn a_fit_in_fixed_point_has_a_report_and_a_plot() {
    let folder = tempfile::tempdir().unwrap();
    let file = data("iris.csv");
    let fit = ["fit", &file, "--target", "species", "--precision", "q15"];
    let mut report = downhill(&fit);
    report
        .args(["--report", "iris.html", "--plot"])
        .current_dir(&folder);
    let said = stdout(&report.assert().code(0));
    let page = std::fs::read_to_string(folder.path().join("iris.html")).unwrap();
    let fingerprint = json(&downhill(&fit).arg("--json").assert().code(0))["fingerprint"].clone();
    let fingerprint = fingerprint.as_str().unwrap();
    for text in [&said, &page] {
        assert!(text.contains(fingerprint), "{text}");
    }
    for part in ["How it learned", "Confusion", "q15"] {
        assert!(page.contains(part), "{part}");
    }
    let drawn = said
        .lines()
        .filter(|line| line.contains('•') || line.contains('⠁'));
    assert!(said.lines().count() > 30 || drawn.count() > 3, "{said}");
}

/// What the file tells is told in fixed point, too.
#[test]
fn a_constant_column_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let rows = (0..60).map(|k| format!("{},5,{}\n", k % 7, k % 7 * 2));
    let text = String::from("a,k,y\n") + &rows.collect::<String>();
    std::fs::write(folder.path().join("k.csv"), text).unwrap();
    let mut fit = downhill(&[
        "fit",
        "k.csv",
        "--target",
        "y",
        "--precision",
        "q15",
        "--json",
    ]);
    let told = json(&fit.current_dir(&folder).assert().code(0));
    let kinds: Vec<&str> = { told["verdicts"].as_array().unwrap().iter() }
        .map(|verdict| verdict["kind"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["dead_feature"]);
}
