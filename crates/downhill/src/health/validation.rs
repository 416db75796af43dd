//! Overfitting, by the validation loss.

use super::Finding;
use super::baseline::times;
use crate::Real;

/// Reports in a row without a new best validation loss that are overfitting.
const REPORTS: u32 = 3;
/// Validation loss, relative to the best, from which on a fit overfits.
const WORSE: f64 = 1.05;
/// Validation loss, relative to that of a constant guess, up to which it rises by rounding alone.
const ROUNDING: f64 = 1e-6;
/// Training loss, relative to that at the best report, below which it has fallen since.
const FALLEN: f64 = 0.95;

/// Best validation loss, and the time since.
#[derive(Clone, Copy, Debug)]
pub(super) struct Validation<T> {
    best: Option<T>,
    step: u64,
    /// Running mean of the training loss at that step.
    training: T,
    /// Reports since then.
    since: u32,
}

impl<T: Real> Validation<T> {
    pub(super) const NEW: Self = Self {
        best: None,
        step: 0,
        training: T::ZERO,
        since: 0,
    };

    /// Takes a validation loss at `step`, with the running mean of the training loss and the loss of
    /// a constant guess; returns [`Finding::Overfitting`] where only the validation loss has risen
    /// since its best.
    pub(super) fn report(
        &mut self,
        step: u64,
        loss: T,
        (training, guess): (T, T),
    ) -> Option<Finding> {
        let best = self.best.unwrap_or(loss);
        if self.best.is_none() || loss < best {
            *self = Self {
                best: Some(loss),
                step,
                training,
                since: 0,
            };
            return None;
        }
        self.since = self.since.saturating_add(1);
        let worse = loss > best * T::from_f64(WORSE) && loss > guess * T::from_f64(ROUNDING);
        let fallen = training < self.training * T::from_f64(FALLEN);
        (self.since >= REPORTS && worse && fallen).then(|| Finding::Overfitting {
            since: self.step,
            ratio: times(loss, best),
        })
    }
}
