//! Checks of the sources: format, lints, import circles, prose.

mod circles;
mod imports;
mod packages;
mod prose;

use anyhow::{Result, ensure};

use crate::project::{cargo, root, say};
use prose::Openings;

/// Fails where a workspace is not formatted.
pub(crate) fn format() -> Result<()> {
    for folder in packages::workspaces()? {
        duct::cmd!(cargo(), "fmt", "--all", "--check")
            .dir(folder)
            .run()?;
    }
    Ok(())
}

/// Lints all that builds on the host; a warning is an error.
pub(crate) fn clippy() -> Result<()> {
    let arguments = [
        "clippy",
        "--workspace",
        "--all-targets",
        "--",
        "-D",
        "warnings",
    ];
    duct::cmd(cargo(), arguments).dir(root()).run()?;
    Ok(())
}

/// Fails where files of a package import each other.
pub(crate) fn circles() -> Result<()> {
    let mut found = Vec::new();
    for package in packages::all()? {
        for circle in circles::find(&package)? {
            found.push(format!("{}: {circle}", package.name));
        }
    }
    ensure!(found.is_empty(), "imports go round:\n{}", found.join("\n"));
    Ok(())
}

/// Fails where doc comments open with riddles, words are British, or a machine's paths are named.
pub(crate) fn prose() -> Result<()> {
    let root = root();
    let packages = packages::all()?;
    let mut unclear = Vec::new();
    for package in &packages {
        let openings = Openings::of(package, &packages)?;
        let text = format!("{}: {}", package.name, openings.describe(&root));
        match openings.is_clear() {
            true => say(text),
            false => unclear.push(text),
        }
    }
    unclear.extend(prose::blemishes(&root)?);
    ensure!(unclear.is_empty(), "\n{}", unclear.join("\n"));
    Ok(())
}
