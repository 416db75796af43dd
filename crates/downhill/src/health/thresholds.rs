//! Constants that more than one part of a monitor judges by.

/// Steps at the start that are all looked at.
pub(super) const START: u32 = 16;
/// Looks in a window, after which trends are judged.
pub(super) const WINDOW: u32 = 16;
/// Mean cosine between a step and the next below which steps oscillate.
pub(super) const OSCILLATING: f64 = -0.4;
/// Share of dead units from which on a layer has failed.
pub(super) const DEAD: f32 = 0.9;
/// Loss, relative to a constant guess's, below which a fit is worth something.
pub(super) const USEFUL: f64 = 0.9;
/// Windows without a better one after which a fit has settled.
pub(super) const STALE: u32 = 8;
