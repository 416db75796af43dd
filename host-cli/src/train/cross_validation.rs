//! Cross-validation: a fit to all folds but one, for each of them.

use downhill::Real;
use serde::Serialize;

use crate::evaluate::metrics::Keep;
use crate::model::records::BothMetrics;
use crate::options::{FitOptions, GradientOptions, SolverOptions};
use crate::support::failure::{Failure, Outcome};
use crate::support::interrupt;
use crate::train::auto_lr;
use crate::train::evaluate::evaluate;
use crate::train::host_executor;
use crate::train::least_squares::{Problem, solve};
use crate::train::plan::Plan;

/// Metrics of each fold, by fits to the others.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct CrossValidation {
    pub(crate) folds: u64,
    pub(crate) metrics: Vec<FoldMetric>,
}

/// A metric over the folds.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct FoldMetric {
    pub(crate) metric: &'static str,
    /// Its mean over the folds in which it is defined.
    pub(crate) mean: Option<f64>,
    /// Its standard deviation from fold to fold; `None` of fewer than two.
    pub(crate) deviation: Option<f64>,
    /// In each fold.
    pub(crate) folds: Vec<Option<f64>>,
}

impl FoldMetric {
    fn new(metric: &'static str, folds: Vec<Option<f64>>) -> Self {
        let there: Vec<f64> = folds.iter().copied().flatten().collect();
        let count = there.len() as f64;
        let mean = there.iter().sum::<f64>() / count;
        let squares = there.iter().map(|value| (value - mean) * (value - mean));
        let deviation = (squares.sum::<f64>() / (count - 1.0)).sqrt();
        Self {
            metric,
            mean: (!there.is_empty()).then_some(mean),
            deviation: (there.len() > 1).then_some(deviation),
            folds,
        }
    }
}

impl CrossValidation {
    /// Fits by gradient to all of `folds` but one, in turn, and measures that one.
    ///
    /// # Errors
    /// The file cannot be read, or a fit fails; the message names the fold.
    pub(crate) fn new<T: Real>(
        options: &FitOptions,
        gradient: &GradientOptions,
        folds: u64,
    ) -> Outcome<Self> {
        Self::each(options, folds, |options| {
            by_gradient::<T>(options, gradient)
        })
    }

    /// Solves by least squares for all of `folds` but one, in turn, and measures that one.
    ///
    /// # Errors
    /// The file cannot be read, or a fit does not converge; the message names the fold.
    pub(crate) fn solved<T: Real>(
        options: &FitOptions,
        solver: SolverOptions,
        folds: u64,
    ) -> Outcome<Self> {
        Self::each(options, folds, |options| solved::<T>(options, solver))
    }

    /// Metrics of each fold by such a fit to the others.
    fn each(
        options: &FitOptions,
        folds: u64,
        fit: impl Fn(&FitOptions) -> Outcome<Rows>,
    ) -> Outcome<Self> {
        let is_input = |path: &std::path::PathBuf| path.as_os_str() == "-";
        if options.data.iter().any(is_input) {
            return Err(Failure::Usage(
                "`--cv` reads the file once for each fold, and standard input comes once; give a file"
                    .into(),
            ));
        }
        let mut metrics: Vec<(&'static str, Vec<Option<f64>>)> = Vec::new();
        for fold in 0..folds {
            if interrupt::asked() {
                return Err(Failure::Fit(format!(
                    "interrupted in fold {} of {folds}",
                    fold + 1
                )));
            }
            let place = |failure: Failure| {
                failure.within(&format!("`--cv {folds}`, fold {} of {folds}", fold + 1))
            };
            let mut options = options.clone();
            options.roles.fold = Some((folds, fold));
            let rows = fit(&options).map_err(place)?;
            if metrics.is_empty() {
                metrics.extend(rows.iter().map(|row| (row.0, Vec::new())));
            }
            for (all, (_, value)) in metrics.iter_mut().zip(rows) {
                all.1.push(value);
            }
        }
        let each = metrics.into_iter();
        Ok(Self {
            folds,
            metrics: each
                .map(|(metric, folds)| FoldMetric::new(metric, folds))
                .collect(),
        })
    }

    /// A metric by its name.
    pub(crate) fn of(&self, metric: &str) -> Option<&FoldMetric> {
        self.metrics.iter().find(|own| own.metric == metric)
    }
}

/// Metrics of a fold, by name.
type Rows = Vec<(&'static str, Option<f64>)>;

/// Metrics of a fold, of a fit to the others.
fn by_gradient<T: Real>(options: &FitOptions, gradient: &GradientOptions) -> Outcome<Rows> {
    let mut plan = Plan::<T>::new(options, gradient)?;
    auto_lr::settle(&mut plan, gradient.rate)?;
    let mut fit = plan.fit()?;
    host_executor::run(&plan, &mut fit, &mut Vec::new(), |_| {})?;
    let metrics = evaluate(&mut plan, &mut fit.trainer, Keep::Ranked)?.metrics;
    of_validation(&metrics, &plan.data.name())
}

/// Metrics of a fold, of a fit by least squares to the others.
fn solved<T: Real>(options: &FitOptions, solver: SolverOptions) -> Outcome<Rows> {
    let problem = Problem::<T>::new(options, solver)?;
    let solved = solve::run(&problem)?;
    match solved.failure(&problem) {
        Some(failure) => Err(failure),
        None => of_validation(&solved.metrics, &problem.data.name()),
    }
}

/// Metrics of the rows of a fold, which are the validation rows.
fn of_validation(metrics: &BothMetrics, data: &str) -> Outcome<Rows> {
    let none = || Failure::Input(format!("{data}: this fold has no row; give fewer folds"));
    let validation = metrics.validation.as_ref().ok_or_else(none)?;
    Ok(validation.rows())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folds_are_told_by_mean_and_deviation() {
        let of = |folds: &[Option<f64>]| FoldMetric::new("r2", folds.to_vec());
        let metric = of(&[Some(1.0), Some(2.0), None, Some(6.0)]);
        assert_eq!(
            (metric.mean, metric.deviation),
            (Some(3.0), Some(7f64.sqrt()))
        );
        assert_eq!(of(&[None, Some(2.0)]).deviation, None);
        assert_eq!(of(&[None]).mean, None);
    }
}
