//! The command line.

mod calibrate;
mod changed;
mod compare;
pub(crate) mod config;
mod crosscheck;
mod deferred;
mod demo;
pub(crate) mod device;
mod fit;
mod fitted;
mod headings;
pub(crate) mod help;
mod inspect;
mod recipe;
pub(crate) mod renamed;
mod table;
mod values;
mod written;

use std::path::PathBuf;

use clap::{Parser, Subcommand};

pub(crate) use self::calibrate::CalibrateArguments;
pub(crate) use self::changed::changed;
pub(crate) use self::compare::{CompareArguments, ComparedArguments};
pub(crate) use self::crosscheck::{
    CheckedPrecision, CrosscheckArguments, RunArguments, emulated_board,
};
pub(crate) use self::deferred::Deferred;
pub(crate) use self::demo::DemoArguments;
pub(crate) use self::device::{DeviceArguments, ReplayArguments};
pub(crate) use self::fit::FitArguments;
pub(crate) use self::fitted::{EvalArguments, ExportArguments, Language, PredictArguments};
pub(crate) use self::inspect::InspectArguments;
pub(crate) use self::recipe::RecipeArguments;
pub(crate) use self::table::TableArguments;
pub(crate) use self::written::{RecipeForm, WrittenRecipeArguments};

/// Fits sensor data by gradient descent, bit for bit as a microcontroller does.
#[derive(Debug, Parser)]
#[command(name = "downhill", version, max_term_width = 80, after_help = EXAMPLE)]
#[command(disable_help_subcommand = true)]
pub(crate) struct Arguments {
    /// Subcommand.
    #[command(subcommand)]
    pub(crate) command: Command,
    /// Print only requested output, and no progress
    #[arg(short, long, global = true, hide = true, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// Say what is being done
    #[arg(short, long, global = true, hide = true)]
    pub(crate) verbose: bool,
}

const EXAMPLE: &str = "\
Example:
  downhill fit air.csv --target CO_GT --missing-value=-200 --out co.json
  downhill predict co.json new.csv

`downhill help SUBJECT` explains models, losses, formulas, verdicts and more.
-q, --quiet prints only requested output; -v, --verbose says what is being
done. Without a DATA.csv, fit, compare, inspect and crosscheck take it and
their options from downhill.toml in this folder.

Exit codes: 0 done, 1 wrong input or device, 2 usage, 3 the fit failed,
4 board and twin differ, 128 and a signal's number: it ended the work.";

const HELP: &str = "\
Subjects: files columns rows signals models normal losses threshold formulas
solvers optimizers schedules rules scalers health verdicts

Example:
  downhill help device stream
  downhill help losses";

/// The subcommands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Go through a first run, with data of its own
    Demo(Deferred<DemoArguments>),
    /// Fit a model to a CSV file
    Fit(Deferred<FitArguments>),
    /// Fit a shape that sensors have: steinhart_hart 4pl ellipsoid …
    Calibrate(Deferred<CalibrateArguments>),
    /// Check the data before a fit
    Inspect(Deferred<InspectArguments>),
    /// Fit with several settings, and compare the results
    Compare(Deferred<CompareArguments>),
    /// Predict the rows of a CSV file with a fitted model
    Predict(Deferred<PredictArguments>),
    /// Measure a fitted model on the rows of a CSV file
    Eval(Deferred<EvalArguments>),
    /// Write a fitted model as source text that predicts with the same bits
    Export(Deferred<ExportArguments>),
    /// Write a recipe for a program in C or C++
    Recipe(Deferred<WrittenRecipeArguments>),
    /// Run a fit on an emulated board and on its twin, and compare every step
    Crosscheck(Deferred<CrosscheckArguments>),
    /// Work with a board: list, info, configure, stream, watch, pull, push, label,
    /// record, wipe, pair, emulate
    Device(DeviceArguments),
    /// Repeat every step of a recording, and compare bit for bit
    Replay(Deferred<ReplayArguments>),
    /// Print a command's help, or explain a subject
    #[command(after_help = HELP)]
    Help {
        /// A command, or a subject such as models
        #[arg(value_name = "COMMAND|SUBJECT")]
        words: Vec<String>,
    },
    /// Print the completions of a shell
    #[command(
        after_help = "Example:\n  downhill completions bash > /etc/bash_completion.d/downhill"
    )]
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page, or write all of them
    #[command(after_help = "Example:\n  downhill man | man -l -")]
    Man {
        /// Write a page for each command into this folder
        #[arg(long, value_name = "FOLDER")]
        out: Option<PathBuf>,
    },
}
