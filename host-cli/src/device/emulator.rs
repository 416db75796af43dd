//! QEMU: how it is started, and what the firmware in it may do.

use std::fs;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use tempfile::TempDir;

use super::firmware::Firmware;
use super::launch::{self, FarEnd};
use crate::support::cleanup::{Held, hold};
use crate::support::failure::{Failure, Outcome};
use crate::support::messages;

/// An emulator that runs. It ends when this is dropped, or where a signal ends the program.
pub(super) struct Emulator {
    process: Arc<Mutex<Child>>,
    /// Name of the program.
    pub(super) program: &'static str,
    /// True where the firmware may use the host's files and commands.
    semihosting: bool,
    _held: Held,
    /// Ends when the emulator has.
    _watch: Option<Watch>,
}

impl Emulator {
    /// Starts a board with its UART at one end of a line, and with a temporary folder, if any.
    pub(super) fn start(
        board: &str,
        firmware: &Firmware,
        line: &FarEnd<'_>,
        folder: Option<&Path>,
    ) -> Outcome<Self> {
        let (program, mut command) = launch::command(board, firmware, line)?;
        if let Firmware::Trusted(elf) = firmware {
            messages::say(format_args!(
                "note: {} is trusted: it may read and write files and run commands as you can \
                 (semihosting)",
                elf.display()
            ));
        }
        // The firmware's log, which is not text.
        command.stdin(Stdio::null()).stdout(Stdio::null());
        command.stderr(Stdio::null());
        let started = hold(
            || command.spawn().map(Mutex::new).map(Arc::new),
            |process| {
                let process = Arc::clone(process);
                Box::new(move || stop(&process))
            },
        );
        let (process, held) = started.map_err(|error| missing(program, &error))?;
        let watch = Watch::over(lock(&process).id(), folder);
        Ok(Self {
            process,
            program,
            semihosting: firmware.is_trusted(),
            _held: held,
            _watch: watch,
        })
    }

    /// How it ended, if it has.
    pub(super) fn ended(&self) -> Option<ExitStatus> {
        lock(&self.process).try_wait().ok().flatten()
    }

    /// Description for a message about the board's silence.
    pub(super) fn state(&self) -> String {
        // The line of one that ends goes a little before it.
        let ended = (0..20).find_map(|_| {
            thread::sleep(Duration::from_millis(10));
            self.ended()
        });
        match ended {
            Some(status) => format!("the emulator ended with {status}"),
            None => "the emulator still runs".into(),
        }
    }

    /// True where the firmware may use the host's files and commands.
    pub(super) const fn is_trusted(&self) -> bool {
        self.semihosting
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        stop(&self.process);
    }
}

fn lock(process: &Mutex<Child>) -> MutexGuard<'_, Child> {
    process.lock().unwrap_or_else(PoisonError::into_inner)
}

fn stop(process: &Mutex<Child>) {
    let mut process = lock(process);
    let _ = process.kill();
    let _ = process.wait();
}

/// Refuses a board whose emulator is not there.
pub(super) fn find(board: &str) -> Outcome {
    let program = launch::program(board);
    let mut command = Command::new(program);
    command.arg("--version").stdin(Stdio::null());
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let started = command.status().map_err(|error| missing(program, &error))?;
    match started.success() {
        true => Ok(()),
        false => Err(Failure::Input(format!(
            "{program} does not start: {started}"
        ))),
    }
}

fn missing(program: &str, error: &std::io::Error) -> Failure {
    Failure::Input(format!(
        "{program}: {error}; install it (within the sources `cargo xtask setup` does)"
    ))
}

/// A shell that waits for the end of a pipe, which comes with the end of this program, however that
/// ends, and then ends an emulator and removes its folder.
struct Watch(Child);

impl Watch {
    /// None where there is no shell: the emulator outlives a killed program then.
    fn over(emulator: u32, folder: Option<&Path>) -> Option<Self> {
        let mut shell = Command::new("/bin/sh");
        shell.args(["-c", "read -r _; kill -KILL \"$1\"; rm -rf \"$2\"", "sh"]);
        shell.arg(emulator.to_string());
        shell.arg(folder.unwrap_or(Path::new("")));
        shell.stdin(Stdio::piped()).stdout(Stdio::null());
        // Out of reach of a terminal's Ctrl-C, which this program may outlive.
        shell.stderr(Stdio::null()).process_group(0);
        shell.spawn().ok().map(Self)
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A temporary folder, gone when this is dropped, or where a signal ends the program.
pub(super) struct Folder {
    folder: TempDir,
    _held: Held,
}

impl Folder {
    pub(super) fn new() -> Outcome<Self> {
        let made = hold(
            || TempDir::with_prefix("downhill-"),
            |folder| {
                let path = folder.path().to_path_buf();
                Box::new(move || drop(fs::remove_dir_all(path)))
            },
        );
        let (folder, held) = made.map_err(Failure::input)?;
        Ok(Self {
            folder,
            _held: held,
        })
    }

    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }
}
