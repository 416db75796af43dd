//! Blocks of rows.

/// Rows of a block: so many are folded into a triangle at once, and a computer evaluates a formula
/// for so many at once.
pub(crate) const BLOCK: usize = 8;
