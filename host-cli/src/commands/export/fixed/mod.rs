//! Models in fixed point: integers alone, in C and in Rust.

mod c;
mod integers;
mod rust;

use downhill::fixed::{Column, ONE};

use crate::arguments::{ExportArguments, Language};
use crate::model::fixed_fit::FixedFit;
use crate::model::model_file::Model;
use crate::support::failure::{Failure, Outcome};
use crate::support::format::number;
use crate::support::messages;

use integers::integers;

/// Text of a model in fixed point.
pub(super) fn text(arguments: &ExportArguments, model: &Model<f32, FixedFit>) -> Outcome<String> {
    let refused = |what: &str| {
        Err(Failure::Input(format!(
            "{}: {what}; fit the model in f32 for that",
            arguments.model.display()
        )))
    };
    let file = &model.file;
    if arguments.to.is_table() {
        return refused("a look-up table is of a model in floats");
    }
    if file.signal.is_some() || !file.origins.is_none() {
        return refused("a model in fixed point does not export its signal stage or its origins");
    }
    let integers = integers(arguments, model);
    for (name, column) in integers.features.iter().zip(&integers.columns) {
        if let Some(deviations) = coarse(*column) {
            messages::say(format_args!(
                "warning: the code takes `{name}` in whole numbers, and 1 of it is {} standard \
                 deviations: what lies between is lost; write the column in a smaller unit, such \
                 as 1/1000 of it, and fit again",
                number(Some(deviations))
            ));
        }
    }
    Ok(match arguments.to.language() {
        Language::C => c::header(&integers),
        Language::Rust => rust::module(&integers),
    })
}

/// Most standard deviations that a count may make.
const COARSE: f64 = 0.1;

/// Standard deviations that a count of a column makes, where they are too many.
fn coarse(column: Column) -> Option<f64> {
    let one = f64::from(column.factor) * 2f64.powi(i32::from(column.shift) - 15);
    let deviations = one / f64::from(ONE);
    (deviations > COARSE).then_some(deviations)
}
