//! The `downhill` command: fits sensor data on the host with the very core that runs on a
//! board, and checks the board against it.

mod arguments;
mod board;
mod columns;
mod compare;
mod conclusion;
mod config;
mod crosscheck;
mod curve;
mod device;
mod encode;
mod eval;
mod export;
mod failure;
mod features;
mod fit;
mod formula;
mod history;
mod host_executor;
mod impossible;
mod inspect;
mod interrupt;
mod least_squares;
mod manual;
mod measure;
mod metrics;
mod model_file;
mod output;
mod page;
mod parameters;
mod plan;
mod predict;
mod prequential;
mod rate;
mod recipe;
mod recipe_text;
mod replay;
mod replay_buffer;
mod report;
mod samples;
mod scaling;
mod spec;
mod stream;
mod talk;
mod task;
mod threshold;
mod training_loop;
mod verdicts;

use std::process::ExitCode;

use arguments::Command;

fn main() -> ExitCode {
    let arguments = match config::arguments() {
        Ok(arguments) => arguments,
        Err(failure) => return end(&failure),
    };
    talk::set(arguments.quiet, arguments.verbose);
    let done = match arguments.command {
        Command::Fit(arguments) => fit::run(&arguments),
        Command::Inspect(arguments) => inspect::run(&arguments),
        Command::Compare(arguments) => compare::run(&arguments),
        Command::Predict(arguments) => predict::run(&arguments),
        Command::Eval(arguments) => eval::run(&arguments),
        Command::Export(arguments) => export::run(&arguments),
        Command::Crosscheck(arguments) => crosscheck::run(&arguments),
        Command::Device(arguments) => device::run(&arguments.command),
        Command::Replay(arguments) => replay::run(&arguments),
        Command::Completions { shell } => manual::completions(shell),
        Command::Man { out } => manual::pages(out.as_deref()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => end(&config::placed(failure)),
    }
}

fn end(failure: &failure::Failure) -> ExitCode {
    talk::line(format_args!("error: {failure}"));
    failure.code()
}
