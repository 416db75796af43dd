//! Builds what is in `firmware/boards`, `firmware/checks` and `firmware/examples`, each in its own
//! folder with its own settings, into one target folder.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use downhill_boards::{Board, Program, WASM, all};
use object::{Architecture, Object, ObjectSection};

use crate::toolchain::{self, Toolchain};
use crate::{root, say};

/// One build of one of these crates.
#[derive(Clone, Debug, Default)]
pub(crate) struct Build {
    /// The folder of `firmware` that holds this one: `boards`, `checks` or `examples`.
    pub(crate) parent: &'static str,
    /// The folder, which is also the package and its first program.
    pub(crate) folder: String,
    /// Another program of the folder, without the folder's name; empty for the first.
    pub(crate) program: String,
    pub(crate) target: String,
    pub(crate) features: String,
    /// Cargo's profile; empty for `release`.
    pub(crate) profile: String,
    /// Settings that differ from the folder's, as `cargo --config` takes them.
    pub(crate) settings: Vec<String>,
}

impl Build {
    /// The program of the board's own name.
    pub(crate) fn of(board: &Board) -> Self {
        Self {
            parent: board.parent,
            folder: board.name.into(),
            target: board.target.into(),
            ..Self::default()
        }
    }

    /// The first program of a check, for a target.
    pub(crate) fn check(folder: &str, target: &str) -> Self {
        Self {
            parent: "checks",
            folder: folder.into(),
            target: target.into(),
            ..Self::default()
        }
    }

    /// Another program of a board.
    pub(crate) fn program(board: &Board, program: &Program) -> Self {
        Self {
            program: program.name.into(),
            profile: program.profile.into(),
            features: program.features.into(),
            ..Self::of(board)
        }
    }

    /// Every program of a board.
    pub(crate) fn all_of(board: &Board) -> impl Iterator<Item = Self> {
        let others = board.programs.iter();
        std::iter::once(Self::of(board)).chain(others.map(|program| Self::program(board, program)))
    }

    /// The folder's path.
    pub(crate) fn path(&self) -> PathBuf {
        firmware_folder().join(self.parent).join(&self.folder)
    }

    /// Builds and returns the ELF's path.
    pub(crate) fn run(&self, toolchain: &Toolchain) -> Result<PathBuf> {
        discard_older_builds(toolchain)?;
        let mut arguments: Vec<String> = vec!["build".into()];
        arguments.push(match self.profile.as_str() {
            "" => "--release".into(),
            profile => format!("--profile={profile}"),
        });
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
        // The examples share the boards' builds, or each would build the core anew.
        arguments.push(format!("--target-dir={}", target_folder().display()));
        let folder = self.path();
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
        let executable = executable.with_context(|| format!("{program} is no program"))?;
        // One is searched and never booted, and a module of WebAssembly has nothing to be placed.
        if self.folder != "no-panic" && self.target != WASM {
            check_layout(&executable)?;
        }
        Ok(executable)
    }

    /// Lints all programs of the folder; a warning is an error.
    pub(crate) fn clippy(&self, toolchain: &Toolchain) -> Result<()> {
        let target_folder = target_folder();
        let folder = target_folder.display().to_string();
        let arguments = ["clippy", "--release", "--target", &self.target];
        let rest = ["--target-dir", &folder, "--", "-D", "warnings"];
        toolchain
            .clippy(&[&arguments[..], &rest[..]].concat())
            .dir(self.path())
            .run()?;
        Ok(())
    }
}

/// `cargo xtask firmware`: prints one ELF path a line on standard output.
pub(crate) fn run(board: Option<&str>, program: &str, features: &str) -> Result<()> {
    let builds: Vec<Build> = match board {
        None => all().flat_map(Build::all_of).collect(),
        Some(name) => {
            let board = find(name)?;
            let build = match program {
                "" => Some(Build::of(board)),
                _ => (board.program(program)).map(|other| Build::program(board, other)),
            };
            vec![build.with_context(|| {
                let others: Vec<&str> = board.programs.iter().map(|other| other.name).collect();
                format!(
                    "{name} has no program `{program}`; beside its own it has {}",
                    match others.is_empty() {
                        true => "none".into(),
                        false => others.join(", "),
                    }
                )
            })?]
        }
    };
    let targets: Vec<&str> = builds.iter().map(|build| build.target.as_str()).collect();
    let toolchain = toolchain::for_targets(&targets)?;
    for mut build in builds {
        if !features.is_empty() {
            build.features = features.into();
        }
        say(format_args!("firmware for {}", build.folder));
        println!("{}", build.run(&toolchain)?.display());
    }
    Ok(())
}

/// A program that was linked without its folder's linker script links too, but boots nowhere.
fn check_layout(elf: &Path) -> Result<()> {
    let data = fs::read(elf).with_context(|| format!("reading {}", elf.display()))?;
    let file = object::File::parse(&*data).with_context(|| format!("{}", elf.display()))?;
    let size = |name| {
        file.section_by_name(name)
            .map_or(0, |section| section.size())
    };
    // RISC-V starts at the first instruction, and has no table.
    let starts = match file.architecture() {
        Architecture::Riscv32 => file.section_by_name(".stack").is_some(),
        _ => size(".vector_table") > 0,
    };
    ensure!(
        starts && size(".text") > 0,
        "{} has no start-up code: `link.x` did not reach the linker; look at the folder's build \
         script",
        elf.display()
    );
    Ok(())
}

pub(crate) fn find(name: &str) -> Result<&'static Board> {
    if let Some(board) = downhill_boards::find(name) {
        return Ok(board);
    }
    let names: Vec<&str> = all().map(|board| board.name).collect();
    bail!(
        "there is no board `{name}`; the boards are {}",
        names.join(", ")
    )
}

/// The root of the firmware's workspace.
pub(crate) fn firmware_folder() -> PathBuf {
    root().join("firmware")
}

fn target_folder() -> PathBuf {
    firmware_folder().join("target")
}

/// Cargo sees a new compiler by its version only; a sysroot that was made anew under the same
/// version would be linked with what was built against the old one.
fn discard_older_builds(toolchain: &Toolchain) -> Result<()> {
    let target = target_folder();
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
