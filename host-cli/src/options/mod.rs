//! Options of a fit, with every default filled in and contradictions refused.

pub(crate) mod precision;
pub(crate) mod spec;

use std::path::{Path, PathBuf};

use downhill::health::Health;
use downhill::rules::ScalingMethod;

use self::spec::{
    BatchSpec, BoundSpec, ClassWeightSpec, Cost, LossSpec, MissingSpec, ModelSpec, NormalSpec,
    OptimizerSpec, RangeSpec, RateSpec, ReplaySpec, ScheduleSpec, SigmaXSpec, SolverSpec,
    StartSpec, ThresholdSpec,
};
use crate::data::role::RoleRule;
use crate::data::samples::Sigma;
use crate::data::signal::SignalOptions;
use downhill_tables::ReadOptions;

/// Table, columns and model of a fit.
#[derive(Clone, Debug)]
pub(crate) struct FitOptions {
    /// CSV files of one table; `-` is standard input.
    pub(crate) data: Vec<PathBuf>,
    pub(crate) reading: ReadOptions,
    /// Column or columns to predict; `None` of an autoencoder.
    pub(crate) target: Option<String>,
    /// Label of class 1, of two classes; `None` where their order decides.
    pub(crate) positive: Option<String>,
    /// Names of the features; empty where every other column of numbers is one.
    pub(crate) features: Vec<String>,
    /// Treatment of a row that misses a feature.
    pub(crate) missing: MissingSpec,
    /// Column with the weights of the rows, or with the standard deviations of their targets.
    pub(crate) weight: Option<String>,
    /// `None` where the column has weights.
    pub(crate) sigma: Option<Sigma>,
    /// Columns with the standard deviations of features.
    pub(crate) sigma_x: Vec<SigmaXSpec>,
    /// Rule by which rows are parted into training, validation and test rows.
    pub(crate) roles: RoleRule,
    /// Test rows in a file of their own.
    pub(crate) test: Option<TestFile>,
    /// Signal stage that makes windows of the rows.
    pub(crate) signal: Option<SignalOptions>,
    /// `None` where it follows from the target.
    pub(crate) model: Option<ModelSpec>,
    /// `None` where it follows from the model and the target.
    pub(crate) loss: Option<LossSpec>,
    /// Start values of a formula's parameters.
    pub(crate) start: Vec<StartSpec>,
    /// Values of a formula's parameters that are not fitted.
    pub(crate) fix: Vec<StartSpec>,
    /// True where starts that are not given are searched.
    pub(crate) searches: bool,
    /// Limits of parameters by name.
    pub(crate) bounds: Vec<RangeSpec>,
    /// Seed of shuffles and start values.
    pub(crate) seed: u64,
}

/// Options of a fit of what is normal.
#[derive(Clone, Debug)]
pub(crate) struct NormalOptions {
    pub(crate) model: NormalSpec,
    /// Table and columns.
    pub(crate) table: FitOptions,
    /// Labels of the target that are normal; none where there is no target, and all rows are.
    pub(crate) labels: Vec<String>,
    /// Share of normal rows that may be above the threshold.
    pub(crate) share: f64,
    /// How many of how many of the last rows must be above the threshold for an alarm.
    pub(crate) votes: [u8; 2],
    /// Rows behind an alarm that raise none.
    pub(crate) cool_down: u32,
    /// Passes over the rows that an autoencoder learns from; `None` where they are the usual ones.
    pub(crate) epochs: Option<u32>,
    /// Learning rate of an autoencoder; `None` where it is the usual one.
    pub(crate) rate: Option<f64>,
    pub(crate) shuffle: bool,
}

/// Paths of files, as those of inputs are given on.
pub(crate) fn paths(files: &[PathBuf]) -> Vec<&Path> {
    files.iter().map(PathBuf::as_path).collect()
}

/// What a page states of a calibration beside its fit.
#[derive(Clone, Debug)]
pub(crate) struct Calibration {
    /// Shape of the relation.
    pub(crate) shape: String,
    /// Conditions under which the rows were taken.
    pub(crate) conditions: Option<String>,
}

/// A file of test rows, and how it is read.
#[derive(Clone, Debug)]
pub(crate) struct TestFile {
    pub(crate) path: PathBuf,
    pub(crate) reading: ReadOptions,
}

/// The way to the least loss.
#[derive(Clone, Debug)]
pub(crate) enum Minimizer {
    Gradient(Box<GradientOptions>),
    LeastSquares(SolverOptions),
}

/// Options of least squares.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SolverOptions {
    pub(crate) solver: SolverSpec,
    /// Starts of a formula that are fitted, the best of which is kept; `None` where one is, unless it
    /// is not given.
    pub(crate) starts: Option<usize>,
    /// Passes over the rows of a solver that learns from each row at once.
    pub(crate) epochs: u32,
}

/// Options of gradient descent.
#[derive(Clone, Debug)]
pub(crate) struct GradientOptions {
    pub(crate) optimizer: OptimizerSpec,
    pub(crate) rate: RateSpec,
    pub(crate) schedule: ScheduleSpec,
    /// Steps of linear warm-up before the schedule.
    pub(crate) warmup: u32,
    /// `None` where they follow from the rows.
    pub(crate) epochs: Option<u32>,
    /// Epochs without a new best after which the fit stops.
    pub(crate) patience: Option<u32>,
    /// Rows to an update; `None` where it follows from the optimizer and the loss.
    pub(crate) batch: Option<BatchSpec>,
    pub(crate) l1: f64,
    /// `None` where it follows from the rows.
    pub(crate) l2: Option<f64>,
    pub(crate) weight_decay: f64,
    pub(crate) clip_norm: Option<f64>,
    pub(crate) clip_value: Option<f64>,
    /// Limits of parameters by number.
    pub(crate) bound: Vec<BoundSpec>,
    /// Number of first layers that are not trained.
    pub(crate) freeze: usize,
    pub(crate) scaler: ScalingMethod,
    /// Number of first rows that the scaler learns from; 0 where it learns from all before the fit.
    pub(crate) scaler_rows: usize,
    /// Model whose scaler is taken.
    pub(crate) scaler_from: Option<PathBuf>,
    pub(crate) standardize_target: bool,
    /// Size up to which a file is held in memory, in bytes.
    pub(crate) hold_at_most: u64,
    pub(crate) class_weight: Option<ClassWeightSpec>,
    pub(crate) cost: Option<Cost>,
    pub(crate) threshold: Option<ThresholdSpec>,
    /// Share of the rows that an autoencoder may take for anomalies.
    pub(crate) anomaly_share: f64,
    pub(crate) health: Health,
    pub(crate) shuffle: bool,
    pub(crate) replay: Option<ReplaySpec>,
}

impl FitOptions {
    /// Text of the formula, if that is the model.
    pub(crate) fn formula(&self) -> Option<&'static str> {
        self.model.and_then(ModelSpec::formula)
    }

    /// True where least squares over all rows determine a parameter for each feature, and an
    /// intercept.
    pub(crate) fn has_one_solution(&self) -> bool {
        let is_held = |one: &RangeSpec| one.parameter == "intercept" && one.lower == one.upper;
        self.searches && self.formula().is_none() && !self.bounds.iter().any(is_held)
    }
}
