//! The `downhill` command: fits sensor data on the host with the very core that runs on a
//! board, and checks the board against it. [`run`] is all of it; [`embed`] does the same for
//! programs that hold their data in memory.

mod arguments;
mod commands;
mod data;
mod device;
pub mod embed;
mod evaluate;
#[cfg(fuzzing)]
pub mod fuzz;
mod model;
mod options;
mod report;
mod support;
mod train;

use std::ffi::OsString;

use arguments::{Command, config};
use commands::{
    calibrate, compare, crosscheck, eval, export, fit, help, inspect, man, predict, replay,
};
use support::{failure, messages};

/// Does what a command line says, which begins with the program's name, and returns its exit code.
pub fn run(arguments: Vec<OsString>) -> u8 {
    let (arguments, section) = match config::arguments(arguments) {
        Ok(given) => given,
        Err(failure) => return end(&failure),
    };
    messages::set(arguments.quiet, arguments.verbose);
    if let Some(section) = &section {
        section.tell_renamed();
    }
    let done = match arguments.command {
        Command::Demo(arguments) => commands::demo::run(&arguments, run),
        Command::Fit(arguments) => fit::run(&arguments),
        Command::Calibrate(arguments) => calibrate::run(&arguments),
        Command::Inspect(arguments) => inspect::run(&arguments),
        Command::Compare(arguments) => compare::run(&arguments),
        Command::Predict(arguments) => predict::run(&arguments),
        Command::Eval(arguments) => eval::run(&arguments),
        Command::Export(arguments) => export::run(&arguments),
        Command::Recipe(arguments) => commands::recipe::run(&arguments),
        Command::Crosscheck(arguments) => crosscheck::run(&arguments),
        Command::Device(arguments) => commands::device::run(&arguments.command),
        Command::Replay(arguments) => replay::run(&arguments),
        Command::Help { words } => help::run(&words),
        Command::Completions { shell } => man::completions(shell),
        Command::Man { out } => man::pages(out.as_deref()),
    };
    match done {
        Ok(()) => 0,
        Err(failure) => end(&config::placed(failure, section.as_ref())),
    }
}

fn end(failure: &failure::Failure) -> u8 {
    messages::line(format_args!("error: {failure}"));
    failure.code()
}
