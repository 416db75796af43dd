//! Programs that the fits are measured with.

use std::path::PathBuf;

/// Programs that are measured.
pub(super) struct Programs {
    /// The command, as users get it.
    pub(super) command: PathBuf,
    /// The solvers in Rust.
    pub(super) solvers: PathBuf,
    pub(super) python: PathBuf,
    pub(super) script: PathBuf,
    /// Folder of NIST's sets.
    pub(super) sets: PathBuf,
    /// Folder for files.
    pub(super) folder: PathBuf,
}
