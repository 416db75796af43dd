//! What the command line calls models, losses and optimizers, and the parts of the core that
//! they name.

mod loss;
mod model;
mod optimizer;

pub(crate) use loss::LossSpec;
pub(crate) use model::ModelSpec;
pub(crate) use optimizer::OptimizerSpec;

use crate::nearest::{nearest, quoted};

/// A name that is not on the list: what comes close, and the list.
fn unknown(what: &str, name: &str, names: &[&str]) -> String {
    let hint = match nearest(name, names.iter().copied()).as_slice() {
        [close, ..] => format!("did you mean `{close}`? There is {}", quoted(names)),
        [] => format!("there is {}", quoted(names)),
    };
    format!("no {what} is called `{name}`: {hint}")
}

/// Splits `name:argument`.
fn split(text: &str) -> (&str, Option<&str>) {
    match text.split_once(':') {
        Some((name, argument)) => (name, Some(argument)),
        None => (text, None),
    }
}

/// Refuses an argument where none belongs.
fn bare(name: &str, argument: Option<&str>) -> Result<(), String> {
    match argument {
        None => Ok(()),
        Some(argument) => Err(format!("`{name}` takes no `:{argument}`")),
    }
}

/// A number above 0, or `default` where nothing is given.
fn positive(name: &str, argument: Option<&str>, default: f64) -> Result<f64, String> {
    let Some(argument) = argument else {
        return Ok(default);
    };
    match argument.parse::<f64>() {
        Ok(number) if number > 0.0 && number.is_finite() => Ok(number),
        _ => Err(format!("`{name}:{argument}` needs a number above 0")),
    }
}
