//! Parts of a model's file that tell of its fit: data, metrics and what was found.

use std::path::Path;

use serde::{Deserialize, Deserializer, Serialize};

use crate::data::samples::RowCounts;
use crate::evaluate::metrics::Metrics;
use crate::model::covariance::Covariance;

/// Threshold of an autoencoder's anomalies.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Anomaly {
    /// A row is one if its reconstruction error, the loss, is above this.
    pub(crate) threshold: f64,
    /// The share of the validation rows (of all, where none are) that may be.
    pub(crate) share: f64,
}

/// Record of a fit by least squares.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SolverRecord {
    pub(crate) solver: String,
    pub(crate) termination: Option<String>,
    pub(crate) standard_errors: Vec<Option<f64>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) covariance: Option<Covariance>,
    pub(crate) residual_standard_deviation: Option<f64>,
    pub(crate) residual_sum_of_squares: f64,
    /// The least and the largest number of each feature in the training rows.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) ranges: Vec<[f64; 2]>,
}

/// Rows that a model was trained and validated on.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Data {
    /// The file's name, without its folder.
    pub(crate) file: String,
    /// Training rows.
    pub(crate) train: usize,
    /// Validation rows.
    #[serde(alias = "test")]
    pub(crate) validation: usize,
    /// Rows left out for a missing value.
    pub(crate) dropped: usize,
    /// Times through the rows.
    pub(crate) epochs: u32,
}

impl Data {
    /// Record of the file at `path`, whose `rows` were gone through `epochs` times.
    pub(crate) fn new(path: &str, rows: RowCounts, epochs: u32) -> Self {
        let file = Path::new(path).file_name().unwrap_or_default();
        Self {
            file: file.to_string_lossy().into_owned(),
            train: rows.train,
            validation: rows.validation,
            dropped: rows.dropped,
            epochs,
        }
    }
}

/// Metrics of the rows of each role.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, from = "MetricsFields")]
pub(crate) struct BothMetrics {
    /// `None` where there are no such rows.
    pub(crate) train: Option<Metrics>,
    /// `None` where there are no such rows.
    pub(crate) validation: Option<Metrics>,
    /// `None` where there are no such rows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) test: Option<Metrics>,
}

/// Fields of [`BothMetrics`]: in version 1 validation rows were test rows.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MetricsFields {
    train: Option<Metrics>,
    #[serde(default, deserialize_with = "there")]
    validation: Option<Option<Metrics>>,
    #[serde(default)]
    test: Option<Metrics>,
}

impl From<MetricsFields> for BothMetrics {
    fn from(fields: MetricsFields) -> Self {
        let MetricsFields {
            train,
            validation,
            test,
        } = fields;
        let (validation, test) = match validation {
            Some(validation) => (validation, test),
            None => (test, None),
        };
        Self {
            train,
            validation,
            test,
        }
    }
}

/// A field that is there, if only as `null`.
fn there<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Option<Metrics>>, D::Error> {
    Option::deserialize(from).map(Some)
}
