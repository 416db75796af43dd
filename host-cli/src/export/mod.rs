//! `downhill export`: a fitted model as source text that predicts with the very same bits and
//! needs nothing.

mod c;
mod literal;
mod net;
mod rust;

use std::path::Path;

use crate::arguments::{ExportArguments, Language};
use crate::failure::Outcome;
use crate::model_file::{self, Loaded, Model};
use crate::output;

use literal::Literal;
use net::Net;

pub(crate) fn run(arguments: &ExportArguments) -> Outcome {
    let out = match arguments.out.as_path() {
        path if path == Path::new("-") => None,
        path => Some(output::Target::new(path, &[&arguments.model])?),
    };
    let text = match model_file::read(&arguments.model)? {
        Loaded::F32(model) => text(arguments, &model)?,
        Loaded::F64(model) => text(arguments, &model)?,
    };
    match out {
        Some(out) => out.write(&text),
        None => output::print(&text),
    }
}

fn text<T: Literal>(arguments: &ExportArguments, model: &Model<T>) -> Outcome<String> {
    let net = Net::new(model, &arguments.model, arguments.name.as_deref())?;
    Ok(match arguments.to {
        Language::C => c::header(&net),
        Language::Rust => rust::module(&net),
    })
}
