//! Plots of predictions beside the truth, by the kind of target.

use crate::evaluate::metrics::{Reading, Results};

use super::amount_plots::Amount;
use super::chart::Chart;
use super::class_plots::{calibration, precision_recall};

/// The most targets that have pictures of their own.
const TARGETS: usize = 4;

/// Plots of results: `targets` are the columns and the origins they are counted from, `of` says of
/// which rows.
pub(crate) fn diagnostic_plots(
    results: &Results,
    targets: (&[String], &[f64]),
    of: &str,
) -> Vec<Chart> {
    if results.rows == 0 {
        return Vec::new();
    }
    match results.reading {
        Reading::Amounts(1) => {
            let amount = Amount::new(results, 0, targets, of);
            vec![amount.against(), amount.residuals(), amount.histogram()]
        }
        Reading::Amounts(outputs) => (0..outputs.min(TARGETS))
            .map(|at| Amount::new(results, at, targets, of))
            .flat_map(|amount| [amount.against(), amount.residuals()])
            .collect(),
        Reading::Score => vec![precision_recall(results, of)],
        Reading::Probability | Reading::Probabilities(_) => {
            vec![calibration(results, of), precision_recall(results, of)]
        }
    }
}
