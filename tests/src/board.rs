//! Firmware on a thread of this process, at the other end of a line that the `downhill` command
//! takes for a board's own.

use std::convert::Infallible;
use std::fs::File;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::os::fd::OwnedFd;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use downhill_firmware::seal::{CryptoRng, Error, Guard, KeyStore, RngCore};
use downhill_firmware::{Connection, Lab, Layer, Plain};
use embedded_hal::digital::{ErrorType as PinErrorType, OutputPin};
use embedded_io::{ErrorKind, ErrorType, ReadReady};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::termios::{OptionalActions, tcgetattr, tcsetattr};

use crate::{downhill, terminal};

/// One end of a line, as firmware takes it.
#[derive(Debug)]
pub struct Wire(File);

/// How a board stops in the middle of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// Its line ends.
    Gone,
    /// Its line stays, and it says no more.
    Silent,
}

/// A wire over which only so many frames come, which it counts down.
struct Limited<'a> {
    wire: Wire,
    frames: &'a AtomicUsize,
}

impl ErrorType for Limited<'_> {
    type Error = ErrorKind;
}

impl ReadReady for Limited<'_> {
    fn read_ready(&mut self) -> Result<bool, ErrorKind> {
        Ok(self.frames.load(Ordering::Relaxed) > 0 && self.wire.read_ready()?)
    }
}

impl embedded_io::Read for Limited<'_> {
    fn read(&mut self, bytes: &mut [u8]) -> Result<usize, ErrorKind> {
        let first = bytes.get_mut(..1).unwrap_or_default();
        let count = embedded_io::Read::read(&mut self.wire, first)?;
        // Each has a zero at both ends.
        if count > 0 && first == [0] {
            let left = self.frames.load(Ordering::Relaxed);
            self.frames.store(left.saturating_sub(1), Ordering::Relaxed);
        }
        Ok(count)
    }
}

impl embedded_io::Write for Limited<'_> {
    fn write(&mut self, bytes: &[u8]) -> Result<usize, ErrorKind> {
        embedded_io::Write::write(&mut self.wire, bytes)
    }

    fn flush(&mut self) -> Result<(), ErrorKind> {
        Ok(())
    }
}

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

/// The system's source of entropy.
#[derive(Debug)]
struct Entropy;

impl RngCore for Entropy {
    fn next_u32(&mut self) -> u32 {
        let mut bytes = [0; 4];
        self.fill_bytes(&mut bytes);
        u32::from_le_bytes(bytes)
    }

    fn next_u64(&mut self) -> u64 {
        let mut bytes = [0; 8];
        self.fill_bytes(&mut bytes);
        u64::from_le_bytes(bytes)
    }

    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        let read = File::open("/dev/urandom").and_then(|mut file| file.read_exact(bytes));
        read.expect("the system has entropy");
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Error> {
        self.fill_bytes(bytes);
        Ok(())
    }
}

impl CryptoRng for Entropy {}

/// A board that runs until it is dropped.
#[derive(Debug)]
pub struct Board {
    /// Value of `--line`.
    pub line: String,
    /// Value of `--key`, where its commands have one.
    pub key: Option<PathBuf>,
    /// Zeros that it still takes from its line.
    left: Arc<AtomicUsize>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

/// The `lab` firmware.
fn lab(wire: Wire, stop: &AtomicBool) {
    lab_while(wire, Plain, || !stop.load(Ordering::Relaxed));
}

fn lab_while<L: ReadReady + embedded_io::Read + embedded_io::Write>(
    line: L,
    layer: impl Layer,
    goes_on: impl Fn() -> bool,
) {
    let mut arena = vec![0.0; 1 << 14];
    let mut windows = vec![0.0; 1 << 12];
    let connection = Connection::new("desk", line).layer(layer);
    let lab = Lab::new(connection, Pin, &mut arena);
    let mut lab = lab.signal_memory(&mut windows);
    while goes_on() {
        lab.poll();
    }
}

impl Board {
    /// The `lab` firmware at the other end of a pseudo-terminal.
    pub fn on_terminal() -> Self {
        Self::with(lab)
    }

    /// The `lab` firmware there, which takes keys and keeps them in this store.
    pub fn sealed(store: impl KeyStore + Send + 'static) -> Self {
        Self::with(|wire, stop| {
            let guard = Guard::new(Entropy, store);
            lab_while(wire, guard, || !stop.load(Ordering::Relaxed));
        })
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

    /// The `lab` firmware at one end of a socket.
    pub fn on(socket: OwnedFd) -> Self {
        Self::start(String::new(), move |stop| {
            lab(Wire(File::from(socket)), stop)
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

    /// The `lab` firmware at the other end of a TCP connection, which stops after it has read so
    /// many frames.
    ///
    /// # Panics
    /// Where there is no free port.
    pub fn on_tcp_until(frames: usize, ending: Ending) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("it has an address");
        let frames = Arc::new(AtomicUsize::new(2 * frames));
        let left = Arc::clone(&frames);
        let mut board = Self::start(format!("tcp:{address}"), move |stop| {
            let Ok((stream, _)) = listener.accept() else {
                return;
            };
            let held = stream.try_clone().expect("another handle");
            let line = Limited {
                wire: Wire(File::from(OwnedFd::from(stream))),
                frames: &left,
            };
            lab_while(line, Plain, || {
                !stop.load(Ordering::Relaxed) && left.load(Ordering::Relaxed) > 0
            });
            while ending == Ending::Silent && !stop.load(Ordering::Relaxed) {
                thread::sleep(Duration::from_millis(5));
            }
            drop(held);
        });
        board.left = frames;
        board
    }

    /// Returns true once it has read as many frames as it was to.
    pub fn is_silent(&self) -> bool {
        self.left.load(Ordering::Relaxed) == 0
    }

    fn start(line: String, run: impl FnOnce(&AtomicBool) + Send + 'static) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let asked = Arc::clone(&stop);
        Self {
            line,
            key: None,
            left: Arc::default(),
            stop,
            thread: Some(thread::spawn(move || run(&asked))),
        }
    }

    /// A command of `downhill device` that uses this board.
    pub fn command(&self, arguments: &[&str]) -> assert_cmd::Command {
        let mut command = downhill(&["device"]);
        command.args(arguments).args(["--line", &self.line]);
        if let Some(key) = &self.key {
            command.arg("--key").arg(key);
        }
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
