//! Fits of signals on boards: raw samples are sent, and the board makes the windows.

use std::fs;
use std::path::Path;

use downhill_boards::emulated_boards;
use downhill_tests::board::Board;
use downhill_tests::{downhill, json, stderr, stdout};
use serde_json::Value;

const SIGNAL: &str =
    "window=32 hop=16 rate=26Hz: mean,std,mean_crossings,logbands:4,magnitude(ax,az)";

/// Recordings of two axes, in whole counts, with a cell that is missing.
fn rows(folder: &Path) -> String {
    let mut text = String::from("recording,label,ax,az\n");
    for recording in 0..12u32 {
        let class = ["still", "shaken"][(recording % 2) as usize];
        for at in 0..150u32 {
            let wave = (f64::from(at * (recording + 3)) * 0.11).sin();
            let size = if recording % 2 == 1 { 900.0 } else { 40.0 };
            let ax = (wave * size) as i32;
            let az = 1000 + ((at * at + recording) % 17) as i32;
            match (recording, at) {
                (3, 70) => text += &format!("r{recording},{class},,{az}\n"),
                _ => text += &format!("r{recording},{class},{ax},{az}\n"),
            }
        }
    }
    let path = folder.join("shaken.csv");
    fs::write(&path, text).expect("a file");
    path.display().to_string()
}

fn options(rows: &str) -> Vec<&str> {
    let signal = ["--signal", SIGNAL, "--recording", "recording"];
    [&[rows, "--target", "label", "--epochs", "3"], &signal[..]].concat()
}

/// A model of these rows.
fn model(folder: &Path, rows: &str, precision: &str) -> String {
    let path = folder
        .join(format!("{precision}.json"))
        .display()
        .to_string();
    let mut fit = downhill(&["fit"]);
    let fit = fit.args(options(rows)).args(["--precision", precision]);
    fit.args(["--out", &path]).assert().success();
    path
}

#[test]
fn a_board_makes_the_windows_that_the_model_was_fitted_to() {
    let folder = tempfile::tempdir().expect("a folder");
    let rows = rows(folder.path());
    let path = |name: &str| folder.path().join(name).display().to_string();
    for precision in ["f32", "q15"] {
        let model = model(folder.path(), &rows, precision);
        let board = Board::on_terminal();
        let done = |arguments: &[&str]| board.command(arguments).assert().success();
        let stream = ["stream", &rows, "--model", &model, "--json"];
        let streamed = json(&done(&stream));
        // Each of eleven recordings has eight windows; one is in two parts, of three each.
        assert_eq!(streamed["rows"], 11 * 8 + 3 + 3);
        assert_eq!(
            (&streamed["refused"], &streamed["steps"]),
            (&0.into(), &94.into())
        );
        let info = json(&done(&["info", "--json"]));
        assert_eq!(info["fingerprint"], streamed["fingerprint"]);
        assert_eq!(info["has_signal_stage"], true);
        assert_eq!(info["signal"]["window"], 32);
        assert_eq!(
            (&info["windows"], &info["samples"]),
            (&94.into(), &94.into())
        );
        assert_eq!(info["windows_dropped"], 12 * 2);
        let said = stdout(&done(&["info"]));
        assert!(said.contains("of windows of 32 samples (94 made"), "{said}");
        assert!(said.contains("signals   yes"), "{said}");

        let learned = path("learned.json");
        done(&["pull", "--model", &model, "--out", &learned]);
        let text = fs::read_to_string(&learned).expect("a model");
        let pulled: Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(pulled["fingerprint"], streamed["fingerprint"]);
        assert_eq!(pulled["signal"]["description"], SIGNAL);
        let predicted = stdout(&downhill(&["predict", &learned, &rows]).assert().success());
        assert_eq!(predicted.lines().count(), 1 + 94);

        // A checkpoint is of a fit with its stage.
        let saved = path("saved.checkpoint");
        done(&["pull", "--checkpoint", &saved]);
        let there = Board::on_terminal();
        let resumed = there.command(&["push", "--checkpoint", &saved, &model]);
        let resumed = stdout(&{ resumed }.assert().success());
        let fingerprint = streamed["fingerprint"].as_str().expect("a fingerprint");
        assert!(resumed.contains(fingerprint), "{resumed}");
        let info = json(&there.command(&["info", "--json"]).assert().success());
        assert_eq!(info["signal"]["window"], 32);
        there.command(&["push", &learned]).assert().success();
        there.command(&stream).assert().success();
    }
}

/// The twin of a recording makes the same windows, and notices where they are others.
#[test]
fn a_recording_of_raw_samples_is_replayed() {
    let folder = tempfile::tempdir().expect("a folder");
    let rows = rows(folder.path());
    let recording = folder.path().join("run.jsonl").display().to_string();
    for precision in ["f32", "q15"] {
        let model = model(folder.path(), &rows, precision);
        let record = ["record", &recording, &rows, "--model", &model];
        Board::on_terminal().command(&record).assert().success();
        let replayed = json(
            &downhill(&["replay", &recording, "--json"])
                .assert()
                .success(),
        );
        assert_eq!(
            (&replayed["status"], &replayed["steps"]),
            (&"identical".into(), &94.into())
        );
        let text = fs::read_to_string(&recording).expect("a recording");
        assert!(text.contains("\"configure_signal\"") && text.contains("\"i16\":["));
        // A sample, a gap and the stage itself: each changed, it is another fit.
        let sample = text.replacen("\"i16\":[0,", "\"i16\":[400,", 1);
        let gaps = text
            .match_indices("{\"do\":\"gap\"")
            .nth(4)
            .expect("gaps")
            .0;
        let end = gaps + text[gaps..].find('\n').expect("its end") + 1;
        let gap = format!("{}{}", &text[..gaps], &text[end..]);
        let stage = text.replacen("\"hop\":16", "\"hop\":15", 1);
        for changed in [sample, gap, stage] {
            assert_ne!(changed, text);
            let count = changed.lines().count() - 2;
            let marked = text.lines().count() - 2;
            let mark = |count: usize| format!("{{\"end\":{{\"entries\":{count}}}}}");
            fs::write(&recording, changed.replace(&mark(marked), &mark(count))).expect("a file");
            downhill(&["replay", &recording]).assert().code(4);
        }
    }
}

#[test]
fn a_stage_that_a_board_has_no_room_for_is_refused_with_its_need() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).display().to_string();
    let (rows, model) = (path("long.csv"), path("long.json"));
    let wide: String = (0..7000)
        .map(|at| format!("{},{},{}\n", at % 7, at % 5, at / 3500))
        .collect();
    fs::write(&rows, format!("a,b,y\n{wide}")).expect("a file");
    let mut fit = downhill(&["fit", &rows, "--target", "y", "--model", "linear"]);
    fit.args(["--signal", "window=3000 rate=26Hz: mean", "--out", &model]);
    fit.args(["--loss", "squared", "--validation-every", "0"]);
    fit.assert().success();
    let board = Board::on_terminal();
    let refused = board.command(&["configure", &model]).assert().code(1);
    let said = stderr(&refused);
    assert!(
        said.contains("the signal stage needs memory for 6000 numbers, and there is room for 4096"),
        "{said}"
    );
}

/// Bit by bit, on every board that has a stage; the others are given the features of windows.
#[test]
#[ignore = "needs QEMU: run by `cargo xtask test`"]
fn board_and_twin_make_the_same_windows_and_learn_the_same() {
    let folder = tempfile::tempdir().expect("a folder");
    let rows = rows(folder.path());
    for board in emulated_boards() {
        for precision in ["f32", "q15"] {
            let mut check = downhill(&["crosscheck"]);
            check.args(options(&rows));
            check.args(["--board", board.name, "--precision", precision]);
            let check = check.arg("--json").assert().success();
            let said = json(&check);
            assert_eq!(said["different"], 0, "{said}");
            assert!(said["identical"].as_u64() >= Some(150), "{said}");
            match board.name {
                "microbit" => {
                    assert!(stderr(&check).contains("no signal stage"));
                    assert_eq!(said["windows"], Value::Null);
                }
                // Once for the scaler, and three epochs.
                _ => assert_eq!(said["windows"], 4 * 94, "{said}"),
            }
        }
    }
    let mut flipped = downhill(&["crosscheck"]);
    flipped.args(options(&rows)).args(["--flip-bit-at", "20"]);
    let flipped = flipped.assert().code(4);
    assert!(stdout(&flipped).contains("19 identical, 1 different"));
}
