//! Firmware of strangers in the emulator: it has the board, and nothing else.

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use downhill_tests::emulator::firmware;
use downhill_tests::{downhill, json, stderr};
use rustix::process::{Pid, Signal, kill_process};

/// Vectors of a Cortex-M: the stack, the entry behind them.
const VECTORS: [u32; 2] = [0x2000_1000, 9];

/// An ELF whose bytes are at address 0, where a board starts.
fn elf(memory: &[u8]) -> Vec<u8> {
    let (head, length) = (52 + 32, memory.len() as u32);
    let mut elf = b"\x7fELF\x01\x01\x01\0\0\0\0\0\0\0\0\0".to_vec();
    let half = |elf: &mut Vec<u8>, halves: &[u16]| {
        elf.extend(halves.iter().flat_map(|half| half.to_le_bytes()));
    };
    let word = |elf: &mut Vec<u8>, words: &[u32]| {
        elf.extend(words.iter().flat_map(|word| word.to_le_bytes()));
    };
    // A program of Arm, with its entry, and one segment behind both headers.
    half(&mut elf, &[2, 40]);
    word(&mut elf, &[1, VECTORS[1], 52, 0, 0x0500_0000]);
    half(&mut elf, &[52, 32, 1, 0, 0, 0]);
    word(&mut elf, &[1, head, 0, 0, length, length, 7, 4]);
    elf.extend_from_slice(memory);
    elf
}

/// A firmware that has the host run a command, by semihosting, and then does nothing more.
fn commander(command: &str) -> Vec<u8> {
    let mut memory: Vec<u8> = VECTORS.iter().flat_map(|word| word.to_le_bytes()).collect();
    // movs r0, #0x12 (SYS_SYSTEM); ldr r1, block; bkpt 0xab; b .
    for half in [0x2012u16, 0x4901, 0xbeab, 0xe7fe] {
        memory.extend(half.to_le_bytes());
    }
    // Where the block is, and in it where the command is, and its length.
    for word in [20, 28, command.len() as u32] {
        memory.extend(word.to_le_bytes());
    }
    memory.extend(command.bytes().chain([0]));
    elf(&memory)
}

/// A folder with a firmware in it that makes the file `made` there.
fn folder() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let made = folder.path().join("made");
    let elf = commander(&format!("touch {}", made.display()));
    assert!(elf.len() < 250);
    fs::write(folder.path().join("stranger.elf"), elf).unwrap();
    (folder, made)
}

/// Runs `device info` on an emulated board; its message.
fn info(folder: &Path, more: &[&str]) -> String {
    let mut info = downhill(&["device", "info", "--board", "mps2-an386"]);
    info.args(["--firmware", "stranger.elf", "--timeout", "2"]);
    stderr(&info.args(more).current_dir(folder).assert().code(1))
}

#[test]
#[ignore = "needs QEMU: run by `cargo xtask test`"]
fn a_stranger_runs_no_command() {
    let (folder, made) = folder();
    let error = info(folder.path(), &[]);
    let risk = "`--trust-firmware` gives; only for a firmware that you built: it may then read";
    assert!(error.contains(risk), "{error}");
    assert!(!made.exists(), "it ran a command");
    // It would, and whoever trusts it is told.
    let error = info(folder.path(), &["--trust-firmware"]);
    assert!(made.exists(), "{error}");
    let told = "note: stranger.elf is trusted: it may read and write files and run commands";
    assert!(error.contains(told), "{error}");
}

/// An emulator that knows no `-sandbox`, and ends at once.
#[test]
fn a_stranger_that_nothing_confines_is_warned_of() {
    let (folder, _) = folder();
    let emulator = folder.path().join("qemu-system-arm");
    let script = "#!/bin/sh\ncase \"$*\" in *-sandbox*) exit 1;; esac\n";
    fs::write(&emulator, script).unwrap();
    fs::set_permissions(&emulator, PermissionsExt::from_mode(0o755)).unwrap();
    let path = std::env::var("PATH").unwrap();
    let path = format!("{}:{path}", folder.path().display());
    let told = "warning: qemu-system-arm has no `-sandbox` here";
    for (trust, warns) in [(None, true), (Some("--trust-firmware"), false)] {
        let mut info = downhill(&["device", "info", "--board", "mps2-an386"]);
        info.args(["--firmware", "stranger.elf", "--timeout", "2"]);
        info.args(trust).env("PATH", &path).current_dir(&folder);
        let error = stderr(&info.assert().code(1));
        assert_eq!(error.contains(told), warns, "{error}");
    }
}

#[test]
fn there_is_a_firmware_to_trust_or_none() {
    for words in [
        "device info --board mps2-an386 --trust-firmware",
        "device emulate mps2-an386 --trust-firmware",
        "crosscheck rows.csv --target y --trust-firmware",
    ] {
        let words: Vec<&str> = words.split(' ').collect();
        let error = stderr(&downhill(&words).assert().code(2));
        assert!(error.contains("--firmware <ELF>"), "{error}");
    }
}

/// Our own, given as a stranger's would be: its logs go nowhere, and it runs.
#[test]
#[ignore = "needs QEMU: run by `cargo xtask test`"]
fn a_lab_without_semihosting_runs_without_logs() {
    for board in ["mps2-an386", "microbit", "mps2-an505"] {
        let elf = firmware(board, "");
        let mut info = downhill(&["device", "info", "--board", board, "--json", "--firmware"]);
        let said = json(&info.arg(&elf).assert().code(0));
        assert_eq!(said["board"], board);
    }
}

/// A comparison whose board never answers, ended by a signal, also by one that it does not see:
/// neither its emulator nor its folder stays.
#[test]
#[ignore = "needs QEMU: run by `cargo xtask test`"]
fn an_emulator_ends_with_the_command_that_a_signal_ends() {
    let folder = tempfile::tempdir().unwrap();
    let mut memory: Vec<u8> = VECTORS.iter().flat_map(|word| word.to_le_bytes()).collect();
    memory.extend(0xe7fe_u16.to_le_bytes()); // b .
    fs::write(folder.path().join("silent.elf"), elf(&memory)).unwrap();
    fs::write(folder.path().join("rows.csv"), "x,y\n1,2\n2,3\n3,5\n4,6\n").unwrap();
    let temporary = folder.path().join("temporary");
    fs::create_dir(&temporary).unwrap();
    let folders = || fs::read_dir(&temporary).unwrap().count();
    for signal in [Signal::TERM, Signal::KILL] {
        let mut check = Command::new("env");
        check.arg("--default-signal=HUP,INT,TERM");
        check.arg(downhill(&[]).get_program());
        check.args(["crosscheck", "rows.csv", "--target", "y", "--lr", "0.01"]);
        check.args(["--firmware", "silent.elf"]);
        check.current_dir(&folder).env("TMPDIR", &temporary);
        let mut check = check.stderr(Stdio::null()).spawn().unwrap();
        let start = Instant::now();
        let wait = |why| {
            assert!(start.elapsed() < Duration::from_secs(60), "{why}");
            std::thread::sleep(Duration::from_millis(10));
        };
        while emulators(&temporary) == 0 {
            wait("no emulator");
        }
        kill_process(Pid::from_child(&check), signal).unwrap();
        assert!(!check.wait().unwrap().success());
        // It did this itself; where it could not, its watch does it.
        while signal == Signal::KILL && emulators(&temporary) + folders() > 0 {
            wait("the emulator or its folder stays");
        }
        assert_eq!((emulators(&temporary), folders()), (0, 0), "{signal:?}");
    }
}

#[test]
#[ignore = "needs QEMU: run by `cargo xtask test`"]
fn a_kept_board_whose_emulator_is_killed_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let mut memory: Vec<u8> = VECTORS.iter().flat_map(|word| word.to_le_bytes()).collect();
    memory.extend(0xe7fe_u16.to_le_bytes()); // b .
    fs::write(folder.path().join("silent.elf"), elf(&memory)).unwrap();
    let mut keep = Command::new(downhill(&[]).get_program());
    keep.args(["device", "emulate", "mps2-an386", "--listen", "127.0.0.1:0"]);
    keep.args(["--firmware", "silent.elf"]).current_dir(&folder);
    keep.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut keep = keep.spawn().unwrap();
    let mut ready = String::new();
    let out = keep.stdout.take().unwrap();
    BufReader::new(out).read_line(&mut ready).unwrap();
    let id = keep.id();
    let children = fs::read_to_string(format!("/proc/{id}/task/{id}/children")).unwrap();
    let emulator = children.split(' ').next().and_then(|id| id.parse().ok());
    let emulator = emulator.and_then(Pid::from_raw);
    kill_process(emulator.unwrap(), Signal::KILL).unwrap();
    let ended = keep.wait_with_output().unwrap();
    let error = String::from_utf8(ended.stderr).unwrap();
    assert_eq!(ended.status.code(), Some(1), "{error}");
    let said = "the emulator of mps2-an386 ended (signal: 9 (SIGKILL))";
    assert!(error.contains(said), "{error}");
}

/// Number of emulators with a socket in a folder.
fn emulators(folder: &Path) -> usize {
    let folder = folder.to_str().unwrap();
    let processes = fs::read_dir("/proc").unwrap().flatten();
    let arguments = processes.map(|process| fs::read(process.path().join("cmdline")));
    let arguments = arguments.map(|bytes| bytes.unwrap_or_default());
    let is_ours = |bytes: &Vec<u8>| {
        let text = String::from_utf8_lossy(bytes);
        text.starts_with("qemu-system-arm") && text.contains(folder)
    };
    arguments.filter(is_ours).count()
}
