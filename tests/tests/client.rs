//! A client in Python's standard library, written from `SPEC.md`, drives emulated boards.

use std::net::TcpStream;
use std::os::fd::OwnedFd;
use std::path::Path;
use std::process::{Command, Output};

use downhill_link::{Hello, Numbers, Reply, State};
use downhill_tests::emulated::Emulated;
use downhill_tests::emulator::{Emulator, firmware};
use downhill_tests::liar::Liar;

const CLIENT: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../crates/downhill-link/examples/client.py"
);

#[test]
fn the_client_is_short_and_takes_nothing_but_the_standard_library() {
    let standard = "import math, os, random, select, socket, stat, struct, sys, time, tty, zlib";
    let noise = Path::new(CLIENT).with_file_name("noise.py");
    for (file, lines, expected) in [
        (
            Path::new(CLIENT),
            252,
            &[standard, "            import noise"][..],
        ),
        (&noise, 150, &["import hashlib, hmac, struct"]),
    ] {
        let text = std::fs::read_to_string(file).unwrap();
        assert!(text.lines().count() < lines);
        let imports: Vec<_> = text
            .lines()
            .filter(|line| line.contains("import "))
            .collect();
        assert_eq!(imports, expected);
    }
}

/// Runs a client's session with a board and returns its output.
fn run(client: &Path, emulator: &Emulator) -> Output {
    let line: OwnedFd = emulator.uart.try_clone().unwrap().into();
    Command::new("python3")
        .args([client, Path::new("-")])
        .stdin(line)
        .output()
        .expect("python3 is there")
}

/// Output of the client after a session with a board.
fn session(board: &str, program: &str, devices: &[&str]) -> String {
    let program = firmware(board, program);
    let emulator = Emulator::boot(board, &program, devices);
    let output = run(Path::new(CLIENT), &emulator);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{said}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
#[ignore = "needs QEMU: run by `cargo xtask test`"]
fn it_teaches_a_lab_a_recipe_of_its_own() {
    let said = session("mps2-an386", "", &[]);
    assert!(
        said.contains("hello from mps2-an386 with capabilities 113"),
        "{said}"
    );
    assert!(said.contains("step 200, fingerprint "), "{said}");
    assert!(said.contains("samples 200 steps 200 refused 0"), "{said}");
    for state in [
        "state ",
        "step 200 in fixed point: ",
        "step 400 of windows: ",
    ] {
        let (_, state) = said.split_once(state).unwrap();
        let words = state.lines().next().unwrap().split(' ');
        let state: Vec<f32> = words.map(|word| word.parse().unwrap()).collect();
        assert_eq!(state.len(), 3);
        for (parameter, truth) in state.iter().zip([2.0, -1.0, 0.5]) {
            assert!((parameter - truth).abs() < 0.05, "{state:?}");
        }
    }
    assert!(
        said.contains("step 60 of a detector, alarms at [76]"),
        "{said}"
    );
    // From its checkpoint, and then from its state alone.
    assert!(said.contains("step 200 again: True"), "{said}");
    assert!(said.contains("step 7 instead: True"), "{said}");
}

#[test]
#[ignore = "needs QEMU: run by `cargo xtask test`"]
fn it_gives_a_node_its_targets_late() {
    let device = "tmp105,bus=i2c,address=0x48,id=sensor";
    let said = session("mps2-an386", "node", &[device]);
    assert!(said.contains("with capabilities 2"), "{said}");
    // Its scaler learned from them first, so that there was no step yet.
    assert!(said.contains("step 0, fingerprint "), "{said}");
    assert!(said.contains("step 0 again: True"), "{said}");
    assert!(said.contains("step 7 instead: True"), "{said}");
}

#[test]
#[ignore = "needs QEMU: run by `cargo xtask test`"]
fn it_is_told_of_another_version_and_may_say_hello_again() {
    let program = firmware("mps2-an386", "");
    let emulator = Emulator::boot("mps2-an386", &program, &[]);
    let folder = tempfile::tempdir().unwrap();
    let other = folder.path().join("client.py");
    let text = std::fs::read_to_string(CLIENT).unwrap();
    let changed = text.replace("VERSION = 3", "VERSION = 2");
    assert_ne!(text, changed);
    std::fs::write(&other, changed).unwrap();
    let refused = run(&other, &emulator);
    let said = String::from_utf8(refused.stderr).unwrap();
    assert_eq!(said.trim(), "the device speaks version 3, not 2");
    assert!(!refused.status.success());
    assert!(run(Path::new(CLIENT), &emulator).status.success());
}

/// A paired board refuses it until it has the key that the command was given.
#[test]
#[ignore = "needs QEMU: run by `cargo xtask test`"]
fn it_speaks_sealed_to_a_paired_lab() {
    let board = Emulated::running("mps2-an385", "sealed");
    let folder = tempfile::tempdir().unwrap();
    let name = folder.path().join("lab");
    board
        .command(&["pair", name.to_str().unwrap()])
        .assert()
        .code(0);
    let client = |key: &[&Path]| {
        let line = board.line.strip_prefix("tcp:").unwrap();
        let line: OwnedFd = TcpStream::connect(line).unwrap().into();
        let mut command = Command::new("python3");
        command.args([CLIENT, "-"]).args(key).stdin(line);
        let output = command.output().expect("python3 is there");
        let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
        (output.status.success(), said)
    };
    let (done, said) = client(&[]);
    assert!(
        !done && said[1].contains("the device was paired"),
        "{said:?}"
    );
    let (done, said) = client(&[&folder.path().join("lab.read.key")]);
    assert!(!done && said[1].contains("was refused: 0e"), "{said:?}");
    let (done, said) = client(&[&folder.path().join("lab.write.key")]);
    assert!(done, "{said:?}");
    assert!(
        said[0].contains("hello from mps2-an385 with capabilities 121"),
        "{said:?}"
    );
    assert!(said[0].contains("step 400 of windows: "), "{said:?}");
}

/// Neither a length that no device has nor one that is never reached keeps it busy.
#[test]
fn it_believes_no_device_that_lies() {
    for (length, word) in [(u32::MAX, true), (100, false)] {
        let board = Liar::answering(move |mouth, reply, _| {
            let (words, none) = ([1.0], []);
            let words = if word { &words[..] } else { &none };
            mouth.say(&match reply {
                Reply::State(state) => Reply::State(State {
                    length,
                    words: Numbers::new(words),
                    ..state
                }),
                Reply::Hello(hello) => Reply::Hello(Hello {
                    board: "\u{1b}]0;x\u{7}",
                    ..hello
                }),
                reply => reply,
            });
        });
        let line = board.line.strip_prefix("tcp:").unwrap();
        let line: OwnedFd = TcpStream::connect(line).unwrap().into();
        let mut client = Command::new("timeout");
        client.args(["60", "python3", CLIENT, "-"]).stdin(line);
        let output = client.output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        let told = format!("the device announces {length} words, and has sent 0");
        assert_eq!((output.status.code(), said.trim()), (Some(1), &*told));
        let printed = String::from_utf8(output.stdout).unwrap();
        assert!(printed.contains(r"\x1b]0;x\x07"), "{printed:?}");
    }
}
