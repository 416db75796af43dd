//! Longest turn of a node, and the longest wait of an interrupt meanwhile.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use downhill_boards::M0;

use super::cores::{CORES, Core, MAIN, count, level};
use crate::budgets::Figures;
use crate::firmware::Build;
use crate::toolchain::Toolchain;
use crate::{budgets, qemu, say};

/// An instruction takes two to this many nanoseconds: a few ticks, so that one turn is counted to
/// the instruction.
const SHIFT: u32 = 8;
/// Feature of a node in fixed point, and its shape.
const FIXED: &str = "q15";
/// Number of figures of each core that has interrupts; one less without.
const FIGURES: usize = 3;

/// Builds and runs the node of every core, each as it is flashed.
pub(super) fn measure(toolchain: &Toolchain) -> Result<Figures> {
    let mut figures = Figures::new();
    for core in CORES {
        say(format_args!("counting turns on {}", core.key));
        figures.extend(run(core, "", toolchain)?);
    }
    let small = CORES.iter().filter(|core| core.target() == M0);
    for core in small {
        say(format_args!(
            "counting turns in fixed point on {}",
            core.key
        ));
        figures.extend(run(core, FIXED, toolchain)?);
    }
    Ok(figures)
}

/// A node that masks interrupts while it learns must be found by its delay.
pub(crate) fn counter_check(toolchain: &Toolchain) -> Result<()> {
    let core = CORES.iter().find(|core| core.key == MAIN);
    let core = core.context("the main core is one of them")?;
    let figures = run(core, "masked", toolchain)?;
    let key = format!("turn.{MAIN}.const.{}.delay", level(MAIN));
    let (delay, budgets) = (figures.get(&key), budgets::read()?);
    ensure!(
        delay > budgets.get(&key),
        "a node that masks interrupts is within its budget: {key} is {delay:?}"
    );
    Ok(())
}

fn run(core: &Core, features: &str, toolchain: &Toolchain) -> Result<Figures> {
    let profile = if core.target() == M0 { "small" } else { "" };
    let elf = Build {
        program: "latency".into(),
        features: features.into(),
        profile: profile.into(),
        ..Build::check("bench", core.target())
    }
    .run(toolchain)?;
    let printed = qemu::Run {
        machine: core.board,
        elf: &elf,
        counting: Some(SHIFT),
        timeout: Duration::from_secs(240),
    }
    .output()?;
    let instructions_a_tick = core.instructions_a_tick / f64::from(1 << SHIFT);
    let expected = FIGURES - usize::from(!core.has_systick);
    let mut figures = Figures::new();
    for line in printed.lines() {
        let (_, what, figure) = count(line, instructions_a_tick)
            .with_context(|| format!("the benchmark of turns printed `{line}`"))?;
        let shape = if features == FIXED { FIXED } else { "const" };
        let key = format!("turn.{}.{shape}.{}.{what}", core.key, level(core.key));
        figures.insert(key, figure.round());
    }
    ensure!(
        figures.len() == expected,
        "the benchmark of turns printed {} figures on {}",
        figures.len(),
        core.board
    );
    Ok(figures)
}
