//! Builds the crates of `firmware/boards`, each in its own folder with its own settings.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;

use anyhow::{Context, Result, bail, ensure};

use crate::boards::{BOARDS, Board};
use crate::toolchain::{self, Toolchain};
use crate::{root, say};

/// One build of one crate of the boards' workspace.
#[derive(Clone, Debug, Default)]
pub(crate) struct Build {
    /// The folder, which is also the package and its first program.
    pub(crate) folder: String,
    /// Another program of the folder, without the folder's name; empty for the first.
    pub(crate) program: String,
    pub(crate) target: String,
    pub(crate) features: String,
    /// Settings that differ from the folder's, as `cargo --config` takes them.
    pub(crate) settings: Vec<String>,
}

impl Build {
    /// A program of a board; the one of the board's own name where `program` is empty.
    pub(crate) fn of(board: &Board, program: &str) -> Self {
        Self {
            folder: board.name.into(),
            program: program.into(),
            target: board.target.into(),
            ..Self::default()
        }
    }

    /// Every program of a board.
    pub(crate) fn all_of(board: &Board) -> impl Iterator<Item = Self> {
        let programs = [""].iter().chain(board.programs);
        programs.map(|program| Self::of(board, program))
    }

    /// Builds in release and returns the ELF's path.
    pub(crate) fn run(&self, toolchain: &Toolchain) -> Result<PathBuf> {
        discard_older_builds(toolchain)?;
        let mut arguments: Vec<String> = ["build", "--release"].map(String::from).into();
        arguments.push("--message-format=json-render-diagnostics".into());
        arguments.push(format!("--target={}", self.target));
        let program = match self.program.as_str() {
            "" => self.folder.clone(),
            program => format!("{}-{program}", self.folder),
        };
        arguments.push(format!("--bin={program}"));
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
            let line = line.with_context(|| format!("building {program} failed"))?;
            let message: serde_json::Value = serde_json::from_str(&line).unwrap_or_default();
            if message["reason"] == "compiler-artifact"
                && let Some(path) = message["executable"].as_str()
            {
                executable = Some(PathBuf::from(path));
            }
        }
        executable.with_context(|| format!("{program} is no program"))
    }
}

/// `cargo xtask firmware`: prints one ELF path a line on standard output.
pub(crate) fn run(board: Option<&str>, program: &str, features: &str) -> Result<()> {
    let builds: Vec<Build> = match board {
        None => BOARDS.iter().flat_map(Build::all_of).collect(),
        Some(name) => {
            let board = find(name)?;
            ensure!(
                program.is_empty() || board.programs.contains(&program),
                "{name} has no program `{program}`; it has {}",
                match board.programs {
                    [] => "its own only".to_owned(),
                    programs => programs.join(", "),
                }
            );
            vec![Build::of(board, program)]
        }
    };
    let targets: Vec<&str> = builds.iter().map(|build| build.target.as_str()).collect();
    let toolchain = toolchain::for_targets(&targets)?;
    for mut build in builds {
        build.features = features.into();
        say(format_args!("firmware for {}", build.folder));
        println!("{}", build.run(&toolchain)?.display());
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
