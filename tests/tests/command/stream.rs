//! Files that are too large to be held.

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::Path;
use std::process::Stdio;

use downhill::random::Random;
use downhill_tests::{air, data, downhill, is_long, json, stderr, stdout};
use serde_json::Value;

/// A fit in one order, held or read anew for every epoch.
fn fit(arguments: &[&str], more: &[&str], streamed: bool) -> Value {
    let mut fit = downhill(arguments);
    fit.args(more).arg("--json");
    if streamed {
        fit.args(["--hold-at-most", "0"]);
    }
    json(&fit.assert().code(0))
}

/// In the file's order a stream meets the same rows with the same scaler: not a bit differs.
#[test]
fn a_stream_in_the_files_order_is_the_same_fit() {
    let (air_file, iris) = (data("air_quality.csv"), data("iris.csv"));
    let iris = ["fit", &iris, "--target", "species"];
    let air = air("fit", &air_file);
    for (arguments, options) in [
        (&air[..], "--epochs 2"),
        (&air, "--epochs 2 --batch 32 --optimizer momentum"),
        (&air, "--epochs 5 --patience 1 --model mlp:4 --lr 0.02"),
        (
            &air,
            "--epochs 2 --scaler minmax --weight AH --validation-every 7",
        ),
        (&air, "--epochs 1 --scaler-on-device 100"),
        (&iris, "--epochs 2 --class-weight balanced"),
    ] {
        let mut more: Vec<&str> = options.split(' ').collect();
        more.push("--no-shuffle");
        let (held, streamed) = (fit(arguments, &more, false), fit(arguments, &more, true));
        assert_eq!(held["fingerprint"], streamed["fingerprint"], "{options}");
        assert_eq!(held["rows"], streamed["rows"]);
        // Every row is among those measured, for there are few.
        assert_eq!(
            held["metrics"]["validation"], streamed["metrics"]["validation"],
            "{options}"
        );
        assert_eq!(held["history"], streamed["history"]);
        assert_eq!(
            streamed["streamed"]["measured"][1],
            held["rows"]["validation"]
        );
        assert!(held["streamed"].is_null());
    }
}

#[test]
fn a_stream_is_shuffled_by_its_seed_and_says_that_it_is_one() {
    let file = data("air_quality.csv");
    let air = air("fit", &file);
    let fingerprint = |seed: &str| {
        let fit = fit(&air, &["--epochs", "2", "--seed", seed], true);
        assert!(
            fit["metrics"]["validation"]["r2"].as_f64().unwrap() > 0.87,
            "{}",
            fit["metrics"]
        );
        fit["fingerprint"].clone()
    };
    assert_eq!(fingerprint("1"), fingerprint("1"));
    assert_ne!(fingerprint("1"), fingerprint("2"));
    let mut said = downhill(&air);
    said.args(["--epochs", "1", "--hold-at-most", "0"]);
    let said = stdout(&said.assert().code(0));
    assert!(
        said.contains("too large to be held: shuffled on disk, in 1 part"),
        "{said}"
    );
}

/// A cell that is wrong behind the rows that settle the columns' kinds, and a category that
/// comes too late.
#[test]
fn what_comes_late_is_refused_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("late.csv");
    for (cell, kind, words) in [
        (
            "oops",
            "a",
            &["line 12002, column `x`", "`oops` is not a number"][..],
        ),
        ("1e99", "a", &["line 12002, column `x`", "`1e99`", "f64"]),
        (
            "3",
            "b",
            &[
                "line 12002, column `kind`",
                "`b` is not among",
                "first 10000",
            ],
        ),
        ("3,4", "a", &["line 12002: 4 columns"]),
    ] {
        let mut file = BufWriter::new(File::create(&path).unwrap());
        writeln!(file, "x,kind,y").unwrap();
        for row in 0..12_000 {
            writeln!(file, "{},a,{}.5", row % 9, row % 9).unwrap();
        }
        writeln!(file, "{cell},{kind},1").unwrap();
        file.flush().unwrap();
        for streamed in ["0", "256"] {
            let mut fit = downhill(&["fit", path.to_str().unwrap(), "--target", "y"]);
            fit.args([
                "--features",
                "x,kind",
                "--model",
                "linear",
                "--hold-at-most",
                streamed,
                "--epochs",
                "1",
                "--quiet",
            ]);
            // Categories of a file that is held are those of all of its rows.
            if (kind, streamed) == ("b", "256") {
                fit.assert().code(0);
                continue;
            }
            let error = stderr(&fit.assert().code(1));
            for word in words {
                assert!(error.contains(word), "`{word}` is not in {error}");
            }
        }
    }
}

#[test]
fn a_scaler_can_be_given() {
    let folder = tempfile::tempdir().unwrap();
    let model = folder.path().join("model.json");
    let model = model.to_str().unwrap();
    let file = data("air_quality.csv");
    let air = air("fit", &file);
    let first = fit(&air, &["--epochs", "1", "--out", model], false);
    let again = fit(&air, &["--epochs", "1", "--scaler-from", model], false);
    assert_eq!(first["fingerprint"], again["fingerprint"]);
    let mut other = downhill(&["fit", &file, "--target", "T", "--features", "RH,AH"]);
    let error = stderr(&other.args(["--scaler-from", model]).assert().code(1));
    assert!(error.contains("other features"), "{error}");
}

/// Rows of eight features and a target, `rows` of them.
fn write_rows(path: &Path, rows: u32) {
    let mut file = BufWriter::new(File::create(path).unwrap());
    writeln!(file, "a,b,c,d,e,f,g,h,y").unwrap();
    let mut random = Random::seed(5);
    for _ in 0..rows {
        let mut sum = 0.0;
        for at in 0..8 {
            let x = f64::from(random.below(20_000)) / 1000.0 - 10.0;
            sum += f64::from(at - 3) * x;
            write!(file, "{x:.3},").unwrap();
        }
        writeln!(file, "{sum:.3}").unwrap();
    }
    file.flush().unwrap();
}

/// One training pass over many rows takes little memory: it does not grow with them. The long
/// form is ten million rows, about half a gigabyte.
#[cfg(target_os = "linux")]
#[test]
fn memory_does_not_grow_with_the_rows() {
    let rows = if is_long() { 10_000_000 } else { 200_000 };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("rows.csv");
    write_rows(&path, rows);
    let rows_file = path.to_str().unwrap();
    let mut fit = vec!["fit", rows_file, "--target", "y", "--epochs", "1", "--json"];
    fit.extend(["--optimizer", "sgd", "--lr", "0.001"]);
    if !is_long() {
        fit.extend(["--hold-at-most", "1"]);
    }
    let (output, peak) = peak(&fit, Stdio::piped());
    let fit: Value = serde_json::from_slice(&output).unwrap();
    assert_eq!(fit["rows"]["used"], rows);
    assert!(
        fit["metrics"]["validation"]["r2"].as_f64().unwrap() > 0.99,
        "{}",
        fit["metrics"]
    );
    assert!(peak < 64 * 1024, "{peak} kB at most");
}

/// Output of the command, and its peak memory in kB, but for the pages of its own file.
#[cfg(target_os = "linux")]
fn peak(arguments: &[&str], out: Stdio) -> (Vec<u8>, u64) {
    let mut command = std::process::Command::new(downhill(&[]).get_program());
    let mut command = command.args(arguments).stdout(out).spawn().unwrap();
    let status = format!("/proc/{}/status", command.id());
    let mut peak = 0;
    while command.try_wait().unwrap().is_none() {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let number = |name: &str| {
            let line = text.lines().find(|line| line.starts_with(name))?;
            line.split_ascii_whitespace().nth(1)?.parse::<u64>().ok()
        };
        if let (Some(most), Some(file)) = (number("VmHWM"), number("RssFile")) {
            peak = peak.max(most.saturating_sub(file));
        }
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    assert!(peak > 500, "the peak was not seen");
    let output = command.wait_with_output().unwrap();
    assert!(output.status.success());
    (output.stdout, peak)
}

/// Predicting and measuring rows takes as little memory for many as for few: less than the numbers
/// of these take. The long form is ten million rows.
#[cfg(target_os = "linux")]
#[test]
fn memory_does_not_grow_with_the_rows_predicted_and_measured() {
    let rows = if is_long() { 10_000_000 } else { 300_000 };
    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (few, many) = (place("few.csv"), place("many.csv"));
    write_rows(Path::new(&few), 1000);
    write_rows(Path::new(&many), rows);
    let (model, out) = (place("model.json"), place("out.csv"));
    let mut fit = downhill(&["fit", &few, "--target", "y", "--out", &model]);
    fit.args(["--optimizer", "sgd", "--lr", "0.001"])
        .assert()
        .code(0);
    let predict = ["predict", &model, &many, "--out", &out];
    let (_, predicting) = peak(&predict, Stdio::null());
    let (measured, measuring) = peak(&["eval", &model, &many, "--json"], Stdio::piped());
    for peak in [predicting, measuring] {
        assert!(peak < 5 * 1024, "{peak} kB at most");
    }
    let measured: Value = serde_json::from_slice(&measured).unwrap();
    assert_eq!(measured["rows"], rows);
    // The predictions written are those measured, a line each.
    let truth = BufReader::new(File::open(&many).unwrap()).lines().skip(1);
    let mut lines = BufReader::new(File::open(&out).unwrap()).lines();
    assert_eq!(lines.next().unwrap().unwrap(), "prediction");
    let mut largest = 0.0f64;
    let mut count = 0;
    for (line, row) in lines.zip(truth) {
        let (prediction, row) = (line.unwrap().parse::<f32>().unwrap(), row.unwrap());
        let y: f32 = row.rsplit(',').next().unwrap().parse().unwrap();
        largest = largest.max((f64::from(prediction) - f64::from(y)).abs());
        count += 1;
    }
    assert_eq!(count, rows);
    assert_eq!(measured["metrics"]["max_error"], largest);
}

/// A row that cannot be predicted: a file is not there at all; of what is printed, whole rows.
#[test]
fn an_error_in_a_late_row_leaves_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (few, late) = (place("few.csv"), place("late.csv"));
    let (model, out) = (place("model.json"), place("out.csv"));
    write_rows(Path::new(&few), 20_000);
    let rows = std::fs::read_to_string(&few).unwrap();
    std::fs::write(&late, format!("{rows}1,2,3,oops,5,6,7,8,9\n")).unwrap();
    let fit = [
        "fit", &few, "--target", "y", "--epochs", "1", "--out", &model,
    ];
    downhill(&fit).assert().code(0);
    let whole = stdout(&downhill(&["predict", &model, &few]).assert().code(0));
    assert_eq!(whole.lines().count(), 20_001);
    let refused = downhill(&["predict", &model, &late]).assert().code(1);
    let printed = stdout(&refused);
    assert!(stderr(&refused).contains("line 20002, column `d`: `oops`"));
    assert!(!printed.is_empty() && printed.ends_with('\n') && whole.starts_with(&printed));
    for (command, options) in [
        ("predict", &["--out", &*out][..]),
        ("predict", &["--json"]),
        ("eval", &[]),
    ] {
        let mut refused = downhill(&[command, &model, &late]);
        let refused = refused.args(options).assert().code(1);
        assert!(stderr(&refused).contains("line 20002, column `d`: `oops`"));
        assert!(stdout(&refused).is_empty());
    }
    let left: Vec<_> = std::fs::read_dir(&folder).unwrap().collect();
    assert_eq!(left.len(), 3, "{left:?}");
}
