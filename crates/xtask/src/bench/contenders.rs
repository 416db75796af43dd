//! Programs that are measured, and what they are measured on.

use std::fs;

use anyhow::Result;
use duct::Expression;

use crate::{root, say};

/// Something to be measured: a command that prints figures.
pub(super) struct Contender {
    pub(super) name: String,
    pub(super) command: Expression,
}

pub(super) fn contender(name: &str, command: Expression) -> Contender {
    // One thread for everybody.
    let threads = [
        "OMP_NUM_THREADS",
        "OPENBLAS_NUM_THREADS",
        "MKL_NUM_THREADS",
        "RAYON_NUM_THREADS",
    ];
    let command = threads
        .iter()
        .fold(command, |command, name| command.env(name, "1"));
    Contender {
        name: name.into(),
        command,
    }
}

/// Builds a part of this project as users get it.
pub(super) fn build(arguments: &[&str]) -> Result<()> {
    say("building downhill");
    let arguments = [&["build", "--release"], arguments].concat();
    let build = duct::cmd("cargo", arguments).dir(root());
    build.stdout_to_stderr().run()?;
    Ok(())
}

/// Versions of the compilers.
pub(super) fn compilers() -> impl Iterator<Item = (String, String)> {
    let programs = [("rustc", "rustc"), ("C compiler", "cc")];
    programs.into_iter().filter_map(|(name, program)| {
        let version = first_line(&duct::cmd!(program, "--version")).ok()?;
        let version = version.trim_start_matches(program).trim();
        Some((name.into(), version.into()))
    })
}

fn first_line(command: &Expression) -> Result<String> {
    let printed = command.read()?;
    Ok(printed.lines().next().unwrap_or_default().into())
}

/// The processor's name.
pub(super) fn machine() -> String {
    let about = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = about
        .lines()
        .find_map(|line| line.strip_prefix("model name"));
    let name = name.map_or("", |name| name.trim_start_matches([' ', '\t', ':']));
    format!(
        "{name} ({}, {})",
        std::env::consts::ARCH,
        std::env::consts::OS
    )
}
