//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::spec::{LossSpec, ModelSpec, OptimizerSpec};

/// Fits sensor data by gradient descent, bit for bit as a microcontroller does.
#[derive(Debug, Parser)]
#[command(name = "downhill", version, max_term_width = 80, after_help = EXAMPLE)]
pub(crate) struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXAMPLE: &str = "\
Example:
  downhill fit air.csv --target CO_GT --missing-value=-200 --out co.json
  downhill predict co.json new.csv

Exit codes: 0 done, 1 wrong input or device, 2 usage, 3 the fit failed,
4 board and twin differ.";

/// The subcommands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Fit a model to a CSV file
    Fit(FitArguments),
    /// Predict the rows of a CSV file with a fitted model
    Predict(PredictArguments),
    /// Measure a fitted model on the rows of a CSV file
    Eval(EvalArguments),
    /// Run a fit on an emulated board and on its twin, and compare every step
    Crosscheck(CrosscheckArguments),
}

/// Which rows and columns a fit uses, and how it learns: its recipe.
#[derive(Debug, Args)]
pub(crate) struct RecipeArguments {
    /// A CSV file with a header line
    #[arg(value_name = "DATA.csv")]
    pub(crate) data: PathBuf,
    /// The column to predict
    #[arg(long, value_name = "COL")]
    pub(crate) target: String,
    /// Columns to predict from [every other number]
    #[arg(long, value_name = "A,B", value_delimiter = ',')]
    pub(crate) features: Vec<String>,
    /// What marks a missing cell; repeatable
    #[arg(long, value_name = "V", allow_hyphen_values = true)]
    pub(crate) missing_value: Vec<String>,
    /// linear | logistic [by the target's kind]
    #[arg(long, value_name = "NAME")]
    pub(crate) model: Option<ModelSpec>,
    /// squared | huber[:D] | cross_entropy [by model]
    #[arg(long, value_name = "NAME")]
    pub(crate) loss: Option<LossSpec>,
    /// sgd | momentum | nesterov | adam
    #[arg(long, value_name = "NAME", default_value = "adam")]
    pub(crate) optimizer: OptimizerSpec,
    /// Learning rate [by optimizer]
    #[arg(long, value_name = "X", value_parser = rate)]
    pub(crate) lr: Option<f64>,
    /// Times to go through all rows
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) epochs: u32,
    /// Rows to an update; 1 learns online
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) batch: u16,
    /// Hold out every K-th row; 0: none
    #[arg(long, value_name = "K", default_value_t = 5, value_parser = test_every)]
    pub(crate) test_every: usize,
    /// Seed of shuffles and starts
    #[arg(long, value_name = "S", default_value_t = 0)]
    pub(crate) seed: u64,
    /// Keep the file's order
    #[arg(long)]
    pub(crate) no_shuffle: bool,
    /// Leave a numeric target as it is
    #[arg(long)]
    pub(crate) no_standardize_target: bool,
}

/// The options of `fit`.
#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  downhill fit air.csv --target CO_GT --missing-value=-200 --out co.json")]
pub(crate) struct FitArguments {
    #[command(flatten)]
    pub(crate) recipe: RecipeArguments,
    /// f32, as on a device, or f64
    #[arg(long, value_name = "P", value_enum, default_value_t = Precision::F32)]
    #[arg(hide_possible_values = true)]
    pub(crate) precision: Precision,
    /// Write the model to this file
    #[arg(long, value_name = "MODEL")]
    pub(crate) out: Option<PathBuf>,
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

/// The options of `predict`.
#[derive(Debug, Args)]
#[command(after_help = "\
Prints one line a row: `prediction`, or `probability,class`. A row that misses
a number gets an empty prediction.

Example:
  downhill predict co.json new.csv --out predicted.csv")]
pub(crate) struct PredictArguments {
    /// A file that `fit --out` wrote
    pub(crate) model: PathBuf,
    /// A CSV file with the model's features
    #[arg(value_name = "DATA.csv")]
    pub(crate) data: PathBuf,
    /// What marks a missing cell, beside what did in the fit
    #[arg(long, value_name = "V", allow_hyphen_values = true)]
    pub(crate) missing_value: Vec<String>,
    /// Write to this file; - is standard output
    #[arg(long, value_name = "FILE", default_value = "-")]
    pub(crate) out: PathBuf,
    /// Write one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

/// The options of `eval`.
#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  downhill eval co.json later.csv")]
pub(crate) struct EvalArguments {
    /// A file that `fit --out` wrote
    pub(crate) model: PathBuf,
    /// A CSV file with the model's features and target
    #[arg(value_name = "DATA.csv")]
    pub(crate) data: PathBuf,
    /// What marks a missing cell, beside what did in the fit
    #[arg(long, value_name = "V", allow_hyphen_values = true)]
    pub(crate) missing_value: Vec<String>,
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

/// The options of `crosscheck`.
#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  downhill crosscheck air.csv --target CO_GT --missing-value=-200")]
pub(crate) struct CrosscheckArguments {
    #[command(flatten)]
    pub(crate) recipe: RecipeArguments,
    /// The emulated board
    #[arg(long, value_name = "B", default_value = "mps2-an386", value_parser = ["mps2-an386"])]
    #[arg(hide_possible_values = true)]
    pub(crate) board: String,
    /// Use this firmware instead of building one
    #[arg(long, value_name = "ELF")]
    pub(crate) firmware: Option<PathBuf>,
    /// Stop after this many rows
    #[arg(long, value_name = "ROWS", default_value_t = 2000)]
    pub(crate) limit: usize,
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
    /// Change a bit of the twin at a step, to see that it is noticed
    #[arg(long, value_name = "STEP", hide = true)]
    pub(crate) flip_bit_at: Option<u64>,
}

/// The numbers that a fit is computed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Precision {
    F32,
    F64,
}

fn rate(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(rate) if rate > 0.0 && rate.is_finite() => Ok(rate),
        _ => Err("the learning rate is a number above 0".into()),
    }
}

fn test_every(text: &str) -> Result<usize, String> {
    match text.parse::<usize>() {
        Ok(1) => Err("1 would hold out every row; 0 holds out none".into()),
        Ok(every) => Ok(every),
        Err(error) => Err(error.to_string()),
    }
}
