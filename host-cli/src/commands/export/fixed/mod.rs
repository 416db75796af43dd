//! Models in fixed point: integers alone, in C and in Rust.

mod c;
mod integers;
mod rust;

use crate::arguments::{ExportArguments, Language};
use crate::model::fixed_fit::FixedFit;
use crate::model::model_file::Model;
use crate::support::failure::{Failure, Outcome};

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
    Ok(match arguments.to.language() {
        Language::C => c::header(&integers),
        Language::Rust => rust::module(&integers),
    })
}
