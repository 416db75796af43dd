//! From arguments and a file to everything a fit needs: what `fit` and `crosscheck` share.

use downhill::fit::{AnyFit, Fit};
use downhill::recipe::AnyTrainer;
use downhill::rules::Method;
use downhill::{Arena, Fault, Real, Recipe};
use downhill_tables::{ClassDetector, Column, CsvFile, Dialect, HEAD_ROWS};
use serde::Serialize;

use crate::arguments::RecipeArguments;
use crate::columns::{self, LeftOut, Target, TargetKind};
use crate::encode::Encoder;
use crate::failure::{Failure, Outcome};
use crate::features::Feature;
use crate::formula::Formula;
use crate::impossible::impossible;
use crate::replay_buffer::ReplayBuffer;
use crate::samples::{Order, Samples, Split, Weighting};
use crate::spec::{OptimizerSpec, RateSpec, ReplaySpec, ScheduleSpec, ThresholdSpec};
use crate::stream::Stream;
use crate::task::{self, Task};
use crate::verdicts::Subject;
use crate::{model_file, rate, recipe, scaling};

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

/// The host's fit: such a trainer, and its monitor.
pub(crate) type HostFit<T> = AnyFit<Memory<T>>;

/// A trainer with the monitor that its recipe asks for.
pub(crate) fn monitored<T: Real>(
    trainer: HostTrainer<T>,
    recipe: &Recipe<T>,
) -> Result<HostFit<T>, Fault> {
    let words = Memory::new(recipe.monitor_len());
    Fit::monitored(trainer, recipe.batch, recipe.health, words)
}

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
    /// Training and validation rows together.
    pub(crate) used: usize,
    /// Left out, because a number is missing.
    pub(crate) dropped: usize,
    /// Used, with the last number of a column in place of one that is missing.
    pub(crate) filled: usize,
    /// Training rows.
    pub(crate) train: usize,
    /// Validation rows.
    pub(crate) validation: usize,
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
    /// The rows, or, of a file too large to be held, some of them, to be measured.
    pub(crate) samples: Samples<T>,
    /// Training and validation rows among them.
    pub(crate) split: Split,
    /// All rows, of a file too large to be held.
    pub(crate) stream: Option<Stream>,
    /// The fit.
    pub(crate) recipe: Recipe<T>,
    /// What features and target are scaled with, from the training rows; empty
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
    /// Which rows are learned from again.
    pub(crate) replay: Option<ReplaySpec>,
    /// What the optimizer is called.
    pub(crate) optimizer_name: OptimizerSpec,
    /// What the schedule is called.
    pub(crate) schedule_name: ScheduleSpec,
    /// The learning rate.
    pub(crate) rate: f64,
    /// Mean weight of a training row.
    weight: f64,
    /// Where class 1 is to begin.
    pub(crate) threshold: Option<ThresholdSpec>,
}

impl<T: Real> Plan<T> {
    /// Reads the file and settles every choice.
    pub(crate) fn new(arguments: &RecipeArguments) -> Outcome<Self> {
        let mut plan = Self::read(arguments)?;
        plan.settle_rate(arguments)?;
        Ok(plan)
    }

    /// Reads the file and settles every choice but that of a rate, which is to be
    /// [searched](Plan::settle_rate) for.
    pub(crate) fn read(arguments: &RecipeArguments) -> Outcome<Self> {
        let opened = CsvFile::open(&arguments.data, &arguments.table.reading(&[]))?;
        let is_small = opened.length() <= arguments.hold_at_most << 20;
        let mut head = opened.table(HEAD_ROWS)?;
        // Any row can have a category of its own.
        if is_small && head.lines.len() == HEAD_ROWS && head.columns.iter().any(Column::is_text) {
            head = opened.table(usize::MAX)?;
        }
        let weight = arguments.weight.as_deref();
        let targets = match (arguments.target(), arguments.model) {
            (Some(target), _) => columns::targets(&head, target),
            (None, Some(model)) if model.is_of_itself() => Vec::new(),
            (None, _) => return Err(columns::no_target()),
        };
        let formula = Formula::of(arguments, &head)?;
        let choice = columns::choose(
            &head,
            &targets,
            weight,
            &arguments.features,
            formula.as_ref(),
        )?;
        let encoder = Encoder::new(&opened, &choice, arguments.missing);
        let every = arguments.validation_every();
        // The left side of a formula is made of all targets at once.
        let read = match is_small || formula.is_some() {
            true => Read::hold(&opened, encoder, every)?,
            false => {
                let given = arguments.scaler_on_device.is_some() || arguments.scaler_from.is_some();
                let method = match given {
                    true => Method::None,
                    false => arguments.scaler(),
                };
                Read::stream(opened, encoder, every, method)?
            }
        };
        let Read {
            mut samples,
            split,
            stream,
            scaler: learned,
            targets: aims,
        } = read;
        if samples.len() == 0 {
            return Err(samples.none_left(&head.path));
        }
        let task = Task::new(arguments, &aims)?;
        if let (Some(formula), &[target]) = (&formula, &choice.targets[..]) {
            samples.take_left_side(&head.path, &head.columns[target].name, &formula.program()?)?;
        }
        task::check_classes(&head.path, &targets, &samples, task.classes)?;
        task::check_amounts(&head.path, &targets, &samples, task.loss)?;
        let weighting = weighting(arguments, task, &samples, &split)?;
        samples.weigh_classes(&weighting.classes);
        let weight = task::check_weights(&head, &samples, &split, &weighting)?;
        task::check_target(&head, &choice.targets, &samples, &split, &weighting)?;

        let schedule = arguments
            .schedule
            .unwrap_or(arguments.optimizer().default_schedule());
        if split.validation.is_empty()
            && (arguments.patience.is_some() || schedule.needs_validation())
        {
            return Err(Failure::Usage(
                "`--patience` and a plateau go by the validation rows; ask for some with \
                 `--validation-every`"
                    .into(),
            ));
        }
        let survey = arguments.scaler_on_device.unwrap_or(0);
        let rate = arguments.rate();
        let features = choice.names();
        let rows = stream
            .as_ref()
            .map_or(split.train.len(), |stream| stream.rows.train);
        let recipe = recipe::describe(
            arguments,
            task,
            schedule,
            (&features, formula.as_ref()),
            rows,
        )?;
        let target = Target {
            names: targets,
            kind: task.kind,
        };
        let rules = recipe.rules.scaling;
        let scaler = match (rules.method, &arguments.scaler_from) {
            (Method::None, _) => Vec::new(),
            (_, Some(path)) => model_file::scaler(path, &features, &target)?,
            _ if survey > 0 => Vec::new(),
            _ => {
                let learned = learned.unwrap_or_else(|| {
                    scaling::learn(samples.of(&split.train), rules.method, samples.widths())
                });
                scaling::freeze(learned, rules, samples.width())
            }
        };
        let columns: Vec<_> = features.iter().chain(target.outputs(&features)).collect();
        scaling::check::<T>(&scaler, &samples, &head.path, &columns)?;
        Ok(Self {
            data: head.path.display().to_string(),
            features,
            encoding: choice.encoding(),
            dialect: head.dialect,
            target,
            task,
            formula,
            weighting,
            left_out: choice.left_out,
            scaler,
            survey,
            samples,
            split,
            stream,
            recipe,
            epochs: arguments.epochs(),
            patience: arguments.patience,
            shuffles: !arguments.no_shuffle,
            replay: arguments.replay,
            optimizer_name: arguments.optimizer(),
            schedule_name: schedule,
            rate,
            weight,
            threshold: arguments.threshold,
        })
    }

    /// Searches for a rate, where that is asked for.
    pub(crate) fn settle_rate(&mut self, arguments: &RecipeArguments) -> Outcome {
        if arguments.lr == Some(RateSpec::Auto) {
            // Of a file that is not held the rows kept are enough to tell.
            let stream = self.stream.take();
            rate::settle(self)?;
            self.stream = stream;
        }
        Ok(())
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
        start().map_err(impossible)
    }

    /// The fit at its start: such a trainer, monitored as the recipe asks.
    pub(crate) fn fit(&self) -> Outcome<HostFit<T>> {
        monitored(self.trainer()?, &self.recipe).map_err(impossible)
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
            weight: self.weight,
            loss: self.task.loss,
            model: self.task.model,
            bounded: self.recipe.rules.scaling.method == Method::MinMax,
        }
    }

    /// Whether the scaler was learned here, so that a board must be told.
    pub(crate) fn has_scaler(&self) -> bool {
        !self.scaler.is_empty()
    }

    /// The order in which the rows are learned from.
    pub(crate) fn order(&self) -> Order<'_> {
        Order::new(&self.split.train, self.shuffles.then_some(self.recipe.seed))
    }

    /// The memory of rows that are learned from again, with none yet.
    pub(crate) fn replay_buffer(&self) -> Option<ReplayBuffer<T>> {
        self.replay
            .map(|spec| ReplayBuffer::new(spec, self.recipe.seed))
    }

    /// Goes through the training rows once, some at a time, until `visit` has seen enough.
    pub(crate) fn epoch<E: From<Failure>>(
        &self,
        order: &mut Order<'_>,
        mut visit: impl FnMut(&Samples<T>, &[u32]) -> Result<bool, E>,
    ) -> Result<(), E> {
        match &self.stream {
            None => visit(&self.samples, order.epoch()).map(|_| ()),
            Some(stream) => stream.pass(order.random(), &self.weighting.classes, visit),
        }
    }

    /// How many rows went where.
    pub(crate) fn rows(&self) -> Rows {
        if let Some(stream) = &self.stream {
            return stream.rows;
        }
        Rows {
            used: self.samples.len(),
            dropped: self.samples.dropped,
            filled: self.samples.filled,
            train: self.split.train.len(),
            validation: self.split.validation.len(),
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

/// What a file turns into.
struct Read<T> {
    samples: Samples<T>,
    split: Split,
    stream: Option<Stream>,
    /// A scaler that was learned on the way, not frozen yet.
    scaler: Option<Vec<f64>>,
    /// What numbers each target has.
    targets: Vec<ClassDetector>,
}

impl<T: Real> Read<T> {
    /// Takes every row.
    fn hold(opened: &CsvFile, mut encoder: Encoder, every: usize) -> Outcome<Self> {
        let samples: Samples<T> = encoder.hold(opened)?;
        let mut targets = vec![ClassDetector::default(); encoder.targets()];
        for (at, occurring) in targets.iter_mut().enumerate() {
            let mut numbers = samples.iter().map(|row| row.target[at].to_f64());
            // The first that is no class says it all.
            let _ = numbers.all(|number| occurring.see(number));
        }
        Ok(Self {
            split: Split::every(samples.len(), every),
            stream: None,
            scaler: None,
            targets,
            samples,
        })
    }

    /// Takes some rows, and leaves the others to be read again.
    fn stream(opened: CsvFile, encoder: Encoder, every: usize, method: Method) -> Outcome<Self> {
        let (stream, first) = Stream::first(opened, encoder, every, method)?;
        Ok(Self {
            samples: first.kept,
            split: first.split,
            stream: Some(stream),
            scaler: Some(first.scaler),
            targets: first.targets,
        })
    }
}
