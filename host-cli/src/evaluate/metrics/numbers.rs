use std::iter;

use downhill::metrics::Regression;
use serde::{Deserialize, Serialize};

use super::results::Results;

/// Metrics of predicted amounts; of several targets R² is the mean of theirs, and there are no
/// errors of all of them, whose units differ.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NumberMetrics {
    /// The mean of the loss that is minimized, in the units in which it is.
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
    /// Metrics of each target by itself, where there are several.
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

/// Metrics of results, given their mean loss.
pub(super) fn of(results: &Results, loss: f64) -> NumberMetrics {
    let names = results
        .names
        .iter()
        .cloned()
        .chain(iter::repeat(String::new()));
    let of_each = results.errors.iter().zip(names);
    let targets: Vec<_> = of_each.map(|(errors, name)| column(errors, name)).collect();
    if let [one] = &targets[..] {
        return NumberMetrics {
            loss,
            r2: one.r2,
            rmse: Some(one.rmse),
            mae: Some(one.mae),
            max_error: Some(one.max_error),
            targets: Vec::new(),
        };
    }
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

/// Metrics of one target.
fn column(errors: &Regression<f64>, target: String) -> TargetMetrics {
    let r2 = errors.r2();
    TargetMetrics {
        target,
        r2: (!r2.is_nan()).then_some(r2),
        rmse: errors.rmse(),
        mae: errors.mae(),
        max_error: errors.max_error(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::results::{Reading, results};
    use super::*;

    fn numbers(width: usize, predictions: &[f64], targets: &[f64]) -> NumberMetrics {
        let mut results = results(Reading::Amounts(width), predictions, targets);
        results.names = vec!["a".into(), "b".into()];
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
