//! The rate of gradient descent that no row's step overshoots.

use downhill::model::{AnyModel, Model};
use downhill::optimizer::AnyOptimizer;
use downhill::{Real, Recipe, loss::Loss, scaler};

use crate::data::dataset::Dataset;

/// A rate that a row holds down.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct StableRate {
    pub(crate) rate: f64,
    /// Line of the row.
    pub(crate) line: u64,
}

/// Highest rate at which no step overshoots the row that it is made of: 1 / (c max w(1 + |φ|²)), with
/// φ the terms of a scaled training row, w its weight, and c the loss's curvature; of a momentum μ
/// (1 − μ) times that. Gradient descent on a model that is linear in its terms cannot diverge below
/// it, whatever the order of the rows.
///
/// `None` of other models and optimizers, of a loss without a bound of its curvature, and of columns
/// that are not scaled beforehand, whose units are what is to be mended.
pub(crate) fn of_rows<T: Real>(
    recipe: &Recipe<T>,
    data: &Dataset<T>,
    scaler: &[f64],
) -> Option<StableRate> {
    let degree = match &recipe.model {
        AnyModel::Linear(_) => 1,
        AnyModel::Polynomial(model) => model.degree().0,
        _ => return None,
    };
    let kept = match recipe.optimizer {
        AnyOptimizer::Sgd(_) | AnyOptimizer::AveragedSgd(_) => 0.0,
        AnyOptimizer::Momentum(momentum) => momentum.momentum.to_f64(),
        _ => return None,
    };
    if scaler.is_empty() {
        return None;
    }
    let outputs = Model::<T>::sizes(&recipe.model).outputs;
    let curvature = recipe.loss.curvature(outputs)?.to_f64();
    let mut raw = vec![0.0; data.features.len()];
    let mut scaled = raw.clone();
    let sizes = data.training().map(|row| {
        for (raw, feature) in raw.iter_mut().zip(row.features) {
            *raw = feature.to_f64();
        }
        scaler::scale(scaler, 0, &raw, &mut scaled);
        (
            row.weight.to_f64() * squared_norm(&scaled, degree.into()),
            row.line,
        )
    });
    let (largest, line) = sizes.max_by(|a, b| a.0.total_cmp(&b.0))?;
    let rate = (1.0 - kept) / (curvature * largest);
    (rate > 0.0 && rate.is_finite()).then_some(StableRate { rate, line })
}

/// Sum of the squares of 1 and of every product of up to `degree` features: those of each degree are
/// the complete symmetric polynomial of the features' squares.
fn squared_norm(features: &[f64], degree: usize) -> f64 {
    let mut of_degree = vec![0.0; degree + 1];
    of_degree[0] = 1.0;
    for feature in features {
        for k in 1..=degree {
            of_degree[k] += feature * feature * of_degree[k - 1];
        }
    }
    of_degree.iter().sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_norm_is_that_of_all_products() {
        // 1, a, b, a², ab, b².
        let (a, b) = (2.0, -3.0);
        let terms: [f64; 6] = [1.0, a, b, a * a, a * b, b * b];
        let expected: f64 = terms.iter().map(|term| term * term).sum();
        assert_eq!(squared_norm(&[a, b], 2), expected);
        assert_eq!(squared_norm(&[a, b], 1), 14.0);
    }
}
