//! Quantities that are computed from the parameters of a fit, and their errors.

use downhill::Real;
use downhill::model::Model;
use downhill::model::formula;
use downhill_tables::suggest::{nearest, quoted};
use serde::Serialize;

use super::solve::Solved;
use crate::data::formula::Formula;
use crate::model::covariance::Interval;
use crate::options::spec::DeriveSpec;
use crate::support::failure::{Failure, Outcome};

/// A quantity that follows from the parameters.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(crate) struct Quantity {
    pub(crate) value: f64,
    /// By the delta method: the root of gᵀ C g, g its gradient with respect to the parameters and C
    /// their covariance. `None` where nobody can tell.
    pub(crate) standard_error: Option<f64>,
    pub(crate) interval: Option<Interval>,
}

/// The quantities of `--derive`, in its order.
pub(crate) fn quantities<T: Real>(
    specs: &[DeriveSpec],
    formula: Option<&Formula>,
    solved: &Solved<T>,
    level: f64,
) -> Outcome<Vec<(String, Quantity)>> {
    let one = |spec: &DeriveSpec| {
        let quantity = quantity(spec, formula, solved, level)?;
        Ok((spec.name.clone(), quantity))
    };
    specs.iter().map(one).collect()
}

fn quantity<T: Real>(
    spec: &DeriveSpec,
    formula: Option<&Formula>,
    solved: &Solved<T>,
    level: f64,
) -> Outcome<Quantity> {
    let names: Vec<&str> = solved.parameters.0.iter().map(|own| &*own.0).collect();
    let fixed = formula.map_or(&[][..], |formula| &formula.fixed);
    let text = plain(&spec.expression, &names);
    let refuse = |why: String| Failure::Usage(format!("`--derive {spec}`: {why}"));
    let is_fixed = fixed.iter().any(|(name, _)| *name == spec.name);
    if is_fixed || names.contains(&&*spec.name) {
        let name = &spec.name;
        return Err(refuse(format!(
            "`{name}` is a parameter; give the quantity a name of its own, such as `{name}_derived`"
        )));
    }
    let known = Known {
        names: names.iter().map(|name| plain_name(name)).collect(),
        fixed,
    };
    let parsed = formula::parse_with::<f64>(&text, "", &known);
    let parsed = parsed.map_err(|error| match error.reason {
        formula::Reason::NoParameter => refuse(format!(
            "no parameter that is fitted is in it; name one of {}",
            quoted(&names)
        )),
        _ => refuse(error.to_string()),
    })?;
    let place = |name: &&str| known.names.iter().position(|own| own == name);
    let places = parsed.parameters().iter();
    let places = places.map(|name| place(name).ok_or_else(|| refuse(unknown(name, &names))));
    let places = places.collect::<Outcome<Vec<usize>>>()?;
    let value = |&at: &usize| solved.parameters.0[at].1.value;
    let point: Vec<f64> = places.iter().map(value).collect();
    let mut tape = vec![0.0; parsed.program.sizes().tape];
    let mut output = [0.0];
    parsed.program.forward(&point, &[], &mut tape, &mut output);
    let [value] = output;
    if !value.is_finite() {
        return Err(refuse(format!(
            "it has no finite value at {}",
            parsed
                .parameters()
                .iter()
                .zip(&point)
                .map(|(name, value)| format!("{name} = {value}"))
                .collect::<Vec<_>>()
                .join(", ")
        )));
    }
    let mut gradient = vec![0.0; names.len()];
    for (&at, slope) in places.iter().zip(&tape) {
        gradient[at] += slope;
    }
    let standard_error = solved.error_along(&gradient);
    let interval = standard_error.and_then(|error| {
        let own = solved.covariance.as_ref()?;
        Some(own.interval(value, error, level))
    });
    Ok(Quantity {
        value,
        standard_error,
        interval,
    })
}

/// The parameters that there are.
struct Known<'a> {
    names: Vec<String>,
    fixed: &'a [(String, f64)],
}

impl formula::Names for Known<'_> {
    fn is_column(&self, _name: &str) -> bool {
        false
    }

    fn is_parameter(&self, name: &str) -> bool {
        self.names.iter().any(|own| own == name)
    }

    fn fixed(&self, name: &str) -> Option<f64> {
        let fixed = self.fixed.iter().find(|own| own.0 == name);
        fixed.map(|&(_, value)| value)
    }
}

fn unknown(name: &str, names: &[&str]) -> String {
    match nearest(name, names.iter().copied()).as_slice() {
        [] => format!(
            "`{name}` is no parameter; the parameters are {}",
            quoted(names)
        ),
        close => format!("`{name}` is no parameter; did you mean {}?", quoted(close)),
    }
}

/// A name as an expression may have it: that of a group's own parameter without its brackets.
fn plain_name(name: &str) -> String {
    let plain = |c: char| {
        if c.is_alphanumeric() || c == '_' {
            c
        } else {
            '_'
        }
    };
    name.chars().map(plain).collect()
}

/// An expression with plain names in the place of those with brackets.
fn plain(expression: &str, names: &[&str]) -> String {
    let bracketed = names.iter().filter(|name| name.ends_with(']'));
    bracketed.fold(expression.into(), |text, name| {
        text.replace(*name, &plain_name(name))
    })
}
