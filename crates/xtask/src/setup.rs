//! `cargo xtask setup`: everything that device tests need, and nothing twice.

use std::fs;

use anyhow::{Context, Result};
use downhill_boards::{ALL_TARGETS, ARM, RISCV};
use duct::cmd;

use crate::apt::{install, works};
use crate::firmware::firmware_folder;
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
/// Runs the boards that QEMU does not have.
const NODE: Program = Program {
    name: "node",
    package: "nodejs",
    by_hand: "`node` (package `nodejs`; Homebrew: `node`)",
};
/// Installs what they are made of.
const NPM: Program = Program {
    name: "npm",
    package: "npm",
    by_hand: "`npm` (package `npm`; Homebrew: `node`)",
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
    let (mut packages, mut by_hand) =
        missing(&[QEMU_ARM, QEMU_RISCV, NODE, NPM, CLANG, CMAKE, CHROMIUM]);
    if toolchain::needs_debian(ALL_TARGETS)? {
        packages.extend(toolchain::PACKAGES);
        by_hand.push(toolchain::by_hand());
    }
    install(&packages, &by_hand)?;
    emulators()?;
    let toolchain = toolchain::for_targets(ALL_TARGETS)?;
    say(format_args!("ready: {}", toolchain.describe()));
    Ok(())
}

/// Installs the packages of the scripts that emulate boards, as their lock file has them.
fn emulators() -> Result<()> {
    let folder = firmware_folder().join("emulators");
    let lock = fs::read(folder.join("package-lock.json"))?;
    let installed = folder.join("node_modules/package-lock.json");
    if fs::read(&installed).is_ok_and(|kept| kept == lock) {
        return Ok(());
    }
    say(format_args!("installing packages of {}", folder.display()));
    cmd!("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
        .dir(&folder)
        .stdout_to_stderr()
        .run()
        .context("`npm ci` failed")?;
    fs::write(installed, lock)?;
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
