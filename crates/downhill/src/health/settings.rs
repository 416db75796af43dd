#[cfg(feature = "serde")]
use serde::{Deserialize, Serialize};

use super::Drift;

/// Settings of a [`Monitor`](super::Monitor).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
pub struct Health {
    /// Steps from one look to the next; 0 watches nothing. At least 4 otherwise.
    pub every: u16,
    /// Recovery from divergence, dead units and saddles.
    pub recover: bool,
    /// Detection of drift, if any.
    pub drift: Option<Drift>,
}

impl Health {
    /// Default of [`every`](Self::every), in steps: looks then cost a linear fit of eight features
    /// some 80 instructions a step on a Cortex-M4F.
    pub const DEFAULT_EVERY: u16 = 32;

    /// Nothing is watched.
    pub const OFF: Self = Self {
        every: 0,
        recover: false,
        drift: None,
    };

    /// Monitored, with a look every so many steps.
    pub const fn every(steps: u16) -> Self {
        Self {
            every: steps,
            ..Self::OFF
        }
    }

    /// Returns `true` if the fit is monitored.
    pub const fn is_on(&self) -> bool {
        self.every > 0
    }

    /// Returns `true` if the fit itself may be changed.
    pub const fn acts(&self) -> bool {
        self.recover || self.drift.is_some()
    }

    /// Returns `true` if the settings are permitted.
    pub(crate) const fn is_possible(&self) -> bool {
        self.every >= 4 || (self.every == 0 && !self.acts())
    }

    /// Words of state of the drift detector.
    #[cfg(feature = "monitor")]
    pub(super) fn detector_words(&self) -> usize {
        self.drift.map_or(0, |drift| drift.detector.words())
    }
}
