//! No panic and no heap: a program that calls all of the core, and nothing else, is searched
//! for the symbols that either would leave behind.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use downhill_boards::TARGETS;
use object::{Object, ObjectSection, ObjectSymbol, RelocationTarget, SymbolKind};

use crate::firmware::Build;
use crate::toolchain::{self, Toolchain};

/// Parts of mangled names, of either mangling.
const FORBIDDEN: &[&str] = &[
    "9panicking",
    "begin_unwind",
    "unwrap_failed",
    "expect_failed",
    "slice_index_fail",
    "__rust_alloc",
    "__rust_realloc",
    "__rustc12___rust_",
    "5alloc5alloc",
    "5alloc7raw_vec",
    "GlobalAlloc",
];

/// Prefix of the functions that must be found in the ELF of every probe: an empty program proves
/// nothing.
const PRESENT: &str = "probe_";

pub(crate) fn run() -> Result<()> {
    let toolchain = toolchain::for_targets(TARGETS)?;
    check(&toolchain)?;
    counter_check(&toolchain)
}

/// No optimized build for any target may reach a panic or the heap.
pub(crate) fn check(toolchain: &Toolchain) -> Result<()> {
    for target in TARGETS {
        let found = search(&build(target, "").run(toolchain)?)?;
        ensure!(
            found.is_empty(),
            "the core reaches a panic or the heap on {target}:{}",
            list(&found)
        );
    }
    Ok(())
}

/// Fails unless the search finds what a build with one length check removed leaves behind.
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
        features: features.into(),
        ..Build::check("no-panic", target)
    }
}

/// The forbidden symbols of a program, each with the functions that call it.
fn search(elf: &Path) -> Result<BTreeMap<String, BTreeSet<String>>> {
    let data = fs::read(elf).with_context(|| format!("reading {}", elf.display()))?;
    let file = object::File::parse(&*data).with_context(|| format!("{}", elf.display()))?;
    ensure!(
        count(&file, PRESENT) > 0,
        "{} calls nothing of the core",
        elf.display()
    );
    forbidden(&file)
}

/// Number of the symbols defined in a file whose names begin so.
pub(crate) fn count(file: &object::File<'_>, prefix: &str) -> usize {
    let names = file.symbols().filter(|symbol| symbol.is_definition());
    let names = names.filter_map(|symbol| symbol.name().ok());
    names.filter(|name| name.starts_with(prefix)).count()
}

/// The forbidden symbols of a file, each with the functions that call it.
pub(crate) fn forbidden(file: &object::File<'_>) -> Result<BTreeMap<String, BTreeSet<String>>> {
    let name_of = |symbol: &object::Symbol| symbol.name().unwrap_or_default().to_owned();
    let mut found = BTreeMap::new();
    for symbol in file.symbols() {
        let name = name_of(&symbol);
        if FORBIDDEN.iter().any(|part| name.contains(*part)) {
            found.insert(readable(&name), BTreeSet::new());
        }
    }
    for section in file.sections() {
        for (offset, relocation) in section.relocations() {
            let RelocationTarget::Symbol(index) = relocation.target() else {
                continue;
            };
            let called = readable(&name_of(&file.symbol_by_index(index)?));
            let around = |symbol: &object::Symbol| {
                // The lowest bit of a function's address says that it is Thumb code.
                let start = symbol.address() & !1;
                symbol.kind() == SymbolKind::Text
                    && (start..start + symbol.size()).contains(&offset)
            };
            if let Some(callers) = found.get_mut(&called)
                && let Some(caller) = file.symbols().find(around)
            {
                callers.insert(readable(&name_of(&caller)));
            }
        }
    }
    Ok(found)
}

fn readable(name: &str) -> String {
    format!("{:#}", rustc_demangle::demangle(name))
}

pub(crate) fn list(found: &BTreeMap<String, BTreeSet<String>>) -> String {
    let line = |(symbol, callers): (&String, &BTreeSet<String>)| {
        let callers: Vec<&str> = callers.iter().map(String::as_str).collect();
        format!("\n  {symbol}, from {}", callers.join(", "))
    };
    found.iter().map(line).collect()
}
