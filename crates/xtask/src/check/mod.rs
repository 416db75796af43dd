//! Checks of the sources: format, lints, import circles, prose.

mod circles;
mod imports;
mod packages;
mod prose;

use std::path::Path;

use anyhow::{Result, bail, ensure};

use crate::project::{cargo, root, say};
use packages::Package;
use prose::Openings;

/// Packages that are not yet held to have no circle.
const TANGLED: &[&str] = &["downhill-cli"];
/// Packages that are held to the rule of openings.
const CLEAR: &[&str] = &[
    "xtask",
    "downhill-link",
    "downhill-boards",
    "downhill-tables",
    "downhill-tests",
];

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
            let text = format!("{}: {circle}", package.name);
            match TANGLED.contains(&package.name.as_str()) {
                true => say(text),
                false => found.push(text),
            }
        }
    }
    ensure!(found.is_empty(), "imports go round:\n{}", found.join("\n"));
    Ok(())
}

/// Fails where doc comments open with riddles, words are British, or a machine's paths are named.
pub(crate) fn prose() -> Result<()> {
    let root = root();
    let packages: Vec<Package> = packages::all()?;
    let mut unclear = Vec::new();
    for package in &packages {
        let openings = Openings::of(package, &packages)?;
        let text = format!("{}: {}", package.name, openings.describe(&root));
        if !openings.is_clear() && CLEAR.contains(&package.name.as_str()) {
            unclear.push(text);
        } else {
            say(text);
        }
    }
    let (held, other): (Vec<_>, Vec<_>) = prose::blemishes(&root)?
        .into_iter()
        .partition(|(file, _)| is_held(file, &packages));
    unclear.extend(held.into_iter().map(|(_, blemish)| blemish));
    for (_, blemish) in other {
        say(blemish);
    }
    if !unclear.is_empty() {
        bail!("\n{}", unclear.join("\n"));
    }
    Ok(())
}

/// Tells whether a file is of a package that is held to the rules of prose.
fn is_held(file: &Path, packages: &[Package]) -> bool {
    let is_clear = |package: &&Package| CLEAR.contains(&package.name.as_str());
    packages
        .iter()
        .filter(is_clear)
        .any(|package| file.starts_with(&package.folder))
}
