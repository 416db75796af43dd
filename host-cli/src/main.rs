//! The `downhill` command: fits sensor data on the host with the very core that runs on a
//! board, and checks the board against it.

mod arguments;
mod auto_lr;
mod board;
mod columns;
mod compare;
mod conclusion;
mod config;
mod core_errors;
mod crosscheck;
mod dataset;
mod device;
mod encode;
mod estimate;
mod eval;
mod export;
mod failure;
mod features;
mod fit;
mod format;
mod formula;
mod history;
mod host_executor;
mod inspect;
mod interrupt;
mod least_squares;
mod loss_plot;
mod man;
mod measure;
mod messages;
mod metrics;
mod model_file;
mod options;
mod output;
mod page;
mod parameters;
mod plan;
mod precision;
mod predict;
mod prequential;
mod recipe;
mod recipe_text;
mod replay;
mod replay_buffer;
mod report;
mod samples;
mod scaling;
mod spec;
mod stream;
mod task;
mod terminal_table;
mod threshold;
mod trainer;
mod training_loop;
mod verdicts;

use std::process::ExitCode;

use arguments::Command;

fn main() -> ExitCode {
    let arguments = match config::arguments() {
        Ok(arguments) => arguments,
        Err(failure) => return end(&failure),
    };
    messages::set(arguments.quiet, arguments.verbose);
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
        Command::Completions { shell } => man::completions(shell),
        Command::Man { out } => man::pages(out.as_deref()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => end(&config::placed(failure)),
    }
}

fn end(failure: &failure::Failure) -> ExitCode {
    messages::line(format_args!("error: {failure}"));
    failure.code()
}
