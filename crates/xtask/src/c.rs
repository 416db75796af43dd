//! The library for C: its archive for a target, and the folder that is given to others.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use downhill_boards::{M0, M3, M4F, M33};
use object::read::archive::ArchiveFile;

use crate::project::{copy_folder, root};
use crate::toolchain::{self, Toolchain};
use crate::{no_panic, say};

/// Targets of boards, each with the folders in which Arduino looks for it: a processor's, and within
/// it that of a unit and an ABI of floats. A core whose sketches pass floats otherwise than in
/// registers, as Mbed's does, links with M3's on an M4.
const PROCESSORS: &[(&str, &[&str])] = &[
    (M0, &["cortex-m0", "cortex-m0plus"]),
    (M3, &["cortex-m3", "cortex-m4", "cortex-m7", "cortex-m33"]),
    (
        M4F,
        &[
            "cortex-m4/fpv4-sp-d16-hard",
            "cortex-m7/fpv4-sp-d16-hard",
            "cortex-m7/fpv5-d16-hard",
            "cortex-m7/fpv5-sp-d16-hard",
        ],
    ),
    (M33, &["cortex-m33/fpv5-sp-d16-hard"]),
];

/// The target of this machine.
const HOST: &str = "host-tuple";

/// `cargo xtask dist c`: all archives, header, package of CMake and library of Arduino.
pub(crate) fn dist() -> Result<()> {
    let out = root().join("target/c/downhill");
    if out.exists() {
        fs::remove_dir_all(&out).with_context(|| format!("clearing {}", out.display()))?;
    }
    copy_folder(&folder().join("include"), &out.join("include"))?;
    copy_folder(&folder().join("cmake"), &out.join("lib/cmake/Downhill"))?;
    copy_folder(&folder().join("examples"), &out.join("examples"))?;
    let library = out.join("arduino/Downhill");
    copy_folder(&folder().join("arduino/Downhill"), &library)?;
    copy_folder(&folder().join("include"), &library.join("src"))?;
    let targets: Vec<&str> = PROCESSORS.iter().map(|(target, _)| *target).collect();
    let toolchain = toolchain::for_targets(&targets)?;
    for (target, processors) in PROCESSORS {
        let archive = build(target, None, &toolchain)?;
        place(&archive, &out.join("lib").join(target))?;
        for processor in *processors {
            place(&archive, &library.join("src").join(processor))?;
        }
    }
    place(&build(HOST, None, &toolchain)?, &out.join("lib/host"))?;
    say(format_args!("{}", out.display()));
    Ok(())
}

/// `cargo xtask archive`: the archive of a target, for one recipe where one is given.
pub(crate) fn archive(target: Option<&str>, recipe: Option<&Path>) -> Result<PathBuf> {
    let targets: Vec<&str> = target.into_iter().collect();
    let toolchain = toolchain::for_targets(&targets)?;
    build(target.unwrap_or(HOST), recipe, &toolchain)
}

/// No archive for a board may reach a panic or the heap.
pub(crate) fn check(toolchain: &Toolchain) -> Result<()> {
    for (target, _) in PROCESSORS {
        let path = build(target, None, toolchain)?;
        let data = fs::read(&path)?;
        let archive = ArchiveFile::parse(&*data).context("the archive")?;
        let mut calls = 0;
        for member in archive.members() {
            let member = member?;
            let file = object::File::parse(member.data(&*data)?)?;
            calls += no_panic::count(&file, "downhill_");
            let found = no_panic::forbidden(&file)?;
            ensure!(
                found.is_empty(),
                "the library for C reaches a panic or the heap on {target}:{}",
                no_panic::list(&found)
            );
        }
        ensure!(calls > 20, "{} has {calls} calls", path.display());
    }
    Ok(())
}

fn build(target: &str, recipe: Option<&Path>, toolchain: &Toolchain) -> Result<PathBuf> {
    // Apart, so that the archive of any recipe stays where it is.
    let out = root().join(match recipe {
        None => "target/c/any",
        Some(_) => "target/c/one",
    });
    // The archive of any recipe holds all of the core.
    let profile = match (target, recipe) {
        (HOST, _) | (_, Some(_)) => "release",
        _ => "archive",
    };
    let arguments = [
        "build".into(),
        "--quiet".into(),
        format!("--profile={profile}"),
        format!("--target={target}"),
        format!("--target-dir={}", out.display()),
        "--message-format=json-render-diagnostics".into(),
    ];
    let cargo = match target {
        HOST => duct::cmd("cargo", &arguments).env_remove("RUSTFLAGS"),
        _ => toolchain.cargo(&arguments),
    };
    let cargo = match recipe {
        None => cargo.env_remove("DOWNHILL_RECIPE"),
        Some(recipe) => cargo.env("DOWNHILL_RECIPE", fs::canonicalize(recipe)?),
    };
    let printed = cargo
        .dir(folder())
        .read()
        .context("building the library for C")?;
    let messages = printed
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok());
    let archive = messages
        .filter_map(|message: serde_json::Value| {
            let names = message["filenames"].as_array()?.iter();
            let mut names = names.filter_map(|name| name.as_str());
            names.find(|name| name.ends_with(".a")).map(PathBuf::from)
        })
        .next_back();
    archive.context("cargo names no archive")
}

/// Copies an archive into a folder, by the name that linkers look for.
fn place(archive: &Path, folder: &Path) -> Result<()> {
    fs::create_dir_all(folder)?;
    let to = folder.join("libdownhill.a");
    fs::copy(archive, &to).with_context(|| format!("writing {}", to.display()))?;
    Ok(())
}

/// The folder of the library.
pub(crate) fn folder() -> PathBuf {
    root().join("crates/downhill-c")
}
