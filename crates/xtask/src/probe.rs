//! No panic and no heap: a program that calls all of the core, and nothing else, is searched
//! for the symbols that either would leave behind.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use object::{Object, ObjectSymbol};

use crate::boards::TARGETS;
use crate::firmware::Build;
use crate::toolchain::{self, Toolchain};

/// Parts of mangled names, of either mangling.
const FORBIDDEN: &[(&str, &str)] = &[
    ("9panicking", "a panic"),
    ("begin_unwind", "a panic"),
    ("unwrap_failed", "a panic"),
    ("expect_failed", "a panic"),
    ("slice_index_fail", "a panic"),
    ("__rust_alloc", "the heap"),
    ("__rust_realloc", "the heap"),
    ("__rustc12___rust_", "the heap"),
    ("5alloc5alloc", "the heap"),
];

/// What every probe calls, and so what must be found in its ELF: an empty program proves
/// nothing.
const PRESENT: &str = "probe_";

pub(crate) fn run() -> Result<()> {
    let toolchain = toolchain::for_targets(TARGETS)?;
    check(&toolchain)?;
    counter_check(&toolchain)
}

/// No optimised build for any target may reach a panic or the heap.
pub(crate) fn check(toolchain: &Toolchain) -> Result<()> {
    for target in TARGETS {
        let found = search(&build(target, "").run(toolchain)?)?;
        ensure!(
            found.is_empty(),
            "the core reaches {} on {target}",
            list(&found)
        );
    }
    Ok(())
}

/// The same search must find what a build with one length check removed leaves behind.
pub(crate) fn counter_check(toolchain: &Toolchain) -> Result<()> {
    for feature in ["unchecked-length", "heap"] {
        let found = search(&build(TARGETS[2], feature).run(toolchain)?)?;
        ensure!(
            !found.is_empty(),
            "the probe built with `{feature}` passed: the search finds nothing"
        );
    }
    Ok(())
}

fn build(target: &str, features: &str) -> Build {
    Build {
        folder: "probe".into(),
        target: target.into(),
        features: features.into(),
        ..Build::default()
    }
}

fn search(elf: &Path) -> Result<BTreeSet<String>> {
    let data = fs::read(elf).with_context(|| format!("reading {}", elf.display()))?;
    let file = object::File::parse(&*data).with_context(|| format!("{}", elf.display()))?;
    let names: Vec<&str> = file
        .symbols()
        .filter_map(|symbol| symbol.name().ok())
        .collect();
    ensure!(
        names.iter().any(|name| name.starts_with(PRESENT)),
        "{} calls nothing of the core",
        elf.display()
    );
    let matching = |name: &&str| FORBIDDEN.iter().any(|(part, _)| name.contains(part));
    Ok(names
        .into_iter()
        .filter(matching)
        .map(String::from)
        .collect())
}

fn list(symbols: &BTreeSet<String>) -> String {
    let kinds: BTreeSet<&str> = FORBIDDEN
        .iter()
        .filter(|(part, _)| symbols.iter().any(|symbol| symbol.contains(part)))
        .map(|(_, kind)| *kind)
        .collect();
    let kinds: Vec<&str> = kinds.into_iter().collect();
    let symbols: Vec<&str> = symbols.iter().map(String::as_str).collect();
    format!("{}: {}", kinds.join(" and "), symbols.join(", "))
}
