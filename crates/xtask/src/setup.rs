//! `cargo xtask setup`: everything device tests need, and nothing twice.

use anyhow::{Context, Result, bail};
use duct::cmd;

use crate::boards::TARGETS;
use crate::{say, toolchain};

/// The Debian packages that hold a compiler together with its library's source.
const COMPILER_PACKAGES: &[&str] = &[
    "rustc-web",
    "cargo-web",
    "rust-web-clippy",
    "rust-web-src",
    "lld",
];

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

/// Installs Debian's compiler with the source of its library.
pub(crate) fn debian_compiler() -> Result<()> {
    install(
        COMPILER_PACKAGES,
        &format!(
            "core for the boards' targets: `rustup target add {}`; on Debian without rustup's \
             downloads, `apt-get install {}`",
            TARGETS.join(" "),
            COMPILER_PACKAGES.join(" ")
        ),
    )
}

/// Whether `program argument` runs at all.
pub(crate) fn works(program: &str, argument: &str) -> bool {
    cmd!(program, argument)
        .stdout_null()
        .stderr_null()
        .unchecked()
        .run()
        .is_ok_and(|output| output.status.success())
}

fn install(packages: &[&str], by_hand: &str) -> Result<()> {
    let Some(prefix) = apt_prefix() else {
        bail!(
            "missing, and not installable from here (that takes apt-get, as root or with sudo \
             that asks no password): install {by_hand}, then run `cargo xtask setup` again"
        );
    };
    say(format_args!("installing {}", packages.join(" ")));
    // Lists first: an old list may name versions the archive no longer holds.
    let update = [&prefix[..], &["apt-get", "update", "-q"]].concat();
    let install = [
        &prefix[..],
        &["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"],
        &["install", "-y", "-q", "--no-install-recommends"],
        packages,
    ]
    .concat();
    for line in [update, install] {
        duct::cmd(line[0], &line[1..])
            .stdin_null()
            .stdout_to_stderr()
            .run()
            .with_context(|| format!("`{}` failed; install {by_hand}", line.join(" ")))?;
    }
    Ok(())
}

/// What to put before `apt-get`, or `None` where packages cannot be installed.
fn apt_prefix() -> Option<Vec<&'static str>> {
    if !works("apt-get", "--version") {
        return None;
    }
    let user = cmd!("id", "-u").stderr_null().read().unwrap_or_default();
    if user.trim() == "0" {
        return Some(Vec::new());
    }
    let sudo = cmd!("sudo", "-n", "true")
        .stdout_null()
        .stderr_null()
        .run()
        .is_ok();
    sudo.then(|| vec!["sudo", "-n"])
}
