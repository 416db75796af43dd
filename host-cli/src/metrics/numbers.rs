use serde::{Deserialize, Serialize};

use super::Results;

/// Metrics of predicted amounts.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct NumberMetrics {
    /// The mean of the loss that is minimised, in the units in which it is.
    pub(crate) loss: f64,
    /// The share of the target's variance that is explained; `None` where it does not vary.
    pub(crate) r2: Option<f64>,
    /// Root of the mean squared error.
    pub(crate) rmse: f64,
    /// Mean absolute error.
    pub(crate) mae: f64,
    /// Largest absolute error.
    pub(crate) max_error: f64,
}

/// Of results, given their mean loss.
pub(super) fn of(results: &Results, loss: f64) -> NumberMetrics {
    let (predictions, targets) = (&results.predictions, &results.targets);
    let count = targets.len() as f64;
    let mean = targets.iter().sum::<f64>() / count;
    let errors = || predictions.iter().zip(targets).map(|(p, y)| p - y);
    let squares: f64 = errors().map(|e| e * e).sum();
    let spread: f64 = targets.iter().map(|y| (y - mean) * (y - mean)).sum();
    NumberMetrics {
        loss,
        r2: (spread > 0.0).then(|| 1.0 - squares / spread),
        rmse: (squares / count).sqrt(),
        mae: errors().map(f64::abs).sum::<f64>() / count,
        max_error: errors().map(f64::abs).fold(0.0, f64::max),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Reading, results};
    use super::*;

    fn numbers(predictions: &[f64], targets: &[f64]) -> NumberMetrics {
        of(&results(Reading::Amount, predictions, targets), 0.0)
    }

    #[test]
    fn amounts_are_measured() {
        let m = numbers(&[1.0, 2.0, 5.0], &[1.0, 3.0, 3.0]);
        assert_eq!((m.mae, m.max_error), (1.0, 2.0));
        assert!((m.rmse - (5.0f64 / 3.0).sqrt()).abs() < 1e-15);
        assert!((m.r2.unwrap() + 0.875).abs() < 1e-15);
    }

    #[test]
    fn a_target_that_does_not_vary_has_no_r2() {
        assert_eq!(numbers(&[1.0, 2.0], &[2.0, 2.0]).r2, None);
    }
}
