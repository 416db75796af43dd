//! What the page of a calibration states beside its fit.

use downhill::Real;
use downhill::model::AnyModel;
use downhill::model::formula::{Op, Program};

use crate::data::formula::infix::{self, Piece};
use crate::model::estimate::with_error;
use crate::options::Calibration;
use crate::support::format::number;
use crate::train::least_squares::problem::Problem;
use crate::train::least_squares::solve::Solved;

/// Shape, equation with its numbers, errors, range, conditions and day, a sentence each.
pub(crate) fn lead<T: Real>(
    calibration: &Calibration,
    problem: &Problem<T>,
    solved: &Solved<T>,
) -> Vec<String> {
    let mut lead = vec![format!("Shape: {}.", calibration.shape)];
    let values: Vec<f64> = solved.parameters.0.iter().map(|own| own.1.value).collect();
    if let AnyModel::Formula(program) = &problem.estimation.model
        && let Some(equation) = equation(program, &problem.data.features, &values)
    {
        lead.push(format!("Equation: {} = {equation}.", problem.data.target));
    }
    let parameters = solved.parameters.0.iter().map(|(name, estimate)| {
        let shown = with_error(estimate.value, estimate.standard_error);
        format!("{name} = {shown}")
    });
    let parameters: Vec<String> = parameters.collect();
    lead.push(format!("With standard errors: {}.", parameters.join(", ")));
    for (at, name) in problem.data.features.iter().enumerate() {
        let origin = problem.data.origins.feature(at);
        let values = problem.data.training();
        let (low, high) = values.fold((f64::MAX, f64::MIN), |(low, high), row| {
            let value = row.features[at].to_f64() + origin;
            (low.min(value), high.max(value))
        });
        lead.push(format!(
            "Calibrated for {name} from {} to {}.",
            number(Some(low)),
            number(Some(high))
        ));
    }
    if let Some(conditions) = &calibration.conditions {
        lead.push(format!("Conditions: {conditions}."));
    }
    lead.push(format!(
        "Written on {}; fingerprint {}.",
        day(),
        solved.trainer.fingerprint()
    ));
    lead
}

/// The day, in universal time.
fn day() -> String {
    let now = jiff::Timestamp::now().to_string();
    now.split('T').next().unwrap_or_default().into()
}

/// A formula with the values of its parameters.
fn equation<T: Real>(program: &Program<T>, columns: &[String], values: &[f64]) -> Option<String> {
    let mut stack: Vec<Piece> = Vec::new();
    for &op in program.steps() {
        let piece = match op {
            Op::Number(at) => Piece::number(program.numbers().get(usize::from(at))?.to_f64()),
            Op::Feature(at) => Piece::whole(columns.get(usize::from(at))?.as_str()),
            Op::Parameter(at) => Piece::number(*values.get(usize::from(at))?),
            Op::Own(_) => return None,
            op => {
                let pieces = stack.split_off(stack.len().checked_sub(op.takes())?);
                infix::applied(op, &pieces)
            }
        };
        stack.push(piece);
    }
    stack.pop().map(|piece| piece.text)
}
