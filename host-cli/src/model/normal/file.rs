//! A model of what is normal as a text file.

use std::path::Path;

use downhill::Recipe;
use downhill::normal::{Description, Score as _, Settings};
use serde::{Deserialize, Serialize};

use super::score::{HostDetector, build, description};
use crate::data::classes::Classes;
use crate::data::columns::Target;
use crate::data::features::Feature;
use crate::data::origins::Origins;
use crate::data::samples::Weighting;
use crate::data::signal::SignalRecord;
use crate::evaluate::anomalies::Anomalies;
use crate::model::file_text::{FORMAT, check, json};
use crate::model::model_rows::RowsOfModel;
use crate::model::records::Data;
use crate::options::precision::Precision;
use crate::options::spec::{AnyModelSpec, MissingSpec};
use crate::support::failure::Outcome;

/// Everything that the file of a model of what is normal holds.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NormalFile {
    /// Always `downhill model`.
    format: String,
    /// The version of this layout.
    version: u32,
    /// The program that wrote it.
    downhill: String,
    precision: Precision,
    pub(crate) normal: NormalRecord,
    /// The features' names, in the model's order.
    pub(crate) features: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) signal: Option<SignalRecord>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) encoding: Vec<Feature>,
    #[serde(default, skip_serializing_if = "Origins::is_none")]
    pub(crate) origins: Origins,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) units: Vec<[String; 2]>,
    /// Column of the labels, if there is one.
    pub(crate) target: Target,
    pub(crate) missing_values: Vec<String>,
    #[serde(default, skip_serializing_if = "MissingSpec::is_usual")]
    pub(crate) missing: MissingSpec,
    /// Weights of rows: none.
    #[serde(skip)]
    weighting: Weighting,
    pub(crate) fingerprint: String,
    pub(crate) data: Data,
    metrics: NormalResults,
    /// A hash of all of the above.
    check: String,
}

/// Facts of a fit of what is normal, beside what it has learned.
pub(crate) struct NormalAbout {
    pub(crate) features: Vec<String>,
    pub(crate) signal: Option<SignalRecord>,
    pub(crate) encoding: Vec<Feature>,
    pub(crate) origins: Origins,
    pub(crate) units: Vec<[String; 2]>,
    pub(crate) target: Target,
    pub(crate) missing_values: Vec<String>,
    pub(crate) missing: MissingSpec,
    pub(crate) fingerprint: String,
    pub(crate) data: Data,
    pub(crate) metrics: NormalResults,
}

/// Record of what was learned.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NormalRecord {
    /// As `--model` names it.
    pub(crate) model: String,
    /// Labels of the target that are normal; none where all rows are.
    #[serde(default, skip_serializing_if = "Classes::is_empty")]
    pub(crate) labels: Classes,
    /// Settings of the detector; `learn` counts each pass.
    pub(crate) settings: Settings<f32>,
    /// Score above which a row is an anomaly.
    pub(crate) threshold: f32,
    /// Windows that the scaler learned from, where there is one.
    pub(crate) scaled_by: u32,
    /// Windows learned from in all passes, those of a scaler included.
    pub(crate) windows: u32,
    /// Recipe of an autoencoder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) recipe: Option<Recipe<f32>>,
    /// Numbers of the model.
    pub(crate) state: Vec<f32>,
}

/// How well anomalies are told, by the roles of the rows; `None` where there are no such rows.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NormalResults {
    /// Rows that the model learned from.
    pub(crate) train: Option<Anomalies>,
    /// Rows that the threshold was calibrated on.
    pub(crate) calibration: Option<Anomalies>,
    pub(crate) validation: Option<Anomalies>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) test: Option<Anomalies>,
}

/// A model of what is normal that was read, and its detector.
pub(crate) struct NormalModel {
    pub(crate) file: NormalFile,
    pub(crate) detector: HostDetector,
}

impl NormalFile {
    /// The file of a model; `about` says all but what it has learned.
    pub(crate) fn new(normal: NormalRecord, about: NormalAbout) -> Self {
        Self {
            format: FORMAT.name(),
            version: FORMAT.version,
            downhill: env!("CARGO_PKG_VERSION").into(),
            precision: Precision::F32,
            normal,
            features: about.features,
            signal: about.signal,
            encoding: about.encoding,
            origins: about.origins,
            units: about.units,
            target: about.target,
            missing_values: about.missing_values,
            missing: about.missing,
            weighting: Weighting::default(),
            fingerprint: about.fingerprint,
            data: about.data,
            metrics: about.metrics,
            check: String::new(),
        }
    }

    /// The text of the file, with its hash.
    pub(crate) fn text(mut self) -> String {
        self.check = check(&json(&self, false)).unwrap_or_default();
        json(&self, true)
    }

    /// Rows as the model takes them.
    pub(crate) fn rows(&self) -> RowsOfModel<'_> {
        RowsOfModel {
            precision: self.precision,
            features: &self.features,
            encoding: &self.encoding,
            origins: &self.origins,
            units: &self.units,
            target: &self.target,
            weighting: &self.weighting,
            missing: self.missing,
            signal: self.signal.as_ref(),
        }
    }

    /// Description of its detector, and the recipe of its trainer or of its features alone.
    pub(crate) fn description(&self) -> Result<(Description<f32>, Recipe<f32>), String> {
        let own = &self.normal;
        let model: AnyModelSpec = own.model.parse()?;
        let spec = model.normal().ok_or("`normal.model` is another model")?;
        let features = u16::try_from(self.features.len()).map_err(|_| "too many features")?;
        let recipe = own.recipe.unwrap_or(Description::recipe(features));
        Ok((description(spec, own.scaled_by, own.settings), recipe))
    }

    /// The detector, which watches.
    fn detector(&self) -> Result<HostDetector, String> {
        let NormalRecord {
            settings,
            threshold,
            windows,
            state,
            ..
        } = &self.normal;
        let (description, recipe) = self.description()?;
        let build = || {
            let mut model = build(&description, &recipe)?.into_model();
            model.restore(state, *windows, true)?;
            HostDetector::resume(model, *settings, *threshold)
        };
        let detector = build().map_err(|fault| fault.to_string())?;
        let fingerprint = detector.fingerprint().to_string();
        match fingerprint == self.fingerprint {
            true => Ok(detector),
            false => Err(format!(
                "its numbers have the fingerprint {fingerprint}, not {}",
                self.fingerprint
            )),
        }
    }
}

/// Reads the text of a file, which must be as it was written.
pub(crate) fn parse(path: &Path, text: &str) -> Outcome<NormalModel> {
    let file: NormalFile = FORMAT.parse(path, text, None)?;
    if Some(&file.check) != check(text).as_ref() {
        return Err(FORMAT.foreign(path, None, &"it was changed after it was written"));
    }
    let detector = file.detector();
    let detector = detector.map_err(|error| FORMAT.foreign(path, None, &error))?;
    Ok(NormalModel { file, detector })
}
