//! `downhill export`: a fitted model as source text that predicts with the very same bits and
//! needs nothing.

mod c;
mod detector;
mod fixed;
mod formula;
mod literal;
mod net;
mod operation;
mod pieces;
mod rust;
mod stage;
mod table;

use std::path::Path;

use crate::arguments::{ExportArguments, Language};
use crate::model::model_file::{self, Loaded, Model};
use crate::support::failure::{Failure, Outcome};
use crate::support::output;

use literal::Literal;
use net::Net;

pub(super) use c::string;
pub(super) use net::{comment, features as feature_names, identifier};

pub(crate) fn run(arguments: &ExportArguments) -> Outcome {
    let language = arguments.to.language();
    if let (Language::Rust, Some(name)) = (language, &arguments.name) {
        return Err(Failure::Usage(format!(
            "`--name` is what names in C begin with, and a module of Rust is called by its file; \
             leave `--name {name}` out"
        )));
    }
    let out = match arguments.out.as_path() {
        path if path == Path::new("-") => None,
        path => Some(output::Target::new(path, &[&arguments.model])?),
    };
    let text = match model_file::read(&arguments.model)? {
        Loaded::F32(model) if arguments.to.is_table() => table::text(arguments, model)?,
        Loaded::F64(model) if arguments.to.is_table() => table::text(arguments, model)?,
        Loaded::F32(model) => text(arguments, &model)?,
        Loaded::F64(model) => text(arguments, &model)?,
        Loaded::Q15(model) => fixed::text(arguments, &model)?,
        Loaded::Normal(_) if arguments.to.is_table() => {
            return Err(model_file::not_of_normal(
                &arguments.model,
                "a look-up table",
            ));
        }
        Loaded::Normal(model) => {
            let net = detector::net(&model, &arguments.model, arguments.name.as_deref())?;
            written(arguments, &net)
        }
    };
    match out {
        Some(out) => out.write(&text),
        None => output::print(&text),
    }
}

fn text<T: Literal>(arguments: &ExportArguments, model: &Model<T>) -> Outcome<String> {
    let net = Net::new(model, &arguments.model, arguments.name.as_deref())?;
    Ok(written(arguments, &net))
}

fn written<T: Literal>(arguments: &ExportArguments, net: &Net<T>) -> String {
    match arguments.to.language() {
        Language::C => c::header(net),
        Language::Rust => rust::module(net),
    }
}
