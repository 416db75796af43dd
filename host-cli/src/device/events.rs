//! State and samples as a board sends them.

use downhill::Fingerprint;

/// A fit's state on its way from the board.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pulled {
    /// Parameters, the optimizer's state, the scaler.
    pub(crate) words: Vec<f32>,
    /// Number of words when it is whole.
    pub(super) length: usize,
    /// Steps that the fit has made.
    pub(crate) steps: u64,
    pub(crate) fingerprint: Option<Fingerprint>,
    /// Number of samples told that are in this state already.
    pub(super) told: usize,
}

/// A sample of the board's own sensor that it has learned from.
#[derive(Clone, Debug)]
pub(crate) struct Learned {
    pub(crate) sample: u32,
    pub(crate) step: u64,
    pub(crate) loss: f32,
    pub(crate) fingerprint: Fingerprint,
    pub(crate) features: Vec<f32>,
    pub(crate) target: Vec<f32>,
}
