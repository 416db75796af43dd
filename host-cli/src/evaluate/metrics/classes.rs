use downhill::metrics::class_of;
use serde::{Deserialize, Serialize};

use super::results::{Reading, Results};
use crate::options::spec::Cost;

/// Metrics of predicted classes; `None` where one is not defined.
///
/// Of two classes precision, recall, F1 and AUC are those of class 1. Of more they are the mean
/// over the classes that occur, each against the rest.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ClassMetrics {
    /// The mean of the loss that is minimized.
    pub(crate) loss: f64,
    /// The share of rows whose class is right.
    pub(crate) accuracy: f64,
    /// The share of a class among the rows predicted so.
    pub(crate) precision: Option<f64>,
    /// The share of a class that is found.
    pub(crate) recall: Option<f64>,
    /// The harmonic mean of precision and recall.
    pub(crate) f1: Option<f64>,
    /// The share of the other rows that are not taken for a class.
    pub(crate) specificity: Option<f64>,
    /// The mean of the recalls of the classes that occur.
    pub(crate) balanced_accuracy: Option<f64>,
    /// Matthews's correlation of truth and prediction: 1 is perfect, 0 no better than chance.
    pub(crate) mcc: Option<f64>,
    /// The chance that a row of a class scores higher than one of another.
    pub(crate) auc: Option<f64>,
    /// The area under the curve of precision over recall: the mean precision at each row of a
    /// class, from the highest score down.
    pub(crate) pr_auc: Option<f64>,
    /// Mean of −ln of the probability given to the true class; `None` without probabilities.
    pub(crate) log_loss: Option<f64>,
    /// The mean cost of a row; only where it was said what errors cost.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) cost: Option<f64>,
}

/// One class against the rest.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Counts {
    /// Rows of the class that were taken for it.
    pub(crate) hits: f64,
    /// Rows of others that were taken for it.
    pub(crate) alarms: f64,
    /// Rows of the class that were taken for others.
    pub(crate) misses: f64,
    /// Rows of others that were taken for others.
    pub(crate) passes: f64,
}

impl Counts {
    pub(crate) fn precision(self) -> Option<f64> {
        share(self.hits, self.hits + self.alarms)
    }

    pub(crate) fn recall(self) -> Option<f64> {
        share(self.hits, self.hits + self.misses)
    }

    fn specificity(self) -> Option<f64> {
        share(self.passes, self.passes + self.alarms)
    }

    pub(crate) fn f1(self) -> Option<f64> {
        let twice = 2.0 * self.hits;
        share(twice, twice + self.alarms + self.misses)
    }

    /// Cost of all errors together.
    pub(crate) fn cost(self, cost: Cost) -> f64 {
        cost.alarm * self.alarms + cost.miss * self.misses
    }
}

fn share(part: f64, whole: f64) -> Option<f64> {
    (whole > 0.0).then(|| part / whole)
}

/// Metrics of results, given their mean loss.
pub(super) fn of(results: &Results, loss: f64) -> ClassMetrics {
    let reading = results.reading;
    let mut counts = vec![Counts::default(); reading.classes()];
    let rows = results.targets.len() as f64;
    let (mut right, mut surprise) = (0.0, 0.0);
    let predictions = results.predictions.chunks(reading.width());
    for (prediction, &target) in predictions.zip(&results.targets) {
        let (got, want) = (class_of(prediction, results.threshold), target as usize);
        if got == want {
            right += 1.0;
            counts[want].hits += 1.0;
        } else {
            counts[got].alarms += 1.0;
            counts[want].misses += 1.0;
        }
        let probability = match reading {
            Reading::Probabilities(_) => prediction[want],
            _ if want == 1 => prediction[0],
            _ => 1.0 - prediction[0],
        };
        surprise -= probability.max(f64::EPSILON).ln();
    }
    for count in &mut counts {
        count.passes = rows - count.hits - count.alarms - count.misses;
    }
    let log_loss = match reading {
        Reading::Score => None,
        _ if results.exact_log_loss => Some(results.loss / rows),
        _ => Some(surprise / rows),
    };
    let one = |of: fn(Counts) -> Option<f64>| match reading {
        Reading::Probabilities(_) => {
            let occurs = counts.iter().filter(|c| c.hits + c.misses > 0.0);
            // A class that is never predicted has a precision of 0.
            mean(occurs.map(|c| of(*c).unwrap_or(0.0)))
        }
        _ => of(counts[1]),
    };
    ClassMetrics {
        loss,
        accuracy: right / rows,
        precision: one(Counts::precision),
        recall: one(Counts::recall),
        f1: one(Counts::f1),
        specificity: one(Counts::specificity),
        balanced_accuracy: mean(counts.iter().filter_map(|count| count.recall())),
        mcc: mcc(&counts, right, rows),
        auc: mean_over_classes(results, auc),
        pr_auc: mean_over_classes(results, average_precision),
        log_loss,
        cost: results.cost.map(|cost| counts[1].cost(cost) / rows),
    }
}

/// Matthews's correlation, for any number of classes (Gorodkin 2004).
fn mcc(counts: &[Counts], right: f64, rows: f64) -> Option<f64> {
    let (mut cross, mut called, mut there) = (0.0, 0.0, 0.0);
    for count in counts {
        let (said, are) = (count.hits + count.alarms, count.hits + count.misses);
        cross += said * are;
        called += said * said;
        there += are * are;
    }
    let spread = ((rows * rows - called) * (rows * rows - there)).sqrt();
    share(right * rows - cross, spread)
}

fn mean(numbers: impl Iterator<Item = f64>) -> Option<f64> {
    let (mut sum, mut count) = (0.0, 0.0);
    for number in numbers {
        sum += number;
        count += 1.0;
    }
    share(sum, count)
}

/// Ranking metric of class 1, or its mean over the classes for which it is defined.
fn mean_over_classes(results: &Results, rank: fn(Vec<(f64, bool)>) -> Option<f64>) -> Option<f64> {
    let width = results.reading.width();
    let of_class = |class: usize, column: usize| {
        let scores = results.predictions.iter().skip(column).step_by(width);
        let is_class = results.targets.iter().map(|&y| y == class as f64);
        rank(scores.copied().zip(is_class).collect())
    };
    match results.reading {
        Reading::Probabilities(classes) => {
            mean((0..classes).filter_map(|class| of_class(class, class)))
        }
        _ => of_class(1, 0),
    }
}

/// The area under the receiver's curve, from the mean ranks of a class (Mann and Whitney).
fn auc(mut sorted: Vec<(f64, bool)>) -> Option<f64> {
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
    let positives = sorted.iter().filter(|row| row.1).count() as f64;
    let negatives = sorted.len() as f64 - positives;
    let mut ranks = 0.0;
    let mut before = 0.0;
    for ties in sorted.chunk_by(|a, b| a.0 == b.0) {
        let here = ties.iter().filter(|row| row.1).count() as f64;
        ranks += here * (before + (ties.len() as f64 + 1.0) / 2.0);
        before += ties.len() as f64;
    }
    (positives > 0.0 && negatives > 0.0)
        .then(|| (ranks - positives * (positives + 1.0) / 2.0) / (positives * negatives))
}

/// The mean precision over the rows of a class, from the highest score down; ties count as one
/// step.
fn average_precision(mut rows: Vec<(f64, bool)>) -> Option<f64> {
    rows.sort_by(|a, b| b.0.total_cmp(&a.0));
    let (mut taken, mut hits, mut sum) = (0.0, 0.0, 0.0);
    for ties in rows.chunk_by(|a, b| a.0 == b.0) {
        let here = ties.iter().filter(|row| row.1).count() as f64;
        taken += ties.len() as f64;
        hits += here;
        sum += here * hits / taken;
    }
    share(sum, hits)
}

#[cfg(test)]
mod tests {
    use super::super::results::results;
    use super::*;

    fn two(predictions: &[f64], targets: &[f64]) -> ClassMetrics {
        of(&results(Reading::Probability, predictions, targets), 0.0)
    }

    /// The numbers are from a separate calculation, pair by pair, in Python.
    #[test]
    fn classes_are_measured() {
        let m = two(&[0.1, 0.6, 0.35, 0.8, 0.6], &[0.0, 0.0, 1.0, 1.0, 1.0]);
        assert_eq!((m.accuracy, m.recall), (0.6, Some(2.0 / 3.0)));
        assert_eq!(m.precision, Some(2.0 / 3.0));
        assert!((m.auc.unwrap() - 0.75).abs() < 1e-15);
        // At 0.8 one of one, at 0.6 two of three, at 0.35 three of four.
        let precision = (1.0 + 2.0 / 3.0 + 3.0 / 4.0) / 3.0;
        assert!((m.pr_auc.unwrap() - precision).abs() < 1e-15);
        assert!((m.log_loss.unwrap() - 0.561_088_5).abs() < 1e-6);
        assert_eq!(m.specificity, Some(0.5));
        assert!((m.balanced_accuracy.unwrap() - 7.0 / 12.0).abs() < 1e-15);
        // (2 · 1 − 1 · 1) / √(3 · 3 · 2 · 2)
        assert!((m.mcc.unwrap() - 1.0 / 6.0).abs() < 1e-15);
    }

    #[test]
    fn what_is_not_defined_is_not_a_number() {
        let m = two(&[0.1, 0.2], &[0.0, 0.0]);
        let undefined = (m.precision, m.recall, m.mcc, m.auc);
        assert_eq!(undefined, (None, None, None, None));
    }

    #[test]
    fn more_classes_are_the_mean_of_each_against_the_rest() {
        let predictions = [
            [0.7, 0.2, 0.1],
            [0.3, 0.4, 0.3],
            [0.1, 0.8, 0.1],
            [0.2, 0.5, 0.3],
        ];
        let targets = [0.0, 0.0, 1.0, 2.0];
        let reading = Reading::Probabilities(3);
        let m = of(&results(reading, predictions.as_flattened(), &targets), 0.0);
        assert_eq!(m.accuracy, 0.5);
        // Precisions 1, 1/3 and 0 (never predicted); recalls 1/2, 1 and 0.
        assert!((m.precision.unwrap() - 4.0 / 9.0).abs() < 1e-15);
        assert!((m.recall.unwrap() - 0.5).abs() < 1e-15);
        // 1, 1 and 2 of 3 pairs with a tie: (1 + ½ + 1) / 3.
        assert!((m.auc.unwrap() - (1.0 + 1.0 + 2.5 / 3.0) / 3.0).abs() < 1e-15);
    }

    #[test]
    fn a_score_has_no_log_loss() {
        let m = of(&results(Reading::Score, &[-2.0, 0.1], &[0.0, 1.0]), 0.0);
        assert_eq!((m.accuracy, m.log_loss), (1.0, None));
    }
}
