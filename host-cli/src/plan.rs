//! From arguments and a file to everything a fit needs: what `fit` and `crosscheck` share.

use downhill::recipe::AnyTrainer;
use downhill::rules::{AnyRules, Scaling};
use downhill::{Arena, Fault, Real, Recipe, scaler};
use serde::Serialize;

use crate::arguments::RecipeArguments;
use crate::columns::{self, LeftOut, TargetKind};
use crate::failure::{Failure, Outcome};
use crate::samples::{Order, Samples, Split};
use crate::spec::{LossSpec, ModelSpec, OptimizerSpec};
use crate::table::{self, Table};

/// The host's arena.
#[derive(Debug)]
pub(crate) struct Memory<T>(Vec<T>);

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
    recipe.build(Memory(vec![T::ZERO; recipe.arena_len()]))
}

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
    /// The target's name.
    pub(crate) target: String,
    /// What the target stands for.
    pub(crate) kind: TargetKind,
    /// Columns that are not used.
    pub(crate) left_out: Vec<LeftOut>,
    /// The rows.
    pub(crate) samples: Samples<T>,
    /// Which of them are learned from.
    pub(crate) split: Split,
    /// The fit.
    pub(crate) recipe: Recipe<T>,
    /// What features and target are scaled with, learned from the rows of `split.train`.
    pub(crate) scaler: Vec<f64>,
    /// How often to go through the rows.
    pub(crate) epochs: u32,
    /// Whether each epoch has an order of its own.
    pub(crate) shuffles: bool,
    /// What the optimizer is called.
    pub(crate) optimizer_name: OptimizerSpec,
    /// What the model is called.
    pub(crate) model_name: ModelSpec,
    /// What the loss is called.
    pub(crate) loss_name: LossSpec,
    /// The learning rate.
    pub(crate) rate: f64,
}

impl<T: Real> Plan<T> {
    /// Reads the file and settles every choice.
    pub(crate) fn new(arguments: &RecipeArguments) -> Outcome<Self> {
        let table = table::read(&arguments.data, &arguments.missing_value)?;
        let choice = columns::choose(&table, &arguments.target, &arguments.features)?;
        let (model, loss) = model_and_loss(arguments, table.columns[choice.target].is_binary())?;
        let kind = match loss.is_of_classes() {
            true => TargetKind::Class,
            false => TargetKind::Number,
        };
        let samples = Samples::<T>::gather(&table, &choice.features, choice.target)?;
        let split = Split::every(samples.len(), arguments.test_every);
        check_target(&table, choice.target, &samples, &split, kind)?;

        let width = u16::try_from(samples.width()).map_err(|_| {
            let most = u16::MAX;
            Failure::Input(format!(
                "{} features are more than the {most} a fit can have; choose some with `--features`",
                samples.width()
            ))
        })?;
        let scaling = match kind {
            TargetKind::Number if !arguments.no_standardize_target => Scaling::STANDARD_WITH_TARGET,
            _ => Scaling::STANDARD,
        };
        let rate = arguments.lr.unwrap_or(arguments.optimizer.default_rate());
        let recipe = Recipe {
            model: model.build(width),
            loss: loss.build(),
            optimizer: arguments.optimizer.build(rate),
            rules: AnyRules {
                scaling,
                ..AnyRules::default()
            },
            batch: arguments.batch,
            seed: arguments.seed,
        };
        Ok(Self {
            data: arguments.data.display().to_string(),
            features: choice.names(&table),
            target: table.columns[choice.target].name.clone(),
            kind,
            left_out: choice.left_out,
            scaler: learn_scaler(&samples, &split.train, scaling),
            samples,
            split,
            recipe,
            epochs: arguments.epochs,
            shuffles: !arguments.no_shuffle,
            optimizer_name: arguments.optimizer,
            model_name: model,
            loss_name: loss,
            rate,
        })
    }

    /// The trainer at its start: parameters drawn, scaler frozen.
    pub(crate) fn trainer(&self) -> Outcome<HostTrainer<T>> {
        let start = || {
            let mut trainer = build(&self.recipe)?;
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

/// The model and the loss asked for, or those that go with the target and with each other.
fn model_and_loss(arguments: &RecipeArguments, binary: bool) -> Outcome<(ModelSpec, LossSpec)> {
    let model = match (arguments.model, arguments.loss) {
        (Some(model), _) => model,
        (None, Some(loss)) if loss.is_of_classes() => ModelSpec::Logistic,
        (None, None) if binary => ModelSpec::Logistic,
        _ => ModelSpec::Linear,
    };
    let loss = arguments.loss.unwrap_or(match model.is_classifier() {
        true => LossSpec::CrossEntropy,
        false => LossSpec::Squared,
    });
    if model.is_classifier() != loss.is_of_classes() {
        return Err(Failure::Usage(format!(
            "`--model {model}` does not go with `--loss {loss}`: a logistic model takes \
             cross_entropy, a linear one squared or huber"
        )));
    }
    Ok((model, loss))
}

/// Refuses a class that is neither 0 nor 1.
pub(crate) fn check_classes<T: Real>(
    table: &Table,
    column: usize,
    samples: &Samples<T>,
    kind: TargetKind,
) -> Outcome {
    let (path, name) = (table.path.display(), &table.columns[column].name);
    let target = |row: usize| samples.target(row)[0];
    let other = |&row: &usize| target(row) != T::ZERO && target(row) != T::ONE;
    match (0..samples.len()).find(other) {
        Some(row) if kind == TargetKind::Class => Err(Failure::Input(format!(
            "{path}, line {}, column `{name}`: {} is neither class 0 nor class 1; correct it, \
             or use `--model linear` for an amount",
            samples.line(row),
            target(row).to_f64()
        ))),
        _ => Ok(()),
    }
}

/// Refuses a target that nothing can be learned from.
fn check_target<T: Real>(
    table: &Table,
    column: usize,
    samples: &Samples<T>,
    split: &Split,
    kind: TargetKind,
) -> Outcome {
    let (path, name) = (table.path.display(), &table.columns[column].name);
    let target = |row: usize| samples.target(row)[0];
    check_classes(table, column, samples, kind)?;
    let mut rows = split.train.iter().map(|&row| row as usize);
    let Some(first) = rows.next() else {
        return Err(Failure::Input(format!(
            "{path}: no row is left to learn from; hold out fewer with `--test-every`"
        )));
    };
    if rows.all(|row| target(row) == target(first)) {
        return Err(Failure::Input(format!(
            "{path}, line {} and on, column `{name}`: the target is {} in every row learned \
             from, so there is nothing to learn; choose another `--target`",
            samples.line(first),
            target(first).to_f64()
        )));
    }
    Ok(())
}

/// Learns and freezes a scaler over the rows given.
fn learn_scaler<T: Real>(samples: &Samples<T>, rows: &[u32], scaling: Scaling) -> Vec<f64> {
    let width = samples.width();
    let mut words = vec![0.0; scaler::words(width + 1)];
    let mut numbers = vec![0.0; width];
    for &row in rows {
        let row = row as usize;
        for (number, feature) in numbers.iter_mut().zip(samples.features(row)) {
            *number = feature.to_f64();
        }
        scaler::learn(
            &mut words,
            scaling.method,
            &numbers,
            &[samples.target(row)[0].to_f64()],
        );
    }
    scaler::freeze(&mut words, scaling.method);
    if !scaling.target {
        scaler::exempt(&mut words, width);
    }
    words
}
