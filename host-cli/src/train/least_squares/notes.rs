//! Notes on rows and residuals of a fit, beside its figures, and what to do about them.

use downhill::Real;
use downhill::least_squares::Robust;

use super::problem::Problem;
use super::solve::Solved;
use crate::support::format::number;

/// From how many times the median a residual stands alone, where it also makes most of the sum.
const ALONE: f64 = 8.0;
/// From which R² on a relation is exact, but for rounding.
const EXACT: f64 = 1.0 - 1e-9;

/// Notes on a fit that has converged.
pub(crate) fn notes<T: Real>(problem: &Problem<T>, solved: &Solved<T>) -> Vec<String> {
    let is_squared = problem.loss.robust::<T>() == Some(Robust::Squared);
    if problem.data.formula.is_none() || problem.orthogonal.is_some() || !is_squared {
        return Vec::new();
    }
    if solved.degrees_of_freedom() == 0 && !problem.data.features.is_empty() {
        return vec![
            "note: with as many parameters as rows the fit passes through every point: nothing is left \
             to judge it by, and no errors can be told"
                .into(),
        ];
    }
    worse_than_a_constant(problem, solved)
        .into_iter()
        .chain(alone(problem, solved))
        .collect()
}

/// A fit that explains less than the mean would: another minimum is likely.
fn worse_than_a_constant<T: Real>(problem: &Problem<T>, solved: &Solved<T>) -> Option<String> {
    let r_squared = solved.goodness.r_squared.filter(|&own| own < -1e-9)?;
    let mut values = solved.parameters.0.iter().enumerate();
    if problem.data.features.is_empty()
        || values.any(|(at, own)| problem.is_at_bound(at, own.1.value))
    {
        return None;
    }
    Some(format!(
        "note: the formula explains less than a constant would (R² {}); {}",
        number(Some(r_squared)),
        match problem.found {
            None =>
                "another start may lead to a better fit: leave out `--start`, or add `--restarts 16`",
            Some(_) => "another formula may suit these rows better",
        }
    ))
}

/// A row whose residual makes most of the sum of squares, where this is more than rounding.
fn alone<T: Real>(problem: &Problem<T>, solved: &Solved<T>) -> Option<String> {
    if solved.goodness.r_squared.is_none_or(|own| own > EXACT) {
        return None;
    }
    let predictions = &solved.results[0].predictions;
    let rows = problem.data.training().zip(predictions);
    let residuals = rows.map(|(row, prediction)| {
        let residual = (row.target[0].to_f64() - prediction).abs();
        (residual * row.weight.to_f64().sqrt(), row.line)
    });
    let (sum, (least, _), (largest, line)) = residuals.clone().fold(
        (0.0, (f64::MAX, 0), (0.0, 0)),
        |(sum, least, largest), own| {
            let least = if own.0 < least.0 { own } else { least };
            let largest = if own.0 >= largest.0 { own } else { largest };
            (sum + own.0 * own.0, least, largest)
        },
    );
    if least == largest || largest * largest <= 0.5 * sum {
        return None;
    }
    let mut sizes: Vec<f64> = residuals.map(|own| own.0).collect();
    let middle = sizes.len() / 2;
    let (_, &mut median, _) = sizes.select_nth_unstable_by(middle, f64::total_cmp);
    if sizes.len() <= 4 || largest <= ALONE * median {
        return None;
    }
    if grows(problem, solved) {
        return Some(
            "note: residuals grow with the value, so that the largest values decide alone; give the \
             error of each row in a column, `--sigma COL`, or, where errors are a share of the value, \
             fit the logarithm of both sides, as in `ln(y) = …`"
                .into(),
        );
    }
    Some(format!(
        "note: {}: this row alone makes {:.0} % of the sum of squares; correct it or leave it out, or \
         let such rows count for less (`--loss cauchy:{}`)",
        problem.data.files.place(line),
        100.0 * largest * largest / sum,
        short((1.5 * median).max(largest / 100.0)),
    ))
}

/// Ratio of the median residuals of the larger and the smaller half of the values, from which on
/// errors grow with them.
const GROWS: f64 = 3.0;

/// True where residuals grow with the size of what is predicted.
fn grows<T: Real>(problem: &Problem<T>, solved: &Solved<T>) -> bool {
    let predictions = &solved.results[0].predictions;
    let rows = problem.data.training().zip(predictions);
    let mut rows: Vec<(f64, f64)> = rows
        .map(|(row, &prediction)| {
            let residual = (row.target[0].to_f64() - prediction).abs();
            (prediction.abs(), residual * row.weight.to_f64().sqrt())
        })
        .collect();
    rows.sort_by(|a, b| a.0.total_cmp(&b.0));
    let median = |rows: &mut [(f64, f64)]| {
        let middle = rows.len() / 2;
        rows.select_nth_unstable_by(middle, |a, b| a.1.total_cmp(&b.1))
            .1
            .1
    };
    let half = rows.len() / 2;
    let (low, high) = rows.split_at_mut(half);
    !low.is_empty() && median(high) > GROWS * median(low)
}

/// Two digits, which are enough for a scale.
fn short(number: f64) -> String {
    format!("{number:.1e}")
        .parse::<f64>()
        .unwrap_or(number)
        .to_string()
}
