//! Results of a comparison of board and twin.

use std::fmt;

use downhill::least_squares::Termination;
use serde::Serialize;

use crate::model::estimate::{Estimate, Named};
use crate::support::failure::Failure;
use crate::train::verdicts::VerdictMessage;

/// Reason for which a comparison ends before its end.
pub(super) enum Stop {
    Failure(Failure),
    Difference(Box<Difference>),
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}

/// Result of a comparison.
pub(super) struct Compared {
    /// Rows that both have learned from.
    pub(super) rows: usize,
    /// Steps after which both had the same fingerprint.
    pub(super) identical: u64,
    /// The first after which they had not.
    pub(super) difference: Option<Difference>,
    /// The twin's, at the end.
    pub(super) fingerprint: String,
    /// The verdicts of both.
    pub(super) verdicts: Vec<VerdictMessage>,
    /// The first of them by which the fit has failed on its way, if any: how one that `--limit`
    /// cuts off ends says little.
    pub(super) failure: Option<VerdictMessage>,
    /// Steps and losses of both: of each row, or of each pass by least squares.
    pub(super) losses: Vec<(u64, f32)>,
    /// Windows that both have made of raw samples, and those that were dropped; `None` where the
    /// board was given their features.
    pub(super) windows: Option<[u32; 2]>,
    /// Alarms that both have raised; `None` of what is no detector.
    pub(super) alarms: Option<usize>,
    /// The board's account of a fit by least squares.
    pub(super) solved: Option<Solved>,
}

/// First difference of board and twin.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Difference {
    /// The step, counted from 1.
    pub(super) step: u64,
    /// The twin's fingerprint after it.
    pub(super) host: String,
    /// The board's.
    pub(super) device: String,
    /// The first parameter, or other number of the fit, that differs; `loss` where the fit is
    /// the same and the loss reported is not.
    pub(super) parameter: Option<String>,
    /// The twin's value of it, and the board's.
    pub(super) values: Option<[f32; 2]>,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "board and twin differ after step {}: the twin's fingerprint is {}, the board's {}",
            self.step, self.host, self.device
        )?;
        if let (Some(name), Some([host, device])) = (&self.parameter, self.values) {
            write!(
                f,
                "; the first difference is in {name}: {host:?} ({:08x}) on the twin, {device:?} \
                 ({:08x}) on the board",
                host.to_bits(),
                device.to_bits()
            )?;
        } else if let Some(name) = &self.parameter {
            write!(f, "; the first difference is in {name}")?;
        }
        Ok(())
    }
}

impl Compared {
    /// Number of steps that differ: the comparison ends with the first.
    pub(super) fn different(&self) -> u64 {
        u64::from(self.difference.is_some())
    }
}

/// A board's account of a fit by least squares.
pub(super) struct Solved {
    /// Reason of its end; `None` of an estimator that never does.
    pub(super) termination: Option<Termination>,
    /// The parameters by name.
    pub(super) parameters: Named<Estimate>,
    /// Objective that was minimized; 0 of an estimator that does not keep count.
    pub(super) cost: f32,
    /// The residual standard deviation.
    pub(super) deviation: Option<f32>,
}
