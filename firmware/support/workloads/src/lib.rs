//! The concrete fits that are measured.
//!
//! Generic code takes the optimization level of the crate that makes it concrete: this one. Each
//! call is kept out of line, so that it costs what it costs a program.
#![no_std]

mod bare;
mod fixed;
mod formula;
mod health;
mod normal;
mod workloads;

use downhill::random::Random;
use downhill::{Fault, Fingerprint};

pub use bare::*;
pub use fixed::*;
pub use formula::*;
pub use health::*;
pub use normal::*;
pub use workloads::*;

/// A call to be counted.
pub trait Workload: Sized {
    /// The first part of its figures' keys, and the kind of its shapes.
    const NAME: &'static str;
    /// Input of one call.
    type Sample;
    /// Output of one call.
    type Answer;
    /// Output of a prediction.
    type Prediction;

    /// A fit that has seen nothing.
    ///
    /// # Errors
    /// Faults of the workload's own settings.
    fn new() -> Result<Self, Fault>;
    /// The next sample of the workload's data.
    fn sample(random: &mut Random) -> Self::Sample;
    /// A sample that no fit can learn from.
    fn wild() -> Self::Sample;
    /// Runs the call that is counted.
    ///
    /// # Errors
    /// Those of the core.
    fn call(&mut self, sample: &Self::Sample) -> Result<Self::Answer, Fault>;
    /// Predicts for a sample's features (the first, of a batch).
    ///
    /// # Errors
    /// Those of the core.
    fn predict(&mut self, sample: &Self::Sample) -> Result<Self::Prediction, Fault>;
    /// Hashes all training state.
    fn fingerprint(&self) -> Fingerprint;
    /// Writes a checkpoint and returns its length; `None` where there is no room.
    fn save(&self, out: &mut [u8]) -> Option<usize>;
    /// Goes on from a checkpoint; `None` where it is not one of this fit.
    fn resume(&mut self, saved: &[u8]) -> Option<()>;
}
