//! `cargo xtask test` and `cargo xtask check`, with one line of totals at the end.

use std::path::Path;
use std::process::ExitCode;
use std::{fs, io};

use anyhow::Result;

use crate::schedule::{Lane, Summary};
use crate::steps::{self, Part};

/// Runs the steps of a part.
pub(crate) fn run(part: Part, board: Option<&str>, long: bool) -> Result<ExitCode> {
    run_all(&steps::of_part(part, board)?, long)
}

/// Runs the quick steps.
pub(crate) fn check() -> Result<ExitCode> {
    run_all(&[steps::of_check()], false)
}

/// Runs one step, and leaves its results in a file for the process that runs all.
pub(crate) fn step(name: &str, long: bool, report: Option<&Path>) -> Result<ExitCode> {
    let results = steps::run(name, long)?;
    if let Some(report) = report {
        serde_json::to_writer(io::BufWriter::new(fs::File::create(report)?), &results)?;
    }
    Ok(exit(results.failed == 0))
}

fn run_all(stages: &[Vec<Lane>], long: bool) -> Result<ExitCode> {
    let mut summary = Summary::default();
    for stage in stages {
        summary.run(stage, long)?;
        if summary.failed(steps::SETUP) {
            break;
        }
    }
    Ok(exit(summary.finish()))
}

fn exit(passed: bool) -> ExitCode {
    match passed {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}
