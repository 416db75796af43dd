//! What a fit has gone through.

use serde::{Deserialize, Serialize};

/// One pass through the rows.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Epoch {
    /// Counted from 1.
    pub(crate) epoch: u32,
    /// The mean loss of the training rows, each before its update.
    pub(crate) train: f64,
    /// The mean loss of the validation rows, at the end of the epoch.
    pub(crate) validation: Option<f64>,
}

/// How a training loop went.
#[derive(Clone, Debug)]
pub(crate) struct History {
    /// Every epoch that was gone through to its end.
    pub(crate) epochs: Vec<Epoch>,
    /// With patience, or where it was interrupted, the epoch whose parameters are the fit's.
    pub(crate) best_epoch: Option<u32>,
    /// Whether somebody ended it early.
    pub(crate) interrupted: bool,
    /// Whether it was another restart that was, and this one has gone to its end.
    pub(crate) whole: bool,
}
