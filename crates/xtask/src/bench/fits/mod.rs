//! `cargo xtask bench fits`: fits of formulas beside SciPy and another solver in Rust, on NIST's
//! nonlinear sets, as a whole process, and on a long file.

mod instructions;
mod process;
mod programs;
mod solvers;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use self::process::Processes;
use self::programs::Programs;
use self::solvers::Solvers;
use super::contenders::{self, Contender, contender};
use super::page;
use super::peers::{self, NIST};
use crate::{root, say, toolchain};

/// Measures NIST's sets in so many rounds, and whole processes in their own number.
pub(crate) fn run(rounds: usize, write: bool) -> Result<()> {
    let folder = toolchain::cache()?.join("peers");
    fs::create_dir_all(&folder)?;
    contenders::build(&["-p", "downhill-cli"])?;
    let (solvers, mut versions) = NIST.build(&folder)?;
    let (python, script) = peers::python(&folder)?;
    peers::install(&python, "scipy")?;
    let found = peers::versions(&python, &script)?.into_iter();
    versions.extend(found.filter(|of| ["numpy", "python", "scipy"].contains(&&*of.0)));
    versions.extend(contenders::compilers().filter(|of| of.0 == "rustc"));
    let programs = Programs {
        command: root().join("target/release/downhill"),
        solvers,
        python,
        script,
        sets: root().join("tests/data/nist"),
        folder,
    };
    let processes = Processes::measure(&programs)?;
    let text = format!(
        "Machine: {}. {}.\n\n{}\n{}",
        contenders::machine(),
        versions
            .into_iter()
            .collect::<BTreeMap<_, _>>()
            .iter()
            .map(|(name, is)| format!("{name} {is}"))
            .collect::<Vec<_>>()
            .join(", "),
        solved(&programs, rounds)?.text(),
        processes.text(),
    );
    if write {
        page::write(page::FITS, &text)?;
    }
    print!("{text}");
    Ok(())
}

/// All solvers in turns.
fn solved(programs: &Programs, rounds: usize) -> Result<Solvers> {
    let python: [&Path; 2] = [&programs.python, &programs.script];
    let sets = &programs.sets;
    let contenders = [
        // It names its solvers itself.
        contender("", duct::cmd!(&programs.solvers, sets)),
        contender("SciPy", duct::cmd!(python[0], python[1], "scipy", sets)),
    ];
    let mut solvers = Solvers::default();
    for round in 1..=rounds {
        for Contender { name, command } in &contenders {
            say(format_args!(
                "round {round} of {rounds}: NIST's sets {name}"
            ));
            for line in command.read()?.lines() {
                let fit = solvers.add(name, line);
                fit.with_context(|| format!("`{line}` is no figure of a fit"))?;
            }
        }
    }
    Ok(solvers)
}
