//! Parameters that predictions jump with: those of a condition, a rounding or a sign alone.

use downhill::Real;
use downhill::model::{AnyModel, Model};

use super::problem::Problem;

/// Most rows that are looked at.
const MOST_ROWS: usize = 2000;

/// True of a parameter that no prediction has a slope with respect to, though some change where it is
/// one of the numbers of a column.
pub(super) fn is_one<T: Real>(problem: &Problem<T>, parameters: &[T], at: usize) -> bool {
    let AnyModel::Formula(_) = &problem.estimation.model else {
        return false;
    };
    let model = &problem.estimation.model;
    let mut tape = vec![T::ZERO; model.sizes().tape];
    let mut predict = |parameters: &[T], features: &[T]| {
        let mut output = [T::ZERO];
        model.forward(parameters, features, &mut tape, &mut output);
        (output[0], tape.get(at).copied())
    };
    let rows = || problem.data.training().take(MOST_ROWS);
    if !rows().all(|row| predict(parameters, row.features).1 == Some(T::ZERO)) {
        return false;
    }
    let before: Vec<T> = rows()
        .map(|row| predict(parameters, row.features).0)
        .collect();
    let middle = rows().nth(before.len() / 2);
    let tried = middle.into_iter().flat_map(|row| row.features.to_vec());
    tried.into_iter().any(|number| {
        let mut moved = parameters.to_vec();
        moved[at] = number;
        let mut after = rows().map(|row| predict(&moved, row.features).0);
        before.iter().any(|&own| after.next() != Some(own))
    })
}
