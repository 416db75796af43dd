//! Rows that are added several at once, with the bits of one after the other.

use super::qr;
use super::settings::least_normal;
use super::solver::{Pass, Solver};
use super::workspace::Pieces;
use super::{LeastSquares, Robust, Table};
use crate::Real;
use crate::arch::{Work, in_wide_vectors};
use crate::block::{BLOCK, Visit};
use crate::internal::Internal;
use crate::model::Model;

/// Sums that the rows of a block add to those of a pass.
struct Block<T> {
    cost: [T; BLOCK],
    signal: [T; BLOCK],
    residual: [T; BLOCK],
}

impl<T: Real, M: Model<T>> Solver<'_, T, M> {
    /// Adds rows one after the other, each as [`add`](Solver::add) does. A computer takes several
    /// rows of a formula at once.
    pub fn add_rows(&mut self, rows: Table<'_, T>) {
        let mut at = 0;
        while at < rows.len() {
            at += BLOCK * self.add_blocks(rows, at);
            // Rows that no block takes go in alone, up to where one may begin.
            for _ in self.pass.counted as usize % BLOCK..BLOCK {
                let Some((features, target, weight)) = rows.row(at) else {
                    return;
                };
                self.add(features, target, weight);
                at += 1;
            }
        }
    }

    /// Adds rows from this one on, as many blocks as can be, and returns how many.
    fn add_blocks(&mut self, rows: Table<'_, T>, at: usize) -> usize {
        let pass = &mut self.pass;
        let is_between = !(pass.counted as usize).is_multiple_of(BLOCK);
        if !M::IN_BLOCKS || self.end.is_some() || pass.bad.is_some() || is_between {
            return 0;
        }
        let Some(pieces) = Pieces::cut(self.words, self.parameters, self.tape) else {
            return 0;
        };
        let rows = rows.from(at);
        let count = rows.len() / BLOCK;
        let given = (0..count).map(|block| rows.block(block));
        let sums = Sums {
            pass,
            settings: &self.settings,
            given,
            triangle: pieces.triangle,
            z: pieces.z,
        };
        in_wide_vectors(Blocks {
            model: &self.model,
            parameters: pieces.trial,
            rows: (rows.features(), count),
            columns: pieces.block,
            sums,
        })
    }
}

/// Blocks of rows that are to be added.
struct Blocks<'a, T, M, V> {
    model: &'a M,
    parameters: &'a [T],
    /// Features, and the count of blocks.
    rows: (&'a [T], usize),
    columns: &'a mut [[T; BLOCK]],
    sums: V,
}

impl<T: Real, M: Model<T>, V: Visit<T>> Work for Blocks<'_, T, M, V> {
    #[inline(always)]
    fn run(mut self) -> usize {
        let (rows, sums) = (self.rows, &mut self.sums);
        self.model
            .blocks(Internal, self.parameters, rows, self.columns, sums)
    }
}

/// Sums of a pass, to which blocks are added.
struct Sums<'a, T, I> {
    pass: &'a mut Pass<T>,
    settings: &'a LeastSquares<T>,
    /// Targets and weights of each block.
    given: I,
    triangle: &'a mut [T],
    z: &'a mut [T],
}

impl<T: Real, I> Visit<T> for Sums<'_, T, I>
where
    I: Iterator<Item = ([T; BLOCK], [T; BLOCK])>,
{
    #[inline(always)]
    fn block(&mut self, predictions: &[T; BLOCK], columns: &mut [[T; BLOCK]]) -> bool {
        let given = self.given.next();
        let given = given.filter(|of| of.1.iter().all(|&weight| weight > T::ZERO));
        let block = given.and_then(|given| Block::of(self.settings, given, predictions, columns));
        let Some(block) = block else {
            // The rows are not there yet.
            columns.fill([T::ZERO; BLOCK]);
            return false;
        };
        let pass = &mut *self.pass;
        for row in 0..BLOCK {
            let cost = block.cost[row];
            pass.lost |= block.residual[row] != T::ZERO && cost < least_normal();
            pass.cost.add(cost);
            pass.signal += block.signal[row];
        }
        pass.rows = pass.rows.saturating_add(BLOCK as u32);
        pass.counted = pass.counted.wrapping_add(BLOCK as u32);
        qr::fold(self.triangle, self.z, columns);
        true
    }
}

impl<T: Real> Block<T> {
    /// The sums of a block with these predictions; its derivatives, which are in `columns`, are
    /// weighted, and the residuals put behind them. `None` where a number is infinite or NaN.
    #[inline(always)]
    fn of(
        settings: &LeastSquares<T>,
        given: ([T; BLOCK], [T; BLOCK]),
        predictions: &[T; BLOCK],
        columns: &mut [[T; BLOCK]],
    ) -> Option<Self> {
        let root = |square: T| square.sqrt();
        // Loops of their own for what nearly every fit is, without branches and roots.
        match settings.loss {
            Robust::Squared if given.1 == [T::ONE; BLOCK] => {
                let given = (given.0, [T::ONE; BLOCK]);
                Self::with(squared, |_| T::ONE, given, predictions, columns)
            }
            Robust::Squared => Self::with(squared, root, given, predictions, columns),
            loss => Self::with(|r| loss.eval(r), root, given, predictions, columns),
        }
    }

    #[inline(always)]
    fn with(
        loss: impl Fn(T) -> (T, T, T),
        root: impl Fn(T) -> T,
        (targets, weights): ([T; BLOCK], [T; BLOCK]),
        predictions: &[T; BLOCK],
        columns: &mut [[T; BLOCK]],
    ) -> Option<Self> {
        let (residuals, slopes) = columns.split_last_mut()?;
        let mut block = Self {
            cost: [T::ZERO; BLOCK],
            signal: [T::ZERO; BLOCK],
            residual: [T::ZERO; BLOCK],
        };
        let mut factors = [T::ZERO; BLOCK];
        for row in 0..BLOCK {
            let (target, weight, prediction) = (targets[row], weights[row], predictions[row]);
            let residual = target - prediction;
            let (cost, share, bend) = loss(residual);
            let factor = root(weight * bend);
            let pull = share / bend;
            factors[row] = factor;
            block.cost[row] = weight * cost;
            block.residual[row] = residual;
            let (target, prediction) = (factor * target, factor * prediction);
            block.signal[row] = target * target + prediction * prediction;
            residuals[row] = factor * pull * residual;
        }
        let mut sizes = [T::ZERO; BLOCK];
        for column in slopes {
            for row in 0..BLOCK {
                column[row] = factors[row] * column[row];
                sizes[row] += column[row].abs();
            }
        }
        let mut is_finite = true;
        for (size, cost) in sizes.iter().zip(&block.cost) {
            is_finite &= (*size + *cost).is_finite();
        }
        is_finite.then_some(block)
    }
}

#[inline(always)]
fn squared<T: Real>(residual: T) -> (T, T, T) {
    Robust::Squared.eval(residual)
}
