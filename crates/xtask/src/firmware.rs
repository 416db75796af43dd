//! Builds the crates of `firmware/boards`, each in its own folder with its own settings.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use crate::boards::{BOARDS, Board};
use crate::toolchain::{self, Toolchain};
use crate::{root, say};

/// One build of one crate of the boards' workspace.
#[derive(Clone, Debug, Default)]
pub(crate) struct Build {
    /// The folder, which is also the package and the program.
    pub(crate) folder: String,
    pub(crate) target: String,
    pub(crate) features: String,
    /// Settings that differ from the folder's, as `cargo --config` takes them.
    pub(crate) settings: Vec<String>,
}

impl Build {
    pub(crate) fn of(board: &Board, features: &str) -> Self {
        Self {
            folder: board.name.into(),
            target: board.target.into(),
            features: features.into(),
            settings: Vec::new(),
        }
    }

    /// Builds in release and returns the ELF's path.
    pub(crate) fn run(&self, toolchain: &Toolchain) -> Result<PathBuf> {
        discard_older_builds(toolchain)?;
        let mut arguments: Vec<String> = ["build", "--release"].map(String::from).into();
        arguments.push("--message-format=json-render-diagnostics".into());
        arguments.push(format!("--target={}", self.target));
        if !self.features.is_empty() {
            arguments.push(format!("--features={}", self.features));
        }
        for setting in &self.settings {
            arguments.push(format!("--config={setting}"));
        }
        let folder = boards_folder().join(&self.folder);
        let output = toolchain
            .cargo(&arguments)
            .dir(&folder)
            .reader()
            .with_context(|| format!("no cargo in {}", folder.display()))?;
        let mut executable = None;
        for line in BufReader::new(output).lines() {
            let line = line.with_context(|| format!("building {} failed", self.folder))?;
            let message: serde_json::Value = serde_json::from_str(&line).unwrap_or_default();
            if message["reason"] == "compiler-artifact"
                && let Some(path) = message["executable"].as_str()
            {
                executable = Some(PathBuf::from(path));
            }
        }
        executable.with_context(|| format!("{} has no program", self.folder))
    }
}

/// `cargo xtask firmware`: prints one ELF path a line on standard output.
pub(crate) fn run(board: Option<&str>, features: &str) -> Result<()> {
    let boards: Vec<&Board> = match board {
        None => BOARDS.iter().collect(),
        Some(name) => vec![find(name)?],
    };
    let targets: Vec<&str> = boards.iter().map(|board| board.target).collect();
    let toolchain = toolchain::for_targets(&targets)?;
    for board in boards {
        say(format_args!("firmware for {}", board.name));
        println!("{}", Build::of(board, features).run(&toolchain)?.display());
    }
    Ok(())
}

fn find(name: &str) -> Result<&'static Board> {
    if let Some(board) = BOARDS.iter().find(|board| board.name == name) {
        return Ok(board);
    }
    let names: Vec<&str> = BOARDS.iter().map(|board| board.name).collect();
    bail!(
        "there is no board `{name}`; the boards are {}",
        names.join(", ")
    )
}

pub(crate) fn boards_folder() -> PathBuf {
    root().join("firmware/boards")
}

/// Cargo sees a new compiler by its version only; a sysroot that was made anew under the same
/// version would be linked with what was built against the old one.
fn discard_older_builds(toolchain: &Toolchain) -> Result<()> {
    let target = boards_folder().join("target");
    let stamp = target.join("toolchain");
    if fs::read_to_string(&stamp).is_ok_and(|made_by| made_by == toolchain.identity) {
        return Ok(());
    }
    if target.exists() {
        fs::remove_dir_all(&target).context("removing builds of another toolchain")?;
    }
    fs::create_dir_all(&target)?;
    fs::write(&stamp, &toolchain.identity)?;
    Ok(())
}
