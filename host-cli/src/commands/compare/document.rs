//! Results of a comparison.

use serde::Serialize;

use super::vary::Setting;
use crate::data::columns::TargetKind;
use crate::data::samples::RowCounts;
use crate::model::estimate::Named;
use crate::model::records::BothMetrics;
use crate::train::cross_validation::CrossValidation;
use crate::train::least_squares::goodness::Goodness;

/// Results of a comparison, as `--json` prints them.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Comparison {
    pub(super) status: &'static str,
    pub(super) data: String,
    pub(super) target: String,
    /// How the target was taken, where it could have been taken otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) taken: Option<String>,
    pub(super) rows: RowCounts,
    /// Quantity of `curve`: `error`, the share of rows whose class is wrong, or `rmse`.
    pub(super) curve: &'static str,
    pub(super) fits: Vec<Compared>,
}

/// One of the fits.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Compared {
    /// The options that make it what it is.
    pub(super) options: Options,
    /// Message of a fit that failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) failure: Option<String>,
    /// Number of the model's parameters.
    pub(super) parameters: usize,
    pub(super) metrics: Option<BothMetrics>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) cross_validation: Option<CrossValidation>,
    /// Coefficients of a linear model, of features of mean 0 and standard deviation 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) coefficients: Option<Named>,
    /// Figures of a fit by least squares.
    #[serde(flatten)]
    pub(super) goodness: Option<Goodness>,
    /// After each epoch, of the validation rows; empty of least squares.
    pub(super) curve: Vec<f64>,
}

impl Compared {
    /// A fit that has not begun.
    pub(super) fn new(setting: Setting, parameters: usize) -> Self {
        Self {
            options: Options(setting),
            failure: None,
            parameters,
            metrics: None,
            cross_validation: None,
            coefficients: None,
            goodness: None,
            curve: Vec::new(),
        }
    }
}

/// Rows, kind and name of a target, and how it was taken.
pub(super) type Of = (RowCounts, TargetKind, String, Option<String>);

/// Options and their values, in the order of `--vary`.
#[derive(Clone, Debug)]
pub(super) struct Options(pub(super) Setting);

impl Serialize for Options {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(option, value)| (option, value)))
    }
}

/// Returns true where no fit came to its end.
pub(super) fn all_failed(fits: &[Compared]) -> bool {
    fits.iter().all(|fit| fit.failure.is_some())
}
