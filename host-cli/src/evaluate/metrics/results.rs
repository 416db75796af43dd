//! Predictions, targets and losses of rows that were measured.

use downhill::Real;
use downhill::metrics::{Meter, Regression};

use crate::options::spec::Cost;
use crate::support::failure::{Failure, Outcome};

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
    /// Length of a prediction.
    pub(crate) fn width(self) -> usize {
        match self {
            Self::Probabilities(numbers) | Self::Amounts(numbers) => numbers,
            _ => 1,
        }
    }

    /// Number of classes; 0 of an amount.
    pub(crate) fn classes(self) -> usize {
        match self {
            Self::Amounts(_) => 0,
            Self::Probability | Self::Score => 2,
            Self::Probabilities(classes) => classes,
        }
    }

    /// True where a threshold parts two classes.
    pub(crate) fn has_threshold(self) -> bool {
        matches!(self, Self::Probability | Self::Score)
    }

    /// Makes sure that a threshold can part two classes.
    ///
    /// # Errors
    /// It is no probability, where the predictions are.
    pub(crate) fn check_threshold(self, threshold: f64) -> Outcome {
        match self == Self::Probability && !(0.0..=1.0).contains(&threshold) {
            true => Err(Failure::Usage(format!(
                "`--threshold` needs a probability, between 0 and 1, not `{threshold}`; only `--loss \
                 hinge` and `squared_hinge` have scores, which know no bounds"
            ))),
            false => Ok(()),
        }
    }

    /// From where on class 1 is predicted, of two classes, where nobody says otherwise.
    pub(crate) fn threshold(self) -> f64 {
        match self {
            Self::Probability => 0.5,
            _ => 0.0,
        }
    }
}

/// Extent to which measured rows are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keep {
    /// All of it: charts and thresholds are made of it too.
    Every,
    /// Only what the metrics need: of classes, which are ranked, prediction and target;
    /// of amounts nothing.
    Ranked,
}

/// Predictions and losses of some rows.
#[derive(Clone, Debug)]
pub(crate) struct Results {
    pub(crate) reading: Reading,
    pub(super) keep: Keep,
    /// Number of rows.
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
    pub(super) loss: f64,
    /// Sum of the losses, each times its row's weight.
    pub(super) weighted_loss: f64,
    /// Sum of the weights.
    pub(super) weight: f64,
    /// The errors of each amount.
    pub(super) errors: Vec<Regression<f64>>,
    /// Names of several targets.
    pub(crate) names: Vec<String>,
    /// From where on class 1 is predicted, of two classes.
    pub(crate) threshold: f64,
    /// Costs of errors, where they are given.
    pub(crate) cost: Option<Cost>,
    /// True where the losses are log losses: exact, where those from probabilities near 0 and 1
    /// are not.
    pub(crate) exact_log_loss: bool,
}

impl Results {
    /// Results of no rows yet.
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
}

/// Results of rows whose losses are 0, for tests.
#[cfg(test)]
pub(crate) fn results(reading: Reading, predictions: &[f64], targets: &[f64]) -> Results {
    let mut results = Results::new(reading, Keep::Every);
    let width = match reading {
        Reading::Amounts(amounts) => amounts,
        _ => 1,
    };
    for (prediction, target) in predictions
        .chunks(reading.width())
        .zip(targets.chunks(width))
    {
        results.take(prediction, target, 0.0, 1.0);
    }
    results
}
