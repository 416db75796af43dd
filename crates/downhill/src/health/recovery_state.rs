/// Rollbacks before a fit is given up.
const MAX_ROLLBACKS: u32 = 24;

/// Recoveries that are due, and those that were made.
#[derive(Clone, Copy, Debug)]
pub(super) struct Recovery {
    /// The fit is well: its state is worth keeping.
    pub(super) keep: bool,
    /// It has lost its way.
    pub(super) roll_back: bool,
    /// It stands still where there is no minimum.
    pub(super) leave: bool,
    /// Its units no longer learn.
    pub(super) draw_anew: bool,
    /// Its data has changed.
    pub(super) drifted: bool,
    /// Samples that were refused.
    pub(super) skipped: u32,
    /// The step of the state that is kept.
    pub(super) kept: u64,
    /// How often the fit was put back.
    pub(super) tries: u32,
    /// How often since that state was kept.
    pub(super) since: u32,
}

impl Recovery {
    pub(super) const fn new(step: u64) -> Self {
        Self {
            keep: false,
            roll_back: false,
            leave: false,
            draw_anew: false,
            drifted: false,
            skipped: 0,
            kept: step,
            tries: 0,
            since: 0,
        }
    }

    /// Returns `true` if the fit was rolled back.
    pub(super) const fn has_acted(&self) -> bool {
        self.tries > 0
    }

    /// Returns `true` while the fit may still be rolled back.
    pub(super) const fn can_recover(&self) -> bool {
        self.tries < MAX_ROLLBACKS
    }
}
