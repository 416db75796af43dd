//! A model as a text file: JSON with every number in its shortest exact form.

use std::fs;
use std::path::Path;

use downhill::interval::Interval;
use downhill::{Fault, Fingerprint, Real, Recipe};
use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Serialize};

use crate::data::classes::Classes;
use crate::data::columns::{Target, TargetKind};
use crate::data::features::Feature;
use crate::data::formula::Formula;
use crate::data::origins::Origins;
use crate::data::samples::Weighting;
use crate::data::signal::SignalRecord;
use crate::evaluate::assessor::Assessor;
use crate::model::file_text::{FORMAT, check, json};
use crate::model::fixed_fit::{FixedFit, FixedState};
use crate::model::normal::{self, NormalModel};
use crate::model::records::{Anomaly, BothMetrics, Data, SolverRecord};
use crate::model::trainer::{HostTrainer, build};
use crate::model::twin::Twin;
use crate::options::precision::Precision;
use crate::options::spec::MissingSpec;
use crate::support::failure::{Failure, Outcome};

/// Everything that a model file holds.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(
    deny_unknown_fields,
    bound(
        serialize = "T: Real + Serialize",
        deserialize = "T: Real + DeserializeOwned"
    )
)]
pub(crate) struct ModelFile<T> {
    /// Always `downhill model`.
    format: String,
    /// The version of this layout.
    version: u32,
    /// The program that wrote it.
    downhill: String,
    /// The numbers of the fit.
    pub(crate) precision: Precision,
    /// The fit, but for its data.
    #[serde(deserialize_with = "crate::model::recipe_text::deserialize")]
    pub(crate) recipe: Recipe<T>,
    /// The model, where it is a formula.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) formula: Option<Formula>,
    /// How it was fitted, where that was by least squares.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) least_squares: Option<SolverRecord>,
    /// The features' names, in the model's order.
    pub(crate) features: Vec<String>,
    /// How windows, whose features these are, are made of raw rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) signal: Option<SignalRecord>,
    /// Origin of each feature; empty where each is a column as it stands.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) encoding: Vec<Feature>,
    /// Origins that features and targets are counted from.
    #[serde(default, skip_serializing_if = "Origins::is_none")]
    pub(crate) origins: Origins,
    /// Columns that have a unit, and that unit.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) units: Vec<[String; 2]>,
    /// The least and the largest number of each feature in the training rows.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) ranges: Vec<[f64; 2]>,
    /// The columns that are predicted.
    pub(crate) target: Target,
    /// From which reconstruction error on a row is an anomaly, of an autoencoder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) anomaly: Option<Anomaly>,
    /// Interval around predictions, as the residuals of validation rows have led to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) interval: Option<Interval<T>>,
    /// Weights of the rows in the loss.
    pub(crate) weighting: Weighting,
    /// Marks of a missing cell, beside an empty one.
    pub(crate) missing_values: Vec<String>,
    /// Treatment of a row that misses a feature.
    #[serde(default, skip_serializing_if = "MissingSpec::is_usual")]
    pub(crate) missing: MissingSpec,
    /// Scaler of the features, and then the target.
    scaler: Scaler<T>,
    /// In the model's order.
    parameters: Vec<T>,
    /// State of the optimizer and the schedule, so that the fit can go on.
    optimizer_state: Vec<T>,
    /// Words of a fit in fixed point, whose `parameters` are there to be read alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    fixed: Option<FixedState>,
    /// Updates made.
    steps: u64,
    /// Fingerprint of the fit as it ended.
    fingerprint: String,
    /// Data that it was trained on.
    pub(crate) data: Data,
    /// How well, there.
    pub(crate) metrics: BothMetrics,
    /// A hash of all of the above.
    check: String,
}

/// A frozen scaler: column *c* becomes (x − mean) × factor.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Scaler<T> {
    samples: T,
    means: Vec<T>,
    factors: Vec<T>,
}

/// Facts of a fit that are not in its trainer.
pub(crate) struct About {
    pub(crate) precision: Precision,
    pub(crate) features: Vec<String>,
    pub(crate) signal: Option<SignalRecord>,
    pub(crate) encoding: Vec<Feature>,
    pub(crate) origins: Origins,
    pub(crate) units: Vec<[String; 2]>,
    pub(crate) ranges: Vec<[f64; 2]>,
    pub(crate) target: Target,
    pub(crate) anomaly: Option<Anomaly>,
    pub(crate) weighting: Weighting,
    pub(crate) missing_values: Vec<String>,
    pub(crate) missing: MissingSpec,
    pub(crate) data: Data,
    pub(crate) metrics: BothMetrics,
    pub(crate) formula: Option<Formula>,
    pub(crate) least_squares: Option<SolverRecord>,
}

/// A model that was read, as the fit left it.
pub(crate) struct Model<T: Real, F = HostTrainer<T>> {
    /// Contents of the file.
    pub(crate) file: ModelFile<T>,
    /// The trainer that predicts.
    pub(crate) trainer: F,
}

/// A model that was read, in the precision it was fitted in.
pub(crate) enum Loaded {
    F32(Box<Model<f32>>),
    F64(Box<Model<f64>>),
    Q15(Box<Model<f32, FixedFit>>),
    Normal(Box<NormalModel>),
}

/// Field that is read before the others.
#[derive(Deserialize)]
struct Head {
    precision: Precision,
    /// There of a model of what is normal.
    #[serde(default)]
    normal: Option<IgnoredAny>,
}

impl<T: Real + Serialize> ModelFile<T> {
    /// The file of a fit that has ended.
    pub(crate) fn new(recipe: Recipe<T>, trainer: &HostTrainer<T>, about: About) -> Self {
        let scaler = trainer.scaler();
        let columns = downhill::scaler::columns(scaler);
        let (state, parameters) = (trainer.state(), trainer.parameters());
        let mut file = Self::empty(recipe, about);
        file.scaler = Scaler {
            samples: downhill::scaler::samples(scaler),
            means: columns.iter().map(|column| column[0]).collect(),
            factors: columns.iter().map(|column| column[1]).collect(),
        };
        file.parameters = parameters.to_vec();
        file.optimizer_state = state[parameters.len()..state.len() - scaler.len()].to_vec();
        file.ended(trainer.steps(), trainer.fingerprint())
    }

    /// The file at these steps, with its hash.
    fn ended(mut self, steps: u64, fingerprint: Fingerprint) -> Self {
        self.steps = steps;
        self.fingerprint = fingerprint.to_string();
        self.check = check(&json(&self, false)).unwrap_or_default();
        self
    }

    /// The same file, with an interval around predictions.
    pub(crate) fn covering(mut self, interval: Interval<T>) -> Self {
        self.interval = Some(interval);
        self.check = check(&json(&self, false)).unwrap_or_default();
        self
    }

    /// A file without the numbers of a fit.
    fn empty(recipe: Recipe<T>, about: About) -> Self {
        Self {
            format: FORMAT.name(),
            version: FORMAT.version,
            downhill: env!("CARGO_PKG_VERSION").into(),
            precision: about.precision,
            recipe,
            formula: about.formula,
            least_squares: about.least_squares,
            features: about.features,
            signal: about.signal,
            encoding: about.encoding,
            origins: about.origins,
            units: about.units,
            ranges: about.ranges,
            target: about.target,
            anomaly: about.anomaly,
            interval: None,
            weighting: about.weighting,
            missing_values: about.missing_values,
            missing: about.missing,
            scaler: Scaler {
                samples: T::ZERO,
                means: Vec::new(),
                factors: Vec::new(),
            },
            parameters: Vec::new(),
            optimizer_state: Vec::new(),
            fixed: None,
            steps: 0,
            fingerprint: String::new(),
            data: about.data,
            metrics: about.metrics,
            check: String::new(),
        }
    }

    /// The file of the same fit as a board, or rows in memory, have gone on with it, its metrics not
    /// known.
    pub(crate) fn learned_on(self, trainer: &HostTrainer<T>, board: &str) -> Self {
        let (recipe, about) = self.about_on(board);
        Self::new(recipe, trainer, about)
    }

    /// Facts of such a fit.
    fn about_on(self, board: &str) -> (Recipe<T>, About) {
        let about = About {
            precision: self.precision,
            features: self.features,
            signal: self.signal,
            encoding: self.encoding,
            origins: self.origins,
            units: self.units,
            ranges: self.ranges,
            target: self.target,
            anomaly: self.anomaly,
            weighting: self.weighting,
            missing_values: self.missing_values,
            missing: self.missing,
            data: Data {
                file: board.into(),
                train: 0,
                validation: 0,
                dropped: 0,
                epochs: 0,
            },
            metrics: BothMetrics::default(),
            formula: self.formula,
            least_squares: None,
        };
        (self.recipe, about)
    }

    /// The text of the file.
    pub(crate) fn text(&self) -> String {
        json(self, true)
    }

    /// The trainer as the fit left it.
    fn trainer(&self) -> Result<HostTrainer<T>, String> {
        let scaler = &self.scaler;
        let mut state = self.parameters.clone();
        state.extend(&self.optimizer_state);
        if !scaler.means.is_empty() {
            state.extend([scaler.samples, T::ONE]);
            let columns = scaler.means.iter().zip(&scaler.factors);
            state.extend(columns.flat_map(|(&mean, &factor)| [mean, factor]));
        }
        let mut trainer = build(&self.recipe).map_err(|fault| fault.to_string())?;
        let restored = trainer.restore(&state, self.steps);
        restored.map_err(|fault| match fault {
            Fault::Steps => format!("`steps` is {}: {fault}", self.steps),
            fault => fault.to_string(),
        })?;
        self.checked(trainer)
    }
}

impl<T: Real> ModelFile<T> {
    /// A fit that has the fingerprint of the file.
    fn checked<F: Assessor<T>>(&self, fit: F) -> Result<F, String> {
        let fingerprint = fit.fingerprint().to_string();
        match fingerprint == self.fingerprint {
            true => Ok(fit),
            false => Err(format!(
                "its numbers have the fingerprint {fingerprint}, not {}",
                self.fingerprint
            )),
        }
    }
}

impl ModelFile<f32> {
    /// The file of a fit in fixed point that has ended.
    pub(crate) fn of_fixed(recipe: Recipe<f32>, fit: &FixedFit, about: About) -> Self {
        let mut file = Self::empty(recipe, about);
        file.parameters = fit.parameters().map(|parameter| parameter as f32).collect();
        file.fixed = Some(fit.file());
        file.ended(fit.steps(), fit.fingerprint())
    }

    /// The file of the same fit as a board has gone on with it.
    pub(crate) fn of_board(self, twin: &Twin, board: &str) -> Self {
        let (recipe, about) = self.about_on(board);
        match twin {
            Twin::Float(fit) => Self::new(recipe, &fit.trainer, about),
            Twin::Fixed(fit) => Self::of_fixed(recipe, fit, about),
        }
    }

    /// The fit in fixed point as it ended.
    fn fixed_fit(&self) -> Result<FixedFit, String> {
        let none = "it has no words of its fit in fixed point";
        let state = self.fixed.as_ref().ok_or(none)?;
        self.checked(FixedFit::of_state(&self.recipe, state, self.steps)?)
    }
}

/// Failure of what does not take a model in fixed point yet.
pub(crate) fn not_of_fixed_point(path: &Path, what: &str) -> Failure {
    Failure::Input(format!(
        "{} was fitted in q15, which {what} does not take; fit it again without `--precision q15`, \
         or take `predict` and `eval`",
        path.display()
    ))
}

/// Failure of what does not take a model of what is normal yet.
pub(crate) fn not_of_normal(path: &Path, what: &str) -> Failure {
    Failure::Input(format!(
        "{} is a model of what is normal, which {what} does not take; take `predict` and `eval`",
        path.display()
    ))
}

/// Reads a model, and refuses it unless every bit is as it was written.
pub(crate) fn read(path: &Path) -> Outcome<Loaded> {
    let name = path.display();
    let text = fs::read_to_string(path)
        .map_err(|error| Failure::Input(format!("{name}: {error}; check the path")))?;
    read_text(path, &text)
}

/// The model of a file's text, which must be as it was written; `path` stands for it in messages.
pub(crate) fn read_text(path: &Path, text: &str) -> Outcome<Loaded> {
    FORMAT.check(path, text, None)?;
    let head: Head = FORMAT.parse(path, text, None)?;
    if head.normal.is_some() {
        return Ok(Loaded::Normal(Box::new(normal::parse(path, text)?)));
    }
    Ok(match head.precision {
        Precision::F32 => Loaded::F32(Box::new(parse(path, text)?)),
        Precision::F64 => Loaded::F64(Box::new(parse(path, text)?)),
        Precision::Q15 => Loaded::Q15(Box::new(parse_by(path, text, ModelFile::fixed_fit)?)),
    })
}

fn parse<T>(path: &Path, text: &str) -> Outcome<Model<T>>
where
    T: Real + Serialize + DeserializeOwned,
{
    parse_by(path, text, ModelFile::trainer)
}

/// Reads a model whose trainer is built by `build`.
fn parse_by<T, F: Assessor<T>>(
    path: &Path,
    text: &str,
    build: impl Fn(&ModelFile<T>) -> Result<F, String>,
) -> Outcome<Model<T, F>>
where
    T: Real + Serialize + DeserializeOwned,
{
    let mut file: ModelFile<T> = FORMAT.parse(path, text, None)?;
    if Some(&file.check) != check(text).as_ref() {
        return Err(FORMAT.foreign(path, None, &"it was changed after it was written"));
    }
    let trainer = build(&file).map_err(|error| FORMAT.foreign(path, None, &error))?;
    if file.target.kind == TargetKind::Class {
        let classes = match trainer.outputs() {
            1 => 2,
            outputs => outputs,
        };
        match file.target.classes.len() {
            // Earlier versions knew no other labels than the numbers of the classes.
            0 => file.target.classes = Classes::numbered(classes),
            labels if labels != classes => {
                let error = format!("it names {labels} classes, and its model has {classes}");
                return Err(FORMAT.foreign(path, None, &error));
            }
            _ => {}
        }
    }
    Ok(Model { file, trainer })
}
