//! `cargo xtask check`: what a contributor runs before each commit.

mod circles;
mod imports;
mod packages;
mod prose;

use std::time::Instant;

use anyhow::{Result, bail, ensure};

use crate::project::{cargo, root, say};
use packages::Package;
use prose::Openings;

type Step = (&'static str, fn() -> Result<()>);

const STEPS: &[Step] = &[
    ("format", format),
    ("circles", circles),
    ("prose", prose),
    ("clippy", clippy),
    ("unit-tests", unit_tests),
];

/// Runs all steps, or only those that are named.
pub(crate) fn run(only: &[String]) -> Result<()> {
    for word in only {
        let names: Vec<&str> = STEPS.iter().map(|step| step.0).collect();
        ensure!(
            names.contains(&word.as_str()),
            "no step `{word}`; there are {}",
            names.join(", ")
        );
    }
    let mut failed = Vec::new();
    for (name, step) in STEPS {
        if !only.is_empty() && !only.iter().any(|word| word == name) {
            continue;
        }
        let start = Instant::now();
        let result = step();
        let seconds = start.elapsed().as_secs_f64();
        match result {
            Ok(()) => say(format_args!("{name}: passed in {seconds:.1} s")),
            Err(error) => {
                say(format_args!("{name}: FAILED in {seconds:.1} s: {error:#}"));
                failed.push(*name);
            }
        }
    }
    ensure!(failed.is_empty(), "failed: {}", failed.join(", "));
    Ok(())
}

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

fn unit_tests() -> Result<()> {
    duct::cmd!(cargo(), "test", "--quiet", "--workspace", "--lib", "--bins")
        .dir(root())
        .run()?;
    Ok(())
}

/// Fails where files of a package import each other.
pub(crate) fn circles() -> Result<()> {
    let mut found = Vec::new();
    for package in packages::all()? {
        for circle in circles::find(&package)? {
            let text = format!("{}: {circle}", package.name);
            match UNTANGLED.contains(&package.name.as_str()) {
                true => found.push(text),
                false => say(text),
            }
        }
    }
    ensure!(found.is_empty(), "imports go round:\n{}", found.join("\n"));
    Ok(())
}

/// Packages that are held to have no circle.
const UNTANGLED: &[&str] = &["xtask", "downhill-link"];
/// Packages that are held to the rule of openings.
const CLEAR: &[&str] = &["xtask"];

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
fn is_held(file: &std::path::Path, packages: &[Package]) -> bool {
    let is_clear = |package: &&Package| CLEAR.contains(&package.name.as_str());
    packages
        .iter()
        .filter(is_clear)
        .any(|package| file.starts_with(&package.folder))
}
