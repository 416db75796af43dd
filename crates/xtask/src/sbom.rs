//! `cargo xtask sbom`: what the command and each firmware are made of, in CycloneDX's form.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::firmware::firmware_folder;
use crate::project::{cargo, root};
use crate::say;

/// Output of `cargo metadata`.
#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    resolve: Resolve,
}

#[derive(Deserialize)]
struct Package {
    id: String,
    name: String,
    version: String,
    license: Option<String>,
    source: Option<String>,
}

#[derive(Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Deserialize)]
struct Node {
    id: String,
    deps: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    pkg: String,
    dep_kinds: Vec<Kind>,
}

#[derive(Deserialize)]
struct Kind {
    /// Nothing, or `build` or `dev`.
    kind: Option<String>,
}

/// The part of a lock file that tells packages' checksums.
#[derive(Deserialize)]
struct Lock {
    package: Vec<Locked>,
}

#[derive(Deserialize)]
struct Locked {
    name: String,
    version: String,
    checksum: Option<String>,
}

/// Writes a bill for the command, and one for the firmware of each board, into `target/sbom`.
pub(crate) fn run() -> Result<()> {
    let out = root().join("target/sbom");
    fs::create_dir_all(&out)?;
    let write = |name: &str, bill: Value| -> Result<()> {
        let path = out.join(format!("{name}.cdx.json"));
        fs::write(&path, format!("{bill:#}\n"))?;
        say(format_args!("{}", path.display()));
        Ok(())
    };
    write("downhill", bill(&root(), "downhill-cli", None)?)?;
    for board in downhill_boards::BOARDS {
        let folder = firmware_folder();
        write(board.name, bill(&folder, board.name, Some(board.target))?)?;
    }
    Ok(())
}

/// The bill of a package of the workspace in this folder, as it is built for a target.
fn bill(folder: &Path, package: &str, target: Option<&str>) -> Result<Value> {
    let mut arguments = vec!["metadata", "--format-version=1", "--locked"];
    arguments.extend(
        target
            .into_iter()
            .flat_map(|target| ["--filter-platform", target]),
    );
    let text = duct::cmd(cargo(), arguments).dir(folder).read()?;
    let metadata: Metadata = serde_json::from_str(&text).context("what cargo says of packages")?;
    let lock = fs::read_to_string(folder.join("Cargo.lock"))?;
    let lock: Lock = toml::from_str(&lock).context("Cargo.lock")?;
    let own = metadata.packages.iter().find(|one| one.name == package);
    let own = own.with_context(|| format!("no package {package}"))?;
    let within = within(&metadata.resolve, &own.id);
    let named: BTreeMap<&str, &Package> = metadata
        .packages
        .iter()
        .map(|one| (one.id.as_str(), one))
        .collect();
    let others = within.keys().filter(|&&id| id != own.id);
    let components = others.map(|id| component(named[id], &lock, "library"));
    let graph = within.iter().map(|(id, needed)| {
        let needed: Vec<String> = needed.iter().map(|id| name_of(named[id])).collect();
        json!({ "ref": name_of(named[id]), "dependsOn": needed })
    });
    Ok(json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {
            "component": component(own, &lock, if target.is_some() { "firmware" } else { "application" }),
        },
        "components": components.collect::<Vec<_>>(),
        "dependencies": graph.collect::<Vec<_>>(),
    }))
}

/// Packages that one is built from, itself included, each with those that it needs. What only its
/// tests need is left out.
fn within<'a>(resolve: &'a Resolve, own: &'a str) -> BTreeMap<&'a str, BTreeSet<&'a str>> {
    let nodes: BTreeMap<&str, &Node> = resolve
        .nodes
        .iter()
        .map(|node| (node.id.as_str(), node))
        .collect();
    let (mut found, mut open) = (BTreeMap::new(), vec![own]);
    while let Some(id) = open.pop() {
        if found.contains_key(id) {
            continue;
        }
        let needed = nodes[id].deps.iter().filter(|one| {
            let is_built = |kind: &Kind| kind.kind.as_deref() != Some("dev");
            one.dep_kinds.iter().any(is_built)
        });
        let needed: BTreeSet<&str> = needed.map(|one| one.pkg.as_str()).collect();
        open.extend(&needed);
        found.insert(id, needed);
    }
    found
}

/// A package's name in the bill: a package URL, where it is from a registry.
fn name_of(package: &Package) -> String {
    let (name, version) = (&package.name, &package.version);
    match &package.source {
        Some(_) => format!("pkg:cargo/{name}@{version}"),
        None => format!("{name}@{version}"),
    }
}

fn component(package: &Package, lock: &Lock, kind: &str) -> Value {
    let name = name_of(package);
    let mut entry = json!({
        "type": kind,
        "bom-ref": name,
        "name": package.name,
        "version": package.version,
    });
    if package.source.is_some() {
        entry["purl"] = name.into();
    }
    if let Some(license) = &package.license {
        // An older form of OR.
        let expression = license.replace('/', " OR ");
        entry["licenses"] = json!([{ "expression": expression }]);
    }
    let is_this = |one: &&Locked| one.name == package.name && one.version == package.version;
    let checksum = lock.package.iter().find(is_this);
    if let Some(checksum) = checksum.and_then(|one| one.checksum.as_deref()) {
        entry["hashes"] = json!([{ "alg": "SHA-256", "content": checksum }]);
    }
    entry
}
