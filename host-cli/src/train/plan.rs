//! A fit by gradient, from its options and its data.

use downhill::rules::{Curve, ScalingMethod};
use downhill::{Fault, Real, Recipe};

use crate::data::classes::Asked;
use crate::data::dataset::{Dataset, Hold};
use crate::data::samples::Order;
use crate::data::scaling;
use crate::model::taken_scaler;
use crate::model::trainer::{HostFit, HostTrainer, build, monitored};
use crate::options::precision::Precision;
use crate::options::spec::{OptimizerSpec, RateSpec, ReplaySpec, ScheduleSpec, ThresholdSpec};
use crate::options::{FitOptions, GradientOptions, TestFile};
use crate::support::failure::{Failure, Outcome};
use crate::train::class_settings;
use crate::train::core_errors::core_error;
use crate::train::defaults;
use crate::train::recipe;
use crate::train::replay_buffer::ReplayBuffer;
use crate::train::stable_rate;
use crate::train::task::{self, Task};

/// Rate, in units of the usual one, below which a fit is slow.
const SLOW: f64 = 0.1;

/// A row that a step at the usual rate would overshoot.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct HeldDown {
    pub(crate) usual: f64,
    /// Line of the row.
    pub(crate) line: u64,
}

/// Few training rows far out.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct FarRows {
    pub(crate) words: String,
    /// Their lines, the farthest first.
    pub(crate) lines: Vec<u64>,
    /// Share of the squared error that they make.
    pub(crate) share: f64,
    pub(crate) cures: Cures,
}

/// Cures of rows far out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Cures {
    /// To correct them.
    Correct,
    /// The absolute error too, and, where there is a scale, least squares with a robust loss of that.
    Robust { scale: Option<f64> },
}

/// A fit by gradient, ready to run.
#[derive(Debug)]
pub(crate) struct Plan<T> {
    pub(crate) data: Dataset<T>,
    /// Model, loss and what the target stands for.
    pub(crate) task: Task,
    /// The core's description of the fit.
    pub(crate) recipe: Recipe<T>,
    /// Scaler of features and target, learned beforehand; empty where the fit learns it itself, or
    /// scales nothing.
    scaler: Vec<f64>,
    /// Number of rows that the fit first learns its scaler from.
    pub(crate) scaler_rows: usize,
    pub(crate) epochs: u32,
    /// Epochs without a new best after which the fit stops.
    pub(crate) patience: Option<u32>,
    /// True where each epoch has an order of its own.
    pub(crate) shuffle: bool,
    pub(crate) replay: Option<ReplaySpec>,
    pub(crate) optimizer_name: OptimizerSpec,
    pub(crate) schedule_name: ScheduleSpec,
    /// Learning rate.
    pub(crate) rate: f64,
    /// Why the rate is below the usual one, where nobody asked for it.
    pub(crate) held_down: Option<HeldDown>,
    /// Penalty on the weights, where nobody asked for it.
    pub(crate) penalized: Option<f64>,
    /// True where the rate was searched for.
    pub(crate) rate_searched: bool,
    /// Lower rate at which the fit does not fail, where one was looked for.
    pub(crate) lower_rate: Option<f64>,
    /// True where a trial with scaled features did not fail.
    pub(crate) scaling_helps: bool,
    /// Rows that are to blame for a fit that has failed on its way.
    pub(crate) far_rows: Option<FarRows>,
    /// Mean weight of a training row.
    pub(crate) mean_weight: f64,
    pub(crate) threshold: Option<ThresholdSpec>,
    /// Numbers that the fit is computed in.
    pub(crate) precision: Precision,
    /// Test rows in a file of their own.
    pub(crate) test_file: Option<TestFile>,
    /// Share of the rows that an autoencoder may take for anomalies.
    pub(crate) anomaly_share: f64,
}

impl<T: Real> Plan<T> {
    /// Reads the file and settles every choice but that of a rate, which is to be
    /// [searched](crate::train::auto_lr::settle) for.
    pub(crate) fn new(options: &FitOptions, gradient: &GradientOptions) -> Outcome<Self> {
        let given = gradient.scaler_rows > 0 || gradient.scaler_from.is_some();
        let method = if given {
            ScalingMethod::None
        } else {
            gradient.scaler
        };
        let hold = Hold {
            at_most: gradient.hold_at_most,
            is_shuffled: gradient.shuffle,
        };
        let asked = Asked::of(options);
        let (data, scaler) = Dataset::<T>::read(options, hold, method, &asked)?;
        Self::of_data(options, gradient, data, scaler)
    }

    /// Settles every choice of a fit of these rows; `scaler` has seen all of them, where not all
    /// are held.
    pub(crate) fn of_data(
        options: &FitOptions,
        gradient: &GradientOptions,
        mut data: Dataset<T>,
        scaler: Option<Vec<f64>>,
    ) -> Outcome<Self> {
        let task = Task::new(options, &data.target)?;
        data.target.kind = task.kind;
        task::check_amounts(&data.files, &data.target.names, &data.samples, task.loss)?;
        class_settings::check_threshold(gradient, task)?;
        data.weighting.cost = gradient.cost;
        data.weighting.classes = class_settings::weights(gradient, task, &data)?;
        data.samples.weigh_classes(&data.weighting.classes);
        let mean_weight = task::check_weights(&data)?;
        task::check_target(&data)?;
        let steers = gradient.patience.is_some() || gradient.schedule.needs_validation();
        if steers && data.split.validation.is_empty() {
            let cure = match &options.roles.group {
                Some(group) => format!(
                    "there are none, for no group of `{group}` is left for them; leave `--group` or \
                     the test rows out"
                ),
                None => "make some with `--validation-every`".into(),
            };
            return Err(Failure::Usage(format!(
                "`--patience` and a plateau go by the validation rows; {cure}"
            )));
        }
        let formula = data.formula.as_ref();
        let (mut recipe, mut chosen) = recipe::describe(
            options,
            gradient,
            task,
            (&data.features, formula),
            data.rows().train,
        )?;
        let rules = recipe.rules.scaling;
        let scaler = match (rules.method, &gradient.scaler_from) {
            (ScalingMethod::None, _) => Vec::new(),
            (_, Some(path)) => {
                taken_scaler::scaler(path, &data.features, &data.target, &data.origins)?
            }
            _ if gradient.scaler_rows > 0 => Vec::new(),
            _ => {
                let learned = scaler.unwrap_or_else(|| {
                    scaling::learn(data.training(), rules.method, data.samples.widths())
                });
                scaling::freeze(learned, rules, data.samples.width())
            }
        };
        scaling::check(&scaler, &data)?;
        let held_down = match gradient.rate {
            RateSpec::Usual => stable_rate::of_rows(&recipe, &data, &scaler),
            RateSpec::Is(_) | RateSpec::Auto => None,
        };
        let usual = chosen.rate;
        let held_down = held_down.filter(|most| usual > most.rate);
        if let Some(most) = held_down {
            chosen.rate = defaults::rounded(most.rate);
            recipe.optimizer = gradient.optimizer.build(chosen.rate);
        }
        Ok(Self {
            data,
            task,
            recipe,
            scaler,
            scaler_rows: gradient.scaler_rows,
            epochs: chosen.epochs,
            penalized: chosen.is_penalized.then_some(chosen.l2),
            patience: gradient.patience,
            shuffle: gradient.shuffle,
            replay: gradient.replay,
            optimizer_name: gradient.optimizer,
            schedule_name: gradient.schedule,
            rate: chosen.rate,
            held_down: held_down.map(|row| HeldDown {
                usual,
                line: row.line,
            }),
            rate_searched: gradient.rate == RateSpec::Auto,
            lower_rate: None,
            scaling_helps: false,
            far_rows: None,
            mean_weight,
            threshold: gradient.threshold,
            precision: Precision::of::<T>(),
            test_file: options.test.clone(),
            anomaly_share: gradient.anomaly_share,
        })
    }

    /// The trainer at its start: parameters drawn, and the scaler frozen if it is learned.
    pub(crate) fn trainer(&self) -> Outcome<HostTrainer<T>> {
        let start = || -> Result<HostTrainer<T>, Fault> {
            let mut trainer = build(&self.recipe)?;
            if self.scaler.is_empty() {
                return Ok(trainer);
            }
            let mut state = trainer.state().to_vec();
            let scaler = state.len() - trainer.scaler().len();
            for (word, &learned) in state[scaler..].iter_mut().zip(&self.scaler) {
                *word = T::from_f64(learned);
            }
            trainer.restore(&state, 0)?;
            Ok(trainer)
        };
        start().map_err(core_error)
    }

    /// The fit at its start: such a trainer, monitored as the recipe asks.
    pub(crate) fn fit(&self) -> Outcome<HostFit<T>> {
        monitored(self.trainer()?, &self.recipe).map_err(core_error)
    }

    /// True where the model is a formula, which means its columns as they are.
    pub(crate) fn is_formula(&self) -> bool {
        self.data.formula.is_some()
    }

    /// True where parameters of this model are held by number, as of another they are not.
    pub(crate) fn is_limited(&self) -> bool {
        self.recipe.rules.frozen > 0 || self.recipe.rules.bounds[0].is_some()
    }

    /// Sets the learning rate.
    pub(crate) fn set_rate(&mut self, rate: f64) {
        self.rate = rate;
        self.recipe.optimizer = self.optimizer_name.build(rate);
    }

    /// The rate and the usual one, where it is so far below that a loss which hardly falls tells
    /// nothing.
    pub(crate) fn slow(&self) -> Option<(f64, f64)> {
        let usual = self.held_down?.usual;
        (self.rate < SLOW * usual).then_some((self.rate, usual))
    }

    /// Steps of the whole fit.
    pub(crate) fn steps(&self) -> u32 {
        let met = 1 + self.replay.map_or(0, |replay| replay.draws);
        let steps = |rows: usize| (rows * met).div_ceil(self.recipe.batch.max(1).into()) as u64;
        let rows = self.data.rows().train;
        let later = u64::from(self.epochs.max(1) - 1) * steps(rows);
        let all = steps(rows - self.scaler_rows.min(rows)) + later;
        all.min(u32::MAX.into()) as u32
    }

    /// Has the rate fall to nothing over the whole fit, as `--schedule cosine` does.
    pub(crate) fn let_rate_fall(&mut self) {
        let warmup = self.recipe.rules.schedule.warmup;
        let curve = Curve::Cosine {
            steps: self.steps().saturating_sub(warmup).max(1),
            floor: T::ZERO,
        };
        self.recipe.rules.schedule.curve = curve;
    }

    /// Sets the scaler that was learned beforehand.
    pub(crate) fn set_scaler(&mut self, scaler: Vec<f64>) {
        self.scaler = scaler;
    }

    /// Scaler that was learned beforehand; empty where none was.
    pub(crate) fn scaler(&self) -> &[f64] {
        &self.scaler
    }

    /// True where the scaler was learned here, so that a board must be told.
    pub(crate) fn has_scaler(&self) -> bool {
        !self.scaler.is_empty()
    }

    /// The order in which the rows are learned from.
    pub(crate) fn order(&self) -> Order<'_> {
        Order::new(
            &self.data.split.train,
            self.shuffle.then_some(self.recipe.seed),
        )
    }

    /// The memory of rows that are learned from again, with none yet.
    pub(crate) fn replay_buffer(&self) -> Option<ReplayBuffer<T>> {
        self.replay
            .map(|spec| ReplayBuffer::new(spec, self.recipe.seed))
    }
}
