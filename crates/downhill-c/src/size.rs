/// Bytes of a buffer beside the words of a fit, at whatever address it begins.
pub const DOWNHILL_FIT_BYTES: usize = 1472;

/// Words that a fit has behind it: for its numbers, and for its monitor.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Words {
    pub(crate) fit: usize,
    pub(crate) monitor: usize,
}
