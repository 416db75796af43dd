use std::io::ErrorKind;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::support::failure::{Failure, Outcome};
use crate::support::interrupt;

/// How long an emulator may take to start.
const START: Duration = Duration::from_secs(20);

/// An emulated board that runs, with its UART at the other end of a socket. It is switched off
/// when dropped.
pub(crate) struct Machine {
    emulator: Child,
    /// The board's UART.
    pub(crate) uart: UnixStream,
    /// Folder of the socket, until the emulator has ended.
    _folder: TempDir,
}

impl Machine {
    /// Boots a board (which is what the emulator calls its machine) with a firmware.
    pub(crate) fn boot(board: &str, elf: &Path) -> Outcome<Self> {
        let folder = TempDir::with_prefix("downhill-").map_err(Failure::input)?;
        let socket = folder.path().join("uart");
        // We listen and the emulator comes to us, so that nothing the board says gets lost.
        let listener = UnixListener::bind(&socket).map_err(Failure::input)?;
        listener.set_nonblocking(true).map_err(Failure::input)?;
        let line = format!("socket,id=uart,path={}", socket.display());
        let mut emulator = start(board, elf, &line)?;
        match accept(&listener, &mut emulator) {
            Ok(uart) => Ok(Self {
                emulator,
                uart,
                _folder: folder,
            }),
            Err(failure) => {
                stop(&mut emulator);
                Err(failure)
            }
        }
    }

    /// Runs a board with its UART on a TCP port, until somebody interrupts. `ready` is told the
    /// address.
    pub(crate) fn serve(
        board: &str,
        elf: &Path,
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
        let line = format!(
            "socket,id=uart,host={},port={},server=on,wait=off",
            address.ip(),
            address.port()
        );
        let mut emulator = start(board, elf, &line)?;
        let reached = until_listening(address, &mut emulator);
        let served = reached.and_then(|()| ready(&address.to_string()));
        while served.is_ok() && !interrupt::asked() && matches!(emulator.try_wait(), Ok(None)) {
            sleep(Duration::from_millis(50));
        }
        stop(&mut emulator);
        served
    }

    /// How the emulator ended, if it has.
    pub(crate) fn ended(&mut self) -> Option<String> {
        let status = self.emulator.try_wait().ok()??;
        Some(status.to_string())
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        stop(&mut self.emulator);
    }
}

/// The arguments that put the board's devices on its buses.
fn devices(board: &str) -> impl Iterator<Item = &'static str> {
    let devices = downhill_boards::find(board).and_then(|board| board.devices);
    (devices.into_iter().flatten()).flat_map(|device| ["-device", device])
}

/// Starts the emulator with the board's UART at one end of a line.
fn start(board: &str, elf: &Path, line: &str) -> Outcome<Child> {
    if !elf.is_file() {
        return Err(Failure::Input(format!(
            "{}: there is no such firmware; check the path",
            elf.display()
        )));
    }
    let emulator = Command::new("qemu-system-arm")
        .args(["-machine", board, "-nographic", "-monitor", "none"])
        .args(["-semihosting", "-chardev", line, "-serial", "chardev:uart"])
        .args(devices(board))
        .arg("-kernel")
        .arg(elf)
        .stdin(Stdio::null())
        // The firmware's log, which is not text.
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    emulator.map_err(|error| {
        Failure::Input(format!(
            "qemu-system-arm: {error}; `cargo xtask setup` installs it"
        ))
    })
}

/// Waits until the emulator listens.
fn until_listening(address: SocketAddr, emulator: &mut Child) -> Outcome {
    let began = Instant::now();
    while TcpStream::connect(address).is_err() {
        if !matches!(emulator.try_wait(), Ok(None)) || began.elapsed() > START {
            return Err(Failure::Input(format!(
                "qemu-system-arm does not listen at {address}; `cargo xtask setup` installs a \
                 version that knows this board"
            )));
        }
        sleep(Duration::from_millis(10));
    }
    Ok(())
}

fn stop(emulator: &mut Child) {
    let _ = emulator.kill();
    let _ = emulator.wait();
}

fn accept(listener: &UnixListener, emulator: &mut Child) -> Outcome<UnixStream> {
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
        if let Ok(Some(status)) = emulator.try_wait() {
            return Err(Failure::Input(format!(
                "qemu-system-arm ended at once ({status}); `cargo xtask setup` installs a version \
                 that knows this board"
            )));
        }
        if start.elapsed() > START {
            return Err(Failure::Input(format!(
                "qemu-system-arm did not start within {} s",
                START.as_secs()
            )));
        }
        sleep(Duration::from_millis(2));
    }
}
