use std::path::Path;

use downhill::Real;
use downhill::least_squares::Termination;
use serde::Serialize;

use crate::data::columns::LeftOut;
use crate::data::origins::ColumnOrigin;
use crate::data::samples::{RowCounts, Weighting};
use crate::data::signal::{Signal, SignalFacts};
use crate::model::covariance::Interval;
use crate::model::estimate::{Estimate, Named};
use crate::model::model_file::About;
use crate::model::records::{BothMetrics, Data, SolverRecord};
use crate::options::precision::Precision;
use crate::support::failure::Failure;
use crate::train::cross_validation::CrossValidation;
use crate::train::least_squares::derived::Quantity;
use crate::train::least_squares::goodness::Goodness;
use crate::train::least_squares::problem::Problem;
use crate::train::least_squares::solve::Solved;
use crate::train::least_squares::word;
use downhill_tables::HowRead;

/// Result, as `--json` prints it; `host-cli/JSON.md` says what each field holds.
#[derive(Serialize)]
pub(crate) struct SolverResult<'a> {
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<String>,
    data: String,
    format: &'a HowRead,
    rows: RowCounts,
    target: String,
    features: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    signal: Option<SignalFacts<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    origins: Vec<ColumnOrigin>,
    left_out: &'a [LeftOut],
    weighting: &'a Weighting,
    precision: Precision,
    fitted: String,
    loss: String,
    solver: String,
    parameters: Named<Shown>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fixed: Option<Named<f64>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    derived: Option<Named<Quantity>>,
    level: f64,
    correlation: Named<Named<Option<f64>>>,
    covariance: Named<Named<Option<f64>>>,
    #[serde(flatten)]
    goodness: Goodness,
    residual_sum_of_squares: f64,
    residual_standard_deviation: Option<f64>,
    degrees_of_freedom: u32,
    objective: f64,
    termination: Option<&'static str>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    interrupted: bool,
    converged: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    undetermined: Option<&'a str>,
    passes: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    search: Option<Searched>,
    metrics: BothMetrics,
    #[serde(skip_serializing_if = "Option::is_none")]
    cross_validation: Option<&'a CrossValidation>,
    solver_fingerprint: String,
    steps: u64,
    fingerprint: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    model: Option<String>,
}

/// A parameter.
#[derive(Serialize)]
struct Shown {
    #[serde(flatten)]
    estimate: Estimate,
    interval: Option<Interval>,
}

/// Search of a start.
#[derive(Serialize)]
struct Searched {
    /// Starts that were fitted.
    starts: usize,
    /// Those that came to the least sum of squares.
    agreed: usize,
}

/// Result of a fit that went to its end, and was saved there if it was.
pub(crate) fn document<'a, T: Real>(
    problem: &'a Problem<T>,
    solved: &'a Solved<T>,
    (derived, level): (&[(String, Quantity)], f64),
    cross_validation: Option<&'a CrossValidation>,
    failure: Option<&Failure>,
    saved: Option<&Path>,
) -> SolverResult<'a> {
    let end = solved.termination;
    SolverResult {
        status: if failure.is_some() { "failed" } else { "done" },
        failure: failure.map(Failure::to_string),
        data: problem.data.name(),
        format: &problem.data.how,
        rows: problem.data.rows(),
        target: problem.data.target.to_string(),
        features: &problem.data.features,
        signal: problem.data.signal.as_ref().map(Signal::facts),
        origins: problem.data.shifted(),
        left_out: &problem.data.left_out,
        weighting: &problem.data.weighting,
        precision: Precision::of::<T>(),
        fitted: problem.model_name.to_string(),
        loss: problem.loss.to_string(),
        solver: problem.solver.to_string(),
        parameters: parameters(solved, level),
        fixed: fixed(problem),
        derived: (!derived.is_empty()).then(|| Named(derived.to_vec())),
        level,
        correlation: named(problem, |a, b| *solved.correlation.get(a)?.get(b)?),
        covariance: named(problem, |a, b| solved.covariance_of(a, b)),
        goodness: solved.goodness,
        residual_sum_of_squares: solved.squares,
        residual_standard_deviation: solved.deviation,
        degrees_of_freedom: solved.degrees_of_freedom(),
        objective: solved.objective,
        termination: end.map(word),
        interrupted: solved.interrupted,
        converged: end.is_some_and(Termination::is_converged),
        undetermined: end
            .and_then(Termination::parameter)
            .and_then(|at| problem.names.get(at))
            .map(String::as_str),
        passes: solved.passes,
        search: problem.found.as_ref().map(|found| Searched {
            starts: found.fitted,
            agreed: found.agreed,
        }),
        metrics: solved.metrics.clone(),
        cross_validation,
        solver_fingerprint: solved.fingerprint.to_string(),
        steps: solved.steps,
        fingerprint: solved.trainer.fingerprint().to_string(),
        model: saved.map(|path| path.display().to_string()),
    }
}

/// Parameters that were not fitted.
fn fixed<T: Real>(problem: &Problem<T>) -> Option<Named<f64>> {
    let fixed = &problem.data.formula.as_ref()?.fixed;
    (!fixed.is_empty()).then(|| Named(fixed.clone()))
}

/// The parameters, and the interval of each.
fn parameters<T: Real>(solved: &Solved<T>, level: f64) -> Named<Shown> {
    let shown = |(name, estimate): &(String, Estimate)| {
        let (interval, estimate) = (solved.interval(estimate, level), *estimate);
        (name.clone(), Shown { estimate, interval })
    };
    Named(solved.parameters.0.iter().map(shown).collect())
}

/// A matrix by the names of the parameters.
fn named<T: Real>(
    problem: &Problem<T>,
    of: impl Fn(usize, usize) -> Option<f64>,
) -> Named<Named<Option<f64>>> {
    let names = || problem.names.iter().cloned().enumerate();
    let row = |a: usize| Named(names().map(|(b, name)| (name, of(a, b))).collect());
    Named(names().map(|(a, name)| (name, row(a))).collect())
}

/// Contents of the model file, beside the trainer.
pub(crate) fn about<T: Real>(problem: &Problem<T>, solved: &Solved<T>) -> About {
    About {
        precision: Precision::of::<T>(),
        features: problem.data.features.clone(),
        signal: problem
            .data
            .signal
            .as_ref()
            .map(|signal| signal.record.clone()),
        encoding: problem.data.encoding.clone(),
        origins: problem.data.origins.clone(),
        units: problem.data.units.clone(),
        ranges: problem.data.ranges(),
        target: problem.data.target.clone(),
        weighting: problem.data.weighting.clone(),
        missing_values: problem.data.missing_values.clone(),
        missing: problem.data.missing,
        data: Data::new(&problem.data.name(), problem.data.rows(), problem.epochs),
        metrics: solved.metrics.clone(),
        anomaly: None,
        formula: problem.data.formula.clone(),
        least_squares: Some(SolverRecord {
            solver: problem.solver.to_string(),
            termination: solved.termination.map(|end| word(end).into()),
            standard_errors: solved.standard_errors.clone(),
            covariance: solved.covariance.clone(),
            residual_standard_deviation: solved.deviation,
            residual_sum_of_squares: solved.squares,
            ranges: problem.data.ranges(),
        }),
    }
}
