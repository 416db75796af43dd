//! A test file that no `mod` names would never run.

use std::fs;
use std::path::Path;

/// The packages whose `tests/main.rs` is one program.
const PACKAGES: &[&str] = &[
    "crates/downhill",
    "crates/downhill-link",
    "firmware/app",
    "tests",
];

#[test]
fn every_test_file_is_a_module_of_its_program() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    for package in PACKAGES {
        check(&root.join(package).join("tests"), "main.rs");
    }
}

/// Checks that `root` in a folder names all sources beside it, and all below.
fn check(folder: &Path, root: &str) {
    let modules = fs::read_to_string(folder.join(root)).unwrap();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let is_source = path.is_dir() || path.extension().is_some_and(|kind| kind == "rs");
        if !is_source || path.ends_with(root) {
            continue;
        }
        let module = format!("mod {};", path.file_stem().unwrap().display());
        let is_named = modules.lines().any(|line| line.ends_with(&module));
        assert!(is_named, "{} lacks `{module}`", folder.join(root).display());
        if path.is_dir() {
            check(&path, "mod.rs");
        }
    }
}
