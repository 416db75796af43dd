use serde::{Deserialize, Serialize};

use super::Drift;

/// Whether a fit is watched, and what may be done for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Health {
    /// Steps from one look to the next; 0 watches nothing. At least 4 otherwise.
    pub every: u16,
    /// Whether the fit recovers by itself: from divergence, and from saddles.
    pub recover: bool,
    /// What watches for drift, if anything.
    pub drift: Option<Drift>,
}

impl Health {
    /// Steps from one look to the next where nothing else is asked for: looks then cost a
    /// linear fit of eight features some 80 instructions a step on a Cortex-M4F.
    pub const USUAL: u16 = 32;

    /// Nothing is watched.
    pub const OFF: Self = Self {
        every: 0,
        recover: false,
        drift: None,
    };

    /// Watched, with a look every so many steps.
    pub const fn every(steps: u16) -> Self {
        Self {
            every: steps,
            ..Self::OFF
        }
    }

    /// Whether anything is watched.
    pub const fn is_on(&self) -> bool {
        self.every > 0
    }

    /// Whether the fit itself may be changed.
    pub const fn acts(&self) -> bool {
        self.recover || self.drift.is_some()
    }

    /// Whether the settings are possible.
    pub(crate) const fn is_possible(&self) -> bool {
        self.every >= 4 || (self.every == 0 && !self.acts())
    }

    /// Words of state of the drift detector.
    pub(super) fn detector_words(&self) -> usize {
        self.drift.map_or(0, |drift| drift.detector.words())
    }
}
