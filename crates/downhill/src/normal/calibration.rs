//! A threshold from scores of windows that were not learned from.

use crate::{Hasher, Real};

/// Scores that are kept at most: with the usual share of 0.01 enough for 3,199 windows.
pub const KEPT: usize = 32;

/// The largest scores of some windows, which tell the threshold that a share of normal windows
/// exceeds.
///
/// The threshold is the ⌊share · (n + 1)⌋-th largest of n scores, exactly: a further window, drawn
/// as these were, exceeds it with a probability of no more than the share (split conformal
/// prediction; Vovk, Gammerman and Shafer 2005). Where that would be none of them (of fewer than
/// 1 / share − 1 windows), it is the largest, and the probability 1 / (n + 1).
#[derive(Clone, Copy, Debug)]
pub struct Calibration<T> {
    /// The largest first.
    largest: [T; KEPT],
    windows: u32,
}

impl<T: Real> Default for Calibration<T> {
    fn default() -> Self {
        Self {
            largest: [T::ZERO; KEPT],
            windows: 0,
        }
    }
}

impl<T: Real> Calibration<T> {
    /// Takes in the score of a window, which is at least 0.
    pub fn push(&mut self, score: T) {
        self.windows = self.windows.saturating_add(1);
        let mut carried = score;
        for kept in &mut self.largest {
            if carried > *kept {
                core::mem::swap(&mut carried, kept);
            }
        }
    }

    /// The calibration of so many windows whose largest scores, the largest first, are these.
    #[cfg(feature = "checkpoint")]
    pub(super) fn of(largest: &[T; KEPT], windows: u32) -> Self {
        Self {
            largest: *largest,
            windows,
        }
    }

    /// The largest scores, the largest first.
    #[cfg(feature = "checkpoint")]
    pub(super) fn largest(&self) -> &[T; KEPT] {
        &self.largest
    }

    /// Windows taken in.
    pub fn windows(&self) -> u32 {
        self.windows
    }

    /// Place of the threshold among the scores, the largest at 1, for a share above 0; beyond
    /// [`KEPT`] where it is not known.
    pub fn rank(windows: u32, share: T) -> u32 {
        let rank = share * T::from_u32(windows.saturating_add(1));
        (rank.to_f64() as u32).max(1)
    }

    /// The threshold that a share of normal windows exceeds; `None` without a window, and where
    /// its rank is beyond [`KEPT`].
    pub fn threshold(&self, share: T) -> Option<T> {
        let rank = Self::rank(self.windows, share) as usize;
        let score = self.largest.get(rank - 1).copied();
        score.filter(|_| self.windows > 0)
    }

    pub(super) fn hash(&self, hasher: &mut Hasher) {
        hasher.word(self.windows);
        hasher.reals(&self.largest);
    }
}

#[cfg(test)]
mod tests {
    extern crate std;

    use std::vec::Vec;

    use super::*;
    use crate::random::Random;

    #[test]
    fn the_threshold_is_an_order_statistic() {
        for windows in [1, 7, 98, 99, 198, 199, 500, 3_199] {
            let mut random = Random::seed(windows);
            let mut calibration = Calibration::<f32>::default();
            let mut scores: Vec<f32> = (0..windows).map(|_| random.unit()).collect();
            for &score in &scores {
                calibration.push(score);
            }
            scores.sort_by(|a, b| b.total_cmp(a));
            let place = ((windows as f64 + 1.0) * 0.01 + 1e-6) as usize;
            let expected = scores[place.max(1) - 1];
            assert_eq!(calibration.threshold(0.01), Some(expected), "{windows}");
        }
        assert_eq!(Calibration::<f32>::default().threshold(0.01), None);
    }

    /// Over many calibrations the share that exceeds the threshold is what it was asked to be.
    #[test]
    fn a_further_window_exceeds_it_with_the_probability_asked_for() {
        let mut random = Random::seed(5);
        let mut above = 0;
        for _ in 0..4_000 {
            let mut calibration = Calibration::<f64>::default();
            (0..199).for_each(|_| calibration.push(random.unit()));
            let threshold = calibration.threshold(0.01).unwrap();
            above += (0..50).filter(|_| random.unit::<f64>() > threshold).count();
        }
        let share = above as f64 / 200_000.0;
        assert!((share - 0.01).abs() < 0.001, "{share}");
    }
}
