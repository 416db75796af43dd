//! The lines that a board may be reached by.

use std::fs::OpenOptions;
use std::io::{self, ErrorKind, IsTerminal, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::os::unix::fs::OpenOptionsExt;
use std::time::{Duration, Instant};

use rustix::fs::OFlags;
use serialport::SerialPort;

use super::Machine;
use crate::support::failure::{Failure, Outcome};

/// How long to wait for a TCP connection.
const CONNECT: Duration = Duration::from_secs(10);
/// End of a TCP connection, in words.
const CLOSED: &str = "the connection was closed";

/// A line, read with the patience that it was opened with.
pub(crate) enum Line {
    /// To an emulator of our own.
    Emulated(Machine),
    /// A serial port.
    Serial(Box<dyn SerialPort>),
    /// A TCP connection.
    Tcp(TcpStream),
}

impl Line {
    /// Opens `tcp:HOST:PORT`, or a serial port at a speed in baud.
    pub(crate) fn open(name: &str, baud: u32) -> Outcome<Self> {
        let refuse = |error: &dyn std::fmt::Display, cure: &str| {
            Failure::Input(format!("{name}: {error}; {cure}"))
        };
        let Some(address) = name.strip_prefix("tcp:") else {
            let port = serialport::new(name, baud).open();
            let cure = "`downhill device list` shows the ports there are";
            return port
                .map(Self::Serial)
                .map_err(|error| match is_other_file(name) {
                    true => refuse(&"it is no serial port", cure),
                    false => refuse(&error, cure),
                });
        };
        let cure = "is the board's line really there?";
        let mut addresses = address
            .to_socket_addrs()
            .map_err(|error| refuse(&error, "write `tcp:HOST:PORT`"))?;
        let Some(address) = addresses.next() else {
            return Err(refuse(&"no such host", "write `tcp:HOST:PORT`"));
        };
        let stream = TcpStream::connect_timeout(&address, CONNECT);
        let stream = stream.map_err(|error| refuse(&error, cure))?;
        // An order is a frame, and its answer is waited for.
        stream
            .set_nodelay(true)
            .map_err(|error| refuse(&error, cure))?;
        Ok(Self::Tcp(stream))
    }

    /// How long a read waits for a byte, and a write for room.
    pub(super) fn set_patience(&mut self, patience: Duration) -> io::Result<()> {
        match self {
            Self::Emulated(machine) => {
                machine.uart.set_read_timeout(Some(patience))?;
                machine.uart.set_write_timeout(Some(patience))
            }
            Self::Serial(port) => port.set_timeout(patience).map_err(io::Error::from),
            Self::Tcp(stream) => {
                stream.set_read_timeout(Some(patience))?;
                stream.set_write_timeout(Some(patience))
            }
        }
    }

    /// Reads what there is: 0 bytes where nothing came in time, an error where the line ended.
    pub(super) fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let read = match self {
            Self::Emulated(machine) => machine.uart.read(bytes),
            Self::Serial(port) => port.read(bytes),
            Self::Tcp(stream) => stream.read(bytes),
        };
        match read {
            Ok(0) => Err(ErrorKind::UnexpectedEof.into()),
            Err(error) if is_patience(error.kind()) => Ok(0),
            read => read,
        }
    }

    /// Writes a frame, all of it in this time.
    pub(super) fn write(&mut self, mut frame: &[u8], time: Duration) -> io::Result<()> {
        let start = Instant::now();
        while !frame.is_empty() {
            let written = match self {
                Self::Emulated(machine) => machine.uart.write(frame),
                Self::Serial(port) => port.write(frame),
                Self::Tcp(stream) => stream.write(frame),
            };
            match written {
                Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
                Ok(count) => frame = frame.get(count..).unwrap_or_default(),
                Err(error) if !is_patience(error.kind()) => return Err(error),
                Err(_) if start.elapsed() > time => return Err(ErrorKind::TimedOut.into()),
                Err(_) => {}
            }
        }
        Ok(())
    }

    /// Description of the other end, for a message about its silence.
    pub(super) fn state(&mut self) -> String {
        match self {
            Self::Emulated(machine) => machine.state(),
            Self::Serial(port) => port.name().unwrap_or_else(|| "a serial port".into()),
            Self::Tcp(stream) => match stream.peer_addr() {
                Ok(address) => address.to_string(),
                Err(_) => CLOSED.into(),
            },
        }
    }

    /// Description of a line that ended by an error.
    pub(super) fn ending(&mut self, error: &io::Error) -> String {
        match (self, error.kind()) {
            (
                Self::Tcp(_),
                ErrorKind::UnexpectedEof
                | ErrorKind::BrokenPipe
                | ErrorKind::ConnectionAborted
                | ErrorKind::ConnectionReset
                | ErrorKind::NotConnected,
            ) => CLOSED.into(),
            (Self::Tcp(_), _) => error.to_string(),
            (Self::Serial(port), kind) if kind != ErrorKind::UnexpectedEof => match port.name() {
                Some(name) => format!("{name}: {error}"),
                None => error.to_string(),
            },
            (line, _) => line.state(),
        }
    }

    /// Advice about a board that has said nothing at all.
    pub(super) fn advice(&self) -> &'static str {
        match self {
            Self::Emulated(machine) if !machine.is_trusted() => {
                "does it run Downhill's firmware? QEMU serves it no semihosting, which \
                 `--trust-firmware` gives; only for a firmware that you built: it may then read \
                 and write your files and run commands"
            }
            Self::Tcp(_) => {
                "does it run Downhill's firmware, and is the line its own, or does another \
                 program hold the line?"
            }
            _ => "does it run Downhill's firmware, and is the line its own?",
        }
    }

    /// Advice about a board of which nothing can be read.
    pub(super) fn advice_on_noise(&self) -> String {
        match self {
            Self::Serial(port) => match port.baud_rate() {
                Ok(baud) => format!("is `--baud {baud}` the board's speed?"),
                Err(_) => self.advice().into(),
            },
            Self::Tcp(_) => {
                "is the serial server's speed the board's, and does it run Downhill's firmware?"
                    .into()
            }
            Self::Emulated(_) => self.advice().into(),
        }
    }
}

/// Returns true where a file can be opened and is no terminal, as every serial port is.
fn is_other_file(name: &str) -> bool {
    // No serial port is waited for.
    let at_once = (OFlags::NONBLOCK | OFlags::NOCTTY).bits();
    let mut options = OpenOptions::new();
    options.read(true).custom_flags(at_once.cast_signed());
    options.open(name).is_ok_and(|file| !file.is_terminal())
}

fn is_patience(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted
    )
}
