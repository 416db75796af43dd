//! The detector: learns, calibrates, watches.

#[cfg(feature = "serde")]
use serde::{Deserialize, Serialize};

use super::alarm::Alarm;
use super::calibration::{Calibration, KEPT};
use super::score::Score;
use crate::{Fault, Fingerprint, Hasher, Real, Setting};

/// Settings of a [`Detector`].
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
pub struct Settings<T> {
    /// Windows that the model learns from.
    pub learn: u32,
    /// Windows behind these that the threshold is calibrated on, which the model does not learn
    /// from.
    pub calibrate: u32,
    /// Share of normal windows that the threshold lets exceed it, above 0 and below 1.
    pub share: T,
    /// Votes for an alarm, and windows that vote: so many of the last ones, at most 32, must be
    /// above the threshold.
    pub votes: [u8; 2],
    /// Windows behind an alarm that raise none.
    pub cool_down: u32,
}

impl<T: Real> Default for Settings<T> {
    /// Learns from 400 windows, calibrates on 200 to a share of 0.01, and alarms by five of eight
    /// votes, at most every 64 windows.
    fn default() -> Self {
        Self {
            learn: 400,
            calibrate: 200,
            share: T::from_f64(0.01),
            votes: [5, 8],
            cool_down: 64,
        }
    }
}

impl<T: Real> Settings<T> {
    /// Checks that there can be such a detector.
    ///
    /// # Errors
    /// [`Fault::Setting`] where a number is outside its range, or where more than
    /// [`KEPT`] of the windows to calibrate on may be above the threshold.
    pub fn check(&self) -> Result<(), Fault> {
        let [votes, of] = self.votes;
        let is_possible = self.learn > 0
            && self.calibrate > 0
            && self.share > T::ZERO
            && self.share < T::ONE
            && votes > 0
            && votes <= of
            && of <= Alarm::MOST
            && Calibration::rank(self.calibrate, self.share) <= KEPT as u32;
        match is_possible {
            true => Ok(()),
            false => Err(Fault::Setting(Setting::Detector)),
        }
    }
}

/// Phase of a [`Detector`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Phase {
    /// Its model learns.
    Learning,
    /// Its threshold is being set.
    Calibrating,
    /// It alarms.
    Watching,
}

/// Verdict of a detector on a window.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Observation<T> {
    /// Distance from what is normal; `None` while the model learns.
    pub score: Option<T>,
    /// True where the detector watches and the score is above its threshold.
    pub is_above: bool,
    /// True where this window raises an alarm.
    pub alarm: bool,
}

/// Detector of anomalies: a [model](Score) of what is normal, a threshold calibrated on windows
/// that the model did not learn from, and votes.
///
/// A [`Fault`] changes nothing, so that a window that cannot be is neither learned from nor
/// counted.
#[derive(Clone, Debug)]
pub struct Detector<M: Score> {
    pub(super) model: M,
    pub(super) settings: Settings<M::Real>,
    /// Windows learned from.
    pub(super) learned: u32,
    pub(super) calibration: Calibration<M::Real>,
    pub(super) threshold: Option<M::Real>,
    pub(super) alarm: Alarm,
}

impl<M: Score> Detector<M> {
    /// A detector whose model has learned nothing.
    ///
    /// # Errors
    /// As [`Settings::check`].
    pub fn new(model: M, settings: Settings<M::Real>) -> Result<Self, Fault> {
        settings.check()?;
        Ok(Self {
            model,
            settings,
            learned: 0,
            calibration: Calibration::default(),
            threshold: None,
            alarm: Alarm::default(),
        })
    }

    /// A detector that watches, of a frozen model and a threshold that were kept.
    ///
    /// # Errors
    /// As [`Settings::check`], and [`Fault::Setting`] of a threshold that is not finite.
    pub fn resume(
        model: M,
        settings: Settings<M::Real>,
        threshold: M::Real,
    ) -> Result<Self, Fault> {
        if !threshold.is_finite() {
            return Err(Fault::Setting(Setting::Threshold));
        }
        let mut own = Self::new(model, settings)?;
        (own.learned, own.threshold) = (settings.learn, Some(threshold));
        Ok(own)
    }

    /// Phase that the next window belongs to.
    pub fn phase(&self) -> Phase {
        match self.threshold {
            Some(_) => Phase::Watching,
            None if self.learned < self.settings.learn => Phase::Learning,
            None => Phase::Calibrating,
        }
    }

    /// Windows that its phase has had, and those that it takes; of watching 0 and 0.
    pub fn progress(&self) -> [u32; 2] {
        match self.phase() {
            Phase::Learning => [self.learned, self.settings.learn],
            Phase::Calibrating => [self.calibration.windows(), self.settings.calibrate],
            Phase::Watching => [0, 0],
        }
    }

    /// Windows that it has learned from and calibrated on.
    pub fn steps(&self) -> u64 {
        let calibrated = match self.threshold {
            Some(_) => self.settings.calibrate,
            None => self.calibration.windows(),
        };
        u64::from(self.learned) + u64::from(calibrated)
    }

    /// Takes in a window, by its phase: learns from it, calibrates on it, or watches it.
    ///
    /// # Errors
    /// Those of the model; nothing has changed then.
    #[inline]
    pub fn observe(&mut self, window: &[M::Real]) -> Result<Observation<M::Real>, Fault> {
        let mut seen = Observation {
            score: None,
            is_above: false,
            alarm: false,
        };
        if self.learned < self.settings.learn {
            self.model.learn(window)?;
            self.learned += 1;
            if self.learned == self.settings.learn {
                self.model.freeze()?;
            }
            return Ok(seen);
        }
        let score = self.model.score(window)?;
        seen.score = Some(score);
        match self.threshold {
            Some(threshold) => {
                let Settings {
                    votes, cool_down, ..
                } = self.settings;
                seen.is_above = score > threshold;
                seen.alarm = self.alarm.push(seen.is_above, votes, cool_down);
            }
            None => {
                self.calibration.push(score);
                if self.calibration.windows() >= self.settings.calibrate {
                    self.threshold = self.calibration.threshold(self.settings.share);
                }
            }
        }
        Ok(seen)
    }

    /// Distance of a window from what is normal. Changes nothing.
    ///
    /// # Errors
    /// Those of the model.
    pub fn score(&mut self, window: &[M::Real]) -> Result<M::Real, Fault> {
        self.model.score(window)
    }

    /// Threshold of scores; `None` before it is calibrated.
    pub fn threshold(&self) -> Option<M::Real> {
        self.threshold
    }

    /// Returns `true` while enough of the last windows were above the threshold: what an output
    /// pin shows.
    pub fn is_on(&self) -> bool {
        self.alarm.is_on(self.settings.votes)
    }

    /// Forgets the last windows, as at the end of a recording; model and threshold stay.
    pub fn gap(&mut self) {
        self.alarm = Alarm::default();
    }

    /// Forgets all, to learn anew what is normal.
    pub fn forget(&mut self) {
        self.model.forget();
        (self.learned, self.threshold) = (0, None);
        self.calibration = Calibration::default();
        self.alarm = Alarm::default();
    }

    /// Model of what is normal.
    pub fn model(&self) -> &M {
        &self.model
    }

    /// Returns its model, and ends it.
    pub fn into_model(self) -> M {
        self.model
    }

    /// Its settings.
    pub fn settings(&self) -> &Settings<M::Real> {
        &self.settings
    }

    /// Hash of all that decides what it will say.
    pub fn fingerprint(&self) -> Fingerprint {
        let mut hasher = Hasher::default();
        let Settings {
            learn,
            calibrate,
            share,
            votes: [votes, of],
            cool_down,
        } = self.settings;
        for word in [
            learn,
            calibrate,
            votes.into(),
            of.into(),
            cool_down,
            self.learned,
        ] {
            hasher.word(word);
        }
        hasher.reals(&[share, self.threshold.unwrap_or(M::Real::NAN)]);
        self.model.hash(&mut hasher);
        if self.threshold.is_none() {
            self.calibration.hash(&mut hasher);
        }
        self.alarm.hash(&mut hasher);
        hasher.finish()
    }
}
