//! Where the rows of a fit come from, again and again.

use crate::Real;

/// Data that can be replayed: every pass of a solver visits all rows, in the same order.
///
/// A [`Table`] in memory is one; a closure that reads rows back from flash is another.
pub trait Rows<T: Real> {
    /// Visits every row: its features, its target, and its weight (1 where rows count alike).
    fn replay(&mut self, visit: &mut impl FnMut(&[T], T, T));
}

impl<T: Real, R: Rows<T>> Rows<T> for &mut R {
    #[inline(always)]
    fn replay(&mut self, visit: &mut impl FnMut(&[T], T, T)) {
        R::replay(self, visit);
    }
}

/// Rows in memory.
///
/// ```
/// use downhill::least_squares::{Rows, Table};
///
/// let mut table = Table::new(2, &[1.0, 2.0, 3.0, 4.0], &[10.0, 20.0]);
/// let mut sum = 0.0;
/// table.replay(&mut |features, target, weight| sum += weight * (features[1] + target));
/// assert_eq!(sum, 36.0);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Table<'a, T> {
    columns: usize,
    features: &'a [T],
    targets: &'a [T],
    weights: &'a [T],
}

impl<'a, T: Real> Table<'a, T> {
    /// Rows of `columns` features each, one behind the other, and one target a row. The shorter
    /// of the two slices decides how many rows there are.
    pub const fn new(columns: usize, features: &'a [T], targets: &'a [T]) -> Self {
        Self {
            columns,
            features,
            targets,
            weights: &[],
        }
    }

    /// Rows with a weight each; those without one count once. A weight is 1 / variance where the
    /// accuracy of rows differs. A row of weight 0 is left out.
    pub const fn with_weights(self, weights: &'a [T]) -> Self {
        Self { weights, ..self }
    }
}

impl<T: Real> Rows<T> for Table<'_, T> {
    #[inline(always)]
    fn replay(&mut self, visit: &mut impl FnMut(&[T], T, T)) {
        let mut weights = self.weights.iter();
        let mut features = self.features;
        for &target in self.targets {
            let Some((row, rest)) = features.split_at_checked(self.columns) else {
                return;
            };
            let weight = weights.next().copied().unwrap_or(T::ONE);
            visit(row, target, weight);
            features = rest;
        }
    }
}
