//! The scaler that the host learns for a fit.

use downhill::rules::{Scaling, ScalingMethod};
use downhill::{Real, scaler};

use crate::data::dataset::Dataset;
use crate::data::samples::Sample;
use crate::support::failure::{Failure, Outcome};

/// Learns a scaler over the rows given, with so many features and targets each.
pub(crate) fn learn<'a, T: Real>(
    rows: impl Iterator<Item = Sample<'a, T>>,
    method: ScalingMethod,
    (width, targets): (usize, usize),
) -> Vec<f64> {
    let mut words = vec![0.0; scaler::words(width + targets)];
    let mut numbers = Vec::with_capacity(width + targets);
    for row in rows {
        numbers.clear();
        let all = row.features.iter().chain(row.target);
        numbers.extend(all.map(|number| number.to_f64()));
        scaler::learn(&mut words, method, &numbers, &[]);
    }
    words
}

/// Freezes a scaler; targets behind `width` features are left as they are, unless they are scaled.
pub(crate) fn freeze(mut words: Vec<f64>, scaling: Scaling, width: usize) -> Vec<f64> {
    scaler::freeze(&mut words, scaling.method);
    if !scaling.target {
        for column in width..scaler::columns(&words).len() {
            scaler::exempt(&mut words, column);
        }
    }
    words
}

/// Refuses a scaler that the fit's precision cannot hold, and names the column that is the cause.
pub(crate) fn check<T: Real>(words: &[f64], data: &Dataset<T>) -> Outcome {
    let holds = |column: &[f64; 2]| column.iter().all(|&n| T::from_f64(n).is_finite());
    let spread = |at: usize| {
        let values = data
            .samples
            .iter()
            .filter_map(|row| row.features.iter().chain(row.target).nth(at));
        let range = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| {
            (low.min(x.to_f64()), high.max(x.to_f64()))
        });
        range.1 - range.0
    };
    // Numbers that differ, and whose squares are 0, are taken for a constant.
    let vanishes = |at: usize| {
        let spread = spread(at);
        spread > 0.0 && spread * spread < f64::MIN_POSITIVE
    };
    let mut columns = scaler::columns(words).iter().enumerate();
    let wrong = columns.find(|(at, column)| !holds(column) || (column[1] == 1.0 && vanishes(*at)));
    let Some((at, _)) = wrong else {
        return Ok(());
    };
    let mut names = data.features.iter().chain(data.outputs());
    Err(Failure::Input(format!(
        "{}, column `{}`: its numbers lie too close together to be scaled in the fit's precision; \
         multiply them by a power of ten, leave the column out, or take `--scaler none`",
        data.files,
        names.nth(at).map_or("?", |name| name)
    )))
}
