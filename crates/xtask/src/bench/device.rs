//! `cargo xtask bench device`: instructions of one call, counted in QEMU, and the memory of a fit.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use object::{Object, ObjectSection};

use super::{page, turns};
use crate::boards::{M0, M3, M4F, M33};
use crate::firmware::Build;
use crate::{budgets, qemu, say, setup, toolchain};

/// An emulated machine whose SysTick counts instructions.
pub(super) struct Core {
    /// Its part of a figure's key.
    pub(super) key: &'static str,
    pub(super) machine: &'static str,
    pub(super) target: &'static str,
    /// One tick of the emulated clock, in instructions of one nanosecond each.
    pub(super) instructions_a_tick: f64,
}

pub(super) const CORES: &[Core] = &[
    core("m0", "microbit", M0, 62.5),
    core("m3", "mps2-an385", M3, 40.0),
    core("m4f", "mps2-an386", M4F, 40.0),
    core("m7", "mps2-an500", M4F, 40.0),
    core("m33", "mps2-an505", M33, 50.0),
];

const fn core(
    key: &'static str,
    machine: &'static str,
    target: &'static str,
    instructions_a_tick: f64,
) -> Core {
    Core {
        key,
        machine,
        target,
        instructions_a_tick,
    }
}

/// The loop of two instructions that the benchmark starts with.
const KNOWN: &str = "known";

/// How the fits are optimised; the rest of the program always is fully.
const LEVELS: &[(&str, &str)] = &[("o3", "3"), ("s", "\"s\"")];
/// The core that everything is measured on; the others tell of [`ELSEWHERE`] at the first level.
pub(super) const MAIN: &str = "m4f";
const ELSEWHERE: [&str; 4] = ["w1.const", "w2.const", "w1.bare", "w2.bare"];

/// The workloads that the smallest whole program is weighed with, and the feature that chooses
/// each.
const SMALLEST: &[(&str, &str)] = &[("w1", ""), ("w4", "w4")];

/// Figures by key, such as `w1.m4f.const.o3.instructions`.
pub(crate) type Figures = BTreeMap<String, f64>;

pub(crate) fn run(json: bool, write: bool) -> Result<()> {
    let figures = measure()?;
    if write {
        page::write(page::DEVICE, &page::tables(&figures))?;
    }
    show(&figures, json)
}

/// Prints figures beside their budgets, or as one JSON object.
pub(crate) fn show(figures: &Figures, json: bool) -> Result<()> {
    if json {
        println!("{}", serde_json::to_string_pretty(&figures)?);
        return Ok(());
    }
    let budgets = budgets::read()?;
    let width = figures.keys().map(String::len).max().unwrap_or_default();
    for (key, figure) in figures {
        match budgets.get(key) {
            Some(budget) => {
                let above = if figure > budget { "ABOVE its " } else { "" };
                println!("{key:width$}  {figure:>10.1}  ({above}budget {budget})");
            }
            None => println!("{key:width$}  {figure:>10.1}"),
        }
    }
    Ok(())
}

/// Builds and runs the benchmark of every core and level.
pub(crate) fn measure() -> Result<Figures> {
    setup::qemu()?;
    let targets: Vec<&str> = CORES.iter().map(|core| core.target).collect();
    let toolchain = toolchain::for_targets(&targets)?;
    let mut figures = Figures::new();
    for core in CORES {
        let levels = if core.key == MAIN {
            LEVELS
        } else {
            &LEVELS[..1]
        };
        for (level, optimisation) in levels {
            say(format_args!("counting on {} at {level}", core.key));
            let elf = Build {
                folder: "bench".into(),
                target: core.target.into(),
                settings: vec![format!(
                    "profile.release.package.fits.opt-level={optimisation}"
                )],
                ..Build::default()
            }
            .run(&toolchain)?;
            let printed = qemu::Run {
                machine: core.machine,
                elf: &elf,
                counting: Some(0),
                timeout: Duration::from_secs(120),
            }
            .output()?;
            for line in printed.lines() {
                let (name, what, figure) = count(line, core.instructions_a_tick)
                    .with_context(|| format!("the benchmark printed `{line}`"))?;
                if name == KNOWN {
                    ensure!(
                        figure == 2.0,
                        "a loop of 2 instructions counts as {figure} on {}: its clock is not \
                         what the table says",
                        core.machine
                    );
                    continue;
                }
                if core.key != MAIN && !ELSEWHERE.contains(&name) {
                    continue;
                }
                // Neither is built with the fits, so that their level is not its own.
                let apart = name.ends_with(".bare") || name.starts_with("link.");
                if apart && *level != LEVELS[0].0 {
                    continue;
                }
                let (workload, shape) = name.split_once('.').unwrap_or((name, "const"));
                let key = format!("{workload}.{}.{shape}.{level}.{what}", core.key);
                figures.insert(key, figure);
            }
        }
    }
    ensure!(!figures.is_empty(), "the benchmark printed no figure");
    figures.extend(turns::measure(&toolchain)?);
    for (level, optimisation) in LEVELS {
        for (workload, feature) in SMALLEST {
            let elf = Build {
                folder: "smallest".into(),
                target: M4F.into(),
                features: (*feature).into(),
                settings: vec![format!("profile.release.opt-level={optimisation}")],
                ..Build::default()
            }
            .run(&toolchain)?;
            let key = format!("{workload}.{MAIN}.const.{level}.flash");
            figures.insert(key, flash(&elf)?);
        }
    }
    Ok(figures)
}

/// What a program takes of flash beside its vector table: code and constants.
fn flash(elf: &Path) -> Result<f64> {
    let data = fs::read(elf).with_context(|| format!("reading {}", elf.display()))?;
    let file = object::File::parse(&*data).with_context(|| format!("{}", elf.display()))?;
    let bytes = |name| {
        file.section_by_name(name)
            .map_or(0, |section| section.size())
    };
    Ok((bytes(".text") + bytes(".rodata") + bytes(".data")) as f64)
}

/// Reads `workload.shape what ticks base repetitions` (what the calls took, what the same loop
/// took without them, and how often each ran) or `workload.shape what bytes`.
pub(super) fn count(line: &str, instructions_a_tick: f64) -> Option<(&str, &str, f64)> {
    let mut words = line.split_ascii_whitespace();
    let (name, what) = (words.next()?, words.next()?);
    let numbers: Vec<u64> = words.map(|word| word.parse().ok()).collect::<Option<_>>()?;
    let figure = match numbers[..] {
        [bytes] => bytes as f64,
        [ticks, base, repetitions] => {
            let spent = ticks.checked_sub(base)? as f64 * instructions_a_tick;
            // A tenth is what remains certain of a count in whole ticks.
            (spent / repetitions as f64 * 10.0).round() / 10.0
        }
        _ => return None,
    };
    Some((name, what, figure))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_becomes_a_figure() {
        let count = |line| count(line, 40.0);
        assert_eq!(
            count("w1.const inference 3000 500 1000"),
            Some(("w1.const", "inference", 100.0))
        );
        assert_eq!(
            count("w1.const stack 96"),
            Some(("w1.const", "stack", 96.0))
        );
        assert_eq!(count("w1.const stack"), None);
        assert_eq!(count("w1.const instructions 3000 500"), None);
        assert_eq!(count("w1.const instructions 3 500 10"), None);
    }
}
