//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use downhill::health::Health;
use downhill::rules::Method;

pub(crate) use crate::device::arguments::{DeviceArguments, ReplayArguments};
use crate::spec::{
    BatchSpec, BoundSpec, ClassWeightSpec, Cost, DriftSpec, LossSpec, MissingSpec, ModelSpec,
    OptimizerSpec, RangeSpec, RateSpec, ReplaySpec, ScalerSpec, ScheduleSpec, SolverSpec,
    StartSpec, ThresholdSpec, finite, looks, not_negative, positive, share,
};

use crate::table::Reading;

/// Fits sensor data by gradient descent, bit for bit as a microcontroller does.
#[derive(Debug, Parser)]
#[command(name = "downhill", version, max_term_width = 80, after_help = EXAMPLE)]
pub(crate) struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
    /// Print nothing that was not asked for, and show no progress
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

-q, --quiet prints nothing that was not asked for; -v, --verbose says what is
being done. Without a DATA.csv, fit, compare, inspect and crosscheck take it and
their options from downhill.toml in this folder.

Exit codes: 0 done, 1 wrong input or device, 2 usage, 3 the fit failed,
4 board and twin differ.";

/// What can be named, and the options that are needed least: OPTIONS.md has all of them.
macro_rules! names {
    ($example:literal) => {
        concat!(
            "\
Model    linear logistic softmax polynomial:2 mlp:16,8:tanh autoencoder:4
         'formula: a * x^b'
Loss     squared absolute huber:1 cauchy:1 log_cosh quantile:.9 poisson f_beta:2
         cross_entropy smoothed focal:2 hinge squared_hinge squared_probability
Optimise sgd momentum nesterov adagrad rmsprop adam amsgrad adamw averaged rprop
Schedule constant step:N,X exponential:X inverse_time:X cosine plateau:N,X
Also     --schedule, --patience, --cost, --recover, more: host-cli/OPTIONS.md

Example: ",
            $example
        )
    };
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Fit a model to a CSV file
    Fit(FitArguments),
    /// Look at the data before anything is fitted
    Inspect(InspectArguments),
    /// Fit in several ways, and set the results side by side
    Compare(CompareArguments),
    /// Predict the rows of a CSV file with a fitted model
    Predict(PredictArguments),
    /// Measure a fitted model on the rows of a CSV file
    Eval(EvalArguments),
    /// Write a fitted model as source text that predicts with the same bits
    Export(ExportArguments),
    /// Run a fit on an emulated board and on its twin, and compare every step
    Crosscheck(CrosscheckArguments),
    /// Work with a board: list, info, configure, stream, watch, pull, label, record
    Device(DeviceArguments),
    /// Do every step of a recording again, and compare bit for bit
    Replay(ReplayArguments),
    /// Print what a shell needs to complete commands and options
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

/// The share of rows that an autoencoder may take for anomalies, unless told.
const ANOMALY_SHARE: f64 = 0.01;
/// The largest file that is held in memory, in MB, unless told.
pub(crate) const HOLD_AT_MOST: u64 = 256;

/// How a file is to be read.
#[derive(Debug, Args)]
pub(crate) struct TableArguments {
    /// What marks a missing cell; repeatable
    #[arg(long, value_name = "V", allow_hyphen_values = true)]
    missing_value: Vec<String>,
    /// What separates cells [by the file]
    #[arg(long, value_name = "C", value_parser = mark, hide = true)]
    delimiter: Option<u8>,
    /// What stands before a fraction: . or , [by the file]
    #[arg(long, value_name = "C", value_parser = decimal, hide = true)]
    decimal: Option<u8>,
}

impl TableArguments {
    /// How the file is to be read, with what marked a missing cell before.
    pub(crate) fn reading(&self, missing: &[String]) -> Reading {
        Reading {
            missing: [missing, &self.missing_value].concat(),
            delimiter: self.delimiter,
            decimal: self.decimal,
        }
    }
}

/// Which rows and columns a fit uses, and how it learns: its recipe.
#[derive(Debug, Args)]
pub(crate) struct RecipeArguments {
    /// A CSV file with a header line, or - for standard input
    #[arg(value_name = "DATA.csv")]
    pub(crate) data: PathBuf,
    /// The column to predict, or several: A,B
    #[arg(long, value_name = "COL")]
    pub(crate) target: Option<String>,
    /// Columns to predict from [every other number]
    #[arg(long, value_name = "A,B", value_delimiter = ',')]
    pub(crate) features: Vec<String>,
    #[command(flatten)]
    pub(crate) table: TableArguments,
    /// What becomes of a row that misses a feature: drop | hold
    #[arg(long, value_name = "NAME", value_enum, default_value_t, hide = true)]
    pub(crate) missing: MissingSpec,
    /// Column with the weight of each row
    #[arg(long, value_name = "COL")]
    pub(crate) weight: Option<String>,
    /// balanced, or such as 0=1,1=5
    #[arg(long, value_name = "W", hide = true)]
    pub(crate) class_weight: Option<ClassWeightSpec>,
    /// What errors cost, such as fp=1,fn=20
    #[arg(long, value_name = "C", hide = true)]
    pub(crate) cost: Option<Cost>,
    /// Where class 1 begins: a number or a rule
    #[arg(long, value_name = "T", allow_hyphen_values = true, hide = true)]
    pub(crate) threshold: Option<ThresholdSpec>,
    /// What is fitted [by the target's kind]
    #[arg(long, value_name = "NAME")]
    pub(crate) model: Option<ModelSpec>,
    /// What is minimised [by the model]
    #[arg(long, value_name = "NAME")]
    pub(crate) loss: Option<LossSpec>,
    /// How it is minimised [adam]
    #[arg(long, value_name = "NAME")]
    pub(crate) optimizer: Option<OptimizerSpec>,
    /// Or least squares: lm rls nlms [lm for a formula]
    #[arg(long, value_name = "NAME", conflicts_with = "optimizer")]
    pub(crate) solver: Option<SolverSpec>,
    /// Where parameters start: b1=500,b2=0.1
    #[arg(long, value_name = "P=X", value_delimiter = ',')]
    pub(crate) start: Vec<StartSpec>,
    /// Where parameters stay: b2=0..1,b3=0..
    #[arg(long, value_name = "P=A..B", value_delimiter = ',', hide = true)]
    pub(crate) bounds: Vec<RangeSpec>,
    /// Learning rate, or auto [by the optimizer]
    #[arg(long, value_name = "X")]
    pub(crate) lr: Option<RateSpec>,
    /// The rate over the steps [by optimizer]
    #[arg(long, value_name = "NAME", hide = true)]
    pub(crate) schedule: Option<ScheduleSpec>,
    /// Steps of linear warm-up before the schedule
    #[arg(long, value_name = "N", default_value_t = 0, hide = true)]
    pub(crate) warmup: u32,
    /// Times to go through all rows [50]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) epochs: Option<u32>,
    /// Stop after N epochs without a new best
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..), hide = true)]
    pub(crate) patience: Option<u32>,
    /// Rows to an update, or all [1]
    #[arg(long, value_name = "N")]
    pub(crate) batch: Option<BatchSpec>,
    /// Penalty λ |w|
    #[arg(long, value_name = "X", default_value_t = 0.0, value_parser = not_negative, hide = true)]
    pub(crate) l1: f64,
    /// Penalty ½ λ w²
    #[arg(long, value_name = "X", default_value_t = 0.0, value_parser = not_negative, hide = true)]
    pub(crate) l2: f64,
    /// Decoupled decay λ of the weights
    #[arg(long, value_name = "X", default_value_t = 0.0, value_parser = not_negative, hide = true)]
    pub(crate) weight_decay: f64,
    /// Largest norm of a gradient
    #[arg(long, value_name = "X", value_parser = positive, hide = true)]
    pub(crate) clip_norm: Option<f64>,
    /// Largest size of a number of a gradient
    #[arg(long, value_name = "X", value_parser = positive, hide = true)]
    pub(crate) clip_value: Option<f64>,
    /// Limits of parameters
    #[arg(
        long,
        value_name = "WHICH=LOW:HIGH",
        allow_hyphen_values = true,
        hide = true
    )]
    pub(crate) bound: Vec<BoundSpec>,
    /// First layers that are not trained
    #[arg(long, value_name = "N", default_value_t = 0, hide = true)]
    pub(crate) freeze: usize,
    /// Share of rows that an autoencoder may take for anomalies
    #[arg(long, value_name = "X", value_parser = share, hide = true)]
    pub(crate) anomaly_share: Option<f64>,
    /// standard | minmax | forgetting:N | none
    #[arg(long, value_name = "NAME")]
    pub(crate) scaler: Option<ScalerSpec>,
    /// Learn the scaler from the first N rows
    #[arg(long, value_name = "N", value_parser = survey, hide = true)]
    pub(crate) scaler_on_device: Option<usize>,
    /// Scale as a model does that was fitted before
    #[arg(
        long,
        value_name = "MODEL",
        hide = true,
        conflicts_with = "scaler_on_device"
    )]
    pub(crate) scaler_from: Option<PathBuf>,
    /// Read larger files anew for every epoch [256 MB]
    #[arg(long, value_name = "MB", default_value_t = HOLD_AT_MOST, hide = true)]
    pub(crate) hold_at_most: u64,
    /// Hold out every K-th row; 0: none [5]
    #[arg(long, value_name = "K", value_parser = test_every)]
    pub(crate) test_every: Option<usize>,
    /// Seed of shuffles and starts
    #[arg(long, value_name = "S", default_value_t = 0)]
    pub(crate) seed: u64,
    /// Steps from one look at the fit to the next; 0: none
    #[arg(long, value_name = "N", default_value_t = Health::USUAL, value_parser = looks, hide = true)]
    pub(crate) health: u16,
    /// Let the fit recover by itself
    #[arg(long, hide = true)]
    pub(crate) recover: bool,
    /// Watch for drift: page_hinkley | ddm | ewma | adwin
    #[arg(long, value_name = "NAME", hide = true)]
    pub(crate) drift: Option<DriftSpec>,
    /// Keep the file's order
    #[arg(long, hide = true)]
    pub(crate) no_shuffle: bool,
    /// Learn again from a memory of rows: ring:N[,K] | reservoir:N[,K]
    #[arg(long, value_name = "NAME", hide = true)]
    pub(crate) replay: Option<ReplaySpec>,
    /// Leave a numeric target as it is
    #[arg(long, hide = true)]
    pub(crate) no_standardize_target: bool,
}

/// What holds where nothing else was asked for.
impl RecipeArguments {
    /// The learning rate that was asked for, or the optimizer's own.
    pub(crate) fn rate(&self) -> f64 {
        match self.lr {
            Some(RateSpec::Is(rate)) => rate,
            _ => self.optimizer().default_rate(),
        }
    }

    /// The columns to predict; an empty `--target=` is none.
    pub(crate) fn target(&self) -> Option<&str> {
        self.target.as_deref().filter(|target| !target.is_empty())
    }

    /// Whether the columns are taken as they are: a formula means its numbers, and least squares
    /// need no scaling.
    pub(crate) fn is_plain(&self) -> bool {
        self.solver.is_some() || self.formula().is_some()
    }

    /// The formula, if that is the model.
    pub(crate) fn formula(&self) -> Option<&'static str> {
        self.model.and_then(ModelSpec::formula)
    }

    /// The way to least squares; `None` where a gradient is followed instead.
    pub(crate) fn solver(&self) -> Option<SolverSpec> {
        let implied = self.formula().is_some() && self.optimizer.is_none();
        self.solver.or(implied.then_some(SolverSpec::LM))
    }

    /// How a gradient is followed.
    pub(crate) fn optimizer(&self) -> OptimizerSpec {
        self.optimizer.unwrap_or_default()
    }

    /// The share of rows that may be anomalies.
    pub(crate) fn anomaly_share(&self) -> f64 {
        self.anomaly_share.unwrap_or(ANOMALY_SHARE)
    }

    /// Every how many rows one is held out.
    pub(crate) fn test_every(&self) -> usize {
        let default = if self.is_plain() { 0 } else { 5 };
        self.test_every.unwrap_or(default)
    }

    /// How columns are scaled.
    pub(crate) fn scaler(&self) -> Method {
        let default = match self.is_plain() {
            true => Method::None,
            false => Method::Standard,
        };
        self.scaler.map_or(default, |scaler| scaler.0)
    }

    /// How often to go through the rows.
    pub(crate) fn epochs(&self) -> u32 {
        self.epochs.unwrap_or(50)
    }
}

impl FitArguments {
    /// The numbers that the fit is computed in.
    pub(crate) fn precision(&self) -> Precision {
        self.precision.unwrap_or(match self.recipe.is_plain() {
            true => Precision::F64,
            false => Precision::F32,
        })
    }
}

/// The options of `fit`.
#[derive(Debug, Args)]
#[command(after_help = names!("downhill fit air.csv --target CO_GT --model mlp:16 --out co.json"))]
pub(crate) struct FitArguments {
    #[command(flatten)]
    pub(crate) recipe: RecipeArguments,
    /// f32, as on a device, or f64
    #[arg(long, value_name = "P", value_enum, hide_possible_values = true)]
    pub(crate) precision: Option<Precision>,
    /// Fit from N seeds, and keep the best
    #[arg(long, value_name = "N", default_value_t = 1, hide = true)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) restarts: u32,
    /// Also measure predictions made before their rows are learned from
    #[arg(long, hide = true)]
    pub(crate) prequential: bool,
    /// Write the model to this file
    #[arg(long, value_name = "MODEL")]
    pub(crate) out: Option<PathBuf>,
    /// Write a page with curves and figures
    #[arg(long, value_name = "HTML")]
    pub(crate) report: Option<PathBuf>,
    /// Draw the curves in the terminal
    #[arg(long, hide = true)]
    pub(crate) plot: bool,
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

/// The options of `inspect`.
#[derive(Debug, Args)]
#[command(after_help = "\
Finds missing and constant columns, copies, outliers, scales, imbalance, what
tells the target too well or not at all, noise in the labels, too few rows, and
with --time whether the end is like the beginning.

Example:
  downhill inspect air.csv --target CO_GT --missing-value=-200 --time hour")]
pub(crate) struct InspectArguments {
    /// A CSV file with a header line
    #[arg(value_name = "DATA.csv")]
    pub(crate) data: PathBuf,
    /// The column to predict
    #[arg(long, value_name = "COL")]
    pub(crate) target: String,
    /// Columns to predict from [every other number]
    #[arg(long, value_name = "A,B", value_delimiter = ',')]
    pub(crate) features: Vec<String>,
    #[command(flatten)]
    pub(crate) table: TableArguments,
    /// Column with the time of each row: a number, or a date such as 2015-02-04
    #[arg(long, value_name = "COL")]
    pub(crate) time: Option<String>,
    /// Write a page with what was found, and the columns
    #[arg(long, value_name = "HTML")]
    pub(crate) report: Option<PathBuf>,
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

/// The options of `compare`.
#[derive(Debug, Args)]
#[command(args_override_self = true)]
#[command(after_help = "\
All options of `fit` that decide a fit can be varied and given, see
host-cli/OPTIONS.md. Rows, split and seed are the same for all.

Example:
  downhill compare air.csv --target CO_GT --vary model=linear,mlp:16
      --vary lr=0.001,0.01")]
pub(crate) struct CompareArguments {
    #[command(flatten)]
    pub(crate) recipe: RecipeArguments,
    /// An option and its values: loss=squared,huber:1; several give every
    /// combination
    #[arg(long, value_name = "OPTION=A,B", required = true, action = clap::ArgAction::Append)]
    pub(crate) vary: Vec<String>,
    /// Write a page with curves and figures
    #[arg(long, value_name = "HTML")]
    pub(crate) report: Option<PathBuf>,
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

/// The options of `predict`.
#[derive(Debug, Args)]
#[command(after_help = "\
Prints one line a row: `prediction` (of several targets one each),
`probability,class`, or `score,anomaly`. A row that misses a number gets an
empty prediction.

Example:
  downhill predict co.json new.csv --out predicted.csv")]
pub(crate) struct PredictArguments {
    /// A file that `fit --out` wrote
    pub(crate) model: PathBuf,
    /// A CSV file with the model's features
    #[arg(value_name = "DATA.csv")]
    pub(crate) data: PathBuf,
    #[command(flatten)]
    pub(crate) table: TableArguments,
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
    #[command(flatten)]
    pub(crate) table: TableArguments,
    /// Where class 1 begins [the model's threshold]
    #[arg(long, value_name = "T", allow_hyphen_values = true, value_parser = finite)]
    pub(crate) threshold: Option<f64>,
    /// What errors cost, such as fp=1,fn=20 [the model's costs]
    #[arg(long, value_name = "C")]
    pub(crate) cost: Option<Cost>,
    /// Column with the weight of each row [the model's column]
    #[arg(long, value_name = "COL")]
    pub(crate) weight: Option<String>,
    /// Also measure the N rows with the highest scores
    #[arg(long, value_name = "N", value_parser = at_least_one)]
    pub(crate) top: Option<usize>,
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

/// The options of `export`.
#[derive(Debug, Args)]
#[command(after_help = "\
Rust is a module that needs nothing but core; C is a header of C99 that needs no
library. Both hold scaler and threshold, and predict with the bits of
`downhill predict`.

Example:
  downhill export co.json --to c --out co_gt.h")]
pub(crate) struct ExportArguments {
    /// A file that `fit --out` wrote
    pub(crate) model: PathBuf,
    /// The language
    #[arg(long, value_name = "rust|c", value_enum, hide_possible_values = true)]
    pub(crate) to: Language,
    /// Write to this file; - is standard output
    #[arg(long, value_name = "FILE", default_value = "-")]
    pub(crate) out: PathBuf,
    /// What names in C begin with [the target's name]
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,
}

/// The languages of `export`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Language {
    Rust,
    C,
}

/// The boards that QEMU emulates, by their folders, which QEMU calls its machines so too.
pub(crate) const BOARDS: [&str; 5] = [
    "mps2-an385",
    "mps2-an386",
    "mps2-an500",
    "mps2-an505",
    "microbit",
];

/// The options of `crosscheck`.
#[derive(Debug, Args)]
#[command(args_override_self = true)]
#[command(after_help = names!("downhill crosscheck air.csv --target CO_GT --board microbit"))]
pub(crate) struct CrosscheckArguments {
    #[command(flatten)]
    pub(crate) recipe: RecipeArguments,
    /// The emulated board
    #[arg(long, value_name = "B", default_value = "mps2-an386", value_parser = BOARDS)]
    #[arg(hide_possible_values = true)]
    pub(crate) board: String,
    /// Use this firmware instead of building one
    #[arg(long, value_name = "ELF")]
    pub(crate) firmware: Option<PathBuf>,
    /// More fits on the same board: options, a line each
    #[arg(long, value_name = "FILE", hide = true)]
    pub(crate) recipes: Option<PathBuf>,
    /// Stop after this many rows
    #[arg(long, value_name = "ROWS", default_value_t = 2000, value_parser = at_least_one)]
    pub(crate) limit: usize,
    /// Write a page with the steps compared
    #[arg(long, value_name = "HTML", hide = true)]
    pub(crate) report: Option<PathBuf>,
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

fn mark(text: &str) -> Result<u8, String> {
    match (text, text.as_bytes()) {
        ("\\t" | "tab", _) => Ok(b'\t'),
        (_, &[byte]) if byte.is_ascii() && !byte.is_ascii_alphanumeric() && byte != b'"' => {
            Ok(byte)
        }
        _ => Err("one character such as `;`, or `tab`".into()),
    }
}

fn decimal(text: &str) -> Result<u8, String> {
    match text {
        "." | "," => Ok(text.as_bytes()[0]),
        _ => Err("`.` or `,`".into()),
    }
}

fn at_least_one(text: &str) -> Result<usize, String> {
    match text.parse::<usize>() {
        Ok(rows) if rows > 0 => Ok(rows),
        _ => Err("at least 1 row".into()),
    }
}

fn survey(text: &str) -> Result<usize, String> {
    match text.parse::<usize>() {
        Ok(rows) if rows > 1 => Ok(rows),
        _ => Err("a scaler needs at least 2 rows".into()),
    }
}

fn test_every(text: &str) -> Result<usize, String> {
    match text.parse::<usize>() {
        Ok(1) => Err("1 would hold out every row; 0 holds out none".into()),
        Ok(every) => Ok(every),
        Err(error) => Err(error.to_string()),
    }
}
