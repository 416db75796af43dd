//! Recordings of sessions that did not come to their end.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

use downhill_link::Reply;
use downhill_tests::board::{Board, Ending};
use downhill_tests::liar::Liar;
use downhill_tests::{downhill, json, names, petals, stderr, stdout};
use rustix::process::{Pid, Signal, kill_process};

/// Arguments that record the irises at a line.
fn record(line: &str) -> Vec<String> {
    let words = format!("device record run.jsonl iris.csv --model model.json --line {line}");
    words.split(' ').map(String::from).collect()
}

/// Lines of the recording that are whole.
fn lines(folder: &Path) -> usize {
    let text = fs::read(folder.join("run.jsonl")).unwrap_or_default();
    text.iter().filter(|&&byte| byte == b'\n').count()
}

/// Replays the recording, which is identical; its number of entries, and whether it was cut.
fn replayed(folder: &Path) -> (usize, bool) {
    let mut replay = downhill(&["replay", "run.jsonl", "--json", "--report", "page.html"]);
    let replayed = json(&replay.current_dir(folder).assert().code(0));
    assert_eq!(replayed["status"], "identical");
    let cut = replayed["cut"].as_bool().unwrap();
    let mut replay = downhill(&["replay", "run.jsonl"]);
    let said = stdout(&replay.current_dir(folder).assert().code(0));
    let page = fs::read_to_string(folder.join("page.html")).unwrap();
    fs::remove_file(folder.join("page.html")).unwrap();
    for text in [said, page] {
        assert_eq!(text.contains("recording was cut: it has no end mark"), cut);
    }
    (replayed["entries"].as_u64().unwrap() as usize, cut)
}

#[test]
fn a_recording_that_came_to_its_end_is_whole() {
    let (folder, board) = (petals(), Board::on_terminal());
    let mut whole = downhill(&[]);
    whole
        .args(record(&board.line))
        .current_dir(&folder)
        .assert()
        .code(0);
    let text = fs::read_to_string(folder.path().join("run.jsonl")).unwrap();
    let (entries, cut) = replayed(folder.path());
    assert!(!cut && entries > 150);
    let last = text.lines().last().unwrap();
    assert_eq!(last, format!("{{\"end\":{{\"entries\":{entries}}}}}"));

    // Cut behind a line, and within one.
    let write = |text: &str| fs::write(folder.path().join("run.jsonl"), text).unwrap();
    let without = text.strip_suffix(&format!("{last}\n")).unwrap();
    write(without);
    assert_eq!(replayed(folder.path()), (entries, true));
    for bytes in [1, 30] {
        write(&without[..without.len() - bytes]);
        assert_eq!(
            replayed(folder.path()),
            (entries - usize::from(bytes > 1), true)
        );
    }

    // No recorder writes these.
    let refused = |text: &str| {
        write(text);
        let mut replay = downhill(&["replay", "run.jsonl"]);
        stderr(&replay.current_dir(&folder).assert().code(1))
    };
    let head = text.lines().next().unwrap();
    for (text, why) in [
        (format!("{text}{last}\n"), "it goes on behind its end mark"),
        (format!("{text}x"), "it goes on behind its end mark"),
        (format!("{head}\n{last}\n"), "and it has 0"),
        (head[..40].into(), "its first line is cut off"),
        (format!("{head}\n"), "it was cut before the first command"),
        (
            format!("{head}\n{{\"do\":"),
            "it was cut before the first command",
        ),
        (text.replacen("{\"do\":", "{\"do:", 1), "line 2"),
    ] {
        let error = refused(&text);
        assert!(error.contains(why), "{why}: {error}");
    }
}

/// The rows that it had learned by then are there.
#[test]
fn a_board_that_goes_leaves_its_recording() {
    let folder = petals();
    let board = Board::on_tcp_until(60, Ending::Gone);
    let mut gone = downhill(&[]);
    gone.args(record(&board.line)).current_dir(&folder);
    let error = stderr(&gone.assert().code(1));
    let (entries, cut) = replayed(folder.path());
    assert!(cut && (40..60).contains(&entries), "{entries}");
    let said = format!("{entries} entries until then are in run.jsonl");
    assert!(
        error.contains("the board has gone (the connection was closed); ")
            && !error.contains('?')
            && error.contains(&said),
        "{error}"
    );
    assert_eq!(
        names(folder.path()),
        ["iris.csv", "model.json", "run.jsonl"]
    );
}

/// Before anything was learned there is nothing to keep, and what was recorded before stays.
#[test]
fn a_board_that_goes_before_the_first_sample_leaves_no_recording() {
    let folder = petals();
    fs::write(folder.path().join("run.jsonl"), "before").unwrap();
    let board = Board::on_tcp_until(2, Ending::Gone);
    let mut gone = downhill(&[]);
    gone.args(record(&board.line)).current_dir(&folder);
    gone.assert().code(1);
    let kept = fs::read_to_string(folder.path().join("run.jsonl")).unwrap();
    assert_eq!(kept, "before");
    assert_eq!(
        names(folder.path()),
        ["iris.csv", "model.json", "run.jsonl"]
    );
}

/// Sends signals to a host that records, once its board, which falls silent after so many frames,
/// has been sent all of them.
fn ended_by(folder: &Path, frames: usize, signals: &[Signal]) -> Option<i32> {
    let board = Board::on_tcp_until(frames, Ending::Silent);
    let mut host = Command::new("env");
    // A test that runs in the background is told to ignore some of them.
    host.arg("--default-signal=HUP,INT,TERM");
    host.arg(downhill(&[]).get_program())
        .args(record(&board.line));
    host.current_dir(folder).stderr(Stdio::null());
    let mut host = host.spawn().unwrap();
    let start = Instant::now();
    while !board.is_silent() {
        assert!(start.elapsed() < Duration::from_secs(60));
        std::thread::sleep(Duration::from_millis(5));
    }
    // The last answers are on their way.
    let (mut before, mut now) = (usize::MAX, lines(folder));
    while before != now {
        std::thread::sleep(Duration::from_millis(100));
        (before, now) = (now, lines(folder));
    }
    for &signal in signals {
        // It may have ended by the one before.
        let _ = kill_process(Pid::from_child(&host), signal);
        std::thread::sleep(Duration::from_millis(50));
    }
    host.wait().unwrap().code()
}

#[test]
fn a_host_that_is_killed_leaves_its_recording() {
    let folder = petals();
    assert_eq!(ended_by(folder.path(), 60, &[Signal::KILL]), None);
    let (entries, cut) = replayed(folder.path());
    assert!(cut && (40..60).contains(&entries), "{entries}");
    assert_eq!(
        names(folder.path()),
        ["iris.csv", "model.json", "run.jsonl"]
    );
}

/// A second Ctrl-C ends it at once.
#[test]
fn a_host_that_is_interrupted_twice_leaves_its_recording_and_nothing_else() {
    let folder = petals();
    let code = ended_by(folder.path(), 60, &[Signal::INT, Signal::INT]);
    assert_eq!(code, Some(130));
    assert!(replayed(folder.path()).1);
    fs::remove_file(folder.path().join("run.jsonl")).unwrap();
    ended_by(folder.path(), 2, &[Signal::INT, Signal::INT]);
    assert_eq!(names(folder.path()), ["iris.csv", "model.json"]);
}

/// As on a disk that is full.
#[test]
fn a_recording_that_does_not_fit_the_disk_is_there_as_far_as_it_does() {
    let (folder, board) = (petals(), Board::on_terminal());
    let mut host = Command::new("sh");
    host.args(["-c", "ulimit -f 16; exec \"$0\" \"$@\""]);
    host.arg(downhill(&[]).get_program())
        .args(record(&board.line));
    let ended = host.current_dir(&folder).output().unwrap();
    let error = String::from_utf8(ended.stderr).unwrap();
    assert_eq!(ended.status.code(), Some(1), "{error}");
    let (entries, cut) = replayed(folder.path());
    assert!(cut && entries > 20);
    let said = "run.jsonl: File too large (os error 27); ";
    assert!(error.contains(said), "{error}");
    // The other entries are the recipe and its scaler, pushed and committed.
    let learned = format!("; {} of 150 rows learned until then", entries - 3);
    assert!(error.contains(&learned), "{error}");
    let kept = format!(", and one more taken; {entries} entries until then");
    assert!(error.contains(&kept), "{error}");
    assert_eq!(
        names(folder.path()),
        ["iris.csv", "model.json", "run.jsonl"]
    );
}

/// A board that answers for ever so long, until the host was told to end.
#[test]
fn a_stream_that_a_signal_ends_says_how_far_it_came_and_is_no_success() {
    for (words, signal, code) in [
        ("stream iris.csv --json", Signal::TERM, 143),
        ("stream iris.csv --json", Signal::INT, 130),
        ("record run.jsonl iris.csv", Signal::TERM, 143),
    ] {
        let folder = petals();
        let told = Arc::new(AtomicBool::new(false));
        let (acks, goes_on) = (Arc::new(AtomicU32::new(0)), Arc::clone(&told));
        let counted = Arc::clone(&acks);
        let board = Liar::answering(move |mouth, reply, _| {
            if let Reply::Ack(_) = reply {
                let acks = counted.fetch_add(1, Ordering::SeqCst);
                while acks >= 60 && !goes_on.load(Ordering::SeqCst) {
                    std::thread::sleep(Duration::from_millis(1));
                }
            }
            mouth.say(&reply);
        });
        let mut host = Command::new("env");
        host.arg("--default-signal=HUP,INT,TERM");
        host.arg(downhill(&[]).get_program()).arg("device");
        host.args(words.split(' ')).args(["--model", "model.json"]);
        host.args(["--line", &board.line]).current_dir(&folder);
        host.stdout(Stdio::piped()).stderr(Stdio::piped());
        let host = host.spawn().unwrap();
        while acks.load(Ordering::SeqCst) <= 60 {
            std::thread::sleep(Duration::from_millis(1));
        }
        kill_process(Pid::from_child(&host), signal).unwrap();
        std::thread::sleep(Duration::from_millis(50));
        told.store(true, Ordering::SeqCst);
        let ended = host.wait_with_output().unwrap();
        let error = String::from_utf8(ended.stderr).unwrap();
        assert_eq!(ended.status.code(), Some(code), "{error}");
        // The commands before the rows are the recipe and its scaler, pushed and committed.
        let learned = "error: interrupted: 58 of 150 rows learned";
        assert!(error.contains(learned), "{error}");
        match words.starts_with("stream") {
            true => {
                let said: serde_json::Value = serde_json::from_slice(&ended.stdout).unwrap();
                assert_eq!(said["status"], "interrupted");
                assert_eq!(said["rows"], 58);
            }
            false => assert_eq!(replayed(folder.path()), (61, false)),
        }
    }
}
