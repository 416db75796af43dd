//! Task of a fit: the model, the loss, and the meaning of the target.

use downhill::Real;
use downhill::loss::{AnyLoss, Loss};
use downhill::model;
use downhill_tables::Files;

use crate::data::columns::{Target, TargetKind};
use crate::data::dataset::Dataset;
use crate::data::samples::{Samples, Weighting};
use crate::options::FitOptions;
use crate::options::spec::{LossSpec, ModelSpec};
use crate::support::failure::{Failure, Outcome};

/// Task of a fit.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Task {
    pub(crate) model: ModelSpec,
    pub(crate) loss: LossSpec,
    pub(crate) kind: TargetKind,
    /// Number of classes; 0 of an amount.
    pub(crate) classes: usize,
    /// Number of columns that are predicted; 0 where the features are told from themselves.
    pub(crate) targets: usize,
}

impl Task {
    /// Task that was asked for, with defaults by the target and by each other.
    pub(crate) fn new(options: &FitOptions, target: &Target) -> Outcome<Self> {
        match options.model {
            Some(model) if model.is_of_itself() => return Self::of_itself(options, model),
            _ if target.names.len() != 1 => return Self::of_several(options, target.names.len()),
            _ => {}
        }
        let (kind, classes) = (target.kind, target.classes.len());
        let of_classes = kind == TargetKind::Class;
        let loss = options.loss.unwrap_or(match of_classes {
            true => LossSpec::usual("cross_entropy"),
            false => LossSpec::usual("squared"),
        });
        let model = options.model.unwrap_or(match classes {
            0 => ModelSpec::usual("linear"),
            2 => ModelSpec::usual("logistic"),
            _ => ModelSpec::usual("softmax"),
        });
        let task = Self {
            model,
            loss,
            kind,
            classes,
            targets: 1,
        };
        match model.is_classifier() {
            Some(true) if !of_classes => {
                Err(task.mismatch(LossSpec::which(LossSpec::is_of_classes)))
            }
            Some(true) if model.task() == model::Task::Classes && loss.is_of_two_classes() => {
                let of_many = |loss: LossSpec| loss.is_of_classes() && !loss.is_of_two_classes();
                Err(task.mismatch(LossSpec::which(of_many)))
            }
            _ => Ok(task),
        }
    }

    /// Several amounts.
    fn of_several(options: &FitOptions, targets: usize) -> Outcome<Self> {
        let task = Self {
            model: options.model.unwrap_or_else(|| ModelSpec::usual("linear")),
            loss: options.loss.unwrap_or(LossSpec::usual("squared")),
            kind: TargetKind::Number,
            classes: 0,
            targets,
        };
        if task.model.is_classifier() == Some(true) || task.loss.is_of_classes() {
            return Err(Failure::Usage(format!(
                "several targets are amounts, and `--model {} --loss {}` is for one column of \
                 classes; fit each column of classes on its own",
                task.model, task.loss
            )));
        }
        Ok(task)
    }

    /// The features themselves.
    fn of_itself(options: &FitOptions, model: ModelSpec) -> Outcome<Self> {
        let loss = options.loss.unwrap_or(LossSpec::usual("squared"));
        if let Some(target) = &options.target {
            return Err(Failure::Usage(format!(
                "`--model {model}` reconstructs its own features and takes no `--target`; \
                 leave `--target {target}` out, or use `mlp` to predict it"
            )));
        }
        if !loss.is_of_any_sign() {
            return Err(Failure::Usage(format!(
                "`--model {model}` does not go with `--loss {loss}`, for features are amounts of \
                 any sign; it takes {}",
                LossSpec::which(LossSpec::is_of_any_sign).join(", ")
            )));
        }
        Ok(Self {
            model,
            loss,
            kind: TargetKind::Features,
            classes: 0,
            targets: 0,
        })
    }

    /// Number of the model's outputs for this many features.
    pub(crate) fn outputs(&self, features: u16) -> u16 {
        match self.classes {
            _ if self.kind == TargetKind::Features => features,
            0 => self.targets as u16,
            2 if self.model.task() != model::Task::Classes => 1,
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

/// Refuses an amount that the loss does not know, such as a negative count.
pub(crate) fn check_amounts<T: Real>(
    files: &Files,
    targets: &[String],
    samples: &Samples<T>,
    loss: LossSpec,
) -> Outcome {
    if loss.is_of_classes() || loss.is_of_any_sign() {
        return Ok(());
    }
    let known: AnyLoss<T> = loss.build();
    for sample in samples.iter() {
        let mut cells = targets.iter().zip(sample.target);
        if let Some((name, &found)) = cells.find(|cell| !known.accepts(*cell.1, targets.len())) {
            return Err(Failure::Input(format!(
                "{}, column `{name}`: {} is no target of `--loss {loss}`, which is for \
                 counts ≥ 0; correct it, or use `--loss squared`",
                files.place(sample.line),
                shortest(found)
            )));
        }
    }
    Ok(())
}

/// The shortest text that reads as this number in its own precision.
fn shortest<T: Real>(number: T) -> String {
    match T::WORDS {
        1 => (number.to_f64() as f32).to_string(),
        _ => number.to_f64().to_string(),
    }
}

/// The options that rows get their weights from.
fn weighting_option(weighting: &Weighting) -> String {
    let by_class = match weighting.cost {
        Some(_) => "`--class-weight` or `--cost`",
        None => "`--class-weight`",
    };
    match &weighting.column {
        _ if weighting.classes.is_empty() => "`--weight`".into(),
        None => by_class.into(),
        Some(_) => format!("`--weight` and {by_class}"),
    }
}

/// Refuses weights that no gradient can be held with, or that leave no row to learn from; returns
/// their mean over the training rows.
pub(crate) fn check_weights<T: Real>(data: &Dataset<T>) -> Outcome<f64> {
    let (samples, split, weighting) = (&data.samples, &data.split, &data.weighting);
    if *weighting == Weighting::default() && !split.train.is_empty() {
        return Ok(1.0);
    }
    let files = &data.files;
    let option = weighting_option(weighting);
    // A gradient is squared on its way, by Adam or to be clipped.
    let most = T::MAX.sqrt();
    let is_held = |weight: T| weight.is_finite() && weight <= most;
    if let Some(row) = samples.iter().find(|row| !is_held(row.weight)) {
        let (place, weight) = (files.place(row.line), row.weight.to_f64());
        return Err(Failure::Input(format!(
            "{place}: this row weighs {weight:.2e}, and a gradient so large cannot be \
             held. Only how rows weigh beside each other matters: divide {option} by the mean"
        )));
    }
    let sum: f64 = data.training().map(|row| row.weight.to_f64()).sum();
    if sum == 0.0 {
        return Err(Failure::Input(format!(
            "{files}: no training row is left; make fewer validation rows with `--validation-every`, and check \
             {option}"
        )));
    }
    Ok(sum / split.train.len() as f64)
}

/// Refuses a target that nothing can be learned from.
pub(crate) fn check_target<T: Real>(data: &Dataset<T>) -> Outcome {
    let (files, targets, weighting) = (&data.files, &data.target.names, &data.weighting);
    let all = data.training();
    let mut rows = all.clone().filter(|sample| sample.weight > T::ZERO);
    let Some(first) = rows.next() else {
        return Ok(());
    };
    if targets.is_empty() && rows.clone().all(|row| row.features == first.features) {
        return Err(Failure::Input(format!(
            "{} and on: every training row has the same features, so there is \
             nothing to learn; give more rows, or make fewer validation rows with \
             `--validation-every`",
            files.place(first.line)
        )));
    }
    let said = |number: T| match data.target.classes.is_empty() {
        true => shortest(number),
        false => format!("`{}`", data.target.classes.label(number.to_f64() as usize)),
    };
    for (at, name) in targets.iter().enumerate() {
        if rows.clone().all(|row| row.target[at] == first.target[at]) {
            if all.clone().any(|row| row.target[at] != first.target[at]) {
                return Err(Failure::Input(format!(
                    "{files}, column `{name}`: only rows whose target is {} weigh anything, so there is \
                     nothing to learn; the others weigh 0: check {}",
                    said(first.target[at]),
                    weighting_option(weighting)
                )));
            }
            // Of a file that is not held these are some of the rows.
            let line = match &data.stream {
                Some(stream) => stream.constant_from(at),
                None => Some(first.line),
            };
            let Some(line) = line else { continue };
            return Err(Failure::Input(format!(
                "{} and on, column `{name}`: the target is {} in every training row, \
                 so there is nothing to learn; choose another `--target`",
                files.place(line),
                said(first.target[at])
            )));
        }
    }
    Ok(())
}
