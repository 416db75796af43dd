//! Intervals around the predictions of a fit by least squares.

use super::in_memory::{InMemory, Kept};
use super::predict::wrong_width;
use crate::data::grid::Grid;
use crate::model::gradient::Sloped;
use crate::support::failure::{Failure, Outcome};

/// Row after row its prediction, then where the curve is, then where a target of weight 1 would be:
/// five numbers, NaN where nobody can tell.
pub(super) fn bands<T: Kept>(
    model: &InMemory<T>,
    features: &Grid<'_>,
    level: f64,
) -> Outcome<Vec<f64>> {
    let InMemory { file, fit, .. } = model;
    if features.columns() != file.features.len() {
        return Err(wrong_width(features.columns(), file.features.len()));
    }
    if !(level > 0.0 && level < 1.0) {
        return Err(Failure::Usage(format!(
            "`--level {level}` is no share; it is above 0 and below 1, such as 0.95"
        )));
    }
    let record = file.least_squares.as_ref();
    let covariance = record.and_then(|record| record.covariance.as_ref());
    let covariance = covariance.filter(|_| !model.has_learned).ok_or_else(|| {
        Failure::Usage(
            "bands need the covariance of the parameters, which a fit by least squares has, with more \
             rows than parameters: use `--solver lm`, or a formula"
                .into(),
        )
    })?;
    let reach = covariance.errors_at(level);
    let origin = file.output_origins().first().copied().unwrap_or_default();
    let mut sloped = Sloped::new(&file.recipe.model, fit.trainer.parameters());
    let mut row_features = vec![T::ZERO; file.features.len()];
    let mut bands = Vec::with_capacity(5 * features.rows());
    for row in 0..features.rows() {
        for (at, place) in row_features.iter_mut().enumerate() {
            *place = T::from_f64(features.number(row, at) - file.origins.feature(at));
        }
        let (value, gradient) = sloped.at(&row_features);
        let value = value + origin;
        let error = covariance.error_along(gradient).unwrap_or(f64::NAN);
        bands.push(value);
        for deviation in [error, error.hypot(covariance.noise)] {
            bands.extend([value - reach * deviation, value + reach * deviation]);
        }
    }
    Ok(bands)
}
