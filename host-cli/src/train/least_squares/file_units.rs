//! Estimates of a model whose columns are counted from an origin, as they are of the file's numbers.

use downhill::Real;
use downhill::model::AnyModel;

use crate::data::origins::Origins;
use crate::model::estimate::{Estimate, Named};

/// Correlations of parameters, row by row.
pub(super) type Correlation = Vec<Vec<Option<f64>>>;

/// Takes the origins into the intercept, which comes last: of a linear model those of features and
/// target, of a polynomial that of the target.
pub(super) fn convert<T: Real>(
    model: &AnyModel<T>,
    origins: &Origins,
    parameters: &mut Named<Estimate>,
    correlation: &mut Correlation,
) {
    let slopes: &[f64] = match model {
        AnyModel::Linear(_) => &origins.features,
        AnyModel::Polynomial(_) => &[],
        _ => return,
    };
    if origins.is_none() {
        return;
    }
    // How much of each parameter the intercept takes over.
    let last = parameters.0.len() - 1;
    let mut shares = vec![0.0; last + 1];
    for (share, origin) in shares.iter_mut().zip(slopes) {
        *share = -origin;
    }
    shares[last] = 1.0;
    let sum = |of: fn(&Estimate) -> f64| {
        let each = parameters.0.iter().zip(&shares);
        each.map(|((_, estimate), share)| of(estimate) * share)
            .sum::<f64>()
            + origins.target(0)
    };
    let (value, start) = (sum(|of| of.value), sum(|of| of.start));
    let errors: Vec<Option<f64>> = parameters
        .0
        .iter()
        .map(|one| one.1.standard_error)
        .collect();
    let covariance = |a: usize, b: usize| {
        let correlation = correlation.get(a)?.get(b).copied().flatten();
        match a == b {
            true => Some(errors[a]? * errors[a]?),
            false => Some(errors[a]? * errors[b]? * correlation?),
        }
    };
    // Of a parameter and the new intercept; columns without a share need no correlation.
    let with = |a: usize| {
        let used = (0..=last).filter(|&b| shares[b] != 0.0);
        used.map(|b| Some(shares[b] * covariance(a, b)?))
            .sum::<Option<f64>>()
    };
    let used = (0..=last).filter(|&a| shares[a] != 0.0);
    let variance = used
        .map(|a| Some(shares[a] * with(a)?))
        .sum::<Option<f64>>();
    let error = variance.map(|variance| variance.max(0.0).sqrt());
    let row: Vec<Option<f64>> = (0..last)
        .map(|a| Some((with(a)? / (errors[a]? * error?)).clamp(-1.0, 1.0)))
        .collect();
    if correlation.len() == last + 1 {
        for (at, &one) in row.iter().enumerate() {
            let one = one.filter(|one| !one.is_nan());
            correlation[at][last] = one;
            correlation[last][at] = one;
        }
    }
    parameters.0[last].1 = Estimate {
        value,
        standard_error: error,
        start,
    };
}
