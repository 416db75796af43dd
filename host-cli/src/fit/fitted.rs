//! A fit that has ended, with all that is told of it.

use downhill::Real;

use crate::estimate::{Estimate, Named};
use crate::history::History;
use crate::metrics::Results;
use crate::model_file::{Anomaly, BothMetrics};
use crate::parameters::Parameters;
use crate::prequential::Prequential;
use crate::threshold::Threshold;
use crate::trainer::HostFit;
use crate::verdicts::VerdictMessage;

/// A fit that has ended.
pub(crate) struct Fitted<T: Real> {
    pub(crate) fit: HostFit<T>,
    /// Every verdict, the oldest first.
    pub(crate) told: Vec<VerdictMessage>,
    pub(crate) history: History,
    pub(crate) metrics: BothMetrics,
    pub(crate) prequential: Option<Prequential>,
    /// On the training and validation rows.
    pub(crate) results: [Results; 2],
    pub(crate) threshold: Option<Threshold>,
    pub(crate) anomaly: Option<Anomaly>,
    pub(crate) parameters: Option<Vec<Parameters>>,
    /// Those of a formula.
    pub(crate) estimates: Option<Named<Estimate>>,
}
