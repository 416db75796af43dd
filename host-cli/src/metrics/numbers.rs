use serde::{Deserialize, Serialize};

use super::Results;

/// Metrics of predicted amounts; of several targets R² is the mean of theirs, and there are no
/// errors of all of them, whose units differ.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NumberMetrics {
    /// The mean of the loss that is minimised, in the units in which it is.
    pub(crate) loss: f64,
    /// The share of the target's variance that is explained; `None` where it does not vary.
    pub(crate) r2: Option<f64>,
    /// Root of the mean squared error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) rmse: Option<f64>,
    /// Mean absolute error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) mae: Option<f64>,
    /// Largest absolute error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) max_error: Option<f64>,
    /// Of each target by itself, where there are several.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) targets: Vec<TargetMetrics>,
}

/// Metrics of one of several targets.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TargetMetrics {
    /// Its name.
    pub(crate) target: String,
    /// As of [`NumberMetrics`].
    pub(crate) r2: Option<f64>,
    /// As of [`NumberMetrics`].
    pub(crate) rmse: f64,
    /// As of [`NumberMetrics`].
    pub(crate) mae: f64,
    /// As of [`NumberMetrics`].
    pub(crate) max_error: f64,
}

/// Of results, given their mean loss.
pub(super) fn of(results: &Results, loss: f64) -> NumberMetrics {
    let width = results.reading.width();
    let one = |at: usize| {
        let name = results.names.get(at).cloned().unwrap_or_default();
        column(results, at, name)
    };
    if width == 1 {
        let one = one(0);
        return NumberMetrics {
            loss,
            r2: one.r2,
            rmse: Some(one.rmse),
            mae: Some(one.mae),
            max_error: Some(one.max_error),
            targets: Vec::new(),
        };
    }
    let targets: Vec<_> = (0..width).map(one).collect();
    let known: Vec<f64> = targets.iter().filter_map(|target| target.r2).collect();
    NumberMetrics {
        loss,
        r2: (!known.is_empty()).then(|| known.iter().sum::<f64>() / known.len() as f64),
        rmse: None,
        mae: None,
        max_error: None,
        targets,
    }
}

/// Of the target at one place of each row.
fn column(results: &Results, at: usize, target: String) -> TargetMetrics {
    let width = results.reading.width();
    let targets = || results.targets.iter().skip(at).step_by(width);
    let predictions = || results.predictions.iter().skip(at).step_by(width);
    let count = targets().count() as f64;
    let mean = targets().sum::<f64>() / count;
    let errors = || predictions().zip(targets()).map(|(p, y)| p - y);
    let squares: f64 = errors().map(|e| e * e).sum();
    let spread: f64 = targets().map(|y| (y - mean) * (y - mean)).sum();
    // Their mean may be off by a rounding, and the spread then is that of nothing.
    let varies = targets().zip(targets().skip(1)).any(|(a, b)| a != b);
    TargetMetrics {
        target,
        r2: (varies && spread > 0.0).then(|| 1.0 - squares / spread),
        rmse: (squares / count).sqrt(),
        mae: errors().map(f64::abs).sum::<f64>() / count,
        max_error: errors().map(f64::abs).fold(0.0, f64::max),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Reading, results};
    use super::*;

    fn numbers(width: usize, predictions: &[f64], targets: &[f64]) -> NumberMetrics {
        let mut results = results(Reading::Amounts(width), predictions, targets);
        results.names = vec!["a".into(), "b".into()];
        results.weights.truncate(targets.len() / width);
        results.losses.truncate(targets.len() / width);
        of(&results, 0.0)
    }

    #[test]
    fn amounts_are_measured() {
        let m = numbers(1, &[1.0, 2.0, 5.0], &[1.0, 3.0, 3.0]);
        assert_eq!((m.mae, m.max_error), (Some(1.0), Some(2.0)));
        assert!((m.rmse.unwrap() - (5.0f64 / 3.0).sqrt()).abs() < 1e-15);
        assert!((m.r2.unwrap() + 0.875).abs() < 1e-15);
    }

    #[test]
    fn a_target_that_does_not_vary_has_no_r2() {
        assert_eq!(numbers(1, &[1.0, 2.0], &[2.0, 2.0]).r2, None);
        assert_eq!(numbers(1, &[48.0; 3], &[48.6; 3]).r2, None);
    }

    #[test]
    fn each_of_several_targets_is_measured_by_itself() {
        let m = numbers(
            2,
            &[1.0, 7.0, 2.0, 7.0, 5.0, 7.0],
            &[1.0, 7.0, 3.0, 7.0, 3.0, 8.0],
        );
        let [a, b] = &m.targets[..] else { panic!() };
        assert_eq!((&*a.target, a.mae, a.max_error), ("a", 1.0, 2.0));
        assert_eq!((&*b.target, b.mae, b.max_error), ("b", 1.0 / 3.0, 1.0));
        let [r2_a, r2_b] = [a, b].map(|of| of.r2.unwrap());
        assert!((r2_a + 0.875).abs() < 1e-15 && (r2_b + 0.5).abs() < 1e-12);
        assert!((m.r2.unwrap() - (r2_a + r2_b) / 2.0).abs() < 1e-15);
        assert_eq!(m.rmse, None);
    }
}
