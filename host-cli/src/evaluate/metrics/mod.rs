//! Metrics of a fit, in the target's own units.

mod classes;
mod confusion;
mod numbers;
mod results;
mod top;

use serde::{Deserialize, Serialize};

pub(crate) use classes::{ClassMetrics, Counts};
pub(crate) use confusion::Confusion;
pub(crate) use numbers::NumberMetrics;
#[cfg(test)]
pub(crate) use results::results;
pub(crate) use results::{Keep, Reading, Results};
pub(crate) use top::Top;

/// Metrics of a set of rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Metrics {
    /// Metrics of amounts.
    Number(NumberMetrics),
    /// Metrics of classes.
    Class(ClassMetrics),
}

impl Results {
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
                ("balanced_accuracy", m.balanced_accuracy),
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
