//! Covariance of fitted parameters, and what follows from it.

use serde::{Deserialize, Serialize};
use statrs::distribution::{ContinuousCDF, Normal, StudentsT};

/// Covariance of the parameters of a fit by least squares, as a root: it is F Fᵀ.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Covariance {
    /// A row of F for each parameter; empty of one that has no standard error.
    pub(crate) root: Vec<Vec<f64>>,
    /// Standard deviation of a target of weight 1.
    pub(crate) noise: f64,
    /// `None` where the standard deviations of targets are known.
    pub(crate) degrees_of_freedom: Option<u32>,
}

/// An interval, from the lower to the upper end.
pub(crate) type Interval = [f64; 2];

impl Covariance {
    /// The standard error of what depends on the parameters with this gradient, for small errors:
    /// |Fᵀ g|. `None` where it depends on one that has no standard error.
    pub(crate) fn error_along(&self, gradient: &[f64]) -> Option<f64> {
        let mut sums = vec![0.0; self.root.len()];
        for (row, &slope) in self.root.iter().zip(gradient) {
            if slope != 0.0 && row.is_empty() {
                return None;
            }
            for (sum, own) in sums.iter_mut().zip(row) {
                *sum += slope * own;
            }
        }
        let error = sums.iter().map(|x| x * x).sum::<f64>().sqrt();
        error.is_finite().then_some(error)
    }

    /// Standard errors that an interval of this level takes to each side: the quantile of Student's
    /// t, or of the normal distribution where the standard deviations of targets are known.
    pub(crate) fn errors_at(&self, level: f64) -> f64 {
        let upper = 0.5 + level / 2.0;
        let student = |degrees: u32| StudentsT::new(0.0, 1.0, f64::from(degrees)).ok();
        match self.degrees_of_freedom.map(student) {
            Some(student) => student.map_or(f64::NAN, |student| student.inverse_cdf(upper)),
            None => Normal::standard().inverse_cdf(upper),
        }
    }

    /// The confidence interval of a value.
    pub(crate) fn interval(&self, value: f64, error: f64, level: f64) -> Interval {
        let reach = self.errors_at(level) * error;
        [value - reach, value + reach]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(degrees_of_freedom: Option<u32>) -> Covariance {
        Covariance {
            root: vec![vec![3.0, 0.0], vec![-4.0, 2.0], Vec::new()],
            noise: 1.0,
            degrees_of_freedom,
        }
    }

    #[test]
    fn quantiles_are_those_of_tables() {
        // SciPy 1.17: t.ppf(0.5 + level/2, degrees), norm.ppf.
        for (degrees, level, expected) in [
            (1, 0.95, 12.706204736174694),
            (2, 0.95, 4.302652729749462),
            (9, 0.99, 3.249835541592126),
            (30, 0.6827, 1.0169692106477997),
            (477, 0.95, 1.9649497280744443),
            (200_000, 0.999, 3.290575380798574),
        ] {
            let found = with(Some(degrees)).errors_at(level);
            assert!((found / expected - 1.0).abs() < 1e-9, "{degrees}: {found}");
        }
        let known = with(None).errors_at(0.95);
        assert!((known - 1.959963984540054).abs() < 1e-9, "{known}");
    }

    #[test]
    fn errors_follow_the_gradient() {
        let own = with(Some(9));
        assert_eq!(own.error_along(&[4.0, 3.0, 0.0]), Some(6.0));
        assert_eq!(own.error_along(&[0.0, 0.0, 1.0]), None);
    }
}
