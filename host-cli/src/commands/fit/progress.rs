//! The bar of a fit.

use crate::report::loss_plot::Progress;
use crate::train::history::Epoch;
use crate::train::restarts::Watcher;
use crate::train::verdicts::VerdictMessage;

/// A bar for each attempt at a fit.
#[derive(Default)]
pub(super) struct Bars(Option<Progress>);

impl Watcher for Bars {
    fn begin(&mut self, epochs: u32) {
        self.0 = Some(Progress::new(epochs));
    }

    fn epoch(&mut self, epoch: &Epoch) {
        if let Some(bar) = &self.0 {
            bar.epoch(epoch);
        }
    }

    fn verdict(&mut self, told: &VerdictMessage) {
        if let Some(bar) = &self.0 {
            bar.say(&told.line());
        }
    }

    fn end(&mut self) {
        if let Some(bar) = self.0.take() {
            bar.clear();
        }
    }
}
