//! A fit that has ended, with all that is told of it.

use downhill::Real;

use crate::evaluate::metrics::Results;
use crate::evaluate::threshold::Threshold;
use crate::model::estimate::{Estimate, Named};
use crate::model::parameters::Parameters;
use crate::model::records::{Anomaly, BothMetrics};
use crate::model::trainer::HostFit;
use crate::train::cross_validation::CrossValidation;
use crate::train::history::History;
use crate::train::prequential::Prequential;
use crate::train::verdicts::VerdictMessage;

/// A fit that has ended.
pub(crate) struct Fitted<T: Real> {
    pub(crate) fit: HostFit<T>,
    /// Every verdict, the oldest first.
    pub(crate) told: Vec<VerdictMessage>,
    pub(crate) history: History,
    pub(crate) metrics: BothMetrics,
    pub(crate) prequential: Option<Prequential>,
    pub(crate) cross_validation: Option<CrossValidation>,
    /// What the validation rows have chosen.
    pub(crate) chosen: Vec<&'static str>,
    /// On the training and validation rows.
    pub(crate) results: [Results; 2],
    pub(crate) threshold: Option<Threshold>,
    pub(crate) anomaly: Option<Anomaly>,
    pub(crate) parameters: Option<Vec<Parameters>>,
    /// Those of a formula.
    pub(crate) estimates: Option<Named<Estimate>>,
}
