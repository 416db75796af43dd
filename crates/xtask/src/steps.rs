//! Steps of `cargo xtask check` and `cargo xtask test`, by name.

use std::collections::BTreeSet;

use anyhow::{Context, Result, ensure};
use downhill_boards::{Board, M4F, TARGETS};

use crate::firmware::{self, Build};
use crate::project::{cargo, root};
use crate::rust_tests::{self, Results, Selection};
use crate::schedule::Lane;
use crate::{bench, budgets, c, check, no_panic, python, setup, size, toolchain};

/// Later stages need what it installs.
pub(crate) const SETUP: &str = "setup";
const FORMAT: &str = "format";
const CIRCLES: &str = "circles";
const PROSE: &str = "prose";
const CLIPPY: &str = "clippy";
const UNIT: &str = "unit tests";
const HOST: &str = "tests on the host";
const DOCUMENTATION: &str = "documentation";
const PYTHON: &str = "tests of the Python package";
const CHECKS_CLIPPY: &str = "clippy for checks on targets";
/// Before a board's name.
const FIRMWARE: &str = "firmware for ";
const NO_PANIC: &str = "no panic and no heap in the core";
const PANIC: &str = "a panic and a heap are found";
const EMULATED: &str = "tests on emulated boards";
const PYTHON_EMULATED: &str = "tests of the Python package on emulated boards";
const MASKED: &str = "masked interrupts are found";
const BUDGETS: &str = "budgets";

/// Part of all tests.
#[derive(Clone, Copy, Debug, Default, PartialEq, clap::ValueEnum)]
pub(crate) enum Part {
    /// Format, lints, prose, all tests that need no board, documentation.
    Host,
    /// The Python package, in an environment of its own.
    Python,
    /// Lints and builds of every board; no panic and no heap in the core.
    Firmware,
    /// Tests on emulated boards and in a browser.
    Emulated,
    /// Instructions, flash and memory against budgets.toml.
    Budgets,
    #[default]
    All,
}

/// Runs the step of this name.
pub(crate) fn run(name: &str, long: bool) -> Result<Results> {
    let none = |()| Results::default();
    match name {
        SETUP => setup::run().map(none),
        FORMAT => check::format().map(none),
        CIRCLES => check::circles().map(none),
        PROSE => check::prose().map(none),
        CLIPPY => check::clippy().map(none),
        UNIT => rust_tests::run(Selection::Unit, long),
        HOST => rust_tests::run(Selection::Host, long),
        DOCUMENTATION => documentation().map(none),
        PYTHON => python::run(python::Selection::Host, long),
        PYTHON_EMULATED => python::run(python::Selection::Emulated, long),
        CHECKS_CLIPPY => checks_clippy().map(none),
        NO_PANIC => {
            let toolchain = toolchain::for_targets(TARGETS)?;
            no_panic::check(&toolchain)?;
            c::check(&toolchain).map(none)
        }
        PANIC => no_panic::counter_check(&toolchain::for_targets(TARGETS)?).map(none),
        EMULATED => rust_tests::run(Selection::Emulated, long),
        MASKED => bench::latency::counter_check(&toolchain::for_targets(TARGETS)?).map(none),
        BUDGETS => budgets_are_kept().map(none),
        _ => {
            let board = name.strip_prefix(FIRMWARE).with_context(|| {
                let stages = of_part(Part::All, None).unwrap_or_default();
                let steps = stages.into_iter().flatten().chain(of_check());
                let steps: BTreeSet<String> = steps.flatten().collect();
                let steps: Vec<String> = steps.into_iter().collect();
                format!(
                    "there is no step `{name}`; the steps are: {}",
                    steps.join("; ")
                )
            })?;
            firmware_of(firmware::find(board)?).map(none)
        }
    }
}

/// The steps of `cargo xtask check`.
pub(crate) fn of_check() -> Vec<Lane> {
    vec![lane([FORMAT, CIRCLES, PROSE]), lane([CLIPPY, UNIT])]
}

/// The steps of a part, or of one board, in stages: each begins when the one before has ended.
pub(crate) fn of_part(part: Part, board: Option<&str>) -> Result<Vec<Vec<Lane>>> {
    let firmware = |name: &str| vec![format!("{FIRMWARE}{name}")];
    if let Some(board) = board {
        ensure!(
            part == Part::Firmware,
            "`--board` goes with `firmware`, as in `cargo xtask test firmware --board pico`"
        );
        return Ok(vec![vec![firmware(firmware::find(board)?.name)]]);
    }
    let setup = || lane([SETUP]);
    let quick = || lane([FORMAT, CIRCLES, PROSE, CLIPPY]);
    let host = || lane([HOST, DOCUMENTATION]);
    let boards = || {
        let boards = downhill_boards::all().flat_map(|board| firmware(board.name));
        boards
            .chain(lane([CHECKS_CLIPPY, NO_PANIC, PANIC]))
            .collect()
    };
    let emulated = || lane([EMULATED, PYTHON_EMULATED]);
    let budgets = || lane([MASKED, BUDGETS]);
    Ok(match part {
        Part::Host => vec![vec![[quick(), host()].concat()]],
        Part::Python => vec![vec![lane([PYTHON])]],
        Part::Firmware => vec![vec![boards()]],
        Part::Emulated => vec![vec![setup()], vec![emulated()]],
        Part::Budgets => vec![vec![setup()], vec![budgets()]],
        Part::All => vec![
            vec![setup(), quick()],
            vec![[host(), lane([PYTHON])].concat(), boards()],
            vec![emulated(), budgets()],
        ],
    })
}

fn lane<const N: usize>(steps: [&str; N]) -> Lane {
    steps.map(str::to_owned).into()
}

/// Lints and builds all programs of a board.
fn firmware_of(board: &'static Board) -> Result<()> {
    let toolchain = toolchain::for_targets(&[board.target])?;
    Build::of(board).clippy(&toolchain)?;
    Build::all_of(board).try_for_each(|build| build.run(&toolchain).map(drop))
}

/// The programs that measure and search, and their targets.
const CHECKS: &[(&str, &[&str])] = &[
    ("bench", TARGETS),
    ("exported", &[M4F]),
    ("min-size", &[M4F]),
    ("no-panic", TARGETS),
];

/// Lints them.
fn checks_clippy() -> Result<()> {
    let toolchain = toolchain::for_targets(TARGETS)?;
    for (folder, targets) in CHECKS {
        for target in *targets {
            Build::check(folder, target).clippy(&toolchain)?;
        }
    }
    Ok(())
}

fn budgets_are_kept() -> Result<()> {
    let mut figures = bench::device::measure()?;
    figures.extend(size::measure()?);
    figures.extend(bench::c::measure()?);
    budgets::check(&figures, &budgets::read()?)?;
    bench::c::check_page(&figures)?;
    bench::page::check(&figures)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_has_the_steps_of_every_part() {
        let of = |part| -> Vec<String> {
            let lanes = of_part(part, None).unwrap().into_iter().flatten();
            lanes.flatten().collect()
        };
        let all = of(Part::All);
        for part in [
            Part::Host,
            Part::Python,
            Part::Firmware,
            Part::Emulated,
            Part::Budgets,
        ] {
            for step in of(part) {
                assert!(all.contains(&step), "{step}");
            }
        }
        for board in downhill_boards::all() {
            assert!(all.contains(&format!("{FIRMWARE}{}", board.name)));
        }
        let board = of_part(Part::Firmware, Some("pico")).unwrap();
        assert_eq!(board, [vec![vec!["firmware for pico"]]]);
        assert!(of_part(Part::Host, Some("pico")).is_err());
        assert!(run("nothing", false).is_err());
    }
}
