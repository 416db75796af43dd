//! Whatever predicts rows and says what they lose: a trainer of floats, or a fit in fixed point.

use downhill::loss::AnyLoss;
use downhill::model::{AnyModel, Model};
use downhill::{Fault, Fingerprint, Real};

use crate::model::trainer::HostTrainer;

/// Predictions and losses of a fit, in the units of the file.
pub(crate) trait Assessor<T: Real> {
    /// Model, as the recipe has it.
    fn model(&self) -> &AnyModel<T>;

    /// Loss, as the recipe has it.
    fn loss(&self) -> &AnyLoss<T>;

    /// Number of outputs.
    fn outputs(&self) -> usize {
        Model::<T>::sizes(self.model()).outputs
    }

    /// Parameters, in scaled units.
    fn parameters(&self) -> Vec<T>;

    /// Updates made.
    fn steps(&self) -> u64;

    /// Hash of the fit.
    fn fingerprint(&self) -> Fingerprint;

    /// Prediction of a row.
    fn predict(&mut self, features: &[T]) -> Result<&[T], Fault>;

    /// Loss of a row.
    fn evaluate(&mut self, features: &[T], target: &[T]) -> Result<T, Fault>;

    /// Predictions and losses of rows, each with what came with it.
    fn assess_each<'s, X>(
        &mut self,
        rows: impl Iterator<Item = (&'s [T], &'s [T], X)>,
        prediction: &mut [T],
        take: impl FnMut(X, T, &[T]),
    ) -> Result<(), (X, Fault)>
    where
        T: 's;
}

impl<T: Real> Assessor<T> for HostTrainer<T> {
    fn model(&self) -> &AnyModel<T> {
        self.model()
    }

    fn loss(&self) -> &AnyLoss<T> {
        self.loss()
    }

    fn parameters(&self) -> Vec<T> {
        self.parameters().to_vec()
    }

    fn steps(&self) -> u64 {
        self.steps()
    }

    fn fingerprint(&self) -> Fingerprint {
        self.fingerprint()
    }

    fn predict(&mut self, features: &[T]) -> Result<&[T], Fault> {
        self.predict(features)
    }

    fn evaluate(&mut self, features: &[T], target: &[T]) -> Result<T, Fault> {
        self.evaluate(features, target)
    }

    fn assess_each<'s, X>(
        &mut self,
        rows: impl Iterator<Item = (&'s [T], &'s [T], X)>,
        prediction: &mut [T],
        take: impl FnMut(X, T, &[T]),
    ) -> Result<(), (X, Fault)>
    where
        T: 's,
    {
        self.assess_each(rows, prediction, take)
    }
}
