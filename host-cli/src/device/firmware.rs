//! Firmware of emulated boards, and who may be trusted.

use std::env;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use downhill_boards::FirmwareFile;

use crate::support::failure::{Failure, Outcome};

/// A firmware for an emulated board.
pub(crate) enum Firmware {
    /// Built from the sources around the current folder, or installed beside this program.
    Own(PathBuf),
    /// Given, and nobody knows by whom it was made.
    Given(PathBuf),
    /// Given, and said to be trusted.
    Trusted(PathBuf),
}

impl Firmware {
    /// The firmware that was given for a board, or else one that is built.
    pub(crate) fn of(board: &str, given: Option<&Path>, trusted: bool) -> Outcome<Self> {
        Ok(match (given, trusted) {
            (Some(elf), true) => Self::Trusted(elf.into()),
            (Some(elf), false) => Self::Given(elf.into()),
            (None, _) => Self::Own(match sources() {
                Ok(root) => build(&root, board)?,
                Err(failure) => installed(board).ok_or(failure)?,
            }),
        })
    }

    /// The ELF.
    pub(super) fn elf(&self) -> &Path {
        let (Self::Own(elf) | Self::Given(elf) | Self::Trusted(elf)) = self;
        elf
    }

    /// Refuses what the emulator does not boot: it would be silent.
    pub(super) fn check(&self, kind: &FirmwareFile) -> Outcome {
        let elf = self.elf();
        let mut head = [0; FirmwareFile::HEAD];
        let read = File::open(elf).and_then(|mut file| file.read_exact(&mut head));
        match read {
            Ok(()) if kind.is_begun_by(&head) => Ok(()),
            Err(error) if error.kind() != ErrorKind::UnexpectedEof => Err(Failure::Input(format!(
                "{}: {error}; check the path",
                elf.display()
            ))),
            _ => Err(Failure::Input(format!(
                "{} is no {}; give the file that `cargo build` writes",
                elf.display(),
                kind.name
            ))),
        }
    }

    /// Returns true where it may have its logs and all else that semihosting serves.
    pub(super) const fn is_trusted(&self) -> bool {
        !matches!(self, Self::Given(_))
    }
}

/// Refuses a board that has no firmware here: neither sources nor an installed one.
pub(super) fn find(board: &str) -> Outcome {
    sources()
        .map(drop)
        .or_else(|failure| installed(board).map(drop).ok_or(failure))
}

/// The ELF of a board that is installed beside this program: in `share/downhill/firmware`, where the
/// program is in `bin`.
fn installed(board: &str) -> Option<PathBuf> {
    let program = env::current_exe().and_then(fs::canonicalize).ok()?;
    let root = program.parent()?.parent()?;
    let elf = root.join("share/downhill/firmware").join(board);
    elf.is_file().then_some(elf)
}

/// Builds a board's firmware from the sources in this folder; returns the ELF.
fn build(root: &Path, board: &str) -> Outcome<PathBuf> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let output = Command::new(&cargo)
        .args(["xtask", "firmware", board])
        .current_dir(root)
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| {
            Failure::Input(format!(
                "{}: {error}; install Rust, or give a built firmware with `--firmware`",
                cargo.display()
            ))
        })?;
    let elf = String::from_utf8_lossy(&output.stdout).trim().to_string();
    if !output.status.success() || elf.is_empty() {
        return Err(Failure::Input(format!(
            "the firmware of {board} does not build; `cargo xtask setup` installs the toolchain \
             it needs"
        )));
    }
    Ok(elf.into())
}

/// The root of Downhill's sources: this folder or one above it.
pub(super) fn sources() -> Outcome<PathBuf> {
    let here = env::current_dir().map_err(Failure::input)?;
    let root = here.ancestors().find(|folder| {
        folder.join("firmware/boards").is_dir() && folder.join("crates/xtask").is_dir()
    });
    root.map(PathBuf::from).ok_or_else(|| {
        Failure::Input(format!(
            "{} is not within Downhill's sources, from which the firmware is built; go there, or \
             give a built firmware with `--firmware`",
            here.display()
        ))
    })
}
