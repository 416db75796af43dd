//! `docs/performance.md`: tables that the benchmarks write, between two comments.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};

use super::cores::{CORES, Core, level};
use crate::budgets::Figures;
use crate::root;

/// Comments that the tables of a benchmark stand behind.
pub(crate) const DEVICE: &str = "<!-- cargo xtask bench device --write -->";
pub(crate) const CMSIS: &str = "<!-- cargo xtask bench device --write: CMSIS-DSP -->";
pub(crate) const HOST: &str = "<!-- cargo xtask bench host --write -->";
pub(crate) const FITS: &str = "<!-- cargo xtask bench fits --write -->";
const END: &str = "<!-- end -->";
/// How far a figure may be from the one on the page: another compiler's is a little different.
const TOLERANCE: f64 = 0.03;

/// The columns of the first table: what they are called, and the end of their keys.
const COLUMNS: &[(&str, &str)] = &[
    ("update, O3", "o3.instructions"),
    ("update, s", "s.instructions"),
    ("inference, O3", "o3.inference"),
    ("fingerprint", "o3.fingerprint"),
    ("save", "o3.save"),
    ("resume", "o3.resume"),
    ("RAM, B", "o3.ram"),
    ("stack, B, O3", "o3.stack"),
    ("flash, B, O3", "o3.flash"),
    ("flash, B, s", "s.flash"),
];
const WORKLOADS: &[&str] = &[
    "w1",
    "w1_health",
    "w1_nlms",
    "w1_64",
    "w2",
    "w3",
    "w4",
    "w4_sgd",
    "w4_health",
    "formula3",
    "rls3",
    "lm3",
];
const SHAPES: &[&str] = &["bare", "const", "dyn", "any", "q15"];
/// The rows of the table of all cores.
const ELSEWHERE: &[(&str, &str)] = &[
    ("w1", "bare"),
    ("w1", "const"),
    ("w1", "q15"),
    ("w1_nlms", "q15"),
    ("w2", "bare"),
    ("w2", "const"),
    ("w4_sgd", "q15"),
];
/// The rows of the table of turns, and the end of their keys.
const TURNS: &[(&str, &str)] = &[
    ("a sample", "worst"),
    ("a sample and a checkpoint", "worst_saving"),
    ("an interrupt waits", "delay"),
];

/// Puts a benchmark's tables on the page.
pub(crate) fn write(begin: &str, tables: &str) -> Result<()> {
    let (before, _, after) = parts(begin)?;
    fs::write(path(), format!("{before}{begin}\n{tables}{END}{after}"))?;
    Ok(())
}

/// Fails where the page tells of other figures than these.
pub(crate) fn check(figures: &Figures) -> Result<()> {
    let (_, written, _) = parts(DEVICE)?;
    let measured = tables(figures);
    ensure!(
        agree(&written, &measured),
        "{} is not what is measured; `cargo xtask bench device --write` writes it anew",
        path().display()
    );
    Ok(())
}

fn path() -> PathBuf {
    root().join("docs/performance.md")
}

/// The page before, between and after the comments.
fn parts(begin: &str) -> Result<(String, String, String)> {
    let page = fs::read_to_string(path()).with_context(|| path().display().to_string())?;
    let split = page.split_once(begin).and_then(|(before, rest)| {
        let (between, after) = rest.split_once(END)?;
        Some((before.into(), between.trim_start().into(), after.into()))
    });
    split.with_context(|| format!("{} has no `{begin}` with its `{END}`", path().display()))
}

/// The tables of what was counted on devices.
pub(crate) fn tables(figures: &Figures) -> String {
    let cell = |key: String| figures.get(&key).map_or(String::new(), f64::to_string);
    let mut lines = vec![row(
        "Cortex-M4F",
        COLUMNS.iter().map(|(name, _)| (*name).into()),
    )];
    lines.push(row("---", COLUMNS.iter().map(|_| "---:".into())));
    for workload in WORKLOADS {
        for shape in SHAPES {
            let cells: Vec<String> = COLUMNS
                .iter()
                .map(|(_, end)| cell(format!("{workload}.m4f.{shape}.{end}")))
                .collect();
            if cells.iter().any(|cell| !cell.is_empty()) {
                lines.push(row(&format!("{workload} {shape}"), cells.into_iter()));
            }
        }
    }
    lines.push(String::new());
    lines.push(row("update, O3", CORES.iter().map(|core| core.key.into())));
    lines.push(row("---", CORES.iter().map(|_| "---:".into())));
    for (workload, shape) in ELSEWHERE {
        let key = |core: &Core| cell(format!("{workload}.{}.{shape}.o3.instructions", core.key));
        lines.push(row(&format!("{workload} {shape}"), CORES.iter().map(key)));
    }
    lines.push(String::new());
    let name = |core: &Core| format!("{}, {}", core.key, level(core.key));
    lines.push(row("at most", CORES.iter().map(name)));
    lines.push(row("---", CORES.iter().map(|_| "---:".into())));
    for (name, end) in TURNS {
        let key = |core: &Core| cell(format!("turn.{}.const.{}.{end}", core.key, level(core.key)));
        lines.push(row(name, CORES.iter().map(key)));
    }
    lines.push(String::new());
    lines.push(format!(
        "A sample of 8 features and a target on the link: {} instructions from the frame's first \
         byte to the\nmessage, {} to write the answer. The fit of lm3 has {} passes.",
        cell("link.m4f.sample.o3.read".into()),
        cell("link.m4f.sample.o3.write".into()),
        cell("lm3.m4f.const.o3.passes".into())
    ));
    lines.join("\n") + "\n"
}

fn row(first: &str, cells: impl Iterator<Item = String>) -> String {
    let cells: Vec<String> = cells.collect();
    format!("| {first} | {} |", cells.join(" | "))
}

/// Tells whether two texts have the same words, and numbers that are nearly the same.
fn agree(a: &str, b: &str) -> bool {
    let (a, b) = (a.split_whitespace(), b.split_whitespace());
    a.clone().count() == b.clone().count()
        && a.zip(b)
            .all(|(a, b)| match (a.parse::<f64>(), b.parse::<f64>()) {
                (Ok(a), Ok(b)) => (a - b).abs() <= TOLERANCE * a.abs().max(b.abs()),
                _ => a == b,
            })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_agrees_with_what_is_nearly_measured_and_with_nothing_else() {
        let tables = |value| tables(&Figures::from([("w1.m4f.const.o3.ram".into(), value)]));
        assert!(agree(&tables(100.0), &tables(102.0)));
        assert!(!agree(&tables(100.0), &tables(104.0)));
        assert!(!agree("| w1 | 100 |", "| w2 | 100 |") && !agree("| w1 |", "| w1 | 100 |"));
    }
}
