//! Origins that columns are counted from.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::data::features::Feature;

/// Origins of columns: subtracted from their numbers, in `f64`, before these are rounded to the
/// precision of a fit.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Origins {
    /// Of each feature, in the model's order; empty where each is 0.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) features: Vec<f64>,
    /// Of each target; empty where each is 0.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) targets: Vec<f64>,
}

impl Origins {
    /// Origins of features, and behind them of targets.
    pub(crate) fn new(mut all: Vec<f64>, features: usize) -> Self {
        let or_none = |all: Vec<f64>| match all.iter().all(|&origin| origin == 0.0) {
            true => Vec::new(),
            false => all,
        };
        let targets = all.split_off(features);
        Self {
            features: or_none(all),
            targets: or_none(targets),
        }
    }

    /// Tells whether no column has one.
    pub(crate) fn is_none(&self) -> bool {
        self.features.is_empty() && self.targets.is_empty()
    }

    /// Origin of a feature.
    pub(crate) fn feature(&self, at: usize) -> f64 {
        self.features.get(at).copied().unwrap_or_default()
    }

    /// Each column that has one, of features and targets with these names; the features of a model
    /// that has others than columns as they stand are also given.
    pub(crate) fn named(
        &self,
        features: &[String],
        encoding: &[Feature],
        targets: &[String],
    ) -> Vec<ColumnOrigin> {
        let is_time = |at: usize| encoding.get(at).is_some_and(Feature::is_in_seconds);
        let features = features.iter().zip(&self.features).enumerate();
        let features = features.map(|(at, of)| (of, is_time(at)));
        let targets = targets.iter().zip(&self.targets).map(|of| (of, false));
        let all = features.chain(targets);
        let there = all.filter(|((_, origin), _)| **origin != 0.0);
        there
            .map(|((column, &origin), is_time)| ColumnOrigin {
                column: column.clone(),
                origin,
                time: is_time
                    .then(|| downhill_tables::timestamp(origin))
                    .flatten(),
            })
            .collect()
    }

    /// Origin of a target.
    pub(crate) fn target(&self, at: usize) -> f64 {
        self.targets.get(at).copied().unwrap_or_default()
    }

    /// Origin of a column of a scaler: of a feature, and behind so many of them of a target.
    pub(crate) fn column(&self, at: usize, features: usize) -> f64 {
        match at.checked_sub(features) {
            None => self.feature(at),
            Some(target) => self.target(target),
        }
    }

    /// Origins of the outputs of a model, whose targets are its features where it reconstructs
    /// these.
    pub(crate) fn outputs(&self, is_of_features: bool) -> &[f64] {
        match is_of_features {
            true => &self.features,
            false => &self.targets,
        }
    }
}

/// A column, and what is subtracted from its numbers.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct ColumnOrigin {
    pub(crate) column: String,
    pub(crate) origin: f64,
    /// The origin as a time, where the column is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) time: Option<String>,
}

impl fmt::Display for ColumnOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` counted from {}", self.column, self.origin)?;
        if let Some(time) = &self.time {
            write!(f, " ({time})")?;
        }
        f.write_str(", for its numbers lie close together and far from zero")
    }
}
