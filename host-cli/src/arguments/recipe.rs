//! Options of a fit: its rows and columns, and how it learns.

use std::path::PathBuf;

use clap::Args;
use downhill::health::Health;
use downhill::rules::ScalingMethod;

use super::TableArguments;
use crate::options::spec::{
    BatchSpec, BoundSpec, ClassWeightSpec, Cost, DriftSpec, LossSpec, MissingSpec, ModelSpec,
    OptimizerSpec, RangeSpec, RateSpec, ReplaySpec, ScalerSpec, ScheduleSpec, SolverSpec,
    StartSpec, ThresholdSpec, looks, not_negative, positive, share,
};
use crate::options::{FitOptions, GradientOptions, Minimizer, SolverOptions};
use crate::support::failure::{Failure, Outcome};

/// The share of rows that an autoencoder may take for anomalies, unless told.
const ANOMALY_SHARE: f64 = 0.01;
/// Times to go through the rows, unless told.
const EPOCHS: u32 = 50;
/// The largest file that is held in memory, in MB, unless told.
const HOLD_AT_MOST: u64 = 256;

/// Options of a fit: its rows and columns, and how it learns.
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
    /// Treatment of a row that misses a feature: drop | hold
    #[arg(long, value_name = "NAME", value_enum, default_value_t, hide = true)]
    pub(crate) missing: MissingSpec,
    /// Column with the weight of each row
    #[arg(long, value_name = "COL")]
    pub(crate) weight: Option<String>,
    /// balanced, or such as 0=1,1=5
    #[arg(long, value_name = "W", hide = true)]
    pub(crate) class_weight: Option<ClassWeightSpec>,
    /// Costs of errors, such as fp=1,fn=20
    #[arg(long, value_name = "C", hide = true)]
    pub(crate) cost: Option<Cost>,
    /// Threshold of class 1: a number or a rule
    #[arg(long, value_name = "T", allow_hyphen_values = true, hide = true)]
    pub(crate) threshold: Option<ThresholdSpec>,
    /// Model to fit [by the target's kind]
    #[arg(long, value_name = "NAME")]
    pub(crate) model: Option<ModelSpec>,
    /// Loss to minimize [by the model]
    #[arg(long, value_name = "NAME")]
    pub(crate) loss: Option<LossSpec>,
    /// How it is minimized [adam]
    #[arg(long, value_name = "NAME")]
    pub(crate) optimizer: Option<OptimizerSpec>,
    /// Or least squares: lm rls nlms [lm for a formula]
    #[arg(long, value_name = "NAME", conflicts_with = "optimizer")]
    pub(crate) solver: Option<SolverSpec>,
    /// Start of parameters: b1=500,b2=0.1
    #[arg(long, value_name = "P=X", value_delimiter = ',')]
    pub(crate) start: Vec<StartSpec>,
    /// Bounds of parameters: b2=0..1,b3=0..
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
    /// Make every K-th row a validation row; 0: none [5]
    #[arg(long, value_name = "K", value_parser = validation_every)]
    pub(crate) validation_every: Option<usize>,
    /// Refused: the old name of `--validation-every`
    #[arg(long, value_name = "K", value_parser = test_every, num_args = 0..=1, default_missing_value = "", hide = true)]
    test_every: Option<Never>,
    /// Seed of shuffles and starts
    #[arg(long, value_name = "S", default_value_t = 0)]
    pub(crate) seed: u64,
    /// Steps from one look at the fit to the next; 0: none
    #[arg(long, value_name = "N", default_value_t = Health::DEFAULT_EVERY, value_parser = looks, hide = true)]
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

impl RecipeArguments {
    /// Options of the fit, and of the way to the least loss.
    ///
    /// # Errors
    /// [`Failure::Usage`] where options contradict each other.
    pub(crate) fn options(&self) -> Outcome<(FitOptions, Minimizer)> {
        let (features, split) = match self.is_plain() {
            true => (ScalingMethod::None, 0),
            false => (ScalingMethod::Standard, 5),
        };
        let options = FitOptions {
            data: self.data.clone(),
            reading: self.table.reading(&[]),
            // An empty `--target=` is none.
            target: self.target.clone().filter(|target| !target.is_empty()),
            features: self.features.clone(),
            missing: self.missing,
            weight: self.weight.clone(),
            validation_every: self.validation_every.unwrap_or(split),
            model: self.model,
            loss: self.loss,
            start: self.start.clone(),
            bounds: self.bounds.clone(),
            seed: self.seed,
        };
        let scaler = self.scaler.map_or(features, |scaler| scaler.0);
        let minimizer = match self.solver() {
            Some(solver) => Minimizer::LeastSquares(self.least_squares(solver, scaler)?),
            None => Minimizer::Gradient(Box::new(self.gradient(scaler)?)),
        };
        Ok((options, minimizer))
    }

    /// Returns true where columns are taken as they are: a formula means its numbers, and least
    /// squares need no scaling.
    pub(super) fn is_plain(&self) -> bool {
        self.solver.is_some() || self.formula().is_some()
    }

    fn formula(&self) -> Option<&'static str> {
        self.model.and_then(ModelSpec::formula)
    }

    /// The way to least squares; `None` where a gradient is followed instead.
    fn solver(&self) -> Option<SolverSpec> {
        let implied = self.formula().is_some() && self.optimizer.is_none();
        self.solver.or(implied.then_some(SolverSpec::LM))
    }

    fn gradient(&self, scaler: ScalingMethod) -> Outcome<GradientOptions> {
        let usage = |message: &str| Err(Failure::Usage(message.into()));
        let is_autoencoder = self.model.is_some_and(ModelSpec::is_of_itself);
        if self.anomaly_share.is_some() && !is_autoencoder {
            return usage(
                "`--anomaly-share` is of the scores of an autoencoder; give it `--model \
                 autoencoder:…`, or leave it out",
            );
        }
        if self.formula().is_none() && !(self.start.is_empty() && self.bounds.is_empty()) {
            return usage("`--start` and `--bounds` are for a formula or `--solver`");
        }
        let health = Health {
            every: self.health,
            recover: self.recover,
            drift: self.drift.map(|drift| drift.0),
        };
        if health.acts() && !health.is_on() {
            return usage(
                "`--recover` and `--drift` need a fit that is watched: give `--health` a number \
                 above 0",
            );
        }
        let optimizer = self.optimizer.unwrap_or_default();
        Ok(GradientOptions {
            optimizer,
            rate: self.lr.unwrap_or(RateSpec::Is(optimizer.default_rate())),
            schedule: self.schedule.unwrap_or(optimizer.default_schedule()),
            warmup: self.warmup,
            epochs: self.epochs.unwrap_or(EPOCHS),
            patience: self.patience,
            batch: self.batch,
            l1: self.l1,
            l2: self.l2,
            weight_decay: self.weight_decay,
            clip_norm: self.clip_norm,
            clip_value: self.clip_value,
            bound: self.bound.clone(),
            freeze: self.freeze,
            scaler,
            scaler_rows: self.scaler_on_device.unwrap_or(0),
            scaler_from: self.scaler_from.clone(),
            standardize_target: !self.no_standardize_target,
            hold_at_most: self.hold_at_most << 20,
            class_weight: self.class_weight.clone(),
            cost: self.cost,
            threshold: self.threshold,
            anomaly_share: self.anomaly_share.unwrap_or(ANOMALY_SHARE),
            health,
            shuffle: !self.no_shuffle,
            replay: self.replay,
        })
    }

    /// Refuses what only goes with a gradient.
    fn least_squares(&self, solver: SolverSpec, scaler: ScalingMethod) -> Outcome<SolverOptions> {
        let given = [
            ("--lr", self.lr.is_some()),
            ("--schedule", self.schedule.is_some()),
            ("--warmup", self.warmup > 0),
            ("--patience", self.patience.is_some()),
            ("--batch", self.batch.is_some()),
            ("--l1", self.l1 > 0.0),
            ("--l2", self.l2 > 0.0),
            ("--weight-decay", self.weight_decay > 0.0),
            ("--clip-norm", self.clip_norm.is_some()),
            ("--clip-value", self.clip_value.is_some()),
            ("--freeze", self.freeze > 0),
            ("--bound", !self.bound.is_empty()),
            ("--scaler", scaler != ScalingMethod::None),
            ("--scaler-on-device", self.scaler_on_device.is_some()),
            ("--class-weight", self.class_weight.is_some()),
            ("--cost", self.cost.is_some()),
            ("--threshold", self.threshold.is_some()),
            ("--replay", self.replay.is_some()),
            ("--recover", self.recover),
            ("--drift", self.drift.is_some()),
            (
                "--health",
                ![0, Health::DEFAULT_EVERY].contains(&self.health),
            ),
            ("--scaler-from", self.scaler_from.is_some()),
            ("--hold-at-most", self.hold_at_most != HOLD_AT_MOST),
            ("--anomaly-share", self.anomaly_share.is_some()),
            ("--epochs", self.epochs.is_some() && solver.replays()),
        ];
        if let Some((option, _)) = given.into_iter().find(|(_, given)| *given) {
            return Err(Failure::Usage(format!(
                "`{option}` does not go with least squares (`--solver {solver}`): leave it out, or \
                 follow a gradient with `--optimizer adam`"
            )));
        }
        let model = self.model.unwrap_or(ModelSpec::usual("linear"));
        if model.is_of_itself() || model.is_classifier() == Some(true) {
            return Err(Failure::Usage(format!(
                "`--model {model}` does not go with `--solver {solver}`: least squares fit an amount, \
                 by `linear`, `polynomial`, `mlp` or a formula"
            )));
        }
        if self.weight.is_some() && !solver.replays() {
            return Err(Failure::Usage(format!(
                "`--weight` does not go with `--solver {solver}`, to which all rows count alike; use \
                 `--solver lm`"
            )));
        }
        if !self.bounds.is_empty() && !solver.replays() {
            return Err(Failure::Usage(format!(
                "`--bounds` does not go with `--solver {solver}`; use `--solver lm`"
            )));
        }
        Ok(SolverOptions {
            solver,
            epochs: self.epochs.unwrap_or(1),
        })
    }
}

fn survey(text: &str) -> Result<usize, String> {
    match text.parse::<usize>() {
        Ok(rows) if rows > 1 => Ok(rows),
        _ => Err("a scaler needs at least 2 rows".into()),
    }
}

fn validation_every(text: &str) -> Result<usize, String> {
    match text.parse::<usize>() {
        Ok(1) => Err("1 would leave no training row; 0 makes no validation rows".into()),
        Ok(every) => Ok(every),
        Err(error) => Err(error.to_string()),
    }
}

/// A value that no option has.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Never {}

fn test_every(_: &str) -> Result<Never, String> {
    Err("the rows it holds out are validation rows; use `--validation-every`".into())
}
