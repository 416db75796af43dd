//! Import circles among the files of a package.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::Result;

use super::imports::{self, Imports};
use super::packages::Package;

/// Describes every circle of a package: its files, and the names that tie them.
pub(super) fn find(package: &Package) -> Result<Vec<String>> {
    let mut imports = Imports::new();
    for root in &package.roots {
        imports::read(root, &mut imports)?;
    }
    let circles = circles(&imports);
    let described = circles
        .iter()
        .map(|files| describe(files, &imports, &package.folder));
    Ok(described.collect())
}

/// Sets of files each of which reaches all others of its set.
fn circles(imports: &Imports) -> Vec<BTreeSet<&Path>> {
    let mut next = BTreeMap::<&Path, Vec<&Path>>::new();
    for (from, to) in imports.keys() {
        next.entry(from).or_default().push(to);
    }
    let reached: BTreeMap<&Path, BTreeSet<&Path>> = next
        .keys()
        .map(|file| {
            let (mut reached, mut open) = (BTreeSet::new(), next[file].clone());
            while let Some(file) = open.pop() {
                if reached.insert(file) {
                    open.extend(next.get(file).into_iter().flatten());
                }
            }
            (*file, reached)
        })
        .collect();
    let reaches = |from: &Path, to: &Path| reached.get(from).is_some_and(|all| all.contains(to));
    let mut circles = Vec::<BTreeSet<&Path>>::new();
    for file in next.keys().copied().filter(|file| reaches(file, file)) {
        if !circles.iter().any(|circle| circle.contains(file)) {
            let all = next.keys().copied();
            circles.push(
                all.filter(|other| reaches(file, other) && reaches(other, file))
                    .collect(),
            );
        }
    }
    circles
}

fn describe(files: &BTreeSet<&Path>, imports: &Imports, folder: &Path) -> String {
    let short = |file: &Path| {
        file.strip_prefix(folder)
            .unwrap_or(file)
            .display()
            .to_string()
    };
    let mut text = format!("a circle of {} files:", files.len());
    for ((from, to), names) in imports {
        let has = |file: &PathBuf| files.contains(file.as_path());
        if has(from) && has(to) {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            text += &format!(
                "\n    {} takes {} from {}",
                short(from),
                names.join(", "),
                short(to)
            );
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// The circles of a crate with these files, of which the first is its root.
    fn found(files: &[(&str, &str)]) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let package = Package {
            name: "made".into(),
            folder: folder.path().into(),
            roots: vec![folder.path().join(files[0].0)],
        };
        find(&package).unwrap()
    }

    #[test]
    fn two_files_that_use_each_other_are_named_with_what_ties_them() {
        let circles = found(&[
            ("lib.rs", "mod a; mod b;"),
            ("a.rs", "use crate::b::Other; pub struct One(Other);"),
            ("b.rs", "pub struct Other; fn f(one: &super::a::One) {}"),
        ]);
        assert_eq!(
            circles,
            ["a circle of 2 files:\n    a.rs takes Other from b.rs\n    b.rs takes One from a.rs"]
        );
    }

    #[test]
    fn a_parent_may_declare_and_hand_on_its_children() {
        let child = "use super::Real; pub struct Fit(Real);";
        let parent = "mod child; pub use child::Fit; pub struct Real;";
        assert_eq!(found(&[("lib.rs", parent), ("child.rs", child)]), [""; 0]);
        // It uses what it hands on.
        let parent = "mod child; pub use child::Fit; pub struct Real; fn f(fit: &Fit) {}";
        assert_eq!(found(&[("lib.rs", parent), ("child.rs", child)]).len(), 1);
        // The same by a private `use`, whatever it is called.
        let parent = "mod child; use child::Fit as It; pub struct Real;";
        assert_eq!(found(&[("lib.rs", parent), ("child.rs", child)]).len(), 1);
    }

    #[test]
    fn a_path_through_a_parent_leads_to_the_file_that_defines_it() {
        let root = ("lib.rs", "mod a; mod b; pub use a::*; pub use b::Last;");
        let b = ("b.rs", "use crate::First; pub struct Last;");
        assert_eq!(found(&[root, ("a.rs", "pub struct First;"), b]), [""; 0]);
        let a = (
            "a.rs",
            "pub struct First; pub fn f() { let _ = crate::Last; }",
        );
        assert_eq!(found(&[root, a, b]).len(), 1);
    }

    #[test]
    fn tests_may_look_back() {
        let root = ("lib.rs", "mod a; mod b;");
        let a = ("a.rs", "use crate::b::Other;");
        let tests = "pub struct Other; #[cfg(test)] mod tests { use crate::a; fn f() { a::g() } }";
        assert_eq!(found(&[root, a, ("b.rs", tests)]), [""; 0]);
        let nearly = tests.replace("cfg(test)", "cfg(any(test, feature = \"a\"))");
        assert_eq!(found(&[root, a, ("b.rs", &nearly)]).len(), 1);
    }

    #[test]
    fn macros_and_functions_import_too() {
        let root = ("lib.rs", "mod a; mod b;");
        let a = ("a.rs", "pub fn one() { use crate::b; b::two() }");
        let b = ("b.rs", "pub fn two() { println!(\"{}\", crate::a::one()) }");
        assert_eq!(found(&[root, a, b]).len(), 1);
        let exported = "#[macro_export] macro_rules! made { () => { $crate::a::one() } }";
        let a = ("a.rs", "pub fn one() { crate::made!() }");
        assert_eq!(found(&[root, a, ("b.rs", exported)]).len(), 1);
    }

    #[test]
    fn folders_and_modules_within_a_file_are_followed() {
        let files = [
            ("lib.rs", "mod deep; mod flat;"),
            ("deep/mod.rs", "pub mod inner { pub mod leaf; }"),
            (
                "deep/inner/leaf.rs",
                "use super::super::super::flat::Flat; pub struct Leaf;",
            ),
            (
                "flat.rs",
                "use crate::deep::inner::leaf; pub struct Flat(leaf::Leaf);",
            ),
        ];
        let circles = found(&files);
        assert!(
            circles[0].contains("flat.rs takes Leaf from deep/inner/leaf.rs"),
            "{circles:?}"
        );
    }

    #[test]
    fn a_chain_is_no_circle() {
        let files = [
            ("lib.rs", "mod a; mod b; mod c;"),
            ("a.rs", "use crate::b::B; use crate::c::C;"),
            ("b.rs", "use crate::c::C; pub struct B;"),
            ("c.rs", "pub struct C; impl C { fn a(&self) {} }"),
        ];
        assert_eq!(found(&files), [""; 0]);
    }
}
