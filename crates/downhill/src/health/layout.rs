//! Where a monitor keeps what grows with the fit.

use super::features;
use super::{Health, PowerIteration, TrainerOf};
use crate::Real;
use crate::loss::Loss;
use crate::model::{Model, Sizes};

/// Length of each part of a monitor's words.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lengths {
    pub(super) sizes: Sizes,
    pub(super) means: usize,
    pub(super) detector: usize,
    pub(super) state: usize,
}

/// The pieces of a monitor's words.
pub(super) struct Pieces<'a, T> {
    pub(super) features: &'a mut [T],
    pub(super) power: &'a mut [T],
    pub(super) alive: &'a mut [T],
    pub(super) guess: &'a mut [T],
    pub(super) means: &'a mut [T],
    pub(super) detector: &'a mut [T],
    pub(super) state: &'a mut [T],
}

impl Lengths {
    pub(super) fn of<T: Real>(health: Health, fit: &impl TrainerOf<T>) -> Self {
        let fit = fit.trainer();
        let sizes = fit.model().sizes();
        let targets = fit.loss().targets(sizes.outputs);
        Self::new(health, sizes, targets, fit.state().len())
    }

    fn new(health: Health, sizes: Sizes, targets: usize, state: usize) -> Self {
        Self {
            sizes,
            means: sizes.outputs.max(targets).max(2),
            detector: health.detector_words(),
            state: if health.recover { state } else { 0 },
        }
    }

    const fn power(&self) -> usize {
        PowerIteration::words(self.sizes.features)
    }

    const fn units(&self) -> usize {
        self.sizes.tape / 2
    }

    pub(super) const fn total(&self) -> usize {
        self.sizes.features * features::WORDS
            + self.power()
            + self.units()
            + self.sizes.outputs
            + self.means
            + self.detector
            + self.state
    }

    pub(super) fn cut<T: Real>(self, mut words: &mut [T]) -> Option<Pieces<'_, T>> {
        let words = &mut words;
        let mut take = |length| words.split_off_mut(..length);
        Some(Pieces {
            features: take(self.sizes.features * features::WORDS)?,
            power: take(self.power())?,
            alive: take(self.units())?,
            guess: take(self.sizes.outputs)?,
            means: take(self.means)?,
            detector: take(self.detector)?,
            state: take(self.state)?,
        })
    }
}

/// Words that a monitor needs, of a fit with so many numbers of state.
pub(crate) fn words_len(health: Health, sizes: Sizes, targets: usize, state: usize) -> usize {
    Lengths::new(health, sizes, targets, state).total()
}
