//! What is reported of a fit, in the target's own units.

mod classes;
mod numbers;
mod top;

use downhill::Real;
use downhill::metrics::{Meter, Regression};
use serde::{Deserialize, Serialize};

use crate::spec::Cost;

pub(crate) use classes::{ClassMetrics, Counts};
pub(crate) use numbers::NumberMetrics;
pub(crate) use top::Top;

/// Metrics of a set of rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Metrics {
    /// Of amounts.
    Number(NumberMetrics),
    /// Of classes.
    Class(ClassMetrics),
}

/// How a prediction is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reading {
    /// So many amounts.
    Amounts(usize),
    /// The probability of class 1.
    Probability,
    /// A number that is above 0 for class 1.
    Score,
    /// A probability for each of so many classes.
    Probabilities(usize),
}

impl Reading {
    /// How many numbers a prediction has.
    pub(crate) fn width(self) -> usize {
        match self {
            Self::Probabilities(numbers) | Self::Amounts(numbers) => numbers,
            _ => 1,
        }
    }

    /// How many classes there are; 0 of an amount.
    pub(crate) fn classes(self) -> usize {
        match self {
            Self::Amounts(_) => 0,
            Self::Probability | Self::Score => 2,
            Self::Probabilities(classes) => classes,
        }
    }

    /// Whether a threshold parts two classes.
    pub(crate) fn has_threshold(self) -> bool {
        matches!(self, Self::Probability | Self::Score)
    }

    /// From where on class 1 is predicted, of two classes, where nobody says otherwise.
    pub(crate) fn threshold(self) -> f64 {
        match self {
            Self::Probability => 0.5,
            _ => 0.0,
        }
    }
}

/// What is kept of each row that is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keep {
    /// All of it: charts and thresholds are made of it too.
    Every,
    /// What the metrics cannot do without: of classes, which are ranked, prediction and target;
    /// of amounts nothing.
    Ranked,
}

/// What came out for some rows.
#[derive(Clone, Debug)]
pub(crate) struct Results {
    pub(crate) reading: Reading,
    keep: Keep,
    /// How many rows there were.
    pub(crate) rows: usize,
    /// The predictions kept, row after row.
    pub(crate) predictions: Vec<f64>,
    /// The targets kept, row after row.
    pub(crate) targets: Vec<f64>,
    /// The loss of each row kept.
    pub(crate) losses: Vec<f64>,
    /// The loss, where it is one of all rows as a whole and no mean.
    pub(crate) whole: Option<f64>,
    /// The sum of the losses.
    loss: f64,
    /// The same, each times how much its row counts.
    weighted_loss: f64,
    /// How much all rows count.
    weight: f64,
    /// The errors of each amount.
    errors: Vec<Regression<f64>>,
    /// What several targets are called.
    pub(crate) names: Vec<String>,
    /// From where on class 1 is predicted, of two classes.
    pub(crate) threshold: f64,
    /// What errors cost, if somebody has said so.
    pub(crate) cost: Option<Cost>,
    /// Whether the losses are log losses: exact, where those from probabilities near 0 and 1
    /// are not.
    pub(crate) exact_log_loss: bool,
}

impl Results {
    /// Of no rows yet.
    pub(crate) fn new(reading: Reading, keep: Keep) -> Self {
        let amounts = match reading {
            Reading::Amounts(amounts) => amounts,
            _ => 0,
        };
        Self {
            reading,
            keep,
            rows: 0,
            predictions: Vec::new(),
            targets: Vec::new(),
            losses: Vec::new(),
            whole: None,
            loss: 0.0,
            weighted_loss: 0.0,
            weight: 0.0,
            errors: vec![Regression::new(); amounts],
            names: Vec::new(),
            threshold: reading.threshold(),
            cost: None,
            exact_log_loss: false,
        }
    }

    /// Takes down a row that counts so much.
    #[inline(always)]
    pub(crate) fn take<T: Real>(&mut self, prediction: &[T], target: &[T], loss: f64, weight: f64) {
        self.rows += 1;
        self.loss += loss;
        self.weighted_loss += loss * weight;
        self.weight += weight;
        let amounts = prediction.iter().zip(target);
        for (errors, (prediction, target)) in self.errors.iter_mut().zip(amounts) {
            errors.update(&[prediction.to_f64()], &[target.to_f64()]);
        }
        let wide = |number: &T| number.to_f64();
        if self.keep == Keep::Every || self.errors.is_empty() {
            self.predictions.extend(prediction.iter().map(wide));
            self.targets.extend(target.iter().map(wide));
        }
        if self.keep == Keep::Every {
            self.losses.push(loss);
        }
    }

    /// The metrics; `None` where no row counts.
    pub(crate) fn metrics(&self) -> Option<Metrics> {
        if self.weight <= 0.0 {
            return None;
        }
        let loss = self.whole.unwrap_or(self.weighted_loss / self.weight);
        Some(match self.reading {
            Reading::Amounts(_) => Metrics::Number(numbers::of(self, loss)),
            _ => Metrics::Class(classes::of(self, loss)),
        })
    }
}

impl Metrics {
    /// The mean of the loss that is minimized.
    pub(crate) fn loss(&self) -> f64 {
        match self {
            Self::Number(metrics) => metrics.loss,
            Self::Class(metrics) => metrics.loss,
        }
    }

    /// The share of rows whose class is predicted, of classes.
    pub(crate) fn accuracy(&self) -> Option<f64> {
        match self {
            Self::Number(_) => None,
            Self::Class(metrics) => Some(metrics.accuracy),
        }
    }

    /// Names and values, in the order of a report.
    pub(crate) fn rows(&self) -> Vec<(&'static str, Option<f64>)> {
        match self {
            Self::Number(m) => vec![
                ("loss", Some(m.loss)),
                ("r2", m.r2),
                ("rmse", m.rmse),
                ("mae", m.mae),
                ("max_error", m.max_error),
            ],
            Self::Class(m) => vec![
                ("loss", Some(m.loss)),
                ("accuracy", Some(m.accuracy)),
                ("precision", m.precision),
                ("recall", m.recall),
                ("f1", m.f1),
                ("specificity", m.specificity),
                ("balanced", m.balanced_accuracy),
                ("mcc", m.mcc),
                ("auc", m.auc),
                ("pr_auc", m.pr_auc),
                ("log_loss", m.log_loss),
            ]
            .into_iter()
            .chain(m.cost.map(|cost| ("cost", Some(cost))))
            .collect(),
        }
    }
}

/// Of rows whose losses are 0, for tests.
#[cfg(test)]
pub(crate) fn results(reading: Reading, predictions: &[f64], targets: &[f64]) -> Results {
    let mut results = Results::new(reading, Keep::Every);
    let aims = match reading {
        Reading::Amounts(amounts) => amounts,
        _ => 1,
    };
    for (prediction, target) in predictions
        .chunks(reading.width())
        .zip(targets.chunks(aims))
    {
        results.take(prediction, target, 0.0, 1.0);
    }
    results
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The two kinds are told apart by their names alone, for they are not tagged.
    #[test]
    fn metrics_are_read_as_what_they_were_written_as() {
        let amounts = results(Reading::Amounts(1), &[1.0, 2.0], &[1.0, 3.0]);
        let classes = results(Reading::Probability, &[0.2, 0.9], &[0.0, 1.0]);
        for metrics in [amounts, classes].map(|results| results.metrics().unwrap()) {
            let text = serde_json::to_string(&metrics).unwrap();
            assert_eq!(serde_json::from_str::<Metrics>(&text).unwrap(), metrics);
            let more = text.replacen('{', "{\"more\":1,", 1);
            assert!(serde_json::from_str::<Metrics>(&more).is_err(), "{more}");
        }
    }
}
