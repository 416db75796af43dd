//! `cargo xtask bench device`: instructions of one call, counted in QEMU, and the memory of a fit.

use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use downhill_boards::M4F;
use object::{Object, ObjectSection};

use super::cores::{CORES, KNOWN, MAIN, count};
use super::{cmsis, latency, page};
use crate::budgets::{Figures, show};
use crate::firmware::Build;
use crate::{qemu, say, setup, toolchain};

/// How the fits are optimized; the rest of the program always is fully.
const LEVELS: &[(&str, &str)] = &[("o3", "3"), ("s", "\"s\"")];
/// Workloads measured on all other cores than the main one, at the first level only, besides those
/// in fixed point.
const ELSEWHERE: [&str; 4] = ["w1.const", "w2.const", "w1.bare", "w2.bare"];
/// End of the names of those.
const FIXED: &str = ".q15";

/// The workloads that the smallest whole program is weighed with, and the program and the feature
/// that choose each.
const SMALLEST: &[(&str, &str, &str)] = &[
    ("w1.m4f.const", "", ""),
    ("w4.m4f.const", "", "w4"),
    ("w1.m4f.q15", "fixed", ""),
    ("w4_sgd.m4f.q15", "fixed", "w4"),
];

pub(crate) fn run(json: bool, write: bool) -> Result<()> {
    let figures = measure()?;
    if write {
        page::write(page::DEVICE, &page::tables(&figures))?;
    }
    cmsis::run(write)?;
    show(&figures, json)
}

/// Builds and runs the benchmark of every core and level.
pub(crate) fn measure() -> Result<Figures> {
    setup::qemu()?;
    let targets: Vec<&str> = CORES.iter().map(|core| core.target()).collect();
    let toolchain = toolchain::for_targets(&targets)?;
    let mut figures = Figures::new();
    for core in CORES {
        let levels = if core.key == MAIN {
            LEVELS
        } else {
            &LEVELS[..1]
        };
        for (level, optimization) in levels {
            say(format_args!("counting on {} at {level}", core.key));
            let elf = Build {
                settings: vec![format!(
                    "profile.release.package.workloads.opt-level={optimization}"
                )],
                ..Build::check("bench", core.target())
            }
            .run(&toolchain)?;
            let printed = qemu::Run {
                machine: core.board,
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
                        core.board
                    );
                    continue;
                }
                if core.key != MAIN && !ELSEWHERE.contains(&name) && !name.ends_with(FIXED) {
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
    figures.extend(latency::measure(&toolchain)?);
    for (level, optimization) in LEVELS {
        for (workload, program, feature) in SMALLEST {
            let elf = Build {
                program: (*program).into(),
                features: (*feature).into(),
                settings: vec![format!("profile.release.opt-level={optimization}")],
                ..Build::check("min-size", M4F)
            }
            .run(&toolchain)?;
            let key = format!("{workload}.{level}.flash");
            figures.insert(key, flash(&elf)?);
        }
    }
    Ok(figures)
}

/// Bytes of flash that a program takes beside its vector table: code and constants.
fn flash(elf: &Path) -> Result<f64> {
    let data = fs::read(elf).with_context(|| format!("reading {}", elf.display()))?;
    let file = object::File::parse(&*data).with_context(|| format!("{}", elf.display()))?;
    let bytes = |name| {
        file.section_by_name(name)
            .map_or(0, |section| section.size())
    };
    Ok((bytes(".text") + bytes(".rodata") + bytes(".data")) as f64)
}
