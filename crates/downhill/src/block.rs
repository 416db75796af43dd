//! Blocks of rows.

/// Rows of a block: so many are folded into a triangle at once, and a computer evaluates a formula
/// for so many at once.
pub(crate) const BLOCK: usize = 8;

/// Receiver of blocks of rows.
pub trait Visit<T> {
    /// Takes the predictions of a block, and their derivatives by each parameter; `false` where no
    /// further block is wanted.
    fn block(&mut self, outputs: &[T; BLOCK], columns: &mut [[T; BLOCK]]) -> bool;
}
