//! The one slice that a fit by least squares works in, and how it is cut.

use super::qr::packed;
use crate::block::BLOCK;

/// The pieces of a workspace that a pass ends with; their lengths follow from the number of
/// parameters.
pub(super) struct Pieces<'a, T> {
    /// The best parameters so far.
    pub(super) best: &'a mut [T],
    /// The parameters being tried in this pass.
    pub(super) trial: &'a mut [T],
    pub(super) lower: &'a mut [T],
    pub(super) upper: &'a mut [T],
    /// 1 where a parameter is held at its bound, 2 where it is left out because it depends on
    /// others, else 0.
    pub(super) held: &'a mut [T],
    /// The unit that each parameter's steps are measured in: 1 / the greatest length that its
    /// column of the Jacobian has had.
    pub(super) scale: &'a mut [T],
    /// The step, in those units.
    pub(super) step: &'a mut [T],
    /// The singular values of the scaled Jacobian at `best`.
    pub(super) singular: &'a mut [T],
    /// Part of the residuals along each singular direction.
    pub(super) along: &'a mut [T],
    /// The triangle and z of the pass that runs, and those at `best`.
    pub(super) triangle: &'a mut [T],
    pub(super) z: &'a mut [T],
    pub(super) best_triangle: &'a mut [T],
    pub(super) best_z: &'a mut [T],
    /// The scaled triangle, its columns turned until they are at right angles; and the turns.
    pub(super) turned: &'a mut [T],
    pub(super) turns: &'a mut [T],
    /// The rows that are not folded into the triangle yet, column by column, and their residuals.
    pub(super) block: &'a mut [[T; BLOCK]],
}

/// The pieces that a row goes through: few, for they are cut for every row.
pub(super) struct RowPieces<'a, T> {
    /// The parameters being tried.
    pub(super) trial: &'a mut [T],
    /// One row of the Jacobian.
    pub(super) row: &'a mut [T],
    /// The rows that wait to be folded, and their residuals.
    pub(super) block: &'a mut [[T; BLOCK]],
    /// The model's.
    pub(super) tape: &'a mut [T],
}

impl<'a, T> RowPieces<'a, T> {
    #[inline(always)]
    pub(super) fn cut(words: &'a mut [T], parameters: usize, tape: usize) -> Option<Self> {
        let k = parameters;
        let (_best, rest) = words.split_at_mut_checked(k)?;
        let (trial, rest) = rest.split_at_mut_checked(k)?;
        let (_lower_to_along, rest) = rest.split_at_mut_checked(7 * k)?;
        let (row, rest) = rest.split_at_mut_checked(k)?;
        let (_triangles_to_turns, rest) =
            rest.split_at_mut_checked(2 * (packed(k) + k) + 2 * k * k)?;
        let (block, rest) = rest.split_at_mut_checked(BLOCK * (k + 1))?;
        Some(Self {
            trial,
            row,
            block: block.as_chunks_mut().0,
            tape: rest.get_mut(..tape)?,
        })
    }
}

/// Numbers in a workspace.
pub(super) const fn len(parameters: usize, tape: usize) -> usize {
    12 * parameters
        + 2 * packed(parameters)
        + 2 * parameters * parameters
        + BLOCK * (parameters + 1)
        + tape
}

impl<'a, T> Pieces<'a, T> {
    #[inline(always)]
    pub(super) fn cut(words: &'a mut [T], parameters: usize, tape: usize) -> Option<Self> {
        let mut rest = words;
        let mut take = |length: usize| rest.split_off_mut(..length);
        let (k, triangle, square) = (parameters, packed(parameters), parameters * parameters);
        Some(Self {
            best: take(k)?,
            trial: take(k)?,
            lower: take(k)?,
            upper: take(k)?,
            held: take(k)?,
            scale: take(k)?,
            step: take(k)?,
            singular: take(k)?,
            along: take(k)?,
            triangle: {
                let _row = take(k)?;
                take(triangle)?
            },
            z: take(k)?,
            best_triangle: take(triangle)?,
            best_z: take(k)?,
            turned: take(square)?,
            turns: take(square)?,
            block: {
                let block = take(BLOCK * (k + 1))?;
                let _tape = take(tape)?;
                block.as_chunks_mut().0
            },
        })
    }

    /// All but the row and the tape: what decides the future of a fit.
    pub(super) fn deciding(words: &'a [T], parameters: usize) -> Option<[&'a [T]; 2]> {
        let k = parameters;
        let (before, row) = words.split_at_checked(9 * k)?;
        let after = 2 * (packed(k) + k) + 2 * k * k + BLOCK * (k + 1);
        let after = row.get(k..)?.get(..after)?;
        Some([before, after])
    }

    /// State at the best parameters: scale, held, singular and turns.
    pub(super) fn lasting(words: &'a [T], parameters: usize) -> Option<[&'a [T]; 4]> {
        let mut rest = words;
        let mut take = |length: usize| rest.split_off(..length);
        let k = parameters;
        let _best_trial_lower_upper = take(4 * k)?;
        let (held, scale) = (take(k)?, take(k)?);
        let _step = take(k)?;
        let singular = take(k)?;
        let _along_row_triangles = take(2 * k + 2 * (packed(k) + k) + k * k)?;
        let turns = take(k * k)?;
        Some([scale, held, singular, turns])
    }
}
