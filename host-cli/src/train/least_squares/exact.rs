//! Fits that meet every target.

use downhill::Real;
use downhill::least_squares::Termination;

use super::problem::Problem;

/// Root of the sum of squares, relative to that of the targets, that rounding in a formula may leave:
/// far below what the digits of any file tell.
fn rounding<T: Real>() -> f64 {
    match T::WORDS {
        1 => 1e-5,
        _ => 1e-10,
    }
}

/// The end of a fit with this sum of squares: one that no step improves has met every target where
/// only rounding is left of them.
pub(super) fn settled<T: Real>(
    problem: &Problem<T>,
    end: Termination,
    squares: f64,
) -> Termination {
    match end {
        Termination::Stalled if squares.sqrt() <= rounding::<T>() * signal(problem).sqrt() => {
            Termination::Residual
        }
        end => end,
    }
}

/// Weighted sum of the squared targets.
fn signal<T: Real>(problem: &Problem<T>) -> f64 {
    let rows = problem.data.training();
    let square = |y: f64| y * y;
    rows.map(|row| row.weight.to_f64() * square(row.target[0].to_f64()))
        .sum()
}
