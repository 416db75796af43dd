//! Rows of a problem side by side, as an estimator takes them.

use downhill::Real;
use downhill::least_squares::{Rows, Table};

use super::problem::Problem;

/// Most numbers that are held besides the samples, 32 MB of them: rows beyond that are put side by
/// side anew in every pass.
const MOST: usize = 1 << 22;
/// Rows that are handed to an estimator at once where not all can be.
const ROWS: usize = 1 << 12;

/// Training rows, or some of them.
#[derive(Debug)]
pub(super) struct Chunk<T> {
    width: usize,
    /// Rows that a chunk holds.
    most: usize,
    features: Vec<T>,
    targets: Vec<T>,
    weights: Vec<T>,
}

impl<T: Real> Chunk<T> {
    /// One that has no rows yet.
    pub(super) fn new(problem: &Problem<T>) -> Self {
        let (rows, width) = (problem.data.split.train.len(), problem.data.samples.width());
        let most = match rows.saturating_mul(width + 2) <= MOST {
            true => rows,
            false => ROWS,
        };
        Self {
            width,
            most,
            features: Vec::with_capacity(most * width),
            targets: Vec::with_capacity(most),
            weights: Vec::with_capacity(most),
        }
    }

    /// Hands all training rows to `visit`, some at a time, and the place of the first of these.
    pub(super) fn each(
        &mut self,
        mut problem: &Problem<T>,
        mut visit: impl FnMut(usize, Table<'_, T>),
    ) {
        let rows = problem.data.split.train.len();
        if self.targets.len() == rows {
            return visit(0, self.table());
        }
        let mut first = 0;
        problem.replay(&mut |features, target, weight| {
            self.features.extend_from_slice(features);
            self.targets.push(target);
            self.weights.push(weight);
            let count = self.targets.len();
            if count == self.most || first + count == rows {
                visit(first, self.table());
                first += count;
                if count < rows {
                    self.clear();
                }
            }
        });
    }

    fn clear(&mut self) {
        self.features.clear();
        self.targets.clear();
        self.weights.clear();
    }

    fn table(&self) -> Table<'_, T> {
        Table::new(self.width, &self.features, &self.targets).with_weights(&self.weights)
    }
}
