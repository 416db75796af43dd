//! Files that earlier versions wrote are read, and give the same bits: `data/before/README.md`
//! tells where they come from.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use downhill_tests::board::Board;
use downhill_tests::{data, downhill, emulator, json, stdout};
use serde_json::{Map, Value};

fn before(name: &str) -> String {
    data(&format!("before/{name}"))
}

/// The samples of a kind, by name: exactly the files that are there.
fn expected(kind: &str) -> Map<String, Value> {
    let text = fs::read_to_string(before("expected.json")).unwrap();
    let all: Value = serde_json::from_str(&text).unwrap();
    let samples = all[kind].as_object().unwrap().clone();
    let files = fs::read_dir(before(kind)).unwrap();
    let stem = |path: PathBuf| path.file_stem().unwrap().to_str().unwrap().to_owned();
    let mut files: BTreeSet<String> = files.map(|file| stem(file.unwrap().path())).collect();
    if kind == "checkpoints" {
        assert!(files.remove("flash"), "the firmware's tests read it");
    }
    assert_eq!(files, samples.keys().cloned().collect());
    samples
}

/// The last word of what a command says of a board.
fn fingerprint(said: &str) -> &str {
    said.split_whitespace().last().unwrap()
}

#[test]
fn models_predict_as_they_did() {
    for (name, model) in expected("models") {
        let path = before(&format!("models/{name}.json"));
        let rows = fs::read_to_string(before(model["data"].as_str().unwrap())).unwrap();
        let rows: Vec<&str> = rows.lines().take(13).collect();
        let mut predict = downhill(&["predict", &path, "-"]);
        let predicted = predict.write_stdin(rows.join("\n")).assert().code(0);
        let predicted: Value = stdout(&predicted).lines().collect();
        assert_eq!(predicted, model["predictions"], "{name}");
        let file: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        assert_eq!(file["fingerprint"], model["fingerprint"], "{name}");
    }
}

#[test]
fn recordings_are_replayed_bit_for_bit() {
    for (name, recording) in expected("recordings") {
        let path = before(&format!("recordings/{name}.jsonl"));
        let replayed = json(&downhill(&["replay", &path, "--json"]).assert().code(0));
        for key in ["entries", "steps", "fingerprint"] {
            assert_eq!(replayed[key], recording[key], "{name}");
        }
        // Those of version 1 do not tell.
        let text = fs::read_to_string(&path).unwrap();
        let version = json_line(&text)["version"].as_u64().unwrap();
        let cut = (version > 1).then_some(false);
        assert_eq!(replayed["cut"], Value::from(cut), "{name}");
    }
}

/// The first line of a recording.
fn json_line(text: &str) -> Value {
    serde_json::from_str(text.lines().next().unwrap()).unwrap()
}

#[test]
fn checkpoints_go_on_where_they_stopped() {
    for (name, checkpoint) in expected("checkpoints") {
        let board = Board::on_terminal();
        let model = before(&format!("models/{name}.json"));
        let bytes = before(&format!("checkpoints/{name}.bin"));
        let push = ["push", &model, "--checkpoint", &bytes];
        let pushed = stdout(&board.command(&push).assert().code(0));
        let step = format!(" step {},", checkpoint["steps"]);
        assert!(pushed.contains(&step), "{name}: {pushed}");
        assert_eq!(fingerprint(&pushed), checkpoint["fingerprint"], "{name}");

        let rows = match name.starts_with("formula") {
            true => before("decay.csv"),
            false => before("rooms.csv"),
        };
        let stream = [
            "stream", &rows, "--model", &model, "--json", "--limit", "20",
        ];
        let streamed = json(&board.command(&stream).assert().code(0));
        assert_eq!(streamed["steps"], checkpoint["then_steps"], "{name}");
        let there = &checkpoint["then_fingerprint"];
        assert_eq!(&streamed["fingerprint"], there, "{name}");
    }
}

#[test]
fn recipes_configure_a_board() {
    for (name, there) in expected("recipes") {
        let board = Board::on_terminal();
        let path = before(&format!("recipes/{name}.json"));
        let configured = stdout(&board.command(&["configure", &path]).assert().code(0));
        assert_eq!(fingerprint(&configured), there, "{name}");
    }
}

/// A copy of the samples, in whose projects commands may write.
fn copy() -> tempfile::TempDir {
    fn copy(from: &Path, to: &Path) {
        fs::create_dir_all(to).unwrap();
        for entry in fs::read_dir(from).unwrap() {
            let path = entry.unwrap().path();
            let to = to.join(path.file_name().unwrap());
            match path.is_dir() {
                true => copy(&path, &to),
                false => _ = fs::copy(&path, to).unwrap(),
            }
        }
    }
    let folder = tempfile::tempdir().unwrap();
    copy(Path::new(&data("before")), folder.path());
    folder
}

#[test]
fn projects_are_fitted_as_they_were() {
    let folder = copy();
    for (name, fit) in expected("projects") {
        let project = folder.path().join("projects").join(&name);
        let fitted = json(&downhill(&["fit"]).current_dir(&project).assert().code(0));
        for key in ["steps", "fingerprint"] {
            assert_eq!(fitted[key], fit[key], "{name}");
        }
    }
    let project = folder.path().join("projects/gradient");
    assert!(project.join("model.json").exists() && project.join("report.html").exists());
    let text = fs::read_to_string(before("expected.json")).unwrap();
    let expected: Value = serde_json::from_str(&text).unwrap();
    let run = |command: &str| {
        let mut command = downhill(&[command]);
        json(&command.current_dir(&project).assert().code(0))
    };
    let compared = run("compare");
    let fits = compared["fits"].as_array().unwrap().iter();
    let fits: Value = fits
        .map(|fit| {
            let coefficient = &fit["coefficients"]["temperature"];
            Value::from(vec![
                fit["options"]["optimizer"].clone(),
                coefficient.clone(),
            ])
        })
        .collect();
    assert_eq!(fits, expected["compare"]);
    let inspected = run("inspect");
    let columns = inspected["columns"].as_array().unwrap().iter();
    let columns: Value = columns
        .map(|column| Value::from(vec![column["name"].clone(), column["mean"].clone()]))
        .collect();
    assert_eq!(columns, expected["inspect"]);
}

#[test]
#[ignore = "needs QEMU: run by `cargo xtask test`"]
fn a_project_is_checked_on_a_board() {
    let folder = copy();
    let project = folder.path().join("projects/gradient");
    let lab = emulator::firmware("mps2-an386", "");
    let mut crosscheck = downhill(&["crosscheck", "--firmware", lab.to_str().unwrap()]);
    let checked = json(&crosscheck.current_dir(project).assert().code(0));
    assert_eq!(checked["rows"], 30);
}
