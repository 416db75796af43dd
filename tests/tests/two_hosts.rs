//! Two programs at one board's line: one learns, and the other is told that it does not.

use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::process::{Child, Command, Output, Stdio};

use downhill_tests::board::Board;
use downhill_tests::emulator::{Emulator, firmware};
use downhill_tests::hub::Hub;
use downhill_tests::{data, downhill};
use serde_json::Value;

/// Rows of the table.
const ROWS: u64 = 150;
/// Frames that the first program sends before the second comes.
const FRAMES: usize = 60;

fn spawn(hub: &Hub, words: &[&str]) -> Child {
    let mut command = Command::new(downhill(&[]).get_program());
    command.arg("device").args(words);
    command.args(["--line", &hub.line, "--timeout", "120", "--json"]);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().unwrap()
}

fn json(output: &Output) -> Value {
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{said}");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The number in front of a word.
fn number_before(text: &str, word: &str) -> u64 {
    let (before, _) = text.split_once(word).unwrap_or_else(|| panic!("{text}"));
    before.rsplit(' ').next().unwrap().parse().unwrap()
}

/// Two programs stream the same table, of which the second comes while the first is at work.
fn two_streams(board: UnixStream) {
    let folder = tempfile::tempdir().unwrap();
    let model = folder.path().join("petals.json");
    let (model, rows) = (model.to_str().unwrap(), data("iris.csv"));
    let mut fit = downhill(&["fit", &rows, "--target", "petal_w", "--out", model]);
    fit.args(["--features", "sepal_l,petal_l", "--epochs", "2"]);
    fit.assert().code(0);

    let hub = Hub::new(board, FRAMES);
    let stream = ["stream", &rows, "--model", model];
    let first = spawn(&hub, &stream);
    hub.wait_until_it_holds();
    let second = spawn(&hub, &stream).wait_with_output().unwrap();
    let second = json(&second);
    assert_eq!(
        (&second["rows"], &second["refused"]),
        (&ROWS.into(), &0.into())
    );

    let first = first.wait_with_output().unwrap();
    let said = String::from_utf8(first.stderr).unwrap();
    assert_eq!(first.status.code(), Some(1), "{said}");
    assert!(first.stdout.is_empty());
    assert!(
        said.contains("another program has taken over the board"),
        "{said}"
    );
    let learned = number_before(&said, " of 150 rows learned until then, 0 refused");
    assert!(0 < learned && learned < FRAMES as u64, "{said}");
    let taken = u64::from(said.contains("and one more taken"));
    assert!(!said.contains("perhaps"), "{said}");

    let info = json(&spawn(&hub, &["info"]).wait_with_output().unwrap());
    let samples = info["samples"].as_u64();
    assert_eq!(samples, Some(learned + taken + ROWS), "{said}");
}

#[test]
fn the_program_that_lost_the_board_says_what_it_learned() {
    let (ours, theirs) = UnixStream::pair().unwrap();
    let _board = Board::on(OwnedFd::from(theirs));
    two_streams(ours);
}

#[test]
#[ignore = "needs QEMU: run by `cargo xtask test`"]
fn the_program_that_lost_an_emulated_board_says_what_it_learned() {
    let emulator = Emulator::boot("mps2-an386", &firmware("mps2-an386", ""), &[]);
    two_streams(emulator.uart.try_clone().unwrap());
}
