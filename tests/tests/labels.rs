//! `downhill device label`: a thermometer's readings, told to boards with a sensor of their own.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::{ChildStdin, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use downhill::fit::Fit;
use downhill::loss::{AnyLoss, Squared};
use downhill::model::{AnyModel, Linear};
use downhill::optimizer::{AnyOptimizer, Sgd};
use downhill::rules::Scaling;
use downhill::{Const, Dyn, Recipe, Trainer};
use downhill_firmware::{Connection, DeferredLabels, Learner, Mode, Node, NodeWorker, SensorFault};
use downhill_tests::board::{Board, Pin, Wire};
use downhill_tests::emulator::{Emulator, firmware};
use downhill_tests::{downhill, json, stderr, stdout};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

type Line = Trainer<Linear<Const<1>>, Squared, Sgd<f32>, Scaling, &'static mut [f32]>;

const RATE: f32 = 0.1;
/// From how many samples the scaler learns.
const SCALER_SAMPLES: u32 = 5;

static RECIPE: Recipe<f32> = Recipe::new(
    AnyModel::Linear(Linear::with_shape(Dyn(1), Dyn(1), Dyn(1))),
    AnyLoss::Squared(Squared),
    AnyOptimizer::Sgd(Sgd::new(RATE)),
)
.scaling(Scaling::STANDARD)
.seed(1);

/// A node whose sensor reads 20, 20.5, 21 … and is broken from 30 on; stopped, or with a sample
/// every few milliseconds.
fn node(wire: Wire, stop: &AtomicBool, runs: bool) {
    let mut reading = 19.5;
    let sensor = move || {
        reading += 0.5;
        match reading < 30.0 || runs {
            true => Ok(Some([reading])),
            false => Err(SensorFault::Missing),
        }
    };
    let arena = vec![0.0; Line::ARENA].leak();
    let (model, optimizer) = (Linear::new(), Sgd::new(RATE));
    let trainer = Line::with_rules(model, Squared, optimizer, Scaling::STANDARD, arena).unwrap();
    let fit = Fit::new(trainer, RECIPE.batch);
    let learner: Learner<_, _, _, _, 1, 1, 4> =
        Learner::new(fit, sensor, DeferredLabels, Pin).unwrap();
    let learner = learner
        .fit_scaler(SCALER_SAMPLES)
        .mode(Mode::LearnWhileInferring);
    let learner = if runs { learner } else { learner.stopped() };
    let mut staging = [0.0; 32];
    let mut worker = NodeWorker::new(learner, &RECIPE, (), &mut staging);
    worker.restore();
    let mut node = Node::new(Connection::new("thermometer", wire).frame::<160>(), worker);
    let mut last = Instant::now();
    while !stop.load(Ordering::Relaxed) {
        node.poll();
        if !runs || last.elapsed() > Duration::from_millis(5) {
            node.sample();
            last = Instant::now();
        }
    }
}

fn correct(reading: f32) -> f32 {
    1.02 * reading - 0.7
}

/// How often each thing was done, by a recording.
fn deeds(recording: &Path) -> Vec<(String, usize)> {
    let text = fs::read_to_string(recording).unwrap();
    let mut counts: Vec<(String, usize)> = Vec::new();
    let (entries, end) = text.trim_end().rsplit_once('\n').unwrap();
    assert!(end.starts_with("{\"end\":"), "{end}");
    for line in entries.lines().skip(1) {
        let entry: Value = serde_json::from_str(line).unwrap();
        let deed = match &entry["do"] {
            Value::String(deed) => deed.clone(),
            deed => deed.as_object().unwrap().keys().next().unwrap().clone(),
        };
        match counts.last_mut() {
            Some((last, count)) if *last == deed => *count += 1,
            _ => counts.push((deed, 1)),
        }
    }
    counts
}

/// Replays a recording: its end is the board's.
fn replayed(recording: &Path, fingerprint: &Value) -> Value {
    let mut replay = downhill(&["replay", "--json"]);
    let replayed = json(&replay.arg(recording).assert().code(0));
    assert_eq!(
        (&replayed["status"], &replayed["fingerprint"]),
        (&"identical".into(), fingerprint)
    );
    replayed
}

/// Through the scaler's own samples, and on from there in a command of its own; the replay makes
/// the same steps from what was recorded alone.
#[test]
fn a_node_learns_from_labels_and_its_twin_from_their_recording() {
    let board = Board::with(|wire, stop| node(wire, stop, false));
    let folder = tempfile::tempdir().unwrap();
    let first = folder.path().join("first.jsonl");
    let readings: Vec<f32> = (0..12u8).map(|k| 20.0 + 0.5 * f32::from(k)).collect();
    let mut label = board.command(&["label", "-", "--take"]);
    label.arg("--record").arg(&first);
    let labels: String = readings
        .iter()
        .map(|&reading| format!("{}\n\n", correct(reading)))
        .collect();
    let said = stdout(&label.write_stdin(labels).assert().code(0));
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(lines.len(), 14, "{said}");
    for (k, line) in lines[..12].iter().enumerate() {
        let told = format!(
            "sample {}: {} is {}; step ",
            k + 1,
            readings[k],
            correct(readings[k])
        );
        assert!(line.starts_with(&told), "{told}: {said}");
    }
    assert!(lines[4].contains("; step 0, loss 0.000000"), "{said}");
    assert!(
        lines[5].contains("; step 1, loss ") && !lines[5].contains(" 0.000000"),
        "{said}"
    );
    let info = json(&board.command(&["info", "--json"]).assert().code(0));
    let end = format!(
        "thermometer: 12 labels given, 0 too late, 0 refused; 7 steps, fingerprint {}",
        info["fingerprint"].as_str().unwrap()
    );
    assert_eq!(lines[12], end);
    assert!(lines[13].starts_with("16 entries in "), "{said}");
    let counts = deeds(&first);
    let counts: Vec<(&str, usize)> = counts.iter().map(|(deed, n)| (&**deed, *n)).collect();
    assert_eq!(
        counts,
        [
            ("configure", 1),
            ("push", 1),
            ("commit", 1),
            ("fit_scaler", 5),
            ("freeze_scaler", 1),
            ("sample", 7),
        ]
    );
    assert_eq!(replayed(&first, &info["fingerprint"])["steps"], 7);

    let second = folder.path().join("second.jsonl");
    let mut label = board.command(&["label", "--take", "25.8", "--json"]);
    let given = json(&label.arg("--record").arg(&second).assert().code(0));
    assert_eq!(
        (&given["labels"], &given["sample"], &given["steps"]),
        (&1.into(), &13.into(), &8.into())
    );
    assert!(given["loss"].as_f64().unwrap() > 0.0, "{given}");
    assert_eq!(replayed(&second, &given["fingerprint"])["steps"], 8);

    // A label that is another one is seen where it was given.
    let text = fs::read_to_string(&first).unwrap();
    let last = text.lines().count();
    let mut lines: Vec<String> = text.lines().map(String::from).collect();
    let mut entry: Value = serde_json::from_str(&lines[last - 3]).unwrap();
    let target = &mut entry["do"]["sample"]["target"][0];
    *target = Value::from(target.as_f64().unwrap() + 0.001);
    lines[last - 3] = entry.to_string();
    fs::write(&first, lines.join("\n")).unwrap();
    let mut replay = downhill(&["replay", "--json"]);
    let parted = json(&replay.arg(&first).assert().code(4));
    assert_eq!(parted["first_difference"]["line"], last - 2);
}

/// A label goes to the sample that the board takes next; one that has its label takes no other.
#[test]
fn a_node_that_runs_gets_the_labels_of_its_newest_samples() {
    let board = Board::with(|wire, stop| node(wire, stop, true));
    let folder = tempfile::tempdir().unwrap();
    let recording = folder.path().join("run.jsonl");
    let mut label = board.command(&["label", "-", "--json"]);
    label
        .arg("--record")
        .arg(&recording)
        .write_stdin("1\n2\n3\n4\n5\n6\n-7.5\n");
    let given = json(&label.assert().code(0));
    assert_eq!(given["board"], "thermometer");
    let count = |name: &str| given[name].as_u64().unwrap();
    // A busy machine may be late with some.
    assert_eq!(count("labels") + count("late"), 7, "{given}");
    assert_eq!(given["refused"], 0);
    replayed(&recording, &given["fingerprint"]);

    let one = json(&board.command(&["label", "-3.5", "--json"]).assert().code(0));
    let sample = one["sample"].as_u64().unwrap();
    assert!(sample > given["sample"].as_u64().unwrap(), "{one}");
    let again = ["label", "2", "--sample", &sample.to_string()];
    let error = stderr(&board.command(&again).assert().code(1));
    let wanted = format!("the board refuses it for sample {sample}: no sample of this number");
    assert!(
        error.contains(&wanted) && error.contains("it has its label"),
        "{error}"
    );
}

/// Gives three labels, then these signals, and waits; the recording, and what was said after the
/// labels. `shell` starts the command.
fn signaled(shell: &str, signals: &[Signal]) -> (tempfile::TempDir, String) {
    let board = Board::with(|wire, stop| node(wire, stop, false));
    let folder = tempfile::tempdir().unwrap();
    let mut label = std::process::Command::new("env");
    // Tests that run in the background are told to ignore some of them, and so would the command.
    #[cfg(target_os = "linux")]
    label.arg("--default-signal=HUP,INT,TERM");
    label.args(["sh", "-c", &format!("{shell} exec \"$0\" \"$@\"")]);
    label.arg(downhill(&[]).get_program());
    label.args(["device", "label", "-", "--take", "--record", "run.jsonl"]);
    let mut label = label
        .args(["--line", &board.line])
        .current_dir(&folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut labels = label.stdin.take().unwrap();
    let mut said = BufReader::new(label.stdout.take().unwrap());
    let mut give = |labels: &mut ChildStdin| {
        writeln!(labels, "20").unwrap();
        let mut line = String::new();
        said.read_line(&mut line).unwrap();
        assert!(line.starts_with("sample "), "{line}");
    };
    (0..3).for_each(|_| give(&mut labels));
    for &signal in signals {
        kill_process(Pid::from_child(&label), signal).unwrap();
        thread::sleep(Duration::from_millis(5));
    }
    if !shell.is_empty() {
        give(&mut labels);
        drop(labels);
    }
    let mut rest = String::new();
    said.read_to_string(&mut rest).unwrap();
    let status = label.wait().unwrap();
    assert!(status.success(), "{signals:?}: {status}, {rest}");
    (folder, rest)
}

/// A service that is stopped and a terminal that is closed end it as Ctrl-C does. `timeout` and a
/// shell that is closed say so twice.
#[test]
fn whoever_ends_it_what_was_learned_is_written_down() {
    for signals in [
        &[Signal::INT][..],
        &[Signal::TERM],
        &[Signal::TERM, Signal::TERM],
        &[Signal::HUP, Signal::HUP],
    ] {
        let (folder, rest) = signaled("", signals);
        let (given, fingerprint) = rest.split_once("; 0 steps, fingerprint ").unwrap();
        assert!(given.contains(": 3 labels given"), "{rest}");
        let fingerprint = fingerprint.lines().next().unwrap();
        replayed(&folder.path().join("run.jsonl"), &fingerprint.into());
    }
}

/// As `nohup` asks.
#[cfg(target_os = "linux")]
#[test]
fn who_is_told_to_ignore_hangups_goes_on() {
    let (_folder, rest) = signaled("trap '' HUP;", &[Signal::HUP]);
    assert!(rest.contains(": 4 labels given"), "{rest}");
}

#[test]
fn a_label_that_cannot_be_given_is_named() {
    let board = Board::with(|wire, stop| node(wire, stop, false));
    let folder = tempfile::tempdir().unwrap();
    let recording = folder.path().join("run.jsonl");
    let refused = |arguments: &[&str], input: &'static str, code: i32| {
        let mut label = board.command(&["label"]);
        label.args(arguments).arg("--record").arg(&recording);
        stderr(&label.write_stdin(input).assert().code(code))
    };
    for (arguments, input, wanted) in [
        (&["warm"][..], "", "the label: `warm` is no finite number"),
        (&["inf"], "", "the label: `inf` is no finite number"),
        (
            &["1", "2"],
            "",
            "the label: 2 numbers, and the board's fit has 1 target",
        ),
        (
            &["-", "--take"],
            "21,4\n",
            "standard input, line 1: 2 numbers",
        ),
    ] {
        let error = refused(arguments, input, 1);
        assert!(error.contains(wanted), "{wanted}: {error}");
        assert!(!recording.exists());
    }
    let error = refused(&["-", "--sample", "3"], "", 2);
    assert!(error.contains("`--sample` is for one label"), "{error}");

    // What was learned before the line that is wrong is written down.
    let error = refused(&["-", "--take"], "20\n21\nnan\n22\n", 1);
    assert!(error.contains("standard input, line 3: `nan`"), "{error}");
    assert_eq!(deeds(&recording)[3], ("fit_scaler".into(), 2));
    fs::remove_file(&recording).unwrap();

    // The sensor breaks.
    let twenty = "20\n".repeat(20);
    let mut label = board.command(&["label", "-", "--take"]);
    let error = stderr(&label.write_stdin(twenty).assert().code(1));
    assert!(
        error.contains("gives no sample") && error.contains("does not answer"),
        "{error}"
    );
    let lab = Board::on_terminal();
    let error = stderr(&lab.command(&["label", "20"]).assert().code(1));
    assert!(error.contains("no sensor of its own"), "{error}");
}

/// One that has taken samples before may be slow, and is waited for.
#[test]
fn a_node_that_is_stopped_takes_no_sample_for_a_label_or_a_recording() {
    let board = Board::with(|wire, stop| node(wire, stop, false));
    let folder = tempfile::tempdir().unwrap();
    let recording = folder.path().join("run.jsonl");
    let recorded = recording.to_str().unwrap();
    for arguments in [
        &["label", "21.4"][..],
        &["label", "-", "--record", recorded],
        &["record", recorded, "--limit", "5"],
    ] {
        let error = stderr(&board.command(arguments).assert().code(1));
        assert!(
            error.contains("the node is stopped") && error.contains("--take"),
            "{error}"
        );
        assert!(!recording.exists());
    }
    board.command(&["label", "20", "--take"]).assert().code(0);
}

/// A line to an emulated board's socket, as the command takes it.
fn forward(emulator: &Emulator) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let line = format!("tcp:{}", listener.local_addr().unwrap());
    let uart = emulator.uart.try_clone().unwrap();
    uart.set_read_timeout(None).unwrap();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let (mut up, mut down) = (stream.unwrap(), uart.try_clone().unwrap());
            let (mut from, mut to) = (uart.try_clone().unwrap(), up.try_clone().unwrap());
            thread::spawn(move || copy(&mut from, &mut to));
            copy(&mut up, &mut down);
        }
    });
    line
}

fn copy(from: &mut impl Read, to: &mut impl Write) {
    let mut bytes = [0; 1024];
    while let Ok(count @ 1..) = from.read(&mut bytes) {
        if to.write_all(&bytes[..count]).is_err() {
            return;
        }
    }
}

/// The emulated board's own thermometer, its temperature set between one label and the next.
#[test]
#[ignore = "needs QEMU: run by `cargo xtask test`"]
fn an_emulated_board_learns_from_labels_what_its_thermometer_should_have_said() {
    let program = firmware("mps2-an386", "node");
    let device = "tmp105,bus=i2c,address=0x48,id=sensor";
    let mut emulator = Emulator::boot("mps2-an386", &program, &[device]);
    let line = forward(&emulator);
    let folder = tempfile::tempdir().unwrap();
    let recording = folder.path().join("run.jsonl");
    let mut label = std::process::Command::new(downhill(&[]).get_program());
    label.args([
        "device", "label", "-", "--take", "--line", &line, "--record",
    ]);
    let mut label = label
        .arg(&recording)
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut labels = label.stdin.take().unwrap();
    let mut said = std::io::BufReader::new(label.stdout.take().unwrap());
    let mut line = String::new();
    for k in 0..60u8 {
        let reading = 20.0 + 0.5 * f32::from(k % 23);
        emulator.set("sensor", "temperature", (reading * 1000.0) as i32);
        writeln!(labels, "{}", correct(reading)).unwrap();
        line.clear();
        std::io::BufRead::read_line(&mut said, &mut line).unwrap();
        let told = format!("sample {}: {reading} is {}; step ", k + 1, correct(reading));
        assert!(line.starts_with(&told), "{told}: {line}");
    }
    drop(labels);
    let mut rest = String::new();
    said.read_to_string(&mut rest).unwrap();
    assert!(label.wait().unwrap().success());
    let wanted = "mps2-an386: 60 labels given, 0 too late, 0 refused; 20 steps, fingerprint ";
    let fingerprint = rest
        .strip_prefix(wanted)
        .unwrap_or_else(|| panic!("{rest}"));
    let fingerprint = fingerprint.lines().next().unwrap();
    assert_eq!(replayed(&recording, &fingerprint.into())["steps"], 20);

    // One that is booted for one label: its thermometer says 0 °C.
    let mut label = downhill(&["device", "label", "--take", "1.5", "--board", "mps2-an386"]);
    let said = stdout(&label.arg("--firmware").arg(&program).assert().code(0));
    assert!(said.starts_with("sample 1: 0 is 1.5; step 0"), "{said}");
}
