//! Losses of a fit over its epochs, and how the fit ended.

use serde::{Deserialize, Serialize};

/// One pass through the training rows.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Epoch {
    /// Counted from 1.
    pub(crate) epoch: u32,
    /// Mean loss of the training rows, each before its update.
    pub(crate) train: f64,
    /// Mean loss of the validation rows, at the end of the epoch.
    pub(crate) validation: Option<f64>,
}

/// Course of a fit, epoch by epoch.
#[derive(Clone, Debug, Default)]
pub(crate) struct History {
    /// Every epoch that has ended.
    pub(crate) epochs: Vec<Epoch>,
    /// With patience, or where it was interrupted, the epoch whose parameters are the fit's.
    pub(crate) best_epoch: Option<u32>,
    /// True where somebody ended it early.
    pub(crate) interrupted: bool,
    /// True where it was a later restart that was interrupted, and this fit has gone to its end.
    pub(crate) whole: bool,
}
