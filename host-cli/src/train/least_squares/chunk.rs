//! Some rows of a problem, side by side.

use downhill::least_squares::Table;

/// Rows that are handed to an estimator at once.
pub(super) const CHUNK: usize = 256;

/// Some rows.
#[derive(Debug, Default)]
pub(super) struct Chunk<T> {
    width: usize,
    features: Vec<T>,
    targets: Vec<T>,
    weights: Vec<T>,
}

impl<T: downhill::Real> Chunk<T> {
    pub(super) fn push(&mut self, features: &[T], target: T, weight: T) {
        self.width = features.len();
        self.features.extend_from_slice(features);
        self.targets.push(target);
        self.weights.push(weight);
    }

    pub(super) fn len(&self) -> usize {
        self.targets.len()
    }

    pub(super) fn clear(&mut self) {
        self.features.clear();
        self.targets.clear();
        self.weights.clear();
    }

    pub(super) fn table(&self) -> Table<'_, T> {
        Table::new(self.width, &self.features, &self.targets).with_weights(&self.weights)
    }
}
