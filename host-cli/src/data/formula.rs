//! A formula on the command line: its text, the columns it uses, and its parameters.

use downhill::Real;
use downhill::model::AnyModel;
use downhill::model::formula::{self, FormulaError, Parsed, Program};
use downhill_tables::Table;
use downhill_tables::suggest::{nearest, quoted};
use serde::{Deserialize, Serialize};

use crate::data::columns;
use crate::data::origins::Origins;
use crate::options::FitOptions;
use crate::options::spec::{ModelSpec, RangeSpec, StartSpec};
use crate::support::failure::{Failure, Outcome};

/// Most that a number beside a column may be, as a multiple of the column's own, for sums of both
/// to hold what the column does in `f32`.
const MOST_BESIDE: f64 = 512.0;

/// A formula that was read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Formula {
    /// Its text, as it was given.
    pub(crate) text: String,
    /// Its parameters, in the program's order.
    pub(crate) parameters: Vec<String>,
    /// Their start values.
    pub(crate) start: Vec<f64>,
    /// The columns it uses, in the program's order.
    #[serde(skip)]
    pub(crate) features: Vec<String>,
    #[serde(skip)]
    target: String,
    /// Origin of each column, and how large a number beside it may be; empty where none has one.
    #[serde(skip)]
    origins: Vec<(f64, f64)>,
}

impl Formula {
    /// The formula of `--model`, if that is one: its columns are there, and each parameter has
    /// a start.
    pub(crate) fn of(options: &FitOptions, table: &Table) -> Outcome<Option<Self>> {
        let Some(text) = options.formula() else {
            return Ok(None);
        };
        if !options.features.is_empty() {
            return Err(Failure::Usage(
                "a formula says itself which columns it uses; leave out `--features`".into(),
            ));
        }
        let columns: Vec<&str> = table.columns.iter().map(|c| c.name.as_str()).collect();
        // Before the formula, for every name in it would be a parameter else.
        let target = options.target.as_deref().unwrap_or_default();
        table.find(target)?;
        let parsed = parse::<f64>(text, target, &columns)?;
        let parameters: Vec<String> = owned(parsed.parameters());
        columns::numerics(table, &owned(parsed.features()))?;
        if let Some(name) = missing(&parameters, &options.start) {
            let close = nearest(name, columns.iter().copied());
            let hint = match close.as_slice() {
                [] => format!("the columns are {}", quoted(&columns)),
                close => format!("did you mean the column {}?", quoted(close)),
            };
            return Err(Failure::Usage(format!(
                "`{name}` in the formula is no column, so it is a parameter and needs a start: \
                 add `{name}=…` to `--start`; {hint}"
            )));
        }
        let start = starts(&parameters, &options.start)?;
        Ok(Some(Self {
            text: text.into(),
            start: start.into_iter().flatten().collect(),
            features: owned(parsed.features()),
            parameters,
            target: target.into(),
            origins: Vec::new(),
        }))
    }

    /// The formula as a program that starts where it was told.
    pub(crate) fn program<T: Real>(&self) -> Outcome<Program<T>> {
        let columns: Vec<&str> = self.features.iter().map(String::as_str).collect();
        let program = match self.origins.is_empty() {
            true => parse::<T>(&self.text, &self.target, &columns)?.program,
            false => {
                let parsed = parse::<f64>(&self.text, &self.target, &columns)?;
                let shifted = parsed.program.counted_from(&self.origins);
                let shifted = shifted.map_err(|at| self.far_from_zero(at))?;
                shifted.cast().map_err(Failure::input)?
            }
        };
        let start: Vec<T> = self.start.iter().map(|&x| T::from_f64(x)).collect();
        program.with_start(&start).ok_or_else(|| {
            Failure::Usage(
                "a value of `--start` is too large for the fit's precision; try `--precision f64`"
                    .into(),
            )
        })
    }
}

impl Formula {
    /// Counts its columns from these origins; `largest` is what is left of each.
    ///
    /// # Errors
    /// [`Failure::Input`] where a column that is far from zero does not stand beside a number that
    /// is near to it.
    pub(crate) fn count_from(&mut self, origins: &Origins, largest: &[f64]) -> Outcome {
        let largest = largest.iter().map(|largest| MOST_BESIDE * largest);
        self.origins = origins.features.iter().copied().zip(largest).collect();
        self.program::<f32>().map(drop)
    }

    fn far_from_zero(&self, at: u8) -> Failure {
        let at = usize::from(at);
        let name = self.features.get(at).map_or("?", String::as_str);
        let origin = self.origins.get(at).map_or(0.0, |origin| origin.0);
        Failure::Input(format!(
            "the numbers of `{name}` lie too close together for `f32`, so far from zero; write \
             `({name} - {origin})` for `{name}` in the formula, or fit with `--precision f64`"
        ))
    }

    /// The left side, where it is a function of the target, which is predicted in its place.
    pub(crate) fn left_side<T: Real>(&self, program: &Program<T>) -> Option<&str> {
        let mut quote = None;
        let end = self.text.find(|c| {
            match quote {
                None if matches!(c, '"' | '`') => quote = Some(c),
                Some(open) if open == c => quote = None,
                _ => {}
            }
            quote.is_none() && c == '='
        })?;
        program.transforms_target().then(|| self.text[..end].trim())
    }
}

/// The core's model: the formula, or what the name says.
pub(crate) fn model<T: Real>(
    formula: Option<&Formula>,
    spec: ModelSpec,
    features: u16,
    outputs: u16,
) -> Outcome<AnyModel<T>> {
    match formula {
        Some(formula) => formula.program().map(AnyModel::Formula),
        None => spec
            .build(features, outputs)
            .ok_or_else(|| Failure::Usage("the formula was not read".into())),
    }
}

/// The place of each start: in the order of `names`, and `None` where there is none.
pub(crate) fn starts(names: &[String], given: &[StartSpec]) -> Outcome<Vec<Option<f64>>> {
    let mut starts = vec![None; names.len()];
    for spec in given {
        let at = place(names, "--start", &spec.parameter)?;
        if starts[at].replace(spec.value).is_some() {
            return Err(twice("--start", &spec.parameter));
        }
    }
    Ok(starts)
}

/// The least and the largest value of a parameter, where it has such.
type Limits = (Option<f64>, Option<f64>);

/// The limits of each parameter.
pub(crate) fn bounds(names: &[String], given: &[RangeSpec]) -> Outcome<Vec<Option<Limits>>> {
    let mut bounds = vec![None; names.len()];
    for spec in given {
        let at = place(names, "--bounds", &spec.parameter)?;
        if bounds[at].replace((spec.lower, spec.upper)).is_some() {
            return Err(twice("--bounds", &spec.parameter));
        }
    }
    Ok(bounds)
}

fn place(names: &[String], option: &str, name: &str) -> Outcome<usize> {
    let place = names.iter().position(|known| known == name);
    place.ok_or_else(|| {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        Failure::Usage(format!(
            "`{option}` names `{name}`, which is no parameter; the parameters are {}",
            quoted(&names)
        ))
    })
}

fn twice(option: &str, name: &str) -> Failure {
    Failure::Usage(format!("`{option}` names `{name}` twice; name it once"))
}

fn missing<'a>(parameters: &'a [String], given: &[StartSpec]) -> Option<&'a str> {
    let given = |name: &&String| given.iter().any(|spec| spec.parameter == **name);
    let name = parameters.iter().find(|name| !given(name));
    name.map(String::as_str)
}

fn parse<'a, T: Real>(text: &'a str, target: &str, columns: &[&str]) -> Outcome<Parsed<'a, T>> {
    let is_column = |name: &str| columns.contains(&name);
    formula::parse(text, target, is_column).map_err(|error| refused(text, error))
}

/// The text and a caret under what is wrong with it.
fn refused(text: &str, error: FormulaError) -> Failure {
    let shown = error.caret(text).to_string().replace('\n', "\n  ");
    Failure::Usage(format!("the formula cannot be read:\n  {shown}"))
}

fn owned(names: &[&str]) -> Vec<String> {
    names.iter().map(|&name| name.into()).collect()
}
