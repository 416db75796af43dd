//! Model files, `predict` and `eval`.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use downhill_tests::{air, data, downhill, json, occupancy, stderr, stdout};
use serde_json::Value;
use tempfile::TempDir;

/// A fit whose model is kept.
struct Fitted {
    folder: TempDir,
    model: PathBuf,
    report: Value,
}

fn fit(arguments: Vec<&str>) -> Fitted {
    let folder = tempfile::tempdir().unwrap();
    let model = folder.path().join("model.json");
    let mut command = downhill(&arguments);
    command
        .args(["--epochs", "2", "--json", "--out"])
        .arg(&model);
    let report = json(&command.assert().code(0));
    assert_eq!(
        fs::read_dir(folder.path()).unwrap().count(),
        1,
        "the model and nothing else"
    );
    Fitted {
        folder,
        model,
        report,
    }
}

impl Fitted {
    fn model(&self) -> &str {
        self.model.to_str().unwrap()
    }
}

/// Writes the training and the validation rows of a data file to files; of classes, in the column
/// at `class`, those of each class.
fn split(
    name: &str,
    missing: Option<(&[&str], &str)>,
    class: Option<usize>,
    folder: &Path,
) -> [PathBuf; 2] {
    let text = fs::read_to_string(data(name)).unwrap();
    let mut lines = text.lines();
    let header = lines.next().unwrap();
    let names: Vec<&str> = header.split(',').collect();
    let whole = |line: &&str| {
        let cells: Vec<&str> = line.split(',').collect();
        missing.is_none_or(|(columns, marker)| {
            let at = |column: &&str| names.iter().position(|name| name == column).unwrap();
            columns.iter().all(|column| cells[at(column)] != marker)
        })
    };
    let mut rows = [Vec::new(), Vec::new()];
    let mut counts = HashMap::new();
    for line in lines.filter(whole) {
        let label = class.map(|at| line.split(',').nth(at).unwrap());
        let count = counts.entry(label).or_insert(0);
        let first = if label.is_some() { 1 } else { 4 };
        rows[usize::from(*count % 5 == first)].push(line);
        *count += 1;
    }
    rows.map(|rows| {
        let path = folder.join(format!("{}.csv", rows.len()));
        fs::write(&path, format!("{header}\n{}\n", rows.join("\n"))).unwrap();
        path
    })
}

fn eval_agrees(fitted: &Fitted, [train, validation]: [PathBuf; 2]) {
    for (file, set) in [(train, "train"), (validation, "validation")] {
        let mut eval = downhill(&["eval", fitted.model(), file.to_str().unwrap(), "--json"]);
        let eval = json(&eval.assert().code(0));
        assert_eq!(eval["metrics"], fitted.report["metrics"][set], "{set}");
        assert_eq!(eval["rows"], fitted.report["rows"][set]);
        assert_eq!(eval["fingerprint"], fitted.report["fingerprint"]);
    }
}

#[test]
fn eval_says_what_fit_said_of_amounts() {
    let file = data("air_quality.csv");
    let mut columns: Vec<&str> = downhill_tests::AIR_FEATURES.split(',').collect();
    columns.push("CO_GT");
    for precision in ["f32", "f64"] {
        let mut arguments = air("fit", &file);
        arguments.extend(["--precision", precision]);
        let fitted = fit(arguments);
        let files = split(
            "air_quality.csv",
            Some((&columns, "-200")),
            None,
            fitted.folder.path(),
        );
        eval_agrees(&fitted, files);
    }
}

#[test]
fn eval_says_what_fit_said_of_classes() {
    let file = data("occupancy.csv");
    let fitted = fit(occupancy("fit", &file));
    let header = fs::read_to_string(&file).unwrap();
    let mut header = header.lines().next().unwrap().split(',');
    let class = header.position(|name| name == "Occupancy");
    let files = split("occupancy.csv", None, class, fitted.folder.path());
    eval_agrees(&fitted, files);
}

#[test]
fn predictions_are_in_the_targets_units_a_line_a_row() {
    let file = data("air_quality.csv");
    let fitted = fit(air("fit", &file));
    let out = fitted.folder.path().join("predicted.csv");
    let arguments = [
        "predict",
        fitted.model(),
        &file,
        "--out",
        out.to_str().unwrap(),
    ];
    let written = downhill(&arguments).assert().code(0);
    assert!(stdout(&written).is_empty());
    let text = fs::read_to_string(&out).unwrap();
    assert_eq!(text.lines().next(), Some("prediction"));
    assert_eq!(text.lines().count(), 1 + 9357);
    // Without `--out`, the same goes to standard output.
    let printed = downhill(&arguments[..3]).assert().code(0);
    assert_eq!(stdout(&printed), text);

    let printed = downhill(&["predict", fitted.model(), &file, "--json"])
        .assert()
        .code(0);
    let printed = json(&printed);
    let parameters = &fitted.report["parameters"];
    let columns: Vec<Vec<String>> = fs::read_to_string(&file)
        .unwrap()
        .lines()
        .map(|line| line.split(',').map(String::from).collect())
        .collect();
    for row in [1, 2, 1000] {
        let mut by_hand = parameters["intercept"].as_f64().unwrap();
        for (name, cell) in columns[0].iter().zip(&columns[row]) {
            if let Some(slope) = parameters[name].as_f64() {
                by_hand += slope * cell.parse::<f64>().unwrap();
            }
        }
        let predicted = printed["predictions"][row - 1].as_f64().unwrap();
        assert!(
            (predicted - by_hand).abs() < 1e-4,
            "row {row}: {predicted} is not {by_hand}"
        );
    }
    let missing = printed["predictions"].as_array().unwrap();
    let missing = missing.iter().filter(|p| p.is_null()).count();
    assert_eq!(printed["missing"], missing);
    assert!(missing > 0);
}

#[test]
fn a_classifier_predicts_a_probability_and_a_class() {
    let file = data("occupancy.csv");
    let fitted = fit(occupancy("fit", &file));
    let text = stdout(
        &downhill(&["predict", fitted.model(), &file])
            .assert()
            .code(0),
    );
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("probability,class"));
    for line in lines {
        let (probability, class) = line.split_once(',').unwrap();
        let probability: f32 = probability.parse().unwrap();
        assert_eq!(class, if probability >= 0.5 { "1" } else { "0" });
    }
}

#[test]
fn a_model_that_is_not_as_it_was_written_is_refused() {
    let file = data("air_quality.csv");
    let fitted = fit(air("fit", &file));
    let text = fs::read_to_string(&fitted.model).unwrap();
    let bad = fitted.folder.path().join("bad.json");
    let mut cases: Vec<String> = [0, 1, 100, 700, text.len() - 2]
        .iter()
        .map(|&at| text[..at].into())
        .collect();
    cases.push(text.replacen("\"seed\": 0", "\"seed\": 1", 1));
    cases.push(text.replacen("\"T\"", "\"t\"", 1));
    cases.push(text.replacen("downhill model", "uphill model", 1));
    cases.push(text.replacen("\"version\": 2", "\"version\": 3", 1));
    cases.push("{\"weights\": [1, 2]}".into());
    cases.push(fs::read_to_string(&file).unwrap());
    cases.push("\u{1f4c8}".into());
    for case in cases {
        assert_ne!(case, text, "the case changes nothing");
        fs::write(&bad, &case).unwrap();
        for command in ["predict", "eval"] {
            let refused = downhill(&[command, bad.to_str().unwrap(), &file])
                .assert()
                .code(1);
            let error = stderr(&refused);
            assert!(error.contains("bad.json"), "{error}");
            assert!(
                error.contains("downhill fit") || error.contains("version 3"),
                "{error}"
            );
            assert!(stdout(&refused).is_empty());
        }
    }
}

/// Any one byte of a model changed, wherever it stands, is noticed, or is no change of meaning
/// (white space, or the last digit of a number that is read as the same number).
#[test]
fn a_changed_byte_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("line.csv");
    fs::write(&file, "x,y\n1,2\n2,3.1\n3,4\n4,5.2\n5,6\n6,6.9\n").unwrap();
    let file = file.to_str().unwrap();
    let fitted = fit(vec!["fit", file, "--target", "y", "--optimizer", "sgd"]);
    let text = fs::read(&fitted.model).unwrap();
    let bad = folder.path().join("bad.json");
    for at in (0..text.len())
        .step_by(23)
        .filter(|&at| !text[at].is_ascii_whitespace())
    {
        let mut changed = text.clone();
        changed[at] ^= 1;
        let meaning = |text: &[u8]| serde_json::from_slice::<Value>(text).ok();
        if meaning(&changed).is_some() && meaning(&changed) == meaning(&text) {
            continue;
        }
        fs::write(&bad, &changed).unwrap();
        let refused = downhill(&["eval", bad.to_str().unwrap(), file]).assert();
        let code = refused.get_output().status.code();
        assert_eq!(
            code,
            Some(1),
            "byte {at} of\n{}",
            String::from_utf8_lossy(&changed)
        );
    }
}

#[test]
fn data_without_the_models_columns_is_refused() {
    let file = data("air_quality.csv");
    let fitted = fit(air("fit", &file));
    let other = data("occupancy.csv");
    for command in ["predict", "eval"] {
        let refused = downhill(&[command, fitted.model(), &other])
            .assert()
            .code(1);
        let error = stderr(&refused);
        assert!(
            error.contains("occupancy.csv, line 1: there is no column `PT08_S1_CO`"),
            "{error}"
        );
    }
}

#[test]
fn a_missing_model_and_an_output_over_an_input_are_refused() {
    let file = data("air_quality.csv");
    let refused = downhill(&["predict", "none.json", &file]).assert().code(1);
    assert!(stderr(&refused).contains("none.json: No such file"));
    let fitted = fit(air("fit", &file));
    let model = fitted.model();
    let refused = downhill(&["predict", model, &file, "--out", model])
        .assert()
        .code(1);
    assert!(stderr(&refused).contains("it is the input"));
}

/// A file at `--out` is replaced only if it is an ordinary file that may be written.
#[cfg(unix)]
#[test]
fn a_model_never_takes_the_place_of_anything_but_a_file() {
    use std::os::unix::fs::{FileTypeExt, PermissionsExt, symlink};
    use std::os::unix::net::UnixListener;

    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data.csv");
    std::fs::write(&data, "x,y\n1,2\n2,4\n3,6\n4,8\n5,11\n6,12\n").unwrap();
    let path = |name: &str| folder.path().join(name);
    let fit = |out: &str| {
        let arguments = ["fit", data.to_str().unwrap(), "--target", "y", "--out"];
        let out = path(out);
        downhill(&[&arguments[..], &[out.to_str().unwrap()]].concat()).assert()
    };

    let _socket = UnixListener::bind(path("socket")).unwrap();
    let assert = fit("socket").code(1);
    assert!(
        stderr(&assert).contains("no ordinary file"),
        "{}",
        stderr(&assert)
    );
    assert!(
        std::fs::metadata(path("socket"))
            .unwrap()
            .file_type()
            .is_socket()
    );

    std::fs::write(path("kept"), "kept").unwrap();
    std::fs::set_permissions(path("kept"), PermissionsExt::from_mode(0o400)).unwrap();
    fit("kept").code(1);
    assert_eq!(std::fs::read(path("kept")).unwrap(), b"kept");

    std::fs::write(path("real"), "old").unwrap();
    std::fs::set_permissions(path("real"), PermissionsExt::from_mode(0o600)).unwrap();
    symlink(path("real"), path("link")).unwrap();
    fit("link").code(0);
    assert!(
        std::fs::symlink_metadata(path("link"))
            .unwrap()
            .is_symlink()
    );
    assert!(
        std::fs::read_to_string(path("real"))
            .unwrap()
            .contains("parameters")
    );
    let mode = std::fs::metadata(path("real"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn a_comparison_of_nothing_is_refused() {
    let file = data("air_quality.csv");
    let arguments = ["crosscheck", &file, "--target", "CO_GT", "--limit", "0"];
    downhill(&arguments).assert().code(2);
}
