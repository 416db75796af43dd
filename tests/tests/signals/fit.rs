//! Fits of signals by the command: recordings, roles, gaps, forecasts.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use downhill_tests::{data, downhill, json, stderr, stdout};
use serde_json::Value;

use super::reference::table;

/// Rows of a table of signals that are of one part.
fn part(folder: &Path, name: &str, of: &str) -> String {
    let (header, rows) = table(name);
    let split = header
        .iter()
        .position(|name| name == "split")
        .expect("parts");
    let rows = rows.iter().filter(|row| row[split] == of);
    let lines: Vec<String> = [&header]
        .into_iter()
        .chain(rows)
        .map(|row| row.join(","))
        .collect();
    let path = folder.join(format!("{of}.csv"));
    fs::write(&path, lines.join("\n") + "\n").expect("a file");
    path.display().to_string()
}

fn run(arguments: &[&str]) -> Value {
    json(&downhill(arguments).arg("--json").assert().success())
}

const STATISTICS: &str = "mean,std,rms,min,max,mean_crossings,logbands:8";

/// Accuracy on the test rows of sessions that were not learned from.
fn accuracy(name: &str, channels: &str, rate: &str, more: &[&str]) -> f64 {
    let folder = tempfile::tempdir().expect("a folder");
    let [train, test] = ["train", "test"].map(|of| part(folder.path(), name, of));
    let signal = format!("window=128 hop=64 rate={rate}: {STATISTICS}");
    let mut arguments = vec!["fit", &train, "--target", "label", "--features", channels];
    arguments.extend([
        "--signal",
        &signal,
        "--recording",
        "recording",
        "--test",
        &test,
    ]);
    arguments.extend(["--validation-every", "0"]);
    arguments.extend(more);
    run(&arguments)["metrics"]["test"]["accuracy"]
        .as_f64()
        .expect("an accuracy")
}

#[test]
fn activity_of_other_people_is_told_as_well_as_scikit_learn_tells_it() {
    let softmax = accuracy("st_har.csv", "ax,ay,az", "26Hz", &["--l2", "0.0012"]);
    assert!(softmax >= 0.963, "{softmax}");
    let more = ["--model", "mlp:16", "--l2", "0.001"];
    let net = accuracy("st_har.csv", "ax,ay,az", "26Hz", &more);
    assert!(net >= 0.965, "{net}");
}

#[test]
fn motion_of_other_recordings_is_told() {
    let told = accuracy("nicla_motion.csv", "ax,ay,az,gx,gy,gz", "59Hz", &[]);
    assert!(told >= 0.98, "{told}");
}

/// Recordings of some rows each, whose label is the begin of their name, with a time in ms.
fn recordings(folder: &Path, lengths: &[(&str, usize)]) -> String {
    let mut text = String::from("who,t_ms,n,x,y,label\n");
    let mut seed = 1u32;
    for (name, rows) in lengths {
        let label = &name[..1];
        for row in 0..*rows {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let noise = f64::from(seed >> 16) / 65_536.0;
            let x = if label == "a" { noise } else { 3.0 * noise };
            let _ = writeln!(
                text,
                "{name},{},{row},{x:.4},{:.4},{label}",
                row * 20,
                1.0 - x
            );
        }
    }
    let path = folder.join("recordings.csv");
    fs::write(&path, text).expect("a file");
    path.display().to_string()
}

#[test]
fn windows_stay_within_recordings_and_each_class_has_its_validation_recordings() {
    let folder = tempfile::tempdir().expect("a folder");
    let lengths: Vec<(String, usize)> = ["a", "b"]
        .iter()
        .flat_map(|class| (0..6).map(move |k| (format!("{class}{k}"), 70 + k)))
        .collect();
    let lengths: Vec<(&str, usize)> = lengths
        .iter()
        .map(|(name, rows)| (&name[..], *rows))
        .collect();
    let path = recordings(folder.path(), &lengths);
    let model = folder.path().join("model.json").display().to_string();
    let signal = "window=16 hop=8: std,bands:4,corr(x,y)";
    let fit = [
        "fit",
        &path,
        "--target",
        "label",
        "--signal",
        signal,
        "--recording",
        "who",
    ];
    let told = run(&[&fit[..], &["--out", &model]].concat());
    // 70 rows: windows from 0, 8 … 48; from 72 rows on one more.
    let windows = |rows: usize| (rows - 16) / 8 + 1;
    let all: usize = lengths.iter().map(|(_, rows)| windows(*rows)).sum();
    let signal = &told["signal"];
    assert_eq!(signal["windows"], all);
    assert_eq!(signal["recordings"], 12);
    assert_eq!(signal["channels"], serde_json::json!(["x", "y"]));
    assert!((signal["rate"].as_f64().expect("a rate") - 50.0).abs() < 1e-9);
    assert_eq!(told["features"][1], "x_band_0");
    assert_eq!(told["features"].as_array().map(Vec::len), Some(11));
    // The second recording of each class.
    assert_eq!(told["rows"]["validation"], 2 * windows(71));
    let left_out: Vec<&str> = told["left_out"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|out| out["column"].as_str())
        .collect();
    assert_eq!(left_out, ["n"]);

    let predicted = stdout(&downhill(&["predict", &model, &path]).assert().success());
    let lines: Vec<&str> = predicted.lines().collect();
    assert_eq!(lines.len(), 1 + all);
    assert!(
        lines[0].starts_with("recording,start,end,probability"),
        "{}",
        lines[0]
    );
    assert!(
        lines[1].starts_with("a0,0,15,") && lines[2].starts_with("a0,8,23,"),
        "{predicted}"
    );
    assert!(lines[8].starts_with("a1,0,15,"), "{predicted}");
    let measured = run(&["eval", &model, &path]);
    assert_eq!(measured["rows"], all);
    // Rows without labels and times are predicted too.
    let bare = folder.path().join("bare.csv");
    let rows = fs::read_to_string(&path).expect("a file");
    let bare_rows: Vec<String> = rows
        .lines()
        .take(71)
        .map(|row| {
            let cells: Vec<&str> = row.split(',').collect();
            [cells[3], cells[4]].join(",")
        })
        .collect();
    fs::write(&bare, bare_rows.join("\n")).expect("a file");
    let bare = stdout(
        &downhill(&["predict", &model, &bare.display().to_string()])
            .assert()
            .success(),
    );
    let same = |line: &str| line.splitn(4, ',').nth(3).map(String::from);
    assert!(
        bare.lines()
            .skip(1)
            .map(same)
            .eq(lines[1..8].iter().map(|line| same(line))),
        "{bare}"
    );
}

#[test]
fn a_class_of_one_recording_gives_its_last_fifth_a_window_apart() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = recordings(folder.path(), &[("a0", 320), ("b0", 320)]);
    let told = run(&[
        "fit",
        &path,
        "--target",
        "label",
        "--signal",
        "window=16 hop=8: std",
        "--recording",
        "who",
    ]);
    // Windows from 0, 8 … 304: 39, of which the last 8 begin at 248. Those that end less than a
    // window in front of that begin from 224 on.
    assert_eq!(told["rows"]["validation"], 16);
    assert_eq!(told["signal"]["apart"], 2 * 3);
    assert_eq!(told["rows"]["train"], 2 * (39 - 8 - 3));
}

#[test]
fn gaps_drop_and_count_the_windows_across_them() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = recordings(
        folder.path(),
        &[("a0", 64), ("a1", 64), ("b0", 64), ("b1", 64)],
    );
    let whole = fs::read_to_string(&path).expect("a file");
    let lines: Vec<&str> = whole.lines().collect();
    let signal = [
        "--signal",
        "window=16 hop=8: std,mean",
        "--recording",
        "who",
    ];
    let fit = |text: String| {
        let path = folder.path().join("with_gaps.csv");
        fs::write(&path, text).expect("a file");
        let path = path.display().to_string();
        run(&[&["fit", &path, "--target", "label"][..], &signal].concat())["signal"].clone()
    };
    let counts = |told: &Value| {
        ["windows", "gaps", "dropped", "unfinished"].map(|name| told[name].as_u64().expect(name))
    };
    // Each recording has 7 windows, and one that its end cuts.
    assert_eq!(counts(&fit(whole.clone())), [28, 0, 0, 4]);
    // Rows 20 to 22 of the first are not there: windows from 8 and 16 on had begun, and begin anew
    // at 23.
    let step = [&lines[..21], &lines[24..]].concat().join("\n");
    assert_eq!(counts(&fit(step)), [3 * 7 + 1 + 4, 1, 2, 3 + 2]);
    // A cell of a channel is empty.
    let empty = lines.iter().enumerate().map(|(at, line)| match at {
        21 => line
            .split(',')
            .enumerate()
            .map(|(cell, text)| if cell == 3 { "" } else { text })
            .collect::<Vec<_>>()
            .join(","),
        _ => line.to_string(),
    });
    let empty = empty.collect::<Vec<_>>().join("\n");
    assert_eq!(counts(&fit(empty)), [3 * 7 + 1 + 4, 1, 2, 3 + 2]);
}

#[test]
fn lags_forecast_a_wave() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut text = String::from("second,x\n");
    for k in 0..400 {
        let _ = writeln!(text, "{k},{:.12}", (0.3 * f64::from(k)).sin());
    }
    let path = folder.path().join("wave.csv");
    fs::write(&path, text).expect("a file");
    let path = path.display().to_string();
    let told = run(&[
        "fit",
        &path,
        "--target",
        "x",
        "--features",
        "x",
        "--signal",
        "window=1: lag:0,1",
        "--horizon",
        "1",
        "--solver",
        "lm",
        "--precision",
        "f64",
    ]);
    // sin(t + h) = 2 cos h · sin t − sin(t − h).
    let of = |name: &str| told["parameters"][name]["value"].as_f64().expect(name);
    assert!(
        (of("x_lag_0") - 2.0 * 0.3f64.cos()).abs() < 1e-8,
        "{}",
        told["parameters"]
    );
    assert!((of("x_lag_1") + 1.0).abs() < 1e-8, "{}", told["parameters"]);
    // The one whose lag has no sample yet, and the one whose target is behind the end.
    assert_eq!(told["signal"]["unfinished"], 2);
}

#[test]
fn what_cannot_be_is_refused_with_the_cure() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = recordings(folder.path(), &[("a0", 64), ("b0", 40)]);
    let fit = [
        "fit",
        &path,
        "--target",
        "label",
        "--recording",
        "who",
        "--features",
        "x,y",
    ];
    let refused = |more: &[&str], code: i32, words: &[&str]| {
        let assert = downhill(&[&fit[..], more].concat()).assert().code(code);
        let said = stderr(&assert);
        assert!(
            words.iter().all(|word| said.contains(word)),
            "{more:?}: {said}"
        );
    };
    let caret = ["window=16: mean,median\n                ^ there is no such feature"];
    refused(&["--signal", "window=16: mean,median"], 2, &caret);
    refused(
        &["--signal", "window=16: corr(x,z)"],
        2,
        &["no such channel; there are x, y"],
    );
    let long = [
        "longest stretch without a gap has 64 rows",
        "takes 100",
        "shorter window",
    ];
    refused(&["--signal", "window=100: mean"], 1, &long);
    let fast = ["below 25 Hz", "^"];
    refused(&["--signal", "window=16 lowpass=25Hz: mean"], 2, &fast);
    refused(&["--horizon", "3"], 2, &["--signal 'window=N"]);
    refused(
        &["--signal", "window=16: mean", "--time", "label"],
        1,
        &["label"],
    );
    refused(
        &["--signal", "window=16: mean", "--horizon", "100"],
        1,
        &["--horizon"],
    );
    let model = folder.path().join("model.json").display().to_string();
    let signal = ["--signal", "window=16: mean", "--out", &model];
    downhill(&[&fit[..], &signal].concat()).assert().success();
    let data = data("iris.csv");
    let foreign = stderr(&downhill(&["predict", &model, &data]).assert().code(1));
    assert!(foreign.contains("`x`"), "{foreign}");
}

#[test]
fn a_look_at_samples_finds_rate_gaps_saturation_and_frequencies() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut text = String::from("who,time_ms,x,y\n");
    for (name, rows) in [("a", 600), ("b", 300)] {
        for k in 0..rows {
            // A jump of half a second, and a wave that is cut off at 1.
            let time = k * 10 + if name == "b" && k >= 100 { 500 } else { 0 };
            let wave = 1.5 * (std::f64::consts::TAU * 12.5 * f64::from(k) / 100.0).sin();
            let _ = writeln!(text, "{name},{time},{:.2},{}", wave.min(1.0), k % 4);
        }
    }
    let path = folder.path().join("samples.csv");
    fs::write(&path, text).expect("a file");
    let path = path.display().to_string();
    let found = run(&["inspect", &path, "--signal", "--recording", "who"]);
    assert_eq!(found["recordings"], 2);
    assert_eq!(found["lengths"], serde_json::json!([300, 600]));
    assert!((found["rate"].as_f64().expect("a rate") - 100.0).abs() < 1e-6);
    assert!(found["jitter"].as_f64().expect("a jitter") < 1e-9);
    assert_eq!(found["gaps"], 1);
    let [x, y] = [0, 1].map(|channel| &found["channels"][channel]);
    // Three of each eight samples of the wave are cut off.
    assert!(
        x["saturated"].as_u64().expect("a count") >= 900 / 8 * 3 - 6,
        "{x}"
    );
    assert_eq!(y["saturated"], 0);
    assert_eq!(y["step"], 1.0);
    for (channel, most) in [(x, 12.5), (y, 25.0)] {
        let found = channel["dominant"][0][0].as_f64().expect("a frequency");
        assert!((found - most).abs() < 1e-6, "{channel}");
    }
    let said = stdout(
        &downhill(&["inspect", &path, "--signal", "--recording", "who"])
            .assert()
            .success(),
    );
    for words in ["100.000 Hz by `time_ms`", "1 gap", "most power at 12.5"] {
        assert!(said.contains(words), "{said}");
    }
    let alone = stderr(
        &downhill(&["inspect", &path, "--target", "x", "--rate", "5Hz"])
            .assert()
            .code(2),
    );
    assert!(alone.contains("--signal"), "{alone}");
}

#[test]
fn what_else_fits_take_is_taken_of_windows_too() {
    let folder = tempfile::tempdir().expect("a folder");
    let lengths: Vec<(String, usize)> = (0..10)
        .map(|k| (format!("{}{k}", ["a", "b"][k % 2]), 160))
        .collect();
    let lengths: Vec<(&str, usize)> = lengths
        .iter()
        .map(|(name, rows)| (&name[..], *rows))
        .collect();
    let path = recordings(folder.path(), &lengths);
    let signal = ["--signal", "window=16 hop=8: std,rms", "--recording", "who"];
    let fit = |path: &str, more: &[&str]| run(&[&["fit", path][..], &signal, more].concat());
    // Folds are of recordings, and a formula and an autoencoder are of features.
    let folds = fit(&path, &["--target", "label", "--cv", "5"]);
    assert_eq!(folds["cross_validation"]["folds"], 5);
    let formula = ["--target", "y", "--model", "formula: a*x_rms + b"];
    assert!(fit(&path, &formula)["parameters"]["a"]["value"].is_number());
    let normal = fit(&path, &["--model", "autoencoder:2"]);
    assert_eq!(normal["features"].as_array().map(Vec::len), Some(4));
    // Decimal commas, and timestamps as times.
    let text = fs::read_to_string(&path).expect("a file");
    let rows = text.lines().enumerate().map(|(at, row)| {
        let cells: Vec<&str> = row.split(',').collect();
        let time = match at {
            0 => "when".to_string(),
            at => format!("2024-05-01 10:{:02}:{:02}", at % 160 / 60, at % 60),
        };
        [
            cells[0],
            &time,
            &cells[3].replace('.', ","),
            &cells[4].replace('.', ","),
            cells[5],
        ]
        .join(";")
    });
    let european = folder.path().join("european.csv");
    fs::write(&european, rows.collect::<Vec<_>>().join("\n")).expect("a file");
    let told = fit(&european.display().to_string(), &["--target", "label"]);
    assert_eq!(told["signal"]["time"]["column"], "when");
    assert_eq!(told["signal"]["channels"], serde_json::json!(["x", "y"]));
    // Recordings in files of their own.
    let [one, other] = [1, 2].map(|first| {
        let path = folder.path().join(format!("{first}.csv"));
        let header = text.lines().take(1);
        let rows: Vec<&str> = header.chain(text.lines().skip(first).take(100)).collect();
        fs::write(&path, rows.join("\n")).expect("a file");
        path.display().to_string()
    });
    let files = [
        "fit",
        &one,
        &other,
        "--target",
        "y",
        "--signal",
        "window=16 hop=8: std",
    ];
    let told = run(&files);
    assert_eq!(told["signal"]["recordings"], 2);
    assert_eq!(told["signal"]["windows"], 2 * ((100 - 16) / 8 + 1));
}

#[test]
fn fits_of_windows_are_compared() {
    let folder = tempfile::tempdir().expect("a folder");
    let train = part(folder.path(), "st_har.csv", "train");
    let compared = run(&[
        "compare",
        &train,
        "--target",
        "label",
        "--features",
        "ax,ay,az",
        "--recording",
        "recording",
        "--signal",
        "window=128 hop=128 rate=26Hz: std,mean_crossings",
        "--epochs",
        "5",
        "--vary",
        "model=softmax,mlp:4",
    ]);
    let fits = compared["fits"].as_array().expect("fits");
    assert_eq!(fits.len(), 2);
    // Six features and a bias for each of three classes; and a layer of four units.
    let parameters: Vec<_> = fits.iter().map(|fit| &fit["parameters"]).collect();
    assert_eq!(parameters, [7 * 3, 7 * 4 + 5 * 3]);
    let rows = compared["rows"]["used"].as_u64().expect("rows");
    assert!((300..1000).contains(&rows), "{rows}");
}
