//! A fit by least squares among those that are compared.

use super::document::{Compared, Of};
use super::vary::Setting;
use crate::data::columns::TargetKind;
use crate::options::{FitOptions, SolverOptions};
use crate::report;
use crate::support::failure::{Failure, Outcome};
use crate::train::cross_validation::CrossValidation;
use crate::train::least_squares::{Problem, solve};

/// Makes one fit. That it fails is a result as well.
pub(super) fn fit(
    options: &FitOptions,
    by: SolverOptions,
    folds: Option<u64>,
    setting: Setting,
) -> Outcome<(Of, Compared)> {
    let problem = Problem::<f64>::new(options, by)?;
    report::warnings(&problem.data);
    let data = &problem.data;
    let of = (
        data.rows(),
        TargetKind::Number,
        data.target.to_string(),
        data.taken.clone(),
    );
    let mut compared = Compared::new(setting, problem.names.len());
    match solve::run(&problem) {
        Ok(solved) => {
            let failure = solved.failure(&problem);
            compared.failure = failure.map(|failure| failure.to_string());
            compared.goodness = Some(solved.goodness);
            compared.metrics = Some(solved.metrics);
            if let (Some(folds), None) = (folds, &compared.failure) {
                match CrossValidation::solved::<f64>(options, by, folds) {
                    Ok(folds) => compared.cross_validation = Some(folds),
                    Err(Failure::Fit(failure)) => compared.failure = Some(failure),
                    Err(other) => return Err(other),
                }
            }
        }
        Err(Failure::Fit(failure)) => compared.failure = Some(failure),
        Err(other) => return Err(other),
    }
    Ok((of, compared))
}
