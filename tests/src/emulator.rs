//! Emulated boards for tests: their firmware, their serial line, and the emulator's own
//! controls.

use std::io::{self, BufRead, BufReader, Cursor, Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use downhill_boards::{Board, Machine, emulated_boards};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::root;

/// How long anything the emulator does by itself may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// Builds a program of a board: the one of its own name where `program` is empty.
pub fn firmware(board: &str, program: &str) -> PathBuf {
    firmware_from(root(), board, program)
}

/// As [`firmware`], from a copy of the sources.
pub fn firmware_from(sources: &Path, board: &str, program: &str) -> PathBuf {
    let output = Command::new(env!("CARGO"))
        .args(["xtask", "firmware", board, "--program", program])
        .current_dir(root())
        .env("DOWNHILL_SOURCES", sources)
        .stderr(Stdio::inherit())
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "the firmware builds");
    let printed = String::from_utf8(output.stdout).expect("the path is UTF-8");
    printed.trim().into()
}

/// The emulated boards whose node reads a thermometer.
pub fn with_a_thermometer() -> impl Iterator<Item = &'static str> {
    let read_one = |board: &&Board| board.program("thermometer").is_some();
    emulated_boards().filter(read_one).map(|board| board.name)
}

/// A board that runs, and is switched off when dropped.
pub struct Emulator {
    emulator: Child,
    /// The board's UART.
    pub uart: UnixStream,
    /// Output of the board over semihosting: text, or `defmt` frames.
    pub printed: BufReader<Printed>,
    control: BufReader<UnixStream>,
    _folder: TempDir,
}

impl Emulator {
    /// Boots a program on an emulated board, with devices of `-device` on its buses.
    pub fn boot(machine: &str, program: &Path, devices: &[&str]) -> Self {
        let folder = TempDir::with_prefix("downhill-").expect("a folder for sockets");
        // We listen and the emulator comes to us, so that nothing the board says gets lost.
        let socket = |name: &str| {
            let path = folder.path().join(name);
            let listener = UnixListener::bind(&path).expect("a socket");
            (
                listener,
                format!("socket,id={name},path={}", path.display()),
            )
        };
        let (uart, uart_option) = socket("uart");
        let (control, control_option) = socket("control");
        let machine = Machine::of(machine);
        let mut command = Command::new(machine.qemu.program);
        command
            .args(machine.arguments())
            .args(["-nographic", "-semihosting"])
            .args(["-monitor", "none", "-chardev", &uart_option])
            .args(["-serial", "chardev:uart", "-chardev", &control_option])
            // A short program would be over before we are ready: it waits for `cont`.
            .args(["-mon", "chardev=control,mode=control", "-S"]);
        for device in devices {
            command.args(["-device", device]);
        }
        let mut emulator = command
            .arg("-kernel")
            .arg(program)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("`cargo xtask setup` installs QEMU");
        let accept = |listener: UnixListener| {
            let (stream, _) = listener.accept().expect("the emulator connects");
            stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
            stream
        };
        let printed = Printed::take(emulator.stdout.take().expect("it was piped"));
        let mut running = Self {
            emulator,
            printed: BufReader::new(printed),
            uart: accept(uart),
            control: BufReader::new(accept(control)),
            _folder: folder,
        };
        let greeting = running.reply().expect("an answer in time");
        assert!(greeting["QMP"].is_object());
        running.order("qmp_capabilities", json!({}));
        // A short program may be over, and the emulator gone, before this is answered.
        let _ = running.try_order("cont", json!({}));
        running
    }

    /// Sets a property of a device by its `id`.
    pub fn set(&mut self, device: &str, property: &str, value: impl Into<Value>) {
        let path = format!("/machine/peripheral/{device}");
        let value: Value = value.into();
        self.order(
            "qom-set",
            json!({ "path": path, "property": property, "value": value }),
        );
    }

    /// Restarts the board, as a power cut would: memory is lost, flash is kept.
    pub fn reset(&mut self) {
        self.order("system_reset", json!({}));
    }

    /// Switches the board off, and returns what it printed and nobody read.
    pub fn end(mut self) -> Vec<u8> {
        let _ = self.emulator.kill();
        let mut printed = Vec::new();
        self.printed
            .read_to_end(&mut printed)
            .expect("the emulator ends");
        printed
    }

    /// Has the emulator do something by itself (QMP), and waits until it has.
    fn order(&mut self, execute: &str, arguments: Value) {
        self.try_order(execute, arguments)
            .expect("an answer in time");
    }

    fn try_order(&mut self, execute: &str, arguments: Value) -> io::Result<()> {
        let order = json!({ "execute": execute, "arguments": arguments });
        writeln!(self.control.get_mut(), "{order}")?;
        // Events may come in between.
        loop {
            let reply = self.reply()?;
            assert!(reply["error"].is_null(), "{order}: {reply}");
            if !reply["return"].is_null() {
                return Ok(());
            }
        }
    }

    fn reply(&mut self) -> io::Result<Value> {
        let mut line = String::new();
        self.control.read_line(&mut line)?;
        if line.is_empty() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(serde_json::from_str(&line).expect("QMP is JSON"))
    }
}

/// The lines of a program's `defmt` log, without their levels.
pub fn log_lines(program: &Path, printed: &[u8]) -> Vec<String> {
    let decoder = Path::new(env!("CARGO_MANIFEST_DIR")).join("log-decoder");
    let output = assert_cmd::Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--locked", "--"])
        .arg(program)
        .current_dir(decoder)
        .write_stdin(printed)
        .output()
        .expect("cargo runs");
    let read = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "the log is read: {read}");
    let lines = String::from_utf8(output.stdout).expect("a log is text");
    lines.lines().map(String::from).collect()
}

impl Drop for Emulator {
    fn drop(&mut self) {
        let _ = self.emulator.kill();
        let _ = self.emulator.wait();
    }
}

/// Output of a board, taken as it comes: a board never waits for its reader.
pub struct Printed {
    pieces: Receiver<Vec<u8>>,
    piece: Cursor<Vec<u8>>,
}

impl Printed {
    fn take(mut output: ChildStdout) -> Self {
        let (sender, pieces) = mpsc::channel();
        thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(count @ 1..) = output.read(&mut bytes) {
                if sender.send(bytes[..count].to_vec()).is_err() {
                    return;
                }
            }
        });
        Self {
            pieces,
            piece: Cursor::default(),
        }
    }
}

impl Read for Printed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.piece.read(buffer)?;
        if count > 0 {
            return Ok(count);
        }
        match self.pieces.recv_timeout(PATIENCE) {
            Ok(piece) => {
                self.piece = Cursor::new(piece);
                self.piece.read(buffer)
            }
            Err(RecvTimeoutError::Disconnected) => Ok(0),
            Err(RecvTimeoutError::Timeout) => Err(io::ErrorKind::TimedOut.into()),
        }
    }
}
