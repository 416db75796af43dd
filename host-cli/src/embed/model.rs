//! A model in memory, with the fit that it comes from.

use std::any::Any;
use std::path::Path;

use downhill::scaler;
use serde_json::{Value, json};

use super::in_memory::{InMemory, Kept};
use super::predict::Predictions;
use super::stream::Pass;
use crate::data::arrays::Arrays;
use crate::data::columns::TargetKind;
use crate::data::grid::Grid;
use crate::evaluate::measure;
use crate::evaluate::metrics::Reading;
use crate::model::model_file::{self, Loaded, ModelFile};
use crate::model::parameters;
use crate::model::trainer::{HostFit, HostTrainer, monitored};
use crate::support::failure::{Failure, Outcome};

/// A model in memory: it predicts, learns on, and is written as `downhill fit --out` does.
pub struct Model(Box<dyn Held>);

/// A model in whichever precision.
pub(super) trait Held: Send + Sync {
    fn text(&self) -> String;
    fn facts(&self) -> Value;
    fn fingerprint(&self) -> String;
    fn predict(&mut self, features: &Grid<'_>) -> Outcome<Predictions>;
    fn bands(&self, features: &Grid<'_>, level: f64) -> Outcome<Vec<f64>>;
    fn learn(&mut self, arrays: &Arrays<'_>) -> Outcome<Pass>;
    /// Itself in `f32`; `None` in another precision.
    fn single(&mut self) -> Option<&mut InMemory<f32>>;
}

impl Model {
    /// Itself as a board can hold it.
    ///
    /// # Errors
    /// [`Failure::Usage`] where it is not in `f32`.
    pub(super) fn single(&mut self) -> Outcome<&mut InMemory<f32>> {
        let single = self.0.single();
        single.ok_or_else(|| {
            Failure::Usage(
                "a board computes in f32, and this model does not: `--precision f32`".into(),
            )
        })
    }

    pub(super) fn new<T: Kept>(file: ModelFile<T>, fit: HostFit<T>) -> Self {
        Self(Box::new(InMemory {
            file,
            fit,
            has_learned: false,
        }))
    }

    /// Reads the text of a model file; `name` stands for it in messages.
    ///
    /// # Errors
    /// [`Failure::Input`] unless every bit is as it was written.
    pub fn parse(text: &str, name: &str) -> Outcome<Self> {
        match model_file::read_text(Path::new(name), text)? {
            Loaded::F32(model) => Self::of_trainer(model.file, model.trainer),
            Loaded::F64(model) => Self::of_trainer(model.file, model.trainer),
            Loaded::Q15(_) => Err(model_file::not_of_fixed_point(Path::new(name), "this")),
            Loaded::Normal(_) => Err(model_file::not_of_normal(Path::new(name), "this")),
        }
    }

    pub(super) fn of_trainer<T: Kept>(
        file: ModelFile<T>,
        trainer: HostTrainer<T>,
    ) -> Outcome<Self> {
        let fit = monitored(trainer, &file.recipe);
        let fit = fit.map_err(|fault| Failure::Input(fault.to_string()))?;
        Ok(Self::new(file, fit))
    }

    /// The text of its file, which `downhill predict` takes.
    pub fn text(&self) -> String {
        self.0.text()
    }

    /// Facts as one JSON object: names of features and targets, classes, categories, model, loss,
    /// precision, steps, fingerprint, parameters by name, threshold.
    pub fn facts(&self) -> String {
        self.0.facts().to_string()
    }

    /// Fingerprint as it stands, in 16 hex digits.
    pub fn fingerprint(&self) -> String {
        self.0.fingerprint()
    }

    /// Predictions of rows.
    ///
    /// # Errors
    /// [`Failure::Input`] where a number is missing or too far from those that the model was
    /// fitted to, with its row and column.
    pub fn predict(&mut self, features: &Grid<'_>) -> Outcome<Predictions> {
        self.0.predict(features)
    }

    /// Predictions of a fit by least squares with their intervals of a level: row after row the
    /// prediction, the ends of the confidence interval of the curve, and those of the interval in
    /// which a target of weight 1 would be.
    ///
    /// # Errors
    /// [`Failure::Usage`] where the model has no covariance.
    pub fn bands(&self, features: &Grid<'_>, level: f64) -> Outcome<Vec<f64>> {
        self.0.bands(features, level)
    }

    /// Learns from rows once, in their order.
    ///
    /// # Errors
    /// [`Failure::Input`] where a number is not what it should be, and [`Failure::Fit`] where an
    /// update is not finite; then nothing has changed.
    pub fn learn(&mut self, arrays: &Arrays<'_>) -> Outcome<Pass> {
        self.0.learn(arrays)
    }
}

impl<T: Kept> Held for InMemory<T> {
    fn text(&self) -> String {
        match self.has_learned {
            true => {
                let file = self.file.clone();
                file.learned_on(&self.fit.trainer, "rows in memory").text()
            }
            false => self.file.text(),
        }
    }

    fn facts(&self) -> Value {
        let (file, trainer) = (&self.file, &self.fit.trainer);
        let reading = match measure::reading(trainer, file.target.kind) {
            Reading::Amounts(_) => "amounts",
            Reading::Probability => "probability",
            Reading::Probabilities(_) => "probabilities",
            Reading::Score => "score",
        };
        let linear = parameters::name(trainer, &file.features, &file.target, &file.origins);
        let linear: Option<Vec<Vec<f64>>> = linear.map(|outputs| {
            let raw = outputs.into_iter().map(|output| output.raw.0);
            raw.map(|raw| raw.into_iter().map(|own| own.1).collect())
                .collect()
        });
        let encoding = file
            .encoding
            .iter()
            .map(|feature| (feature.column(), feature.level(), feature.others()));
        json!({
            "features": file.features,
            "encoding": encoding.collect::<Vec<_>>(),
            "targets": file.target.names,
            "is_classifier": file.target.kind == TargetKind::Class,
            "classes": file.target.classes.labels().collect::<Vec<_>>(),
            "reading": reading,
            "precision": file.precision,
            "recipe": file.recipe,
            "formula": file.formula,
            "least_squares": file.least_squares,
            "metrics": file.metrics,
            "linear": linear,
            "parameters": trainer.parameters(),
            "scaler": scaler::columns(trainer.scaler()),
            "origins": [&file.origins.features, &file.origins.targets],
            "steps": trainer.steps(),
            "fingerprint": self.fingerprint(),
        })
    }

    fn fingerprint(&self) -> String {
        self.fit.trainer.fingerprint().to_string()
    }

    fn predict(&mut self, features: &Grid<'_>) -> Outcome<Predictions> {
        super::predict::predict(self, features)
    }

    fn bands(&self, features: &Grid<'_>, level: f64) -> Outcome<Vec<f64>> {
        super::bands::bands(self, features, level)
    }

    fn learn(&mut self, arrays: &Arrays<'_>) -> Outcome<Pass> {
        super::stream::learn(self, arrays)
    }

    fn single(&mut self) -> Option<&mut InMemory<f32>> {
        (self as &mut dyn Any).downcast_mut()
    }
}
