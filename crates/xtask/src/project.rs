//! The checkout that is worked on.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// The workspace's root folder, or that of another copy of the sources, which a test with a
/// changed core names in `DOWNHILL_SOURCES`.
pub(crate) fn root() -> PathBuf {
    env::var_os("DOWNHILL_SOURCES")
        .map_or_else(
            || Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."),
            PathBuf::from,
        )
        .canonicalize()
        .expect("xtask runs in the checkout it was built from")
}

/// The cargo that runs this program.
pub(crate) fn cargo() -> OsString {
    env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

/// Prints progress to standard error: standard output holds results only.
pub(crate) fn say(message: impl std::fmt::Display) {
    eprintln!("xtask: {message}");
}
