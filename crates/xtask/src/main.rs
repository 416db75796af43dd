//! The one entry for development work; `cargo xtask --help` lists what it does.

mod apt;
mod bench;
mod budgets;
mod c;
mod check;
mod dist;
mod exported;
mod firmware;
mod fuzz;
mod no_panic;
mod project;
mod python;
mod qemu;
mod readme_svg;
mod rust_tests;
mod sbom;
mod schedule;
mod setup;
mod size;
mod steps;
mod test;
mod toolchain;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

pub(crate) use project::{root, say};
use steps::Part;

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
    /// The quick checks before each commit: format, lints, unit tests, circles, prose.
    Check,
    /// All that must pass, or a part of it.
    Test {
        #[arg(value_enum, default_value_t)]
        part: Part,
        /// The only board of `firmware`.
        #[arg(long)]
        board: Option<String>,
        /// With the long runs.
        #[arg(long)]
        long: bool,
    },
    /// One step of `check` or `test`, by the name that they print.
    Step {
        name: String,
        /// With the long runs.
        #[arg(long)]
        long: bool,
        /// A file for counts and times of its tests.
        #[arg(long, hide = true)]
        report: Option<PathBuf>,
    },
    /// Show that the core reaches no panic and no heap, and that the search would find them.
    NoPanic,
    /// Run exported models on an emulated Cortex-M4F, and print what they predict.
    Exported {
        /// Where `cases.rs` and what it uses is.
        folder: PathBuf,
    },
    /// Draw the runs of README.md into docs/run.svg.
    ReadmeSvg,
    /// Bytes of flash, memory and stack that each board's node takes.
    Size {
        /// One JSON object: figures by key.
        #[arg(long)]
        json: bool,
    },
    /// Build the library for C; its archive's path is the only line on standard output.
    Archive {
        /// The target [this machine].
        #[arg(long)]
        target: Option<String>,
        /// Bytes of the one recipe that it is for, as `downhill recipe --to bytes` writes them.
        #[arg(long)]
        recipe: Option<PathBuf>,
    },
    /// Build what is given to others: by itself the command, with firmware, manual and guide, into
    /// target/dist.
    #[command(args_conflicts_with_subcommands = true)]
    Dist {
        #[command(subcommand)]
        what: Option<Dist>,
        /// Cargo's profile of the command.
        #[arg(long, default_value = "release")]
        profile: String,
    },
    /// List what the command and each firmware are made of (CycloneDX), into target/sbom.
    Sbom,
    /// Run the fuzzers of tests/fuzz.
    Fuzz {
        /// The only one.
        name: Option<String>,
        /// Seconds of each.
        #[arg(long, default_value_t = 60)]
        seconds: u32,
    },
    /// Measure.
    Bench {
        #[command(subcommand)]
        what: Bench,
    },
}

#[derive(Subcommand)]
enum Dist {
    /// The wheel of the Python package, into target/wheels.
    Python,
    /// The library for C, into target/c/downhill.
    C,
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
    /// Instructions and flash of a fit in C.
    C {
        /// One JSON object: figures by key.
        #[arg(long)]
        json: bool,
    },
    /// Windows of signals on emulated boards: their fingerprint, and instructions.
    Signal,
    /// How long the command takes to start, beside ripgrep, which is installed from Debian's
    /// packages.
    Startup {
        /// One JSON object: milliseconds of each round, and what is missing.
        #[arg(long)]
        json: bool,
    },
    /// Fits of formulas beside SciPy and another solver in Rust, which are installed into the user's
    /// cache.
    Fits {
        /// Rounds in which NIST's sets are measured.
        #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u16).range(1..))]
        rounds: u16,
        /// Puts the tables into docs/performance.md.
        #[arg(long)]
        write: bool,
    },
    /// Time of a sample on this machine, beside other libraries, which are installed into the
    /// user's cache.
    Host {
        /// Other libraries to measure: those with one of these words in their names.
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
        Task::Check => test::check(),
        Task::Test { part, board, long } => test::run(part, board.as_deref(), long),
        Task::Step { name, long, report } => test::step(&name, long, report.as_deref()),
        Task::NoPanic => no_panic::run().map(done),
        Task::Exported { folder } => exported::run(&folder).map(done),
        Task::Size { json } => size::run(json).map(done),
        Task::Dist { what, profile } => match what {
            None => dist::run(&profile).map(done),
            Some(Dist::Python) => python::dist().map(done),
            Some(Dist::C) => c::dist().map(done),
        },
        Task::Archive { target, recipe } => {
            let archive = c::archive(target.as_deref(), recipe.as_deref());
            archive.map(|path| println!("{}", path.display())).map(done)
        }
        Task::Sbom => sbom::run().map(done),
        Task::Fuzz { name, seconds } => fuzz::run(name.as_deref(), seconds).map(done),
        Task::ReadmeSvg => readme_svg::run().map(done),
        Task::Bench {
            what: Bench::Device { json, write },
        } => bench::device::run(json, write).map(done),
        Task::Bench {
            what: Bench::C { json },
        } => bench::c::run(json).map(done),
        Task::Bench {
            what: Bench::Signal,
        } => bench::signal::run().map(done),
        Task::Bench {
            what: Bench::Startup { json },
        } => bench::startup::run(json).map(done),
        Task::Bench {
            what: Bench::Fits { rounds, write },
        } => bench::fits::run(rounds.into(), write).map(done),
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
