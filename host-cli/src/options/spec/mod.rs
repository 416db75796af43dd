//! Names of models, losses, optimizers and rules on the command line, and the parts of the core
//! that they name.

mod choice;
mod classes;
mod goal;
mod health;
mod listing;
mod loss;
mod missing;
mod model;
mod normal;
mod optimizer;
mod replay;
mod rules;
mod schedule;
mod shape;
mod solver;

pub(crate) use classes::ClassWeightSpec;
pub(crate) use goal::{Cost, ThresholdSpec};
pub(crate) use health::{DriftSpec, RateSpec, looks};
pub(crate) use listing::help;
pub(crate) use loss::LossSpec;
pub(crate) use missing::MissingSpec;
pub(crate) use model::ModelSpec;
pub(crate) use normal::{AnyModelSpec, NormalSpec, VotesSpec};
pub(crate) use optimizer::OptimizerSpec;
pub(crate) use replay::{Keep, ReplaySpec};
pub(crate) use rules::{BatchSpec, BoundSpec, ScalerSpec};
pub(crate) use schedule::ScheduleSpec;
pub(crate) use shape::ShapeSpec;
pub(crate) use solver::{DeriveSpec, RangeSpec, SigmaXSpec, SolverSpec, StartSpec};

use std::fmt;

use downhill::Real;
use downhill::registry::{Argument, Range};

use downhill_tables::suggest::{nearest, quoted};

/// A name that is not on the list: what comes close, and the list.
fn unknown(what: &str, name: &str, names: &[&str]) -> String {
    let hint = match nearest(name, names.iter().copied()).as_slice() {
        [close, ..] => format!("did you mean `{close}`? There is {}", quoted(names)),
        [] => format!("there is {}", quoted(names)),
    };
    format!("no {what} is called `{name}`: {hint}")
}

/// A number as short as it can be written and read back: `0.5`, `1e-300`.
struct Short(f64);

impl fmt::Display for Short {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(x) = *self;
        match x == 0.0 || (1e-6..1e16).contains(&x.abs()) {
            true => write!(f, "{x}"),
            false => write!(f, "{x:e}"),
        }
    }
}

/// Refuses a number of a spec that a precision does not have, or whose square it does not have
/// where that is needed.
fn holds_in<T: Real>(
    spec: &dyn fmt::Display,
    what: &str,
    number: f64,
    squared: bool,
) -> Result<(), String> {
    let narrow = T::from_f64(number);
    let used = if squared { narrow * narrow } else { narrow };
    if used.is_finite() && (used == T::ZERO) == (number == 0.0) {
        return Ok(());
    }
    let (name, cure) = match T::WORDS {
        1 => ("f32", ", or use `--precision f64`"),
        _ => ("f64", ""),
    };
    let of = if squared { "the square of " } else { "" };
    Err(format!(
        "in `{spec}`, {of}{what} is out of the range of `{name}`; choose another{cure}"
    ))
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

/// Reads a number, or says what it is to be.
fn number(what: &str, text: &str, range: Range) -> Result<f64, String> {
    let number = text.trim().parse::<f64>().ok();
    number
        .filter(|&x| range.contains(x))
        .ok_or_else(|| format!("{what} needs {range}, not `{text}`"))
}

/// A name with its arguments, those that may be left out in brackets.
fn written(name: &str, arguments: &[Argument]) -> String {
    let mut text = name.to_string();
    let mut open = 0;
    for (at, argument) in arguments.iter().enumerate() {
        let is_free = argument.default.is_some();
        open += usize::from(is_free);
        text += if is_free { "[" } else { "" };
        text += if at == 0 { ":" } else { "," };
        text += argument.name;
    }
    text + &"]".repeat(open)
}

/// Reads the numbers after `name:`, separated by commas; those at the end may be left out where
/// they have a default. Numbers beyond the arguments are 0.
fn numbers<const N: usize>(
    name: &str,
    argument: Option<&str>,
    arguments: &[Argument],
) -> Result<[f64; N], String> {
    if arguments.is_empty() {
        bare(name, argument)?;
    }
    let form = || format!("`{name}` is written `{}`", written(name, arguments));
    let given: Vec<&str> = argument.map_or_else(Vec::new, |text| text.split(',').collect());
    if given.len() > arguments.len() {
        return Err(form());
    }
    let mut read = [0.0; N];
    for (at, (number_read, argument)) in read.iter_mut().zip(arguments).enumerate() {
        *number_read = match (given.get(at), argument.default) {
            (Some(text), _) => number(
                &format!("{} of `{name}`", argument.name),
                text,
                argument.range,
            )?,
            (None, Some(default)) => default,
            (None, None) => return Err(form()),
        };
    }
    Ok(read)
}

/// A finite number that an option takes.
pub(crate) fn finite(text: &str) -> Result<f64, String> {
    number("it", text, Range::Finite)
}

/// A number above 0 that an option takes.
pub(crate) fn positive(text: &str) -> Result<f64, String> {
    number("it", text, Range::Positive)
}

/// A number of at least 0 that an option takes.
pub(crate) fn not_negative(text: &str) -> Result<f64, String> {
    number("it", text, Range::NotNegative)
}

/// A number from 0 to 1 that an option takes.
pub(crate) fn share(text: &str) -> Result<f64, String> {
    number("it", text, Range::Within(0.0, 1.0))
}
