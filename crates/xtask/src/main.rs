//! The one entry for development work; `cargo xtask --help` lists what it does.

mod boards;
mod firmware;
mod setup;
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
        /// Features of the board's crate.
        #[arg(long, default_value = "")]
        features: String,
    },
}

fn main() -> ExitCode {
    let result = match Arguments::parse().task {
        Task::Setup => setup::run(),
        Task::Firmware {
            board, features, ..
        } => firmware::run(board.as_deref(), &features),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// The workspace's root folder.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .expect("xtask runs in the checkout it was built from")
}

/// Progress goes to standard error: standard output holds results only.
fn say(message: impl std::fmt::Display) {
    eprintln!("xtask: {message}");
}
