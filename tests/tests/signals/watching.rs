//! Models of what is normal on boards, by the command: learned there, or handed over to watch.

use std::fs;
use std::path::Path;

use downhill_tests::board::Board;
use downhill_tests::{downhill, json, stderr, stdout};

const SIGNAL: &str = "window=16 hop=8 rate=26Hz: mean,std,mean_crossings";

/// Recordings of two axes, the last two shaken, and one with a cell that is missing.
fn rows(folder: &Path) -> String {
    let mut text = String::from("recording,label,ax,az\n");
    for recording in 0..14u32 {
        let (class, size) = match recording {
            12.. => ("shaken", 900.0),
            _ => ("still", 40.0),
        };
        for at in 0..150u32 {
            let wave = (f64::from(at * (recording % 5 + 3)) * 0.11).sin();
            let ax = (wave * size) as i32;
            let az = 1000 + ((at * at + recording * 7) % 17) as i32;
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

#[test]
fn a_model_of_what_is_normal_watches_on_a_board_and_is_learned_there() {
    let folder = tempfile::tempdir().expect("a folder");
    let rows = rows(folder.path());
    let path = |name: &str| folder.path().join(name).display().to_string();
    for kind in [
        "normal:mahalanobis",
        "normal:kmeans:3",
        "normal:autoencoder:2",
    ] {
        let (model, recording) = (path("m.json"), path("run.jsonl"));
        let mut fit = downhill(&["fit", &rows, "--target", "label", "--normal", "still"]);
        fit.args([
            "--signal",
            SIGNAL,
            "--recording",
            "recording",
            "--votes",
            "2/3",
        ]);
        fit.args(["--model", kind, "--out", &model]);
        if kind.contains("autoencoder") {
            fit.args(["--epochs", "1"]);
        }
        fit.assert().success();
        let text = fs::read_to_string(&model).expect("a model");
        let file: serde_json::Value = serde_json::from_str(&text).expect("JSON");

        // Handed over, it watches with the alarms of `predict`.
        let board = Board::on_terminal();
        let done = |arguments: &[&str]| board.command(arguments).assert().success();
        let pushed = stdout(&done(&["push", &model]));
        let fingerprint = file["fingerprint"].as_str().expect("a fingerprint");
        assert!(
            pushed.contains(&format!("watches, fingerprint {fingerprint}")),
            "{pushed}"
        );
        let streamed = json(&done(&["stream", &rows, "--model", &model, "--json"]));
        let predicted = json(
            &downhill(&["predict", &model, &rows, "--json"])
                .assert()
                .success(),
        );
        let alarms = predicted["alarms"].as_array().expect("alarms").len();
        assert!(alarms > 0, "{kind}");
        assert_eq!(streamed["alarms"], alarms, "{kind}");
        assert_eq!(streamed["rows"], predicted["rows"]);
        let watched = stdout(&done(&["watch", "--frames", "1"]));
        let threshold = file["normal"]["threshold"].as_f64().expect("a threshold");
        assert!(
            watched.contains(&format!("watching: threshold {threshold:.5}")),
            "{watched}"
        );

        // Its checkpoint goes on elsewhere, and is that of no other detector.
        let saved = path("saved.checkpoint");
        done(&["pull", "--checkpoint", &saved]);
        let other = Board::on_terminal();
        let resumed = other.command(&["push", "--checkpoint", &saved, &model]);
        let resumed = stdout(&{ resumed }.assert().success());
        let last = streamed["fingerprint"].as_str().expect("a fingerprint");
        assert!(resumed.contains(last), "{resumed}");

        // Learned on a board from the first windows, it is the same on the host.
        let record = ["record", &recording, &rows, "--model", &model];
        Board::on_terminal().command(&record).assert().success();
        let replay = || downhill(&["replay", &recording, "--json"]);
        let replayed = json(&replay().assert().success());
        assert_eq!(replayed["status"], "identical");
        let text = fs::read_to_string(&recording).expect("a recording");
        assert!(text.contains("\"configure_detector\""));
        let changed = text.replacen("\"cool_down\":64", "\"cool_down\":63", 1);
        let changed = [changed, text.replacen("\"i16\":[0,", "\"i16\":[400,", 1)];
        for changed in changed {
            assert_ne!(changed, text);
            fs::write(&recording, changed).expect("a recording");
            let replayed = json(&replay().assert().code(4));
            assert_eq!(replayed["status"], "different", "{kind}");
        }
    }
    let model = path("m.json");
    let command = ["pull", "--model", &model];
    let said = stderr(&Board::on_terminal().command(&command).assert().failure());
    assert!(said.contains("a model of what is normal"), "{said}");
}
