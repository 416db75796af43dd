use std::io::ErrorKind;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::net::{UnixListener, UnixStream};
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::emulator::{Emulator, Folder};
use super::firmware::Firmware;
use super::launch::FarEnd;
use crate::support::failure::{Failure, Outcome};
use crate::support::interrupt;

/// How long an emulator may take to start.
const START: Duration = Duration::from_secs(20);

/// An emulated board that runs, with its UART at the other end of a socket. It is switched off
/// when dropped.
pub(crate) struct Machine {
    emulator: Emulator,
    /// The board's UART.
    pub(crate) uart: UnixStream,
    /// Folder of the socket, until the emulator has ended.
    _folder: Folder,
}

impl Machine {
    /// Boots a board (which is what the emulator calls its machine) with a firmware.
    pub(crate) fn boot(board: &str, firmware: &Firmware) -> Outcome<Self> {
        let folder = Folder::new()?;
        let socket = folder.path().join("uart");
        // We listen and the emulator comes to us, so that nothing the board says gets lost.
        let listener = UnixListener::bind(&socket).map_err(Failure::input)?;
        listener.set_nonblocking(true).map_err(Failure::input)?;
        let line = FarEnd::Connect(&socket);
        let emulator = Emulator::start(board, firmware, &line, Some(folder.path()))?;
        let uart = accept(&listener, &emulator)?;
        Ok(Self {
            emulator,
            uart,
            _folder: folder,
        })
    }

    /// Runs a board with its UART on a TCP port, until somebody interrupts. `ready` is told the
    /// address.
    pub(crate) fn serve(
        board: &str,
        firmware: &Firmware,
        listen: &str,
        ready: impl FnOnce(&str) -> Outcome,
    ) -> Outcome {
        let refuse = |error: std::io::Error| {
            Failure::Input(format!("{listen}: {error}; listen at another `HOST:PORT`"))
        };
        // The emulator listens itself; this finds a free port, and whether it may.
        let listener = TcpListener::bind(listen).map_err(refuse)?;
        let address = listener.local_addr().map_err(refuse)?;
        drop(listener);
        let emulator = Emulator::start(board, firmware, &FarEnd::Listen(address), None)?;
        until_listening(address, &emulator)?;
        ready(&address.to_string())?;
        let mut status = None;
        while !interrupt::asked() && status.is_none() {
            sleep(Duration::from_millis(50));
            status = emulator.ended();
        }
        // Ctrl-C ends the emulator too, perhaps before we hear of it.
        let is_asked = || {
            sleep(Duration::from_millis(10));
            interrupt::asked()
        };
        match status {
            Some(status) if !(0..20).any(|_| is_asked()) => Err(Failure::Input(format!(
                "the emulator of {board} ended ({status}), and its fit is lost; start it again"
            ))),
            _ => Ok(()),
        }
    }

    /// Returns true where the firmware may use the host's files and commands.
    pub(crate) const fn is_trusted(&self) -> bool {
        self.emulator.is_trusted()
    }

    /// Description of the emulator, for a message about the board's silence.
    pub(crate) fn state(&self) -> String {
        self.emulator.state()
    }
}

/// Waits until the emulator listens.
fn until_listening(address: SocketAddr, emulator: &Emulator) -> Outcome {
    let began = Instant::now();
    while TcpStream::connect(address).is_err() {
        if emulator.ended().is_some() || began.elapsed() > START {
            return Err(Failure::Input(format!(
                "{} does not listen at {address}; `cargo xtask setup` installs a version that \
                 knows this board",
                emulator.program
            )));
        }
        sleep(Duration::from_millis(10));
    }
    Ok(())
}

fn accept(listener: &UnixListener, emulator: &Emulator) -> Outcome<UnixStream> {
    let start = Instant::now();
    loop {
        match listener.accept() {
            Ok((uart, _)) => {
                uart.set_nonblocking(false).map_err(Failure::input)?;
                return Ok(uart);
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            Err(error) => return Err(Failure::input(error)),
        }
        if let Some(status) = emulator.ended() {
            return Err(Failure::Input(format!(
                "{} ended at once ({status}); `cargo xtask setup` installs a version that knows \
                 this board",
                emulator.program
            )));
        }
        if start.elapsed() > START {
            return Err(Failure::Input(format!(
                "{} did not start within {} s",
                emulator.program,
                START.as_secs()
            )));
        }
        sleep(Duration::from_millis(2));
    }
}
