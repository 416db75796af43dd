//! Columns that leave parameters of a formula open.

use downhill::Real;
use downhill::model::AnyModel;

use super::problem::Problem;

/// From how many times its range a column is far from 0.
const FAR: f64 = 1e4;

/// Least and largest number of each column.
fn ranges<T: Real>(problem: &Problem<T>) -> Vec<(f64, f64)> {
    let mut ranges = vec![(f64::MAX, f64::MIN); problem.data.features.len()];
    for row in problem.data.training() {
        for (range, x) in ranges.iter_mut().zip(row.features) {
            let x = x.to_f64();
            *range = (range.0.min(x), range.1.max(x));
        }
    }
    ranges
}

/// Columns of a formula that leave parameters open by themselves, and how to write them.
pub(super) enum Cause {
    /// A column that is the same in every row.
    Constant(String),
    /// A column that lies far from 0, for its range.
    Far(String),
}

/// The target, where it is the same in every row.
pub(super) fn constant_target<T: Real>(problem: &Problem<T>) -> Option<String> {
    let mut targets = problem.data.training().map(|row| row.target.first());
    let first = targets.next()??;
    let name = problem.data.target.names.first()?;
    let value = first.to_f64() + problem.data.origins.target(0);
    { targets.all(|own| own == Some(first)) }.then(|| format!("`{name}` is {value} in every row"))
}

/// The column that may be why a formula has not converged.
pub(super) fn of<T: Real>(problem: &Problem<T>) -> Option<Cause> {
    let AnyModel::Formula(_) = problem.estimation.model else {
        return None;
    };
    let columns = problem.data.features.iter().zip(ranges(problem));
    columns.into_iter().find_map(|(name, (low, high))| {
        let far = low.abs().min(high.abs()) > FAR * (high - low) && low * high > 0.0;
        match low == high {
            true => Some(Cause::Constant(format!("`{name}` is {low} in every row"))),
            false if far => Some(Cause::Far(format!(
                "`{name}` lies far from 0: write `({name} - {low})` in its place"
            ))),
            false => None,
        }
    })
}
