//! The end of a fit.

use downhill::health::Monitor;
use downhill::{Fingerprint, Real};

use crate::evaluate::assessor::Assessor;
use crate::evaluate::metrics::Results;
use crate::evaluate::threshold::Threshold;
use crate::model::estimate::{Estimate, Named};
use crate::model::fixed_fit::{Counted, FixedFit};
use crate::model::parameters::Parameters;
use crate::model::records::{Anomaly, BothMetrics};
use crate::model::trainer::HostFit;
use crate::train::cross_validation::CrossValidation;
use crate::train::history::History;
use crate::train::prequential::Prequential;
use crate::train::verdicts::VerdictMessage;

/// A fit that has ended, in floats or in fixed point.
pub(crate) trait Ended {
    /// Rows that its monitor has skipped.
    fn skipped(&self) -> u32;
    /// Counts of a fit in fixed point.
    fn counted(&self) -> Option<Counted>;
    /// Updates made.
    fn steps(&self) -> u64;
    /// Hash of the fit.
    fn fingerprint(&self) -> Fingerprint;
}

impl<T: Real> Ended for HostFit<T> {
    fn skipped(&self) -> u32 {
        self.monitor.as_ref().map_or(0, Monitor::skipped)
    }

    fn counted(&self) -> Option<Counted> {
        None
    }

    fn steps(&self) -> u64 {
        self.trainer.steps()
    }

    fn fingerprint(&self) -> Fingerprint {
        self.trainer.fingerprint()
    }
}

impl Ended for FixedFit {
    fn skipped(&self) -> u32 {
        0
    }

    fn counted(&self) -> Option<Counted> {
        Some(FixedFit::counted(self))
    }

    fn steps(&self) -> u64 {
        Assessor::steps(self)
    }

    fn fingerprint(&self) -> Fingerprint {
        Assessor::fingerprint(self)
    }
}

/// A fit that has ended, with all that is told of it.
pub(crate) struct Fitted<F> {
    pub(crate) fit: F,
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
