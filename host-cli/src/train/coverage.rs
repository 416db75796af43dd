//! The interval that holds a share of the targets, by the residuals of rows that were not learned
//! from.

use downhill::Real;
use downhill::interval::Interval;

use crate::data::columns::TargetKind;
use crate::evaluate::assessor::Assessor;
use crate::evaluate::measure;
use crate::support::failure::{Failure, Outcome};
use crate::train::plan::Plan;

/// Refuses an interval where there is no one amount to put it around, or no row to tell it by.
///
/// # Errors
/// [`Failure::Usage`], with what to do.
pub(crate) fn check<T: Real>(plan: &Plan<T>) -> Outcome {
    if plan.task.kind != TargetKind::Number || plan.data.target.names.len() != 1 {
        return Err(Failure::Usage(
            "`--coverage` is of an interval around one amount; leave it out, or predict one \
             `--target` of amounts"
                .into(),
        ));
    }
    if plan.data.split.validation.is_empty() {
        return Err(Failure::Usage(
            "`--coverage` goes by the residuals of validation rows; make some with \
             `--validation-every` or `--validation-last`"
                .into(),
        ));
    }
    Ok(())
}

/// The interval behind the validation rows, in the file's order, and in the target's unit.
///
/// # Errors
/// A row is out of the model's reach.
pub(crate) fn of_validation<T: Real>(
    plan: &Plan<T>,
    trainer: &mut impl Assessor<T>,
    coverage: f64,
) -> Outcome<Interval<T>> {
    let mut interval = Interval::new(T::from_f64(coverage)).map_err(Failure::input)?;
    for row in plan.data.samples.of(&plan.data.split.validation) {
        let predicted = trainer.predict(row.features);
        let predicted =
            predicted.map_err(|fault| measure::too_far(&plan.data.files, row.line, fault))?;
        if let (&[predicted], &[target]) = (predicted, row.target) {
            interval
                .observe(target - predicted)
                .map_err(Failure::input)?;
        }
    }
    Ok(interval)
}
