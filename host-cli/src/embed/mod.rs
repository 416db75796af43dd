//! Fits of numbers in memory, for programs in other languages: what `downhill fit` and
//! `downhill predict` do, by the same functions.

mod bands;
mod board;
mod fit;
mod fleet;
mod in_memory;
mod model;
mod predict;
mod rows;
mod settings;
mod stream;

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

pub use self::board::{Board, Learned};
pub use self::fit::{Ended, fit, start};
pub use self::fleet::{Aggregate, ServerOptimizer, State};
pub use self::model::Model;
pub use self::predict::Predictions;
pub use self::settings::{Settings, parameters_of_formula};
pub use self::stream::Pass;
pub use crate::data::arrays::{Arrays, TargetArray};
pub use crate::data::grid::{Grid, Numbers};
pub use crate::support::failure::Failure;
use crate::support::{interrupt, messages};
use crate::train::history::Epoch;
use crate::train::restarts::Watcher;
use crate::train::verdicts::VerdictMessage;

/// Prints nothing from here on but what is asked for.
fn be_quiet() {
    messages::set(true, false);
}

/// Does work that ends early, with what it has, once `flag` is set.
pub fn until<R>(flag: &Arc<AtomicBool>, work: impl FnOnce() -> R) -> R {
    interrupt::until(flag, work)
}

/// Whoever watches a fit go on, from the thread that it runs on.
pub trait Progress {
    /// A fit of so many epochs begins; one with restarts begins several times.
    fn begin(&mut self, epochs: u32);

    /// An epoch has ended, with the mean loss of its training rows.
    fn epoch(&mut self, loss: f64);
}

/// Hands a fit's progress on.
struct Watching<'a>(&'a mut dyn Progress);

impl Watcher for Watching<'_> {
    fn begin(&mut self, epochs: u32) {
        self.0.begin(epochs);
    }

    fn epoch(&mut self, epoch: &Epoch) {
        self.0.epoch(epoch.train);
    }

    fn verdict(&mut self, _: &VerdictMessage) {}

    fn end(&mut self) {}
}
