//! Options of a signal.

/// Signal stage that a fit is given.
#[derive(Clone, Debug)]
pub(crate) struct SignalOptions {
    /// Description, as the core reads it.
    pub(crate) text: String,
    /// Column that tells recordings apart.
    pub(crate) recording: Option<String>,
    /// Column of times.
    pub(crate) time: Option<String>,
    /// Rows from a window's last to the one whose target it has.
    pub(crate) horizon: u64,
}
