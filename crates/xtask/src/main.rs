//! The one entry for development work; `cargo xtask --help` lists what it does.

mod bench;
mod boards;
mod budgets;
mod exported;
mod firmware;
mod picture;
mod probe;
mod qemu;
mod setup;
mod size;
mod test;
mod toolchain;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Development tasks of Downhill")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Install what device tests need: QEMU, and core for the boards' targets.
    Setup,
    /// Build a board's firmware; its ELF's path is the only line on standard output.
    Firmware {
        /// The board, a folder of firmware/boards.
        #[arg(required_unless_present = "all")]
        board: Option<String>,
        /// Every board.
        #[arg(long, conflicts_with = "board")]
        all: bool,
        /// Another of the board's programs than the first.
        #[arg(long, default_value = "", conflicts_with = "all")]
        program: String,
        /// Features of the board's crate.
        #[arg(long, default_value = "")]
        features: String,
    },
    /// Everything: format, lints, tests, firmware, emulated boards, budgets.
    Test {
        /// With the long runs.
        #[arg(long)]
        long: bool,
    },
    /// Show that the core reaches no panic and no heap, and that the search would find them.
    Probe,
    /// Run exported models on an emulated Cortex-M4F, and print what they predict.
    Exported {
        /// Where `cases.rs` and what it uses is.
        folder: PathBuf,
    },
    /// Draw the runs of README.md into docs/run.svg.
    Picture,
    /// Bytes of flash, memory and stack that each board's node takes.
    Size {
        /// One JSON object: figures by key.
        #[arg(long)]
        json: bool,
    },
    /// Measure.
    Bench {
        #[command(subcommand)]
        what: Bench,
    },
}

#[derive(Subcommand)]
enum Bench {
    /// Instructions of one call, counted on emulated boards.
    Device {
        /// One JSON object: figures by key.
        #[arg(long)]
        json: bool,
        /// Puts the figures into docs/performance.md.
        #[arg(long)]
        write: bool,
    },
    /// How long the command takes to start, beside ripgrep, which is installed from Debian's
    /// packages.
    Start {
        /// One JSON object: milliseconds of each round, and what is missing.
        #[arg(long)]
        json: bool,
    },
    /// What a sample takes on this machine, beside other libraries, which are installed into the
    /// user's cache.
    Host {
        /// Of the others, only those whose names have one of these words in them.
        #[arg(conflicts_with = "write")]
        only: Vec<String>,
        /// How often everything is measured.
        #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u16).range(1..))]
        rounds: u16,
        /// One JSON object: machine, versions, nanoseconds a sample of each round, what is missing.
        #[arg(long)]
        json: bool,
        /// Puts the tables into docs/performance.md.
        #[arg(long)]
        write: bool,
    },
}

fn main() -> ExitCode {
    let done = |()| ExitCode::SUCCESS;
    let result = match Arguments::parse().task {
        Task::Setup => setup::run().map(done),
        Task::Firmware {
            board,
            program,
            features,
            ..
        } => firmware::run(board.as_deref(), &program, &features).map(done),
        Task::Test { long } => test::run(long),
        Task::Probe => probe::run().map(done),
        Task::Exported { folder } => exported::run(&folder).map(done),
        Task::Size { json } => size::run(json).map(done),
        Task::Picture => picture::run().map(done),
        Task::Bench {
            what: Bench::Device { json, write },
        } => bench::device::run(json, write).map(done),
        Task::Bench {
            what: Bench::Start { json },
        } => bench::start::run(json).map(done),
        Task::Bench {
            what:
                Bench::Host {
                    only,
                    rounds,
                    json,
                    write,
                },
        } => bench::host::run(&only, rounds.into(), json, write).map(done),
    };
    result.unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        ExitCode::FAILURE
    })
}

/// The workspace's root folder, or that of another copy of the sources, which a test with a
/// changed core names in `DOWNHILL_SOURCES`.
fn root() -> PathBuf {
    std::env::var_os("DOWNHILL_SOURCES")
        .map_or_else(
            || Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."),
            PathBuf::from,
        )
        .canonicalize()
        .expect("xtask runs in the checkout it was built from")
}

/// Progress goes to standard error: standard output holds results only.
fn say(message: impl std::fmt::Display) {
    eprintln!("xtask: {message}");
}
