//! `downhill device` and `downhill replay`: the firmware's own code at the other end of a
//! pseudo-terminal and of a TCP connection, and emulated boards.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use downhill_boards::emulated_boards;
use downhill_tests::board::Board;
use downhill_tests::emulated::Emulated;
use downhill_tests::{data, downhill, json, stderr, stdout, terminal};
use serde_json::Value;

/// A folder with a model of the irises' petals in it, in this number type.
fn folder(precision: &str) -> (tempfile::TempDir, PathBuf, String) {
    let folder = tempfile::tempdir().unwrap();
    let model = folder.path().join("petals.json");
    let rows = data("iris.csv");
    let mut fit = downhill(&[
        "fit", &rows, "--target", "petal_w", "--epochs", "10", "--out",
    ]);
    fit.arg(&model)
        .args(["--features", "sepal_l,sepal_w,petal_l"])
        .args(["--precision", precision])
        .assert()
        .code(0);
    (folder, model, rows)
}

/// Everything that can be done with a board, one command after the other.
pub(crate) fn everything(board: &Board, precision: &str) {
    let (folder, model, rows) = folder(precision);
    let model = model.to_str().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();

    let info = json(&board.command(&["info", "--json"]).assert().code(0));
    assert_eq!(
        (&info["board"], &info["fingerprint"]),
        (&"desk".into(), &Value::Null)
    );

    let configured = stdout(&board.command(&["configure", model]).assert().code(0));
    assert!(
        configured.starts_with("desk has a new fit, fingerprint "),
        "{configured}"
    );

    let stream = [
        "stream", &rows, "--model", model, "--json", "--limit", "100",
    ];
    let streamed = json(&board.command(&stream).assert().code(0));
    assert_eq!(
        (&streamed["rows"], &streamed["steps"]),
        (&100.into(), &100.into())
    );

    let info = json(&board.command(&["info", "--json"]).assert().code(0));
    assert_eq!(info["fingerprint"], streamed["fingerprint"]);
    assert_eq!(info["samples"], 100);

    let learned = path("learned.json");
    board
        .command(&["pull", "--model", model, "--out", &learned])
        .assert()
        .code(0);
    let pulled: Value = serde_json::from_str(&fs::read_to_string(&learned).unwrap()).unwrap();
    assert_eq!(pulled["fingerprint"], streamed["fingerprint"]);
    assert_eq!(pulled["steps"], 100);
    // What a board has learned predicts like any model.
    downhill(&["predict", &learned, &rows]).assert().code(0);
    let header = downhill(&["export", &learned, "--to", "c"])
        .assert()
        .code(0);
    assert!(stdout(&header).contains("by a model fitted on desk."));

    // A board that is told to begin anew and then handed the fit goes on where it was.
    board.command(&["configure", model]).assert().code(0);
    let pushed = stdout(&board.command(&["push", &learned]).assert().code(0));
    let fingerprint = streamed["fingerprint"].as_str().unwrap();
    assert!(
        pushed.contains("step 100") && pushed.contains(fingerprint),
        "{pushed}"
    );

    let watch = [
        "watch", &rows, "--model", model, "--frames", "2", "--every", "20",
    ];
    let watched = stdout(&board.command(&watch).assert().code(0));
    let frames: Vec<&str> = watched.split("desk: step ").skip(1).collect();
    // A quick machine may be through with the rows before the second frame is due.
    assert!((1..=2).contains(&frames.len()), "{watched}");
    for frame in frames {
        let step: u64 = frame.split(',').next().unwrap().parse().unwrap();
        assert!(step > 100, "{frame}");
        // A slow machine may have made one step by then, and one is no curve.
        assert!(
            step == 101 || frame.contains("loss of each step"),
            "{frame}"
        );
        for part in [
            "steps/s",
            "parameters of the scaled columns, not in their own units:\nsepal_l",
            "intercept",
            "samples ",
            "fingerprint ",
        ] {
            assert!(frame.contains(part), "{part}: {frame}");
        }
    }

    let recording = path("run.jsonl");
    board
        .command(&["record", &recording, &rows, "--model", model])
        .assert()
        .code(0);
    let text = fs::read_to_string(&recording).unwrap();
    assert!(text.starts_with("{\"format\":\"downhill recording\",\"version\":2,"));
    let replayed = json(&downhill(&["replay", &recording, "--json"]).assert().code(0));
    assert_eq!(replayed["status"], "identical");
    assert_eq!(replayed["steps"], 150);
    let info = json(&board.command(&["info", "--json"]).assert().code(0));
    assert_eq!(replayed["fingerprint"], info["fingerprint"]);
}

#[test]
fn a_board_on_a_pseudo_terminal() {
    everything(&Board::on_terminal(), "f32");
}

#[test]
fn a_fit_in_fixed_point_on_a_board() {
    everything(&Board::on_terminal(), "q15");
}

/// A terminal is drawn over, frame by frame, and what the board says of its fit is on it.
#[test]
fn a_terminal_shows_the_verdicts_of_a_board_on_a_pseudo_terminal() {
    let board = Board::on_terminal();
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    // A straight line, learned at once: the loss falls no further.
    let row = |k: u32| {
        format!(
            "{},{}\n",
            k % 7,
            3.0 * f64::from(k % 7) - 1.0 + f64::from(k * 5 % 3)
        )
    };
    let rows: String = (0..600).map(row).collect();
    fs::write(path("line.csv"), format!("x,y\n{rows}")).unwrap();
    let [file, model] = [path("line.csv"), path("line.json")];
    let mut fit = downhill(&[
        "fit", &file, "--target", "y", "--epochs", "4", "--out", &model,
    ]);
    fit.args(["--health", "8"]).assert().code(0);
    let mut watch = Command::new(downhill(&[]).get_program());
    watch.args(["device", "watch", &file, "--model", &model, "--every", "20"]);
    watch.args(["--line", &board.line]);
    let (shown, code) = terminal::shown(&mut watch);
    assert_eq!(code, Some(0), "{shown}");
    let frames: Vec<&str> = shown.split("\u{1b}[H\u{1b}[J").skip(1).collect();
    // How many frames there are depends on the machine: a fast one is done before the second is due.
    assert!(!frames.is_empty(), "{shown}");
    let told = |frame: &&str| frame.contains("\n! step ");
    assert!(frames.iter().any(told), "{shown}");
    let last = frames.last().unwrap();
    assert!(last.contains("desk: step 600,"), "{last}");
}

/// In the middle of a batch, from one board to another, which then goes on as the first one does.
#[test]
fn a_checkpoint_moves_a_fit_to_another_board() {
    let [one, other] = [(); 2].map(|()| Board::on_terminal());
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let [model, checkpoint] = [path("petals.json"), path("fit.bin")];
    let rows = data("iris.csv");
    let fit = [
        "fit", &rows, "--target", "petal_w", "--batch", "8", "--out", &model,
    ];
    downhill(&fit)
        .args(["--features", "sepal_l,petal_l"])
        .assert()
        .code(0);
    let pull = ["pull", "--checkpoint", &checkpoint];
    let error = stderr(&one.command(&pull).assert().code(1));
    assert!(error.contains("desk has no fit"), "{error}");
    assert!(!Path::new(&checkpoint).exists());

    let stream = |board: &Board, rows: &str| {
        let stream = [
            "stream",
            &data("iris.csv"),
            "--model",
            &model,
            "--json",
            "--limit",
            rows,
        ];
        json(&board.command(&stream).assert().code(0))
    };
    let first = stream(&one, "83");
    assert_eq!(first["steps"], 10);
    let pulled = stdout(&one.command(&pull).assert().code(0));
    assert!(pulled.starts_with("desk: 10 steps\n"), "{pulled}");

    // Refused by a board without a fit, and where a byte is another.
    let error = stderr(
        &other
            .command(&["push", "--checkpoint", &checkpoint])
            .assert()
            .code(1),
    );
    assert!(error.contains("desk has no fit"), "{error}");
    let mut bytes = fs::read(&checkpoint).unwrap();
    bytes[40] ^= 1;
    fs::write(path("changed.bin"), bytes).unwrap();
    let changed = ["push", &model, "--checkpoint", &path("changed.bin")];
    let error = stderr(&other.command(&changed).assert().code(1));
    assert!(
        error.contains("changed.bin") && error.contains("missing or changed"),
        "{error}"
    );

    let push = ["push", &model, "--checkpoint", &checkpoint];
    let pushed = stdout(&other.command(&push).assert().code(0));
    let fingerprint = first["fingerprint"].as_str().unwrap();
    assert_eq!(
        pushed,
        format!("desk continues at step 10, fingerprint {fingerprint}\n")
    );
    // 3 samples of a batch of 8 were under way: 20 more make 2 steps, and 7 are left.
    let [a, b] = [&one, &other].map(|board| stream(board, "20"));
    assert_eq!(
        (&a["steps"], &a["fingerprint"]),
        (&b["steps"], &b["fingerprint"])
    );
    assert_ne!(a["fingerprint"], first["fingerprint"]);
}

#[test]
fn a_board_on_tcp() {
    let board = Board::on_tcp();
    let info = json(&board.command(&["info", "--json"]).assert().code(0));
    assert_eq!(info["board"], "desk");
}

/// A recording with one number changed parts from the host at that line.
#[test]
fn a_changed_recording_is_caught_where_it_was_changed() {
    let board = Board::on_terminal();
    let (folder, model, rows) = folder("f32");
    let recording = folder.path().join("run.jsonl");
    let model = model.to_str().unwrap();
    let record = [
        "record",
        recording.to_str().unwrap(),
        &rows,
        "--model",
        model,
    ];
    board.command(&record).assert().code(0);
    let text = fs::read_to_string(&recording).unwrap();
    let mut lines: Vec<String> = text.lines().map(String::from).collect();
    let line = 40;
    let mut entry: Value = serde_json::from_str(&lines[line - 1]).unwrap();
    let first = &mut entry["do"]["sample"]["features"][0];
    let number = first.as_f64().unwrap() as f32;
    *first = serde_json::to_value(number.next_up()).unwrap();
    lines[line - 1] = entry.to_string();
    fs::write(&recording, lines.join("\n")).unwrap();
    let page = folder.path().join("replay.html");
    let mut replay = downhill(&["replay", recording.to_str().unwrap(), "--json", "--report"]);
    let replay = replay.arg(&page).assert().code(4);
    let difference = json(&replay)["first_difference"].clone();
    assert_eq!(difference["line"], line);
    assert_eq!(difference["what"], "fingerprint");
    let page = fs::read_to_string(page).unwrap();
    let parts = ["recording", "host"].map(|part| difference[part].as_str().unwrap());
    for part in [
        "<h3>line 40: fingerprint</h3>",
        parts[0],
        parts[1],
        "class=\"mark\"",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(
        stderr(&replay).contains("run.jsonl, line 40: after step"),
        "{}",
        stderr(&replay)
    );
}

#[test]
fn a_board_that_fits_something_else_is_not_fed() {
    let board = Board::on_terminal();
    let (folder, model, rows) = folder("f32");
    board
        .command(&["configure", model.to_str().unwrap()])
        .assert()
        .code(0);
    let other = folder.path().join("other.json");
    let mut fit = downhill(&[
        "fit", &rows, "--target", "sepal_w", "--epochs", "30", "--out",
    ]);
    fit.arg(&other).args(["--lr", "0.01"]).assert().code(0);
    let other = other.to_str().unwrap();
    for arguments in [
        ["stream", &rows, "--model", other],
        ["pull", "--model", other, "--baud=9600"],
    ] {
        let error = stderr(&board.command(&arguments).assert().code(1));
        assert!(error.contains("another recipe"), "{error}");
    }
}

/// `device watch … | head -1` ends when `head` does.
#[test]
fn nobody_is_watched_for_who_has_gone() {
    let board = Board::on_terminal();
    let (_folder, model, _) = folder("f32");
    let model = model.to_str().unwrap();
    board.command(&["configure", model]).assert().code(0);
    let program = downhill(&[]).get_program().to_owned();
    let mut watch = std::process::Command::new(program)
        .args(["device", "watch", "--every", "20", "--line", &board.line])
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = [0; 5];
    let mut shown = watch.stdout.take().unwrap();
    shown.read_exact(&mut first).unwrap();
    assert_eq!(&first, b"desk:");
    drop(shown);
    assert!(watch.wait().unwrap().success());
}

/// Nothing is asked between two frames, so that no answer is late.
#[test]
fn frames_may_be_farther_apart_than_answers_may_be_late() {
    let board = Board::on_terminal();
    let watch = "watch --frames 1 --every 1600 --timeout 1.5";
    let watch: Vec<&str> = watch.split(' ').collect();
    let watched = stdout(&board.command(&watch).assert().code(0));
    assert_eq!(watched.matches("desk: step 0,").count(), 1, "{watched}");
}

/// No row means no loss, and a board without a sensor has nothing of its own to record.
#[test]
fn nothing_is_made_of_no_rows() {
    let board = Board::on_terminal();
    let (folder, model, _) = folder("f32");
    let model = model.to_str().unwrap();
    let empty = folder.path().join("gaps.csv");
    fs::write(
        &empty,
        "sepal_l,sepal_w,petal_l,petal_w\n1,2,,4\n2,3,,5\n3,4,1,\n",
    )
    .unwrap();
    let stream = ["stream", empty.to_str().unwrap(), "--model", model];
    let error = stderr(&board.command(&stream).assert().code(1));
    assert!(error.contains("gaps.csv"), "{error}");
    board.command(&["configure", model]).assert().code(0);
    let mut piped = board.command(&["stream", "-", "--model", model]);
    let rows = "sepal_l,sepal_w,petal_l,petal_w\n1,2,3,4\n";
    let said = stdout(&piped.write_stdin(rows).assert().code(0));
    assert!(said.contains("1 rows of standard input,"), "{said}");
    let recording = folder.path().join("run.jsonl");
    let record = ["record", recording.to_str().unwrap()];
    let error = stderr(&board.command(&record).assert().code(1));
    assert!(
        error.contains("name DATA.csv and `--model MODEL`"),
        "{error}"
    );
    assert!(!recording.exists());
}

#[test]
fn emulated_boards_are_listed() {
    let list = json(&downhill(&["device", "list", "--json"]).assert().code(0));
    let emulated = list["emulated"].as_array().unwrap();
    assert_eq!(emulated.len(), emulated_boards().count());
    let list = stdout(&downhill(&["device", "list"]).assert().code(0));
    assert!(list.contains("--board mps2-an386"), "{list}");
}

#[test]
#[ignore = "needs QEMU: run by `cargo xtask test`"]
fn an_emulated_board_is_recorded_and_replayed() {
    for board in ["mps2-an386", "riscv-virt-imc", "wasm", "pico"] {
        is_recorded_and_replayed(board);
    }
}

fn is_recorded_and_replayed(board: &str) {
    let (folder, model, rows) = folder("f32");
    let recording = folder.path().join("run.jsonl");
    let mut record = downhill(&["device", "record", recording.to_str().unwrap(), &rows]);
    record
        .arg("--model")
        .arg(&model)
        .args(["--board", board])
        .current_dir(root());
    record.assert().code(0);
    let replayed = json(
        &downhill(&["replay", recording.to_str().unwrap(), "--json"])
            .assert()
            .code(0),
    );
    assert_eq!(
        (&replayed["status"], &replayed["board"]),
        (&"identical".into(), &board.into())
    );
    assert_eq!(replayed["steps"], 150);
}

/// An emulated board that stays: each command finds it as the one before left it, over TCP and
/// over a pseudo-terminal.
#[test]
#[ignore = "needs QEMU: run by `cargo xtask test`"]
fn an_emulated_board_stays_between_commands() {
    for board in ["mps2-an386", "pico"] {
        let mut emulated = Emulated::start(board);
        go_through(&emulated.line, board);
        assert!(emulated.interrupt().success());
    }

    let firmware = downhill_tests::emulator::firmware("mps2-an386", "");
    // QEMU's own pseudo-terminal, opened as any serial port is.
    let mut qemu = Command::new("qemu-system-arm")
        .args([
            "-machine",
            "mps2-an386",
            "-nographic",
            "-monitor",
            "none",
            "-semihosting",
        ])
        .args(["-serial", "pty", "-kernel"])
        .arg(&firmware)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = String::new();
    BufReader::new(qemu.stdout.take().unwrap())
        .read_line(&mut said)
        .unwrap();
    let name = said
        .split_whitespace()
        .find(|word| word.starts_with("/dev/"))
        .unwrap_or_else(|| panic!("{said}"));
    go_through(name, "mps2-an386");
    qemu.kill().unwrap();
    qemu.wait().unwrap();
}

fn go_through(line: &str, name: &str) {
    let (_folder, model, rows) = folder("f32");
    let model = model.to_str().unwrap();
    let device = |arguments: &[&str]| {
        let mut command = downhill(&["device"]);
        command
            .args(arguments)
            .args(["--line", line])
            .timeout(Duration::from_secs(300));
        command.assert().code(0)
    };
    device(&["configure", model]);
    let streamed = json(&device(&["stream", &rows, "--model", model, "--json"]));
    assert_eq!(streamed["steps"], 150);
    let info = json(&device(&["info", "--json"]));
    assert_eq!(
        (&info["board"], &info["fingerprint"]),
        (&name.into(), &streamed["fingerprint"])
    );
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Rows of seconds since 1970, for a model that counts from no origin: a board does not hold them apart.
#[test]
fn rows_too_coarse_for_a_board_are_told() {
    let board = Board::on_terminal();
    let (folder, model, _) = folder("f32");
    let model = model.to_str().unwrap();
    board.command(&["configure", model]).assert().code(0);
    let head = "sepal_l,sepal_w,petal_l,petal_w\n";
    let stream = |name: &str, rows: &str| {
        let path = folder.path().join(name);
        fs::write(&path, format!("{head}{rows}")).unwrap();
        let stream = ["stream", path.to_str().unwrap(), "--model", model];
        stderr(&board.command(&stream).assert().code(0))
    };
    let said = stream("far.csv", "5,3,1.4,0.2\n5,1700000060,1.4,0.2\n");
    let told = "line 3: `sepal_w` is 1700000000 from the model's origin, and so far from it a board \
                tells numbers apart by 128 only";
    assert!(said.contains(told), "{said}");
    let said = stream("near.csv", "5,3,1.4,0.2\n5,101325,1.4,0.2\n");
    assert!(!said.contains("warning"), "{said}");
}
