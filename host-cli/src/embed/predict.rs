//! Predictions of rows in memory.

use super::in_memory::{InMemory, Kept};
use crate::data::columns::TargetKind;
use crate::data::grid::Grid;
use crate::evaluate::measure;
use crate::support::failure::{Failure, Outcome};
use downhill_tables::Files;

/// Predictions of rows.
#[derive(Clone, Debug, Default)]
pub struct Predictions {
    /// Row after row its amounts, probability of class 1, probability of each class, or score.
    pub outputs: Vec<f64>,
    /// Numbers of a row.
    pub width: usize,
    /// The class of each row, by its number; empty of amounts.
    pub classes: Vec<u32>,
}

pub(super) fn predict<T: Kept>(
    model: &mut InMemory<T>,
    features: &Grid<'_>,
) -> Outcome<Predictions> {
    let InMemory { file, fit, .. } = model;
    let width = file.features.len();
    if features.columns() != width {
        return Err(wrong_width(features.columns(), width));
    }
    let files = Files::memory();
    let shifts = !file.origins.is_none();
    let mut room = vec![T::ZERO; width];
    let mut predictions = Predictions {
        outputs: Vec::with_capacity(features.rows()),
        width: 1,
        classes: Vec::new(),
    };
    for row in 0..features.rows() {
        let own = match features.row::<T>(row).filter(|_| !shifts) {
            Some(own) => own,
            None => {
                for (at, place) in room.iter_mut().enumerate() {
                    *place = T::from_f64(features.number(row, at) - file.origins.feature(at));
                }
                &room
            }
        };
        let outputs = match fit.trainer.predict(own) {
            Ok(outputs) => outputs,
            Err(fault) => match (0..width).find(|&at| !own[at].is_finite()) {
                Some(at) => {
                    let number = features.number(row, at);
                    return Err(not_finite(row, &file.features[at], number));
                }
                None => return Err(measure::too_far(&files, row as u64, fault)),
            },
        };
        predictions.width = outputs.len();
        if file.target.kind == TargetKind::Class {
            let class = file.recipe.class_of(outputs);
            predictions.classes.push(class as u32);
        }
        let origins = file.output_origins();
        let numbers = outputs.iter().enumerate();
        let amount = |(at, output): (usize, &T)| {
            output.to_f64() + origins.get(at).copied().unwrap_or_default()
        };
        predictions.outputs.extend(numbers.map(amount));
    }
    Ok(predictions)
}

pub(super) fn wrong_width(found: usize, width: usize) -> Failure {
    Failure::Input(format!(
        "the data has {found} features, and the model was fitted to {width}"
    ))
}

/// Refusal of a number that no model takes.
pub(super) fn not_finite(row: usize, column: &str, number: f64) -> Failure {
    let what = match (number.is_nan(), number.is_infinite()) {
        (true, _) => "the data contains NaN; fill it in".into(),
        (_, true) => "the data contains inf (infinity); correct it".into(),
        _ => format!("{number} is beyond the numbers of the fit; correct it"),
    };
    Failure::Input(format!("row {row}, column `{column}`: {what}"))
}
