//! Firmware on a thread of this process, at the other end of a line that the `downhill` command
//! takes for a board's own.

use std::convert::Infallible;
use std::fs::File;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};

use downhill_firmware::{Connection, Lab};
use embedded_hal::digital::{ErrorType as PinErrorType, OutputPin};
use embedded_io::{ErrorKind, ErrorType, ReadReady};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::termios::{OptionalActions, tcgetattr, tcsetattr};

use crate::{downhill, terminal};

/// One end of a line, as firmware takes it.
#[derive(Debug)]
pub struct Wire(File);

impl ErrorType for Wire {
    type Error = ErrorKind;
}

impl ReadReady for Wire {
    fn read_ready(&mut self) -> Result<bool, ErrorKind> {
        let mut fds = [PollFd::new(&self.0, PollFlags::IN)];
        let wait = Timespec {
            tv_sec: 0,
            tv_nsec: 2_000_000,
        };
        Ok(poll(&mut fds, Some(&wait)).is_ok_and(|ready| ready > 0))
    }
}

impl embedded_io::Read for Wire {
    fn read(&mut self, bytes: &mut [u8]) -> Result<usize, ErrorKind> {
        self.0.read(bytes).map_err(|_| ErrorKind::BrokenPipe)
    }
}

impl embedded_io::Write for Wire {
    fn write(&mut self, bytes: &[u8]) -> Result<usize, ErrorKind> {
        self.0.write(bytes).map_err(|_| ErrorKind::BrokenPipe)
    }

    fn flush(&mut self) -> Result<(), ErrorKind> {
        Ok(())
    }
}

/// A pin that nothing hangs at.
#[derive(Clone, Copy, Debug)]
pub struct Pin;

impl PinErrorType for Pin {
    type Error = Infallible;
}

impl OutputPin for Pin {
    fn set_low(&mut self) -> Result<(), Infallible> {
        Ok(())
    }

    fn set_high(&mut self) -> Result<(), Infallible> {
        Ok(())
    }
}

/// A board that runs until it is dropped.
#[derive(Debug)]
pub struct Board {
    /// Value of `--line`.
    pub line: String,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

/// The `lab` firmware.
fn lab(wire: Wire, stop: &AtomicBool) {
    let mut arena = vec![0.0; 1 << 14];
    let mut lab = Lab::new(Connection::new("desk", wire), Pin, &mut arena);
    while !stop.load(Ordering::Relaxed) {
        lab.poll();
    }
}

impl Board {
    /// The `lab` firmware at the other end of a pseudo-terminal.
    pub fn on_terminal() -> Self {
        Self::with(lab)
    }

    /// Any firmware there; it ends when the flag says so.
    ///
    /// # Panics
    /// Where the system has no more pseudo-terminals.
    pub fn with(firmware: impl FnOnce(Wire, &AtomicBool) + Send + 'static) -> Self {
        let (master, slave, name) = terminal::pair();
        // Held open, so that the line does not end where a command does; raw, as no serial line
        // echoes.
        let mut raw = tcgetattr(&slave).expect("it is a terminal");
        raw.make_raw();
        tcsetattr(&slave, OptionalActions::Now, &raw).expect("it is ours");
        Self::start(name, move |stop| {
            let _held = slave;
            firmware(Wire(master), stop);
        })
    }

    /// The `lab` firmware at the other end of a TCP connection.
    ///
    /// # Panics
    /// Where there is no free port.
    pub fn on_tcp() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("it has an address");
        Self::start(format!("tcp:{address}"), move |stop| {
            let Ok((stream, _)) = listener.accept() else {
                return;
            };
            lab(Wire(File::from(OwnedFd::from(stream))), stop);
        })
    }

    fn start(line: String, run: impl FnOnce(&AtomicBool) + Send + 'static) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let asked = Arc::clone(&stop);
        Self {
            line,
            stop,
            thread: Some(thread::spawn(move || run(&asked))),
        }
    }

    /// A command of `downhill device` that uses this board.
    pub fn command(&self, arguments: &[&str]) -> assert_cmd::Command {
        let mut command = downhill(&["device"]);
        command.args(arguments).args(["--line", &self.line]);
        command
    }
}

impl Drop for Board {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
