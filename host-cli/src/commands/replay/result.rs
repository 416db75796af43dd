//! Results of a replay.

use serde::Serialize;

/// Result, as `--json` prints it.
#[derive(Serialize)]
pub(super) struct ReplayResult<'a> {
    pub(super) status: &'static str,
    pub(super) recording: String,
    pub(super) board: &'a str,
    pub(super) entries: u64,
    /// True where it has no end mark; `None` of a version without one, which does not tell.
    pub(super) cut: Option<bool>,
    pub(super) steps: u64,
    pub(super) first_difference: Option<&'a Difference>,
    pub(super) fingerprint: &'a str,
}

/// First difference of recording and host.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Difference {
    /// The recording's line, counted from 1.
    pub(super) line: u64,
    /// The host's step after it.
    pub(super) step: u64,
    /// Quantity that differs: `fingerprint`, `refusal`, `number of steps` or `loss`.
    pub(super) what: &'static str,
    pub(super) recording: String,
    pub(super) host: String,
}
