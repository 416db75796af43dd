//! `cargo xtask test`: everything, with one line of totals at the end.

use std::io::{BufRead, BufReader};
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Result, bail, ensure};
use downhill_boards::{EXAMPLES, TARGETS};

use crate::firmware::{Build, firmware_folder};
use crate::project::{cargo, root};
use crate::toolchain::{self, Toolchain};
use crate::{bench, budgets, no_panic, setup, size};

/// How many tests and steps went well, and how many did not.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Totals {
    passed: usize,
    failed: usize,
}

pub(crate) fn run(long: bool) -> Result<ExitCode> {
    let mut totals = Totals::default();
    let toolchain = totals.step("setup", |_| {
        setup::run()?;
        toolchain::for_targets(TARGETS)
    });
    totals.step("format", |_| format());
    totals.step("clippy", |_| clippy());
    totals.step("tests on the host", |totals| {
        totals.cargo_test(&["--workspace"], long)
    });
    totals.step("documentation", |_| documentation());
    // Without a toolchain these cannot run, and setup has failed already.
    if let Some(toolchain) = toolchain {
        totals.step("clippy for the boards", |_| boards_clippy(&toolchain));
        for board in downhill_boards::all() {
            totals.step(&format!("firmware for {}", board.name), |_| {
                Build::all_of(board).try_for_each(|build| build.run(&toolchain).map(drop))
            });
        }
        totals.step("no panic and no heap in the core", |_| {
            no_panic::check(&toolchain)
        });
        totals.step("a panic and a heap are found", |_| {
            no_panic::counter_check(&toolchain)
        });
        totals.step("tests on emulated boards", |totals| {
            let before = *totals;
            totals.cargo_test(&["-p", "downhill-tests", "--", "--ignored"], long)?;
            ensure!(*totals != before, "no test ran");
            Ok(())
        });
        totals.step("masked interrupts are found", |_| {
            bench::latency::counter_check(&toolchain)
        });
        totals.step("budgets", |_| {
            let mut figures = bench::device::measure()?;
            figures.extend(size::measure()?);
            budgets::check(&figures, &budgets::read()?)?;
            bench::page::check(&figures)
        });
    }
    println!("{} passed, {} failed", totals.passed, totals.failed);
    Ok(match totals.failed {
        0 => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    })
}

impl Totals {
    /// Runs one step, says how it went and counts it.
    fn step<T>(&mut self, name: &str, work: impl FnOnce(&mut Self) -> Result<T>) -> Option<T> {
        println!("== {name}");
        let start = Instant::now();
        let result = work(self);
        let seconds = start.elapsed().as_secs_f64();
        match result {
            Ok(value) => {
                self.passed += 1;
                println!("== {name}: passed in {seconds:.1} s");
                Some(value)
            }
            Err(error) => {
                self.failed += 1;
                println!("== {name}: FAILED in {seconds:.1} s: {error:#}");
                None
            }
        }
    }

    /// Runs `cargo test`, shows what it prints and adds up its results.
    fn cargo_test(&mut self, arguments: &[&str], long: bool) -> Result<()> {
        let (build, run) = split(arguments);
        let mut all = vec!["test", "--no-fail-fast"];
        all.extend(build);
        all.push("--");
        all.extend(run);
        let mut command = duct::cmd(cargo(), all).dir(root()).stderr_to_stdout();
        if long {
            command = command.env("DOWNHILL_LONG", "1");
        }
        let running = command.unchecked().reader()?;
        for line in BufReader::new(&running).lines() {
            let line = line?;
            println!("{line}");
            if let Some(results) = results(&line) {
                self.passed += results.passed;
                self.failed += results.failed;
            }
        }
        match running.try_wait()? {
            Some(output) if output.status.success() => Ok(()),
            _ => bail!("`cargo test` failed"),
        }
    }
}

/// Arguments before and after `--`.
fn split<'a>(arguments: &'a [&'a str]) -> (&'a [&'a str], &'a [&'a str]) {
    match arguments.iter().position(|argument| *argument == "--") {
        Some(at) => (&arguments[..at], &arguments[at + 1..]),
        None => (arguments, &[]),
    }
}

/// Reads cargo's `test result: ok. 3 passed; 0 failed; …`.
fn results(line: &str) -> Option<Totals> {
    let (_, counts) = line
        .trim()
        .strip_prefix("test result: ")?
        .split_once(". ")?;
    let count = |word: &str| {
        let part = counts.split("; ").find_map(|part| part.strip_suffix(word));
        part?.trim().parse().ok()
    };
    Some(Totals {
        passed: count("passed")?,
        failed: count("failed")?,
    })
}

fn format() -> Result<()> {
    cargo_run(&["fmt", "--all", "--check"])?;
    let examples = EXAMPLES.iter().map(|project| Build::of(project).path());
    for folder in examples.chain([firmware_folder()]) {
        duct::cmd(cargo(), ["fmt", "--all", "--check"])
            .dir(folder)
            .run()?;
    }
    Ok(())
}

fn clippy() -> Result<()> {
    cargo_run(&[
        "clippy",
        "--workspace",
        "--all-targets",
        "--",
        "-D",
        "warnings",
    ])
}

/// One folder at a time: two chips of a family do not go into one build.
fn boards_clippy(toolchain: &Toolchain) -> Result<()> {
    let mut builds: Vec<Build> = downhill_boards::all().map(Build::of).collect();
    for folder in ["bench", "exported", "min-size", "no-panic"] {
        builds.extend(TARGETS.iter().map(|target| Build::check(folder, target)));
    }
    for build in builds {
        build.clippy(toolchain)?;
    }
    Ok(())
}

fn documentation() -> Result<()> {
    // The command and the core have one name, and cargo would document both in one folder.
    let arguments = ["doc", "--workspace", "--no-deps", "--exclude=downhill-cli"];
    duct::cmd(cargo(), arguments)
        .dir(root())
        .env("RUSTDOCFLAGS", "-D warnings")
        .run()?;
    Ok(())
}

fn cargo_run(arguments: &[&str]) -> Result<()> {
    duct::cmd(cargo(), arguments).dir(root()).run()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_of_cargo_test_are_read() {
        let line = "test result: FAILED. 3 passed; 2 failed; 1 ignored; 0 measured; 0 filtered \
                    out; finished in 0.01s";
        let totals = Totals {
            passed: 3,
            failed: 2,
        };
        assert_eq!(results(line), Some(totals));
        assert_eq!(results("test linear ... ok"), None);
    }
}
