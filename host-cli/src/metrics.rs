//! What is reported of a fit, in the target's own units.

use serde::{Deserialize, Serialize};

use crate::columns::TargetKind;

/// Metrics of a set of rows.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Metrics {
    /// Of amounts.
    Number(NumberMetrics),
    /// Of class 0 against class 1.
    Class(ClassMetrics),
}

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

/// Metrics of predicted classes, at a threshold of 0.5; `None` where one is not defined.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct ClassMetrics {
    /// The mean of the loss that is minimised.
    pub(crate) loss: f64,
    /// The share of rows whose class is right.
    pub(crate) accuracy: f64,
    /// The share of class 1 among the rows predicted so.
    pub(crate) precision: Option<f64>,
    /// The share of class 1 that is found.
    pub(crate) recall: Option<f64>,
    /// The harmonic mean of precision and recall.
    pub(crate) f1: Option<f64>,
    /// The chance that a row of class 1 has the higher probability than one of class 0.
    pub(crate) auc: Option<f64>,
    /// Mean of −ln of the probability given to the true class.
    pub(crate) log_loss: f64,
}

/// The probability from which on class 1 is predicted.
pub(crate) const THRESHOLD: f64 = 0.5;

impl Metrics {
    /// Of predictions against targets, given their mean loss; `None` of no rows. Where the loss
    /// is the log loss (`is_log_loss`) it is exact; from probabilities it is not, near 0 and 1.
    pub(crate) fn of(
        kind: TargetKind,
        predictions: &[f64],
        targets: &[f64],
        loss: Option<f64>,
        is_log_loss: bool,
    ) -> Option<Self> {
        let loss = loss?;
        Some(match kind {
            TargetKind::Number => Self::Number(numbers(predictions, targets, loss)),
            TargetKind::Class => {
                let mut metrics = classes(predictions, targets, loss);
                if is_log_loss {
                    metrics.log_loss = loss;
                }
                Self::Class(metrics)
            }
        })
    }

    /// The mean of the loss that is minimised.
    pub(crate) fn loss(&self) -> f64 {
        match self {
            Self::Number(metrics) => metrics.loss,
            Self::Class(metrics) => metrics.loss,
        }
    }

    /// Names and values, in the order of a report.
    pub(crate) fn rows(&self) -> Vec<(&'static str, Option<f64>)> {
        match *self {
            Self::Number(m) => vec![
                ("loss", Some(m.loss)),
                ("r2", m.r2),
                ("rmse", Some(m.rmse)),
                ("mae", Some(m.mae)),
                ("max_error", Some(m.max_error)),
            ],
            Self::Class(m) => vec![
                ("loss", Some(m.loss)),
                ("accuracy", Some(m.accuracy)),
                ("precision", m.precision),
                ("recall", m.recall),
                ("f1", m.f1),
                ("auc", m.auc),
                ("log_loss", Some(m.log_loss)),
            ],
        }
    }
}

fn numbers(predictions: &[f64], targets: &[f64], loss: f64) -> NumberMetrics {
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

fn classes(predictions: &[f64], targets: &[f64], loss: f64) -> ClassMetrics {
    let [mut hits, mut alarms, mut misses, mut rests] = [0.0; 4];
    let mut surprise = 0.0;
    for (&probability, &target) in predictions.iter().zip(targets) {
        let positive = target == 1.0;
        *match (probability >= THRESHOLD, positive) {
            (true, true) => &mut hits,
            (true, false) => &mut alarms,
            (false, true) => &mut misses,
            (false, false) => &mut rests,
        } += 1.0;
        let right = if positive {
            probability
        } else {
            1.0 - probability
        };
        surprise -= right.max(f64::EPSILON).ln();
    }
    let share = |part: f64, whole: f64| (whole > 0.0).then(|| part / whole);
    let count = targets.len() as f64;
    ClassMetrics {
        loss,
        accuracy: (hits + rests) / count,
        precision: share(hits, hits + alarms),
        recall: share(hits, hits + misses),
        f1: share(2.0 * hits, 2.0 * hits + alarms + misses),
        auc: auc(predictions, targets),
        log_loss: surprise / count,
    }
}

/// The area under the receiver's curve, from the mean ranks of class 1 (Mann and Whitney).
fn auc(predictions: &[f64], targets: &[f64]) -> Option<f64> {
    let mut sorted: Vec<(f64, f64)> = predictions
        .iter()
        .copied()
        .zip(targets.iter().copied())
        .collect();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
    let positives = targets.iter().filter(|&&y| y == 1.0).count() as f64;
    let negatives = targets.len() as f64 - positives;
    let mut ranks = 0.0;
    let mut before = 0.0;
    for ties in sorted.chunk_by(|a, b| a.0 == b.0) {
        let here = ties.iter().filter(|(_, y)| *y == 1.0).count() as f64;
        ranks += here * (before + (ties.len() as f64 + 1.0) / 2.0);
        before += ties.len() as f64;
    }
    (positives > 0.0 && negatives > 0.0)
        .then(|| (ranks - positives * (positives + 1.0) / 2.0) / (positives * negatives))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The numbers are from a separate calculation, pair by pair, in Python.
    #[test]
    fn classes_are_measured() {
        let targets = [0.0, 0.0, 1.0, 1.0, 1.0];
        let m = classes(&[0.1, 0.6, 0.35, 0.8, 0.6], &targets, 0.0);
        assert_eq!((m.accuracy, m.recall), (0.6, Some(2.0 / 3.0)));
        assert_eq!(m.precision, Some(2.0 / 3.0));
        assert!((m.auc.unwrap() - 0.75).abs() < 1e-15);
        assert!((m.log_loss - 0.561_088_5).abs() < 1e-6, "{}", m.log_loss);
    }

    #[test]
    fn what_is_not_defined_is_not_a_number() {
        let m = classes(&[0.1, 0.2], &[0.0, 0.0], 0.0);
        assert_eq!(
            (m.precision, m.recall, m.f1, m.auc),
            (None, None, None, None)
        );
        assert_eq!(numbers(&[1.0, 2.0], &[2.0, 2.0], 0.0).r2, None);
    }

    #[test]
    fn amounts_are_measured() {
        let m = numbers(&[1.0, 2.0, 5.0], &[1.0, 3.0, 3.0], 0.0);
        assert_eq!((m.mae, m.max_error), (1.0, 2.0));
        assert!((m.rmse - (5.0f64 / 3.0).sqrt()).abs() < 1e-15);
        assert!((m.r2.unwrap() + 0.875).abs() < 1e-15);
    }
}
