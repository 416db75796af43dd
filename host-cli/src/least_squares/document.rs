use std::path::Path;

use downhill::Real;
use downhill::least_squares::Termination;
use downhill_tables::Dialect;
use serde::{Deserialize, Serialize};

use super::solve::Solved;
use super::{Estimate, Problem};
use crate::arguments::{FitArguments, Precision};
use crate::columns::LeftOut;
use crate::failure::{Failure, Outcome};
use crate::model_file::{About, BothMetrics, Data};
use crate::output;
use crate::parameters::Named;
use crate::plan::Rows;
use crate::samples::Weighting;

/// What `--json` prints; `host-cli/JSON.md` says what each field holds.
#[derive(Serialize)]
struct Document<'a> {
    schema: u32,
    downhill: &'static str,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<String>,
    data: &'a str,
    format: Dialect,
    rows: Rows,
    target: String,
    features: &'a [String],
    left_out: &'a [LeftOut],
    weighting: &'a Weighting,
    precision: Precision,
    fitted: String,
    loss: String,
    solver: String,
    parameters: &'a Named<Estimate>,
    correlation: Named<Named<Option<f64>>>,
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
    metrics: BothMetrics,
    solver_fingerprint: String,
    steps: u64,
    fingerprint: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    model: Option<String>,
}

/// What a model file says of a fit by least squares.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SolverRecord {
    solver: String,
    termination: Option<String>,
    standard_errors: Vec<Option<f64>>,
    residual_standard_deviation: Option<f64>,
    residual_sum_of_squares: f64,
}

/// One word for why a solver ended.
pub(crate) fn word(end: Termination) -> &'static str {
    match end {
        Termination::Gradient => "gradient",
        Termination::Step => "step",
        Termination::Residual => "residual",
        Termination::Singular { .. } => "singular",
        Termination::Passes => "passes",
        Termination::Underflow => "underflow",
        _ => "stalled",
    }
}

pub(super) fn print<T: Real>(
    problem: &Problem<T>,
    solved: &Solved<T>,
    arguments: &FitArguments,
    failure: Option<&Failure>,
    saved: Option<&Path>,
) -> Outcome {
    let end = solved.termination;
    output::print_json(&Document {
        schema: crate::output::SCHEMA,
        downhill: env!("CARGO_PKG_VERSION"),
        status: if failure.is_some() { "failed" } else { "done" },
        failure: failure.map(Failure::to_string),
        data: &problem.data,
        format: problem.dialect,
        rows: problem.rows(),
        target: problem.target.to_string(),
        features: &problem.features,
        left_out: &problem.left_out,
        weighting: &problem.weighting,
        precision: arguments.precision(),
        fitted: problem.model_name.to_string(),
        loss: problem.loss.to_string(),
        solver: problem.solver.to_string(),
        parameters: &solved.parameters,
        correlation: correlation(problem, solved),
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
        metrics: solved.metrics.clone(),
        solver_fingerprint: solved.fingerprint.to_string(),
        steps: solved.steps,
        fingerprint: solved.trainer.fingerprint().to_string(),
        model: saved.map(|path| path.display().to_string()),
    })
}

fn correlation<T: Real>(problem: &Problem<T>, solved: &Solved<T>) -> Named<Named<Option<f64>>> {
    let named = |row: &Vec<Option<f64>>| {
        Named(
            problem
                .names
                .iter()
                .cloned()
                .zip(row.iter().copied())
                .collect(),
        )
    };
    let rows = solved.correlation.iter().map(named);
    Named(problem.names.iter().cloned().zip(rows).collect())
}

/// What the model file is to say.
pub(super) fn about<T: Real>(
    problem: &Problem<T>,
    solved: &Solved<T>,
    arguments: &FitArguments,
) -> About {
    let errors = solved.parameters.0.iter();
    About {
        precision: arguments.precision(),
        features: problem.features.clone(),
        encoding: problem.encoding.clone(),
        target: problem.target.clone(),
        weighting: problem.weighting.clone(),
        missing_values: arguments.recipe.table.reading(&[]).missing,
        missing: arguments.recipe.missing,
        data: Data::new(&problem.data, problem.rows(), problem.epochs),
        metrics: solved.metrics.clone(),
        anomaly: None,
        formula: problem.formula.clone(),
        least_squares: Some(SolverRecord {
            solver: problem.solver.to_string(),
            termination: solved.termination.map(|end| word(end).into()),
            standard_errors: errors
                .map(|(_, estimate)| estimate.standard_error)
                .collect(),
            residual_standard_deviation: solved.deviation,
            residual_sum_of_squares: solved.squares,
        }),
    }
}
