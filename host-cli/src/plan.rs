//! From arguments and a file to everything a fit needs: what `fit` and `crosscheck` share.

use downhill::recipe::AnyTrainer;
use downhill::rules::{Method, Scaling};
use downhill::{Arena, Fault, Real, Recipe, scaler};
use serde::Serialize;

use crate::arguments::RecipeArguments;
use crate::columns::{self, LeftOut, Target, TargetKind};
use crate::failure::{Failure, Outcome};
use crate::features::Feature;
use crate::formula::Formula;
use crate::samples::{Order, Samples, Split, Weighting};
use crate::spec::{ModelSpec, OptimizerSpec, RateSpec, ScheduleSpec, ThresholdSpec};
use crate::table::Dialect;
use crate::task::{self, Task};
use crate::verdicts::Subject;
use crate::{rate, recipe, table};

/// The host's arena.
#[derive(Debug)]
pub(crate) struct Memory<T>(Vec<T>);

impl<T: Real> Memory<T> {
    /// So many numbers, all 0.
    pub(crate) fn new(words: usize) -> Self {
        Self(vec![T::ZERO; words])
    }
}

impl<T: Real> Arena for Memory<T> {
    type Real = T;

    fn words(&self) -> &[T] {
        &self.0
    }

    fn words_mut(&mut self) -> &mut [T] {
        &mut self.0
    }
}

/// The host's trainer: the core's, with every part chosen at run time.
pub(crate) type HostTrainer<T> = AnyTrainer<Memory<T>>;

/// Builds the trainer of a recipe.
pub(crate) fn build<T: Real>(recipe: &Recipe<T>) -> Result<HostTrainer<T>, Fault> {
    let need = recipe.arena_len();
    if need > MOST_WORDS {
        let (need, got) = (need as u32, MOST_WORDS as u32);
        return Err(Fault::Arena { need, got });
    }
    recipe.build(Memory::new(need))
}

/// The longest fit on the host.
const MOST_WORDS: usize = 1 << 28;

/// How many rows went where.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Rows {
    /// Learned from or held out.
    pub(crate) used: usize,
    /// Left out, because a number is missing.
    pub(crate) dropped: usize,
    /// Learned from.
    pub(crate) train: usize,
    /// Held out.
    pub(crate) test: usize,
}

/// One fit, ready to run.
#[derive(Debug)]
pub(crate) struct Plan<T> {
    /// The file's name, as it was given.
    pub(crate) data: String,
    /// The features' names, in the model's order.
    pub(crate) features: Vec<String>,
    /// What the features are made of; nothing where each is a column as it stands.
    pub(crate) encoding: Vec<Feature>,
    /// How the file is written.
    pub(crate) dialect: Dialect,
    /// What is predicted.
    pub(crate) target: Target,
    /// Model, loss and what the target stands for.
    pub(crate) task: Task,
    /// The model, where it is a formula.
    pub(crate) formula: Option<Formula>,
    /// How much each row counts.
    pub(crate) weighting: Weighting,
    /// Columns that are not used.
    pub(crate) left_out: Vec<LeftOut>,
    /// The rows.
    pub(crate) samples: Samples<T>,
    /// Which of them are learned from.
    pub(crate) split: Split,
    /// The fit.
    pub(crate) recipe: Recipe<T>,
    /// What features and target are scaled with, learned from the rows of `split.train`; empty
    /// where the fit learns it itself, or scales nothing.
    scaler: Vec<f64>,
    /// How many rows the fit first learns its scaler from.
    pub(crate) survey: usize,
    /// How often to go through the rows.
    pub(crate) epochs: u32,
    /// After how many epochs without a new best to stop.
    pub(crate) patience: Option<u32>,
    /// Whether each epoch has an order of its own.
    pub(crate) shuffles: bool,
    /// What the optimizer is called.
    pub(crate) optimizer_name: OptimizerSpec,
    /// What the schedule is called.
    pub(crate) schedule_name: ScheduleSpec,
    /// The learning rate.
    pub(crate) rate: f64,
    /// Where class 1 is to begin.
    pub(crate) threshold: Option<ThresholdSpec>,
}

impl<T: Real> Plan<T> {
    /// Reads the file and settles every choice.
    pub(crate) fn new(arguments: &RecipeArguments) -> Outcome<Self> {
        let table = table::read(&arguments.data, &arguments.table.reading(&[]))?;
        let weight = arguments.weight.as_deref();
        let targets = match (arguments.target(), arguments.model) {
            (Some(target), _) => columns::targets(&table, target),
            (None, Some(ModelSpec::Autoencoder { .. })) => Vec::new(),
            (None, _) => {
                return Err(Failure::Usage(
                    "name the column to predict with `--target COL`, or several with commas \
                     between; only `--model autoencoder:…` needs none"
                        .into(),
                ));
            }
        };
        let formula = Formula::of(arguments, &table)?;
        let choice = columns::choose(
            &table,
            &targets,
            weight,
            &arguments.features,
            formula.as_ref(),
        )?;
        let aims: Vec<_> = choice
            .targets
            .iter()
            .map(|&at| &table.columns[at])
            .collect();
        let task = Task::new(arguments, &aims)?;
        let mut samples =
            Samples::<T>::gather(&table, &choice.features, &choice.targets, choice.weight)?;
        if let (Some(formula), &[target]) = (&formula, &choice.targets[..]) {
            samples.take_left_side(&table, target, &formula.program()?)?;
        }
        let split = Split::every(samples.len(), arguments.test_every());
        task::check_classes(&table, &choice.targets, &samples, task.classes)?;
        let weighting = weighting(arguments, task, &samples, &split)?;
        samples.weigh_classes(&weighting.classes);
        task::check_target(&table, &choice.targets, &samples, &split)?;

        let schedule = arguments
            .schedule
            .unwrap_or(arguments.optimizer().default_schedule());
        if split.test.is_empty() && (arguments.patience.is_some() || schedule.needs_held_out()) {
            return Err(Failure::Usage(
                "`--patience` and a plateau go by the rows held out; hold out some with \
                 `--test-every`"
                    .into(),
            ));
        }
        let survey = arguments.scaler_on_device.unwrap_or(0);
        let rate = arguments.rate();
        let features = choice.names();
        let recipe = recipe::describe(
            arguments,
            task,
            schedule,
            (&features, formula.as_ref()),
            split.train.len(),
        )?;
        let scaling = recipe.rules.scaling;
        let scaler = match scaling.method {
            Method::None => Vec::new(),
            _ if survey > 0 => Vec::new(),
            _ => learn_scaler(&samples, &split.train, scaling),
        };
        let mut plan = Self {
            data: table.path.display().to_string(),
            features,
            encoding: choice.encoding(),
            dialect: table.dialect,
            target: Target {
                names: targets,
                kind: task.kind,
            },
            task,
            formula,
            weighting,
            left_out: choice.left_out,
            scaler,
            survey,
            samples,
            split,
            recipe,
            epochs: arguments.epochs(),
            patience: arguments.patience,
            shuffles: !arguments.no_shuffle,
            optimizer_name: arguments.optimizer(),
            schedule_name: schedule,
            rate,
            threshold: arguments.threshold,
        };
        if arguments.lr == Some(RateSpec::Auto) {
            rate::settle(&mut plan)?;
        }
        Ok(plan)
    }

    /// The trainer at its start: parameters drawn, and the scaler frozen if it is learned.
    pub(crate) fn trainer(&self) -> Outcome<HostTrainer<T>> {
        let start = || {
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
        start().map_err(|fault: Fault| Failure::Usage(format!("this fit is impossible: {fault}")))
    }

    /// Sets the learning rate.
    pub(crate) fn set_rate(&mut self, rate: f64) {
        self.rate = rate;
        self.recipe.optimizer = self.optimizer_name.build(rate);
    }

    /// What verdicts on the fit are about.
    pub(crate) fn subject(&self) -> Subject<'_> {
        Subject {
            features: &self.features,
            target: &self.target,
            rate: self.rate,
        }
    }

    /// Whether the scaler was learned here, so that a board must be told.
    pub(crate) fn has_scaler(&self) -> bool {
        !self.scaler.is_empty()
    }

    /// The order in which the rows are learned from.
    pub(crate) fn order(&self) -> Order {
        Order::new(&self.split.train, self.shuffles.then_some(self.recipe.seed))
    }

    /// How many rows went where.
    pub(crate) fn rows(&self) -> Rows {
        Rows {
            used: self.samples.len(),
            dropped: self.samples.dropped,
            train: self.split.train.len(),
            test: self.split.test.len(),
        }
    }
}

/// How much each row counts.
fn weighting<T: Real>(
    arguments: &RecipeArguments,
    task: Task,
    samples: &Samples<T>,
    split: &Split,
) -> Outcome<Weighting> {
    let counts = || {
        let mut counts = vec![0; task.classes];
        for row in samples.of(&split.train) {
            counts[row.target[0].to_f64() as usize] += 1;
        }
        counts
    };
    let classes = match (&arguments.class_weight, arguments.cost) {
        (None, None) => Vec::new(),
        (Some(_), _) if task.kind != TargetKind::Class => {
            return Err(Failure::Usage(
                "`--class-weight` is for a target of classes; weigh the rows of an amount with \
                 `--weight`"
                    .into(),
            ));
        }
        (_, Some(_)) if task.classes != 2 => {
            return Err(Failure::Usage(
                "`--cost` is for a target of two classes; weigh rows with `--weight`, or more \
                 classes with `--class-weight`"
                    .into(),
            ));
        }
        (Some(spec), _) => spec.weights(&counts()).map_err(Failure::Usage)?,
        // A threshold that is to be chosen by the cost needs probabilities as they are.
        (None, Some(_)) if arguments.threshold == Some(ThresholdSpec::Cost) => Vec::new(),
        (None, Some(cost)) => cost.weights(&counts()),
    };
    Ok(Weighting {
        column: arguments.weight.clone(),
        classes,
        cost: arguments.cost,
    })
}

/// Learns and freezes a scaler over the rows given.
fn learn_scaler<T: Real>(samples: &Samples<T>, rows: &[u32], scaling: Scaling) -> Vec<f64> {
    let width = samples.width();
    let aims = samples.sample(0).target.len();
    let mut words = vec![0.0; scaler::words(width + aims)];
    let mut numbers = vec![0.0; width + aims];
    for row in samples.of(rows) {
        for (number, value) in numbers
            .iter_mut()
            .zip(row.features.iter().chain(row.target))
        {
            *number = value.to_f64();
        }
        scaler::learn(&mut words, scaling.method, &numbers, &[]);
    }
    scaler::freeze(&mut words, scaling.method);
    if !scaling.target {
        for column in width..width + aims {
            scaler::exempt(&mut words, column);
        }
    }
    words
}
