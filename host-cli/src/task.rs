//! What is to be learned: the model and the loss, and what the target stands for.

use downhill::Real;

use crate::arguments::RecipeArguments;
use crate::columns::TargetKind;
use crate::failure::{Failure, Outcome};
use crate::samples::{Samples, Split};
use crate::spec::{LossSpec, ModelSpec};
use crate::table::{Column, MOST_CLASSES, Table};

/// The most classes that a target is taken for where nobody says that it has classes.
const FEW_CLASSES: usize = 10;

/// What is to be learned.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Task {
    pub(crate) model: ModelSpec,
    pub(crate) loss: LossSpec,
    pub(crate) kind: TargetKind,
    /// How many classes there are; 0 of an amount.
    pub(crate) classes: usize,
}

impl Task {
    /// What was asked for, or what goes with the target and with each other.
    pub(crate) fn new(arguments: &RecipeArguments, target: &Column) -> Outcome<Self> {
        let few = || target.classes().is_some_and(|k| k <= FEW_CLASSES);
        let asked = arguments.loss.map(LossSpec::is_of_classes);
        let by_model = arguments.model.and_then(ModelSpec::is_classifier);
        let of_classes = match (asked, by_model) {
            (Some(asked), _) => asked,
            (None, Some(by_model)) => by_model,
            (None, None) => few(),
        };
        let kind = match of_classes {
            true => TargetKind::Class,
            false => TargetKind::Number,
        };
        let loss = arguments.loss.unwrap_or(match of_classes {
            true => LossSpec::CROSS_ENTROPY,
            false => LossSpec::SQUARED,
        });
        let two = arguments.model == Some(ModelSpec::Logistic) || loss.is_of_two_classes();
        let classes = match target.classes() {
            _ if !of_classes => 0,
            _ if two => 2,
            Some(classes) => classes,
            None if arguments.model == Some(ModelSpec::Softmax) => MOST_CLASSES,
            None => 2,
        };
        let model = arguments.model.unwrap_or(match classes {
            0 => ModelSpec::Linear,
            2 => ModelSpec::Logistic,
            _ => ModelSpec::Softmax,
        });
        let task = Self {
            model,
            loss,
            kind,
            classes,
        };
        match model.is_classifier() {
            Some(true) if !of_classes => Err(task.mismatch(LossSpec::names(true))),
            Some(true) if model == ModelSpec::Softmax && loss.is_of_two_classes() => {
                let names = LossSpec::names(true);
                Err(task.mismatch(
                    names
                        .into_iter()
                        .filter(|n| !n.ends_with("hinge"))
                        .collect(),
                ))
            }
            _ => Ok(task),
        }
    }

    /// How many outputs the model has.
    pub(crate) fn outputs(&self) -> u16 {
        match self.classes {
            0 => 1,
            2 if self.model != ModelSpec::Softmax => 1,
            classes => classes as u16,
        }
    }

    fn mismatch(&self, losses: Vec<&str>) -> Failure {
        Failure::Usage(format!(
            "`--model {}` does not go with `--loss {}`: it takes {}; a linear, polynomial or \
             mlp model takes any",
            self.model,
            self.loss,
            losses.join(", ")
        ))
    }
}

/// Refuses what is none of the classes.
pub(crate) fn check_classes<T: Real>(
    table: &Table,
    column: usize,
    samples: &Samples<T>,
    classes: usize,
) -> Outcome {
    let (path, name) = (table.path.display(), &table.columns[column].name);
    let target = |row: usize| samples.target(row)[0].to_f64();
    let is_class = |x: f64| x >= 0.0 && x.fract() == 0.0 && x < classes as f64;
    let Some(row) = (0..samples.len()).find(|&row| classes > 0 && !is_class(target(row))) else {
        return Ok(());
    };
    let (line, found) = (samples.line(row), target(row));
    Err(Failure::Input(match classes {
        2 => format!(
            "{path}, line {line}, column `{name}`: {found} is neither class 0 nor class 1; \
             correct it, or use `--model linear` for an amount"
        ),
        _ => format!(
            "{path}, line {line}, column `{name}`: {found} is none of the classes 0 to {}; \
             correct it, or use `--model linear` for an amount",
            classes - 1
        ),
    }))
}

/// Refuses a target that nothing can be learned from.
pub(crate) fn check_target<T: Real>(
    table: &Table,
    column: usize,
    samples: &Samples<T>,
    split: &Split,
) -> Outcome {
    let (path, name) = (table.path.display(), &table.columns[column].name);
    let target = |row: usize| samples.target(row)[0];
    let weighs = |&row: &usize| samples.weight(row) > T::ZERO;
    let mut rows = split.train.iter().map(|&row| row as usize).filter(weighs);
    let Some(first) = rows.next() else {
        return Err(Failure::Input(format!(
            "{path}: no row is left to learn from; hold out fewer with `--test-every`, and \
             check `--weight`"
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
