//! Rows of a fit, visited again and again.

use crate::Real;
use crate::block::BLOCK;
use crate::internal::Internal;

/// Data that can be replayed: every pass of a solver visits all rows, in the same order.
///
/// A [`Table`] in memory is one. Rows that are elsewhere, such as in flash, implement the trait:
///
/// ```
/// use downhill::least_squares::{Bounds, LeastSquares, Rows};
/// use downhill::{Const, model::Linear};
///
/// /// A log of readings in flash, millivolts and tenths of a degree, two bytes each.
/// struct Log<'a>(&'a [u8]);
///
/// impl Rows<f32> for Log<'_> {
///     fn replay(&mut self, visit: &mut impl FnMut(&[f32], f32, f32)) {
///         for &[a, b, c, d] in self.0.as_chunks().0 {
///             let (millivolts, tenths) = (u16::from_le_bytes([a, b]), i16::from_le_bytes([c, d]));
///             visit(&[f32::from(millivolts)], f32::from(tenths) / 10.0, 1.0);
///         }
///     }
/// }
///
/// # fn main() -> Result<(), downhill::least_squares::SolveError> {
/// let flash = [0xF4, 0x01, 0, 0, 0x58, 0x02, 100, 0, 0xBC, 0x02, 200, 0, 0x20, 0x03, 0x2C, 0x01];
/// let model = Linear::<Const<1>>::new();
/// let mut work = [0.0; LeastSquares::<f32>::words(2, 0)];
/// let solver = LeastSquares::default();
/// let fit = solver.fit(&model, &mut Log(&flash), &[0.0, 0.0], Bounds::NONE, &mut work)?;
/// let slope = fit.estimate(0).map(|slope| slope.value);
/// assert!((slope.unwrap_or(0.0) - 0.1).abs() < 1e-4); // 500 mV are 0 °C, and 10 mV a degree
/// # Ok(())
/// # }
/// ```
pub trait Rows<T: Real> {
    /// Visits every row: its features, its target, and its weight (1 where rows count alike).
    fn replay(&mut self, visit: &mut impl FnMut(&[T], T, T));

    /// All rows as a table; `None` where they are not one.
    #[doc(hidden)]
    #[inline(always)]
    fn table(&self, _: Internal) -> Option<Table<'_, T>> {
        None
    }
}

impl<T: Real, R: Rows<T>> Rows<T> for &mut R {
    #[inline(always)]
    fn replay(&mut self, visit: &mut impl FnMut(&[T], T, T)) {
        R::replay(self, visit);
    }

    #[inline(always)]
    fn table(&self, internal: Internal) -> Option<Table<'_, T>> {
        R::table(self, internal)
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

    /// Rows.
    pub(super) fn len(&self) -> usize {
        match self.features.len().checked_div(self.columns) {
            Some(rows) => rows.min(self.targets.len()),
            None => self.targets.len(),
        }
    }

    /// The features, row by row.
    pub(super) fn features(&self) -> &'a [T] {
        self.features
    }

    /// Features, target and weight of a row.
    pub(super) fn row(&self, at: usize) -> Option<(&'a [T], T, T)> {
        let features = self.features.get(at * self.columns..)?;
        Some((
            features.get(..self.columns)?,
            *self.targets.get(at)?,
            self.weights.get(at).copied().unwrap_or(T::ONE),
        ))
    }

    /// The rows from this one on.
    pub(super) fn from(&self, at: usize) -> Self {
        Self {
            columns: self.columns,
            features: self.features.get(at * self.columns..).unwrap_or(&[]),
            targets: self.targets.get(at..).unwrap_or(&[]),
            weights: self.weights.get(at..).unwrap_or(&[]),
        }
    }

    /// Targets and weights of a block of rows; the last one may be short.
    pub(super) fn block(&self, block: usize) -> ([T; BLOCK], [T; BLOCK]) {
        let (mut targets, mut weights) = ([T::ZERO; BLOCK], [T::ONE; BLOCK]);
        for (own, given) in [(&mut targets, self.targets), (&mut weights, self.weights)] {
            let given = given.get(block * BLOCK..).unwrap_or(&[]);
            for (own, &given) in own.iter_mut().zip(given) {
                *own = given;
            }
        }
        (targets, weights)
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

    #[inline(always)]
    fn table(&self, _: Internal) -> Option<Table<'_, T>> {
        Some(*self)
    }
}
