//! `cargo xtask setup`: everything that device tests need, and nothing twice.

use anyhow::Result;
use downhill_boards::{ARM, RISCV, TARGETS};

use crate::apt::{install, works};
use crate::{say, toolchain};

/// A program from elsewhere.
struct Program {
    name: &'static str,
    /// Package in Debian and Ubuntu.
    package: &'static str,
    /// Words on how to install it by hand.
    by_hand: &'static str,
}

const QEMU_ARM: Program = Program {
    name: ARM.program,
    package: ARM.package,
    by_hand: "`qemu-system-arm` (Debian, Ubuntu: package `qemu-system-arm`; Fedora: \
              `qemu-system-arm-core`; Homebrew: `qemu`)",
};
const QEMU_RISCV: Program = Program {
    name: RISCV.program,
    package: RISCV.package,
    by_hand: "`qemu-system-riscv32` (Debian, Ubuntu: package `qemu-system-misc`; Fedora: \
              `qemu-system-riscv-core`; Homebrew: `qemu`)",
};
/// Compiles exported C for the boards.
const CLANG: Program = Program {
    name: "clang",
    package: "clang",
    by_hand: "`clang` (package `clang`; Homebrew: `llvm`)",
};
/// Builds the example of the library for C.
const CMAKE: Program = Program {
    name: "cmake",
    package: "cmake",
    by_hand: "`cmake` (package `cmake`)",
};
/// Shows reports to tests.
const CHROMIUM: Program = Program {
    name: "chromium",
    package: "chromium",
    by_hand: "`chromium` (package `chromium`, as a plain program)",
};
/// Starts beside the command.
const RIPGREP: Program = Program {
    name: "rg",
    package: "ripgrep",
    by_hand: "`rg` (package `ripgrep`)",
};

/// Installs all that is missing, in one go.
pub(crate) fn run() -> Result<()> {
    let (mut packages, mut by_hand) = missing(&[QEMU_ARM, QEMU_RISCV, CLANG, CMAKE, CHROMIUM]);
    if toolchain::needs_debian(TARGETS)? {
        packages.extend(toolchain::PACKAGES);
        by_hand.push(toolchain::by_hand());
    }
    install(&packages, &by_hand)?;
    let toolchain = toolchain::for_targets(TARGETS)?;
    say(format_args!("ready: {}", toolchain.describe()));
    Ok(())
}

/// Makes sure that QEMU is installed for every family of processors.
pub(crate) fn qemu() -> Result<()> {
    let (packages, by_hand) = missing(&[QEMU_ARM, QEMU_RISCV]);
    install(&packages, &by_hand)
}

/// Makes sure that ripgrep is installed, beside which the command's start is measured.
pub(crate) fn ripgrep() -> Result<()> {
    let (packages, by_hand) = missing(&[RIPGREP]);
    install(&packages, &by_hand)
}

/// Packages of those programs that do not run, and how to install them by hand.
fn missing(programs: &[Program]) -> (Vec<&'static str>, Vec<String>) {
    let missing = programs
        .iter()
        .filter(|program| !works(program.name, "--version"));
    missing
        .map(|program| (program.package, program.by_hand.to_owned()))
        .unzip()
}
