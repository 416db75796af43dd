//! `cargo xtask setup`: everything device tests need, and nothing twice.

use anyhow::Result;
use downhill_boards::TARGETS;

use crate::apt::{install, works};
use crate::{say, toolchain};

pub(crate) fn run() -> Result<()> {
    qemu()?;
    clang()?;
    chromium()?;
    let toolchain = toolchain::for_targets(TARGETS)?;
    say(format_args!("ready: {}", toolchain.describe()));
    Ok(())
}

/// Makes sure that `qemu-system-arm` is installed.
pub(crate) fn qemu() -> Result<()> {
    if works("qemu-system-arm", "--version") {
        return Ok(());
    }
    install(
        &["qemu-system-arm"],
        "`qemu-system-arm` (Debian, Ubuntu: package `qemu-system-arm`; Fedora: \
         `qemu-system-arm-core`; Homebrew: `qemu`)",
    )
}

/// Makes sure that `clang` is installed, which compiles exported C for the boards.
pub(crate) fn clang() -> Result<()> {
    if works("clang", "--version") {
        return Ok(());
    }
    install(&["clang"], "`clang` (package `clang`; Homebrew: `llvm`)")
}

/// Makes sure that Chromium is installed, in which reports are looked at.
pub(crate) fn chromium() -> Result<()> {
    if works("chromium", "--version") {
        return Ok(());
    }
    install(
        &["chromium"],
        "`chromium` (package `chromium`, as a plain program)",
    )
}

/// Makes sure that ripgrep is installed, beside which the command's start is measured.
pub(crate) fn ripgrep() -> Result<()> {
    if works("rg", "--version") {
        return Ok(());
    }
    install(&["ripgrep"], "`rg` (package `ripgrep`)")
}
