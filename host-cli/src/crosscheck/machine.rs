use std::io::ErrorKind;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::failure::{Failure, Outcome};

/// How long an emulator may take to start.
const START: Duration = Duration::from_secs(20);

/// An emulated board that runs, with its UART at the other end of a socket. It is switched off
/// when dropped.
pub(super) struct Machine {
    emulator: Child,
    /// The board's UART.
    pub(super) uart: UnixStream,
    /// Where the socket is, until the emulator has ended.
    _folder: TempDir,
}

impl Machine {
    /// Boots a board (which is what the emulator calls its machine) with a firmware.
    pub(super) fn boot(board: &str, elf: &Path) -> Outcome<Self> {
        if !elf.is_file() {
            return Err(Failure::Input(format!(
                "{}: there is no such firmware; check the path",
                elf.display()
            )));
        }
        let folder = TempDir::with_prefix("downhill-").map_err(Failure::input)?;
        let socket = folder.path().join("uart");
        // We listen and the emulator comes to us, so that nothing the board says gets lost.
        let listener = UnixListener::bind(&socket).map_err(Failure::input)?;
        listener.set_nonblocking(true).map_err(Failure::input)?;
        let mut emulator = Command::new("qemu-system-arm")
            .args(["-machine", board, "-nographic", "-monitor", "none"])
            .arg("-semihosting")
            .arg("-chardev")
            .arg(format!("socket,id=uart,path={}", socket.display()))
            .args(["-serial", "chardev:uart", "-kernel"])
            .arg(elf)
            .stdin(Stdio::null())
            // The firmware's log, which is not text.
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| {
                Failure::Input(format!(
                    "qemu-system-arm: {error}; `cargo xtask setup` installs it"
                ))
            })?;
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

    /// How the emulator ended, if it has.
    pub(super) fn ended(&mut self) -> Option<String> {
        let status = self.emulator.try_wait().ok()??;
        Some(status.to_string())
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        stop(&mut self.emulator);
    }
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
