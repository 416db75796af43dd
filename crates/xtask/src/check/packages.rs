//! Every package of the repository, whichever workspace it is in.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::project;

pub(super) struct Package {
    pub(super) name: String,
    pub(super) folder: PathBuf,
    /// The first file of each of its crates: library, programs, tests, examples, benchmarks.
    pub(super) roots: Vec<PathBuf>,
}

/// Reads all packages, in the order of their folders.
pub(super) fn all() -> Result<Vec<Package>> {
    let mut packages = Vec::new();
    for folder in workspaces()? {
        packages.extend(of_workspace(&folder)?);
    }
    packages.sort_by(|a: &Package, b| a.folder.cmp(&b.folder));
    Ok(packages)
}

/// Lists the root folders of all workspaces; a package by itself is one too.
pub(super) fn workspaces() -> Result<Vec<PathBuf>> {
    let mut folders = Vec::new();
    for manifest in files(&project::root())? {
        if manifest.ends_with("Cargo.toml")
            && fs::read_to_string(&manifest)?
                .lines()
                .any(|line| line.starts_with("[workspace]"))
        {
            folders.extend(manifest.parent().map(Path::to_owned));
        }
    }
    Ok(folders)
}

fn of_workspace(folder: &Path) -> Result<Vec<Package>> {
    let listed = duct::cmd!(
        project::cargo(),
        "metadata",
        "--format-version=1",
        "--no-deps",
        "--offline"
    );
    let listed = listed
        .dir(folder)
        .read()
        .with_context(|| format!("`cargo metadata` in {} failed", folder.display()))?;
    let listed: serde_json::Value = serde_json::from_str(&listed)?;
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let packages = listed["packages"].as_array().into_iter().flatten();
    let packages = packages.map(|package| {
        let targets = package["targets"].as_array().into_iter().flatten();
        let manifest = PathBuf::from(text(&package["manifest_path"]));
        Package {
            name: text(&package["name"]),
            folder: manifest.parent().unwrap_or(Path::new("")).to_owned(),
            roots: targets
                .map(|target| text(&target["src_path"]).into())
                .collect(),
        }
    });
    Ok(packages.collect())
}

/// Every file below a folder that is neither built, nor data of tests (but for pages about it), nor
/// hidden.
pub(super) fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let entries = fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))?;
    for entry in entries {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let is_hidden = name.starts_with('.') && name != ".cargo" && name != ".ci";
        if is_hidden || ["target", "node_modules", "__pycache__"].contains(&&*name) {
            continue;
        }
        match path.is_dir() {
            true if name == "data" => {
                let below = files(&path)?.into_iter();
                found.extend(below.filter(|file| file.ends_with("README.md")));
            }
            true => found.extend(files(&path)?),
            false => found.push(path),
        }
    }
    found.sort();
    Ok(found)
}
