//! Options of a fit: its rows and columns, and how it learns.

mod normal;
mod resolve;

use std::path::PathBuf;

use clap::Args;
use downhill::health::Health;

use super::TableArguments;
use super::headings::{
    CLASSES, COLUMNS, FILES, FORMULA, GRADIENT, HEALTH, MODEL, NORMAL, ROWS, SIGNALS,
};
use crate::options::spec::{
    AnyModelSpec, BatchSpec, BoundSpec, ClassWeightSpec, Cost, DriftSpec, LossSpec, MissingSpec,
    OptimizerSpec, RangeSpec, RateSpec, ReplaySpec, ScalerSpec, ScheduleSpec, SigmaXSpec,
    SolverSpec, StartSpec, ThresholdSpec, VotesSpec, looks, not_negative, positive, share,
};

/// The largest file that is held in memory, in MB, unless told.
const HOLD_AT_MOST: u64 = 256;

/// Options of a fit: its rows and columns, and how it learns.
#[derive(Clone, Debug, Args)]
pub(crate) struct RecipeArguments {
    /// CSV file with a header line, or several; - is standard input
    #[arg(value_name = "DATA.csv", required = true)]
    pub(crate) data: Vec<PathBuf>,
    /// The column to predict, or several: A,B
    #[arg(long, value_name = "COL", help_heading = COLUMNS)]
    pub(crate) target: Option<String>,
    /// Columns to predict from [all other numeric ones]
    #[arg(long, value_name = "A,B", help_heading = COLUMNS)]
    pub(crate) features: Vec<String>,
    /// Windows of raw samples: 'window=128 rate=26Hz: mean,std'
    #[arg(long, value_name = "TEXT", hide = true, help_heading = SIGNALS)]
    pub(crate) signal: Option<String>,
    /// Column that tells recordings of a signal apart
    #[arg(long, value_name = "COL", hide = true, help_heading = SIGNALS)]
    pub(crate) recording: Option<String>,
    /// Column with the time of each sample of a signal
    #[arg(long, value_name = "COL", hide = true, help_heading = SIGNALS)]
    pub(crate) time: Option<String>,
    /// Predict the target so many samples behind a window
    #[arg(long, value_name = "K", default_value_t = 0, hide = true, help_heading = SIGNALS)]
    pub(crate) horizon: u64,
    #[command(flatten)]
    pub(crate) table: TableArguments,
    /// Treatment of a row that misses a feature: drop | hold
    #[arg(long, value_name = "NAME", value_enum, default_value_t, hide = true, hide_possible_values = true, help_heading = COLUMNS)]
    pub(crate) missing: MissingSpec,
    /// Column with the weight of each row
    #[arg(long, value_name = "COL", help_heading = COLUMNS)]
    pub(crate) weight: Option<String>,
    /// Column with the standard deviation of each target
    #[arg(long, value_name = "COL", conflicts_with = "weight", hide = true, help_heading = COLUMNS)]
    pub(crate) sigma: Option<String>,
    /// Take these as they are, and not up to a factor
    #[arg(long, requires = "sigma", hide = true, help_heading = COLUMNS)]
    pub(crate) sigma_absolute: bool,
    /// Columns with the standard deviations of features: X=COL
    #[arg(long, value_name = "X=COL", requires = "sigma", hide = true, help_heading = COLUMNS)]
    pub(crate) sigma_x: Vec<SigmaXSpec>,
    /// Weights of classes: balanced, or such as 0=1,1=5
    #[arg(long, value_name = "W", hide = true, help_heading = CLASSES)]
    pub(crate) class_weight: Option<ClassWeightSpec>,
    /// Label of class 1, of two classes [the second]
    #[arg(long, value_name = "LABEL", allow_hyphen_values = true, hide = true, help_heading = CLASSES)]
    pub(crate) positive: Option<String>,
    /// Costs of errors, such as fp=1,fn=20
    #[arg(long, value_name = "C", hide = true, help_heading = CLASSES)]
    pub(crate) cost: Option<Cost>,
    /// Threshold of class 1: a number or a rule
    #[arg(long, value_name = "T", allow_hyphen_values = true, hide = true, help_heading = CLASSES)]
    pub(crate) threshold: Option<ThresholdSpec>,
    /// Model to fit [by the target's kind]
    #[arg(long, value_name = "NAME", help_heading = MODEL)]
    pub(crate) model: Option<AnyModelSpec>,
    /// Labels of the target that are normal, of `--model normal:…`
    #[arg(
        long,
        value_name = "A,B",
        value_delimiter = ',',
        allow_hyphen_values = true,
        hide = true,
        help_heading = NORMAL
    )]
    pub(crate) normal: Vec<String>,
    /// Windows above the threshold for an alarm [5/8]
    #[arg(long, value_name = "K/N", hide = true, help_heading = NORMAL)]
    pub(crate) votes: Option<VotesSpec>,
    /// Windows behind an alarm that raise none [64]
    #[arg(long, value_name = "N", hide = true, help_heading = NORMAL)]
    pub(crate) cool_down: Option<u32>,
    /// Loss to minimize [by the model]
    #[arg(long, value_name = "NAME", help_heading = MODEL)]
    pub(crate) loss: Option<LossSpec>,
    /// Optimizer that minimizes it [adam]
    #[arg(long, value_name = "NAME", help_heading = GRADIENT)]
    pub(crate) optimizer: Option<OptimizerSpec>,
    /// Least squares: lm rls nlms [lm for a formula]
    #[arg(long, value_name = "NAME", help_heading = FORMULA)]
    pub(crate) solver: Option<SolverSpec>,
    /// Initial parameters, such as b1=500,b2=0.1
    #[arg(long, value_name = "P=X", value_delimiter = ',', help_heading = FORMULA)]
    pub(crate) start: Vec<StartSpec>,
    /// Parameters that keep their value: b3=25
    #[arg(long, value_name = "P=X", value_delimiter = ',', hide = true, help_heading = FORMULA)]
    pub(crate) fix: Vec<StartSpec>,
    /// Bounds of parameters: b2=0..1,b3=0..
    #[arg(long, value_name = "P=A..B", value_delimiter = ',', hide = true, help_heading = FORMULA)]
    pub(crate) bounds: Vec<RangeSpec>,
    /// Learning rate, or auto [by the optimizer]
    #[arg(long, value_name = "X", help_heading = GRADIENT)]
    pub(crate) lr: Option<RateSpec>,
    /// Learning rate over the steps [by the optimizer]
    #[arg(long, value_name = "NAME", hide = true, help_heading = GRADIENT)]
    pub(crate) schedule: Option<ScheduleSpec>,
    /// Steps of linear warm-up before the schedule
    #[arg(long, value_name = "N", default_value_t = 0, hide = true, help_heading = GRADIENT)]
    pub(crate) warmup: u32,
    /// Passes over the training rows [50 to 200]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..), help_heading = GRADIENT)]
    pub(crate) epochs: Option<u32>,
    /// Stop after N epochs without a new best
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..), hide = true, help_heading = GRADIENT)]
    pub(crate) patience: Option<u32>,
    /// Rows per update, or all [1]
    #[arg(long, value_name = "N", help_heading = GRADIENT)]
    pub(crate) batch: Option<BatchSpec>,
    /// L1 penalty λ |w|
    #[arg(long, value_name = "X", default_value_t = 0.0, value_parser = not_negative, hide = true, help_heading = GRADIENT)]
    pub(crate) l1: f64,
    /// L2 penalty ½ λ w² [0, or by the rows]
    #[arg(long, value_name = "X", value_parser = not_negative, hide = true, help_heading = GRADIENT)]
    pub(crate) l2: Option<f64>,
    /// Decoupled decay λ of the weights
    #[arg(long, value_name = "X", default_value_t = 0.0, value_parser = not_negative, hide = true, help_heading = GRADIENT)]
    pub(crate) weight_decay: f64,
    /// Largest norm of a gradient
    #[arg(long, value_name = "X", value_parser = positive, hide = true, help_heading = GRADIENT)]
    pub(crate) clip_norm: Option<f64>,
    /// Largest magnitude of a component of a gradient
    #[arg(long, value_name = "X", value_parser = positive, hide = true, help_heading = GRADIENT)]
    pub(crate) clip_value: Option<f64>,
    /// Limits of parameters by number, such as 0-3=-1:1
    #[arg(
        long,
        value_name = "WHICH=LOW:HIGH",
        allow_hyphen_values = true,
        hide = true,
        help_heading = GRADIENT
    )]
    pub(crate) bound: Vec<BoundSpec>,
    /// Number of first layers that are not trained
    #[arg(long, value_name = "N", default_value_t = 0, hide = true, help_heading = MODEL)]
    pub(crate) freeze: usize,
    /// Share of normal rows that may be above the threshold [0.01]
    #[arg(long, value_name = "X", value_parser = share, hide = true, help_heading = NORMAL)]
    pub(crate) anomaly_share: Option<f64>,
    /// Scaling: standard minmax forgetting:N none
    #[arg(long, value_name = "NAME", help_heading = MODEL)]
    pub(crate) scaler: Option<ScalerSpec>,
    /// Learn the scaler from the first N rows
    #[arg(long, value_name = "N", value_parser = scaler_rows, hide = true, help_heading = MODEL)]
    pub(crate) scaler_on_device: Option<usize>,
    /// Take the scaler of this model
    #[arg(long, value_name = "MODEL", hide = true, help_heading = MODEL)]
    pub(crate) scaler_from: Option<PathBuf>,
    /// Size up to which files are held in memory
    #[arg(long, value_name = "MB", default_value_t = HOLD_AT_MOST, hide = true, help_heading = FILES)]
    pub(crate) hold_at_most: u64,
    /// Make every K-th row a validation row; 0: none [5]
    #[arg(long, value_name = "K", value_parser = validation_every, help_heading = ROWS)]
    pub(crate) validation_every: Option<usize>,
    /// Make the last share of the rows validation rows
    #[arg(long, value_name = "X", value_parser = part, hide = true, help_heading = ROWS)]
    pub(crate) validation_last: Option<f64>,
    /// Make every K-th row a test row, which steers nothing
    #[arg(long, value_name = "K", value_parser = test_every, hide = true, help_heading = ROWS)]
    pub(crate) test_every: Option<usize>,
    /// Make the last share of the rows test rows, such as 0.2
    #[arg(long, value_name = "X", value_parser = part, hide = true, help_heading = ROWS)]
    pub(crate) test_last: Option<f64>,
    /// File of test rows, with the same columns
    #[arg(long, value_name = "FILE", hide = true, help_heading = ROWS)]
    pub(crate) test: Option<PathBuf>,
    /// Column of groups, whose rows stay together
    #[arg(long, value_name = "COL", hide = true, help_heading = ROWS)]
    pub(crate) group: Option<String>,
    /// Seed of row order and starts
    #[arg(long, value_name = "S", default_value_t = 0, help_heading = GRADIENT)]
    pub(crate) seed: u64,
    /// Check the fit every N steps; 0: never
    #[arg(long, value_name = "N", default_value_t = Health::DEFAULT_EVERY, value_parser = looks, hide = true, help_heading = HEALTH)]
    pub(crate) health: u16,
    /// Act on what the checks find: restore, lower the rate
    #[arg(long, hide = true, help_heading = HEALTH)]
    pub(crate) recover: bool,
    /// Watch for drift: page_hinkley | ddm | ewma | adwin
    #[arg(long, value_name = "NAME", hide = true, help_heading = HEALTH)]
    pub(crate) drift: Option<DriftSpec>,
    /// Keep the file's order
    #[arg(long, hide = true, help_heading = GRADIENT)]
    pub(crate) no_shuffle: bool,
    /// Replay rows from a buffer: ring:N[,K] | reservoir:N[,K]
    #[arg(long, value_name = "NAME", hide = true, help_heading = GRADIENT)]
    pub(crate) replay: Option<ReplaySpec>,
    /// Leave a numeric target as it is
    #[arg(long, hide = true, help_heading = MODEL)]
    pub(crate) no_standardize_target: bool,
}

fn scaler_rows(text: &str) -> Result<usize, String> {
    match text.parse::<usize>() {
        Ok(rows) if rows > 1 => Ok(rows),
        _ => Err("a scaler needs at least 2 rows".into()),
    }
}

fn validation_every(text: &str) -> Result<usize, String> {
    match text.parse::<usize>() {
        Ok(1) => Err("1 would leave no training row; 0 makes no validation rows".into()),
        Ok(every) => Ok(every),
        Err(_) => Err("a whole number: 5 makes every fifth row one, 0 none".into()),
    }
}

fn test_every(text: &str) -> Result<usize, String> {
    match text.parse::<usize>() {
        Ok(1) => Err("1 would leave no training row; 0 makes no test rows".into()),
        Ok(every) => Ok(every),
        Err(_) => Err("a whole number: 5 makes every fifth row one, 0 none".into()),
    }
}

/// Some of the rows, and not all.
fn part(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(part) if part > 0.0 && part < 1.0 => Ok(part),
        _ => Err("a number above 0 and below 1, such as 0.2 for the last fifth".into()),
    }
}
