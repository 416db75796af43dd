//! Predictions, measured.

pub(crate) mod anomalies;
pub(crate) mod assessor;
pub(crate) mod measure;
pub(crate) mod metrics;
pub(crate) mod threshold;
