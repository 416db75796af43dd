//! Result of `fit --json` of a model of what is normal.

use std::path::Path;

use downhill::normal::Settings;
use downhill_tables::HowRead;
use serde::Serialize;

use crate::data::classes::{self, Classes};
use crate::data::columns::LeftOut;
use crate::data::signal::{Signal, SignalFacts};
use crate::evaluate::anomalies::Watched;
use crate::model::normal::NormalResults;
use crate::options::NormalOptions;
use crate::options::precision::Precision;
use crate::train::normal::NormalFit;

/// Result, as `--json` prints it; `host-cli/JSON.md` says what each field holds.
#[derive(Serialize)]
pub(super) struct NormalResult<'a> {
    status: &'static str,
    data: String,
    format: &'a HowRead,
    rows: RowCounts,
    target: Option<String>,
    /// Labels that are normal.
    #[serde(serialize_with = "classes::as_values")]
    normal: &'a Classes,
    features: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    signal: Option<SignalFacts<'a>>,
    left_out: &'a [LeftOut],
    precision: Precision,
    kind: String,
    epochs: u32,
    settings: &'a Settings<f32>,
    /// Score above which a row is an anomaly.
    threshold: Option<f32>,
    /// Share of normal rows that the threshold lets exceed it.
    expected_false_alarm_rate: f64,
    metrics: &'a NormalResults,
    scores: Vec<Score>,
    fingerprint: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    model: Option<String>,
}

/// Numbers of rows of each use.
#[derive(Serialize)]
struct RowCounts {
    used: usize,
    dropped: usize,
    filled: usize,
    learned: usize,
    calibrated: usize,
    validation: usize,
    test: usize,
    /// Training rows that are not normal.
    not_normal: usize,
    /// Rows between those that were learned from and those that were calibrated on.
    apart: usize,
}

/// A row in the file's order.
#[derive(Serialize)]
struct Score {
    score: f64,
    above: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    alarm: bool,
    normal: Option<bool>,
}

impl From<&(u32, Watched)> for Score {
    fn from((_, row): &(u32, Watched)) -> Self {
        Self {
            score: row.score,
            above: row.is_above,
            alarm: row.alarm,
            normal: row.is_normal,
        }
    }
}

/// Share of normal rows that the threshold of a fit lets exceed it, at most.
pub(super) fn expected_rate(fit: &NormalFit) -> f64 {
    let settings = fit.detector.settings();
    let rank = downhill::normal::Calibration::rank(settings.calibrate, settings.share);
    f64::from(rank) / (f64::from(settings.calibrate) + 1.0)
}

/// Result of a fit, which was saved there if it was.
pub(super) fn document<'a>(
    options: &NormalOptions,
    fit: &'a NormalFit,
    model: Option<&Path>,
) -> NormalResult<'a> {
    let data = &fit.data;
    NormalResult {
        status: "done",
        data: data.name(),
        format: &data.how,
        rows: RowCounts {
            used: data.samples.len(),
            dropped: data.samples.dropped,
            filled: data.samples.filled,
            learned: fit.roles.learn.len(),
            calibrated: fit.roles.calibrate.len(),
            validation: data.split.validation.len(),
            test: data.split.test.len(),
            not_normal: fit.unused,
            apart: fit.roles.apart,
        },
        target: data.target.option(),
        normal: &fit.labels,
        features: &data.features,
        signal: data.signal.as_ref().map(Signal::facts),
        left_out: &data.left_out,
        precision: Precision::F32,
        kind: options.model.to_string(),
        epochs: fit.epochs,
        settings: fit.detector.settings(),
        threshold: fit.detector.threshold(),
        expected_false_alarm_rate: expected_rate(fit),
        metrics: &fit.results,
        scores: fit.watched.iter().map(Score::from).collect(),
        fingerprint: fit.detector.fingerprint().to_string(),
        model: model.map(|path| path.display().to_string()),
    }
}
