//! How good a fit is, beside others of the same rows.

use downhill::Real;
use downhill::least_squares::Robust;
use serde::Serialize;

use super::problem::Problem;

/// Figures that fits of the same rows are compared by. With n rows that count, k directions in which
/// the parameters were free, and χ² the weighted sum of squares:
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub(crate) struct Goodness {
    /// 1 − χ² / Σ w (y − ȳ)², ȳ the weighted mean of the target.
    pub(crate) r_squared: Option<f64>,
    /// 1 − (1 − R²)(n − 1)/(n − k).
    pub(crate) adjusted_r_squared: Option<f64>,
    /// n ln(χ²/n) + 2k (Akaike, 1974), but for what only the rows decide.
    pub(crate) aic: Option<f64>,
    /// n ln(χ²/n) + k ln n (Schwarz, 1978).
    pub(crate) bic: Option<f64>,
}

impl Goodness {
    /// None of errors in features too, and under a robust loss only R², for what is least there is
    /// no likelihood of normal errors.
    pub(super) fn of<T: Real>(problem: &Problem<T>, squares: f64, rows: u32, free: u32) -> Self {
        if problem.orthogonal.is_some() {
            return Self::default();
        }
        let (n, k) = (f64::from(rows), f64::from(free));
        let finite = |x: f64| x.is_finite().then_some(x);
        let ratio = spread(problem).map_or(f64::NAN, |spread| squares / spread);
        let is_squared = problem.loss.robust::<T>() == Some(Robust::Squared);
        let information = |penalty: f64| match is_squared && squares > 0.0 {
            true => finite(n * (squares / n).ln() + penalty),
            false => None,
        };
        Self {
            r_squared: finite(1.0 - ratio),
            adjusted_r_squared: match n > k {
                true => finite(1.0 - ratio * (n - 1.0) / (n - k)),
                false => None,
            },
            aic: information(2.0 * k),
            bic: information(k * n.ln()),
        }
    }
}

/// Σ w (y − ȳ)²; `None` of a target that is the same in all rows but for rounding.
fn spread<T: Real>(problem: &Problem<T>) -> Option<f64> {
    let rows = || {
        let rows = problem.data.training();
        rows.map(|row| (row.target[0].to_f64(), row.weight.to_f64()))
    };
    let (sum, total) = rows().fold((0.0, 0.0), |(sum, total), (y, w)| (sum + w * y, total + w));
    let mean = sum / total;
    let rounding = mean * T::EPSILON.to_f64() * rows().count() as f64;
    let spread: f64 = rows().map(|(y, w)| w * (y - mean) * (y - mean)).sum();
    (spread > total * rounding * rounding).then_some(spread)
}
