//! `downhill recipe`: a recipe for a program that links the core.

mod header;
mod subject;

use std::path::Path;

use crate::arguments::{RecipeForm, WrittenRecipeArguments};
use crate::options::paths;
use crate::support::failure::{Failure, Outcome};
use crate::support::{messages, output};

use subject::Subject;

pub(crate) fn run(arguments: &WrittenRecipeArguments) -> Outcome {
    let inputs = paths(&arguments.recipe.data);
    let out = match arguments.out.as_path() {
        path if path == Path::new("-") => None,
        path => Some(output::Target::new(path, &inputs)?),
    };
    let subject = match arguments.model().map_err(Failure::Usage)? {
        Some(path) => Subject::of_model(path)?,
        None => Subject::of_options(&arguments.recipe, arguments.precision)?,
    };
    for note in subject.notes() {
        messages::say(format_args!("note: {note}"));
    }
    match (arguments.to, out) {
        (RecipeForm::C, Some(out)) => out.write(&header::text(&subject, arguments.name.as_deref())),
        (RecipeForm::C, None) => output::print(&header::text(&subject, arguments.name.as_deref())),
        (RecipeForm::Bytes, Some(out)) => out.write(&subject.bytes),
        (RecipeForm::Bytes, None) => Err(Failure::Usage(
            "a recipe's bytes are no text: name a file, `--out FILE`".into(),
        )),
    }
}
