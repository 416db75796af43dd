//! Findings of an inspection.

use serde::Serialize;

use super::column::Column;
use super::finding::Finding;
use super::glance::Glance;
use crate::data::columns::{LeftOut, TargetKind};
use crate::support::format::counted;

/// Result, as `--json` prints it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Inspection {
    pub(super) status: &'static str,
    pub(super) data: String,
    /// How the file was read.
    pub(super) format: Glance,
    pub(super) target: String,
    /// Meaning of the target's numbers.
    pub(super) kind: TargetKind,
    /// How the target was taken, where it could have been taken otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) taken: Option<String>,
    pub(super) rows: usize,
    /// Rows in which nothing is missing that a fit would use.
    pub(super) whole_rows: usize,
    /// Rows that relations, medians and numbers of different values are told by, where these are
    /// not all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) rows_looked_at: Option<usize>,
    pub(super) features: Vec<String>,
    pub(super) left_out: Vec<LeftOut>,
    pub(super) findings: Vec<Finding>,
    /// The features, and the target at the end.
    pub(super) columns: Vec<Column>,
}

impl Inspection {
    /// Sentences without their full stops: on the rows, and on target and features.
    pub(super) fn counts(&self) -> [String; 2] {
        let (rows, features) = (
            counted(self.rows, "row"),
            counted(self.features.len(), "feature"),
        );
        [
            format!("{rows}, {} with nothing missing", self.whole_rows),
            format!("{} from {features}", self.target),
        ]
    }
}
