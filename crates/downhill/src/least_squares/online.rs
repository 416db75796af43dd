//! Common parts of both estimators that learn row by row: prediction, row, and the checks before.

use crate::model::Model;
use crate::trainer::Gather;
use crate::{Fault, Real, kernel};

/// A model's prediction for a row, its derivatives divided by `size`, and the error of the
/// prediction, divided by it too. Dividing keeps squares of large rows in range.
pub(super) struct Seen<T> {
    /// The largest derivative, at least 1.
    pub(super) size: T,
    /// Target − prediction.
    pub(super) error: T,
}

/// Computes a row, its derivatives into `row`.
///
/// # Errors
/// A [`Fault`] that names what is wrong with the row or its prediction.
#[inline(always)]
pub(super) fn see<T: Real, M: Model<T>>(
    model: &M,
    (parameters, row, tape): (&[T], &mut [T], &mut [T]),
    features: &[T],
    target: T,
) -> Result<Seen<T>, Fault> {
    let need = model.sizes().features;
    if features.len() != need {
        return Err(Fault::Length {
            need: need as u32,
            got: features.len() as u32,
        });
    }
    if let Some(index) = features.iter().position(|x| !x.is_finite()) {
        let index = index as u16;
        return Err(Fault::Feature { index });
    }
    if !target.is_finite() {
        return Err(Fault::Target { index: 0 });
    }
    let mut output = [T::ZERO];
    model.forward(parameters, features, tape, &mut output);
    let [prediction] = output;
    if !prediction.is_finite() {
        return Err(Fault::Prediction);
    }
    let error = target - prediction;
    if !error.is_finite() {
        return Err(Fault::Loss);
    }
    let one = [T::ONE];
    model.backward(parameters, features, tape, &one);
    model.gradient(features, tape, &one, &mut Gather::<_, true>(&mut *row));
    if !kernel::sum_abs(row).is_finite() {
        return Err(Fault::Gradient);
    }
    let size = row.iter().fold(T::ONE, |size, x| size.larger(x.abs()));
    for derivative in row.iter_mut() {
        *derivative = *derivative / size;
    }
    Ok(Seen { size, error })
}

/// The pieces of memory that an estimator needs, or how much it lacks.
///
/// # Errors
/// [`Fault::Arena`] where `words` is too short, [`Fault::Setting`] where the model has not one
/// output.
pub(super) fn check<T: Real, M: Model<T>>(model: &M, need: usize, got: usize) -> Result<(), Fault> {
    if model.sizes().outputs != 1 {
        return Err(Fault::Setting(crate::Setting::Model));
    }
    if got < need {
        return Err(Fault::Arena {
            need: need as u32,
            got: got as u32,
        });
    }
    Ok(())
}
