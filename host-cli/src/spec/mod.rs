//! What the command line calls models, losses, optimizers and rules, and the parts of the core
//! that they name.

mod classes;
mod goal;
mod health;
mod loss;
mod missing;
mod model;
mod optimizer;
mod replay;
mod rules;
mod schedule;
mod solver;

pub(crate) use classes::ClassWeightSpec;
pub(crate) use goal::{Cost, ThresholdSpec};
pub(crate) use health::{DriftSpec, RateSpec, looks};
pub(crate) use loss::LossSpec;
pub(crate) use missing::MissingSpec;
pub(crate) use model::ModelSpec;
pub(crate) use optimizer::OptimizerSpec;
pub(crate) use replay::{Keep, ReplaySpec};
pub(crate) use rules::{BatchSpec, BoundSpec, ScalerSpec};
pub(crate) use schedule::ScheduleSpec;
pub(crate) use solver::{RangeSpec, SolverSpec, StartSpec};

use std::fmt;

use downhill::Real;

use crate::nearest::{nearest, quoted};

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

/// What a number of a spec may be.
#[derive(Clone, Copy)]
enum Range {
    /// Any.
    Finite,
    /// Above 0.
    Positive,
    /// At least 0.
    NotNegative,
    /// From 0 to 1.
    Share,
    /// Above 0 and below 1.
    Between,
    /// Above 0 and at most 1.
    Factor,
    /// From 0.1 to 10.
    Beta,
    /// A whole number, at least 1.
    Count,
    /// From 0.5 to 1.
    Forgetting,
    /// Above 0 and below 2.
    BelowTwo,
}

impl Range {
    fn holds(self, x: f64) -> bool {
        x.is_finite()
            && match self {
                Self::Finite => true,
                Self::Positive => x > 0.0,
                Self::NotNegative => x >= 0.0,
                Self::Share => (0.0..=1.0).contains(&x),
                Self::Between => x > 0.0 && x < 1.0,
                Self::Factor => x > 0.0 && x <= 1.0,
                Self::Beta => (0.1..=10.0).contains(&x),
                Self::Forgetting => (0.5..=1.0).contains(&x),
                Self::BelowTwo => x > 0.0 && x < 2.0,
                Self::Count => x >= 1.0 && x <= f64::from(u32::MAX) && x.fract() == 0.0,
            }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Finite => "a finite number",
            Self::Positive => "a number above 0",
            Self::NotNegative => "a number of at least 0",
            Self::Share => "a number from 0 to 1",
            Self::Between => "a number above 0 and below 1",
            Self::Factor => "a number above 0 and at most 1",
            Self::Beta => "a number from 0.1 to 10",
            Self::Forgetting => "a number from 0.5 to 1",
            Self::BelowTwo => "a number above 0 and below 2",
            Self::Count => "a whole number of at least 1",
        }
    }
}

/// Reads a number, or says what it is to be.
fn number(what: &str, text: &str, range: Range) -> Result<f64, String> {
    let number = text.trim().parse::<f64>().ok();
    number
        .filter(|&x| range.holds(x))
        .ok_or_else(|| format!("{what} needs {}, not `{text}`", range.words()))
}

/// A number of a spec: what it may be, and what it is where it is not given.
type Slot = (&'static str, Range, Option<f64>);

/// Reads the numbers after `name:`, separated by commas; those at the end may be left out where
/// they have a default.
fn numbers<const N: usize>(
    name: &str,
    argument: Option<&str>,
    slots: [Slot; N],
) -> Result<[f64; N], String> {
    let form = || {
        let mut written = format!("`{name}` is written `{name}");
        let mut open = 0;
        for (at, (what, _, default)) in slots.iter().enumerate() {
            open += usize::from(default.is_some());
            let bracket = if default.is_some() { "[" } else { "" };
            written += &format!("{bracket}{}{what}", if at == 0 { ":" } else { "," });
        }
        written + &"]".repeat(open) + "`"
    };
    let given: Vec<&str> = argument.map_or_else(Vec::new, |text| text.split(',').collect());
    if given.len() > N {
        return Err(form());
    }
    let mut read = [0.0; N];
    for (at, (what, range, default)) in slots.into_iter().enumerate() {
        read[at] = match (given.get(at), default) {
            (Some(text), _) => number(&format!("{what} of `{name}`"), text, range)?,
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
    number("it", text, Range::Share)
}
