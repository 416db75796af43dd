//! A board that `downhill device emulate` keeps, over TCP.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, ExitStatus, Stdio};

use rustix::process::{Pid, Signal, kill_process};

use crate::{downhill, emulator};

/// The emulated board, which is switched off with the test.
#[derive(Debug)]
pub struct Emulated {
    process: Child,
    /// Its line, as `--port` takes it.
    pub line: String,
}

impl Emulated {
    /// Starts the lab of an emulated board.
    pub fn start(board: &str) -> Self {
        Self::running(board, "")
    }

    /// Starts another program of it.
    pub fn running(board: &str, program: &str) -> Self {
        let mut command = Command::new(downhill(&[]).get_program());
        command.args(["device", "emulate", board, "--listen", "127.0.0.1:0"]);
        command.arg("--firmware");
        command.arg(emulator::firmware(board, program));
        let started = command.stdout(Stdio::piped()).spawn();
        let mut board = Self {
            process: started.expect("the command starts"),
            line: String::new(),
        };
        let printed = board.process.stdout.take().expect("its output is a pipe");
        let mut first = String::new();
        let read = BufReader::new(printed).read_line(&mut first);
        read.expect("it prints text");
        let line = first.split(" at ").nth(1);
        let line = line.and_then(|rest| rest.split(';').next());
        board.line = line.expect("it prints where the board is").into();
        board
    }

    /// A command of `downhill device` that uses this board.
    pub fn command(&self, arguments: &[&str]) -> assert_cmd::Command {
        let mut command = downhill(&["device"]);
        command.args(arguments).args(["--line", &self.line]);
        command
    }

    /// Interrupts the command, as a user does, and waits for its end.
    pub fn interrupt(&mut self) -> ExitStatus {
        if let Ok(None) = self.process.try_wait() {
            let _ = kill_process(Pid::from_child(&self.process), Signal::INT);
        }
        self.process.wait().expect("it ends")
    }
}

impl Drop for Emulated {
    fn drop(&mut self) {
        self.interrupt();
    }
}
