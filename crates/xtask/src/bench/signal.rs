//! `cargo xtask bench signal`: a thousand windows of a signal on every emulated core, and the
//! instructions of some.

use std::time::Duration;

use anyhow::{Context, Result};

use super::cores::{CORES, Core};
use crate::firmware::Build;
use crate::{qemu, setup, toolchain};

/// Windows that the program counts.
const COUNTED: f64 = 64.0;

/// Prints a line for each core with its number of windows and their fingerprint, and one for each
/// kind of window with its instructions.
pub(crate) fn run() -> Result<()> {
    setup::qemu()?;
    let targets: Vec<&str> = CORES.iter().map(Core::target).collect();
    let toolchain = toolchain::for_targets(&targets)?;
    for core in CORES {
        let elf = Build {
            program: "signal".into(),
            ..Build::check("bench", core.target())
        }
        .run(&toolchain)?;
        let run = qemu::Run {
            machine: core.board,
            elf: &elf,
            counting: Some(0),
            timeout: Duration::from_secs(600),
        };
        for line in run.output()?.lines() {
            let words: Vec<&str> = line.split(' ').collect();
            match words[..] {
                ["windows", ..] => println!("{} {line}", core.key),
                [name, ticks, alone] => {
                    let ticks: f64 = ticks.parse()?;
                    let alone: f64 = alone.parse()?;
                    let window = (ticks - alone) * core.instructions_a_tick / COUNTED;
                    println!("{} {name} {window:.0}", core.key);
                }
                _ => return Err(anyhow::anyhow!(line.to_owned())).context("of the board"),
            }
        }
    }
    Ok(())
}
