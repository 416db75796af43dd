//! A linear model's parameters by name, standardized and in the columns' own units.

use std::collections::HashSet;

use downhill::model::{AnyModel, Model};
use downhill::{Real, scaler};
use serde::ser::{Serialize, Serializer};

use crate::data::columns::Target;
use crate::data::formula::Formula;
use crate::data::origins::Origins;
use crate::evaluate::assessor::Assessor;
use crate::model::estimate::{Estimate, Named};
use crate::model::fixed_fit::FixedFit;
use crate::model::trainer::HostTrainer;

/// The parameters of one output, as the fit holds them, and in raw units.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Parameters {
    /// Name of the output.
    pub(crate) output: String,
    /// Parameters of features with mean 0 and standard deviation 1.
    pub(crate) standardized: Named,
    /// Parameters of the features as they are in the file.
    pub(crate) raw: Named,
}

/// Those of one output by name, or of several by output and name.
pub(crate) struct ByOutput<'a>(Vec<(&'a str, &'a Named)>);

impl<'a> ByOutput<'a> {
    pub(crate) fn raw(outputs: &'a [Parameters]) -> Self {
        Self(outputs.iter().map(|of| (&*of.output, &of.raw)).collect())
    }

    pub(crate) fn standardized(outputs: &'a [Parameters]) -> Self {
        let of = |of: &'a Parameters| (&*of.output, &of.standardized);
        Self(outputs.iter().map(of).collect())
    }
}

impl Serialize for ByOutput<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0[..] {
            [(_, one)] => one.serialize(serializer),
            several => serializer.collect_map(several.iter().copied()),
        }
    }
}

/// Names the parameters of a model that is linear in its features, output by output; `None` of
/// any other. The outputs are the targets, or else classes.
pub(crate) fn name<T: Real>(
    trainer: &HostTrainer<T>,
    features: &[String],
    target: &Target,
    origins: &Origins,
) -> Option<Vec<Parameters>> {
    let numbers: Vec<f64> = trainer.parameters().iter().map(|p| p.to_f64()).collect();
    let columns = scaler::columns(trainer.scaler());
    let column = |at: usize| {
        let [mean, factor] = columns.get(at)?;
        Some((mean.to_f64(), factor.to_f64()))
    };
    let of = (trainer.model(), &numbers[..]);
    named(of, column, features, target, origins)
}

/// Names those of a fit in fixed point.
pub(crate) fn of_fixed(
    fit: &FixedFit,
    features: &[String],
    target: &Target,
    origins: &Origins,
) -> Option<Vec<Parameters>> {
    let numbers: Vec<f64> = fit.parameters().collect();
    let column = |at: usize| Some(fit.column(at).mean_and_factor());
    let of = (fit.model(), &numbers[..]);
    named(of, column, features, target, origins)
}

/// Names the parameters of a model whose columns have these means and factors.
fn named<T: Real>(
    (model, numbers): (&AnyModel<T>, &[f64]),
    column: impl Fn(usize) -> Option<(f64, f64)>,
    features: &[String],
    target: &Target,
    origins: &Origins,
) -> Option<Vec<Parameters>> {
    let (targets, classes) = (&target.names, &target.classes);
    let AnyModel::Linear(model) = model else {
        return None;
    };
    let outputs = Model::<T>::sizes(model).outputs;
    let (weights, intercepts) = numbers.split_at_checked(features.len() * outputs)?;
    if intercepts.len() != outputs || features.is_empty() {
        return None;
    }
    let column = |at: usize| column(at).unwrap_or((0.0, 1.0));
    let names = names(features);
    let one = |(output, (weights, &intercept)): (usize, (&[f64], &f64))| {
        // Of more classes than targets none is scaled.
        let (target_mean, target_factor) = match targets.len() == outputs {
            true => column(features.len() + output),
            false => (0.0, 1.0),
        };
        let (mut raw, mut shift) = (Vec::new(), 0.0);
        for (at, weight) in weights.iter().enumerate() {
            let (mean, factor) = column(at);
            let slope = weight * factor / target_factor;
            shift += slope * (mean + origins.feature(at));
            raw.push(slope);
        }
        let origin = origins.target(output);
        raw.push(intercept / target_factor + (target_mean + origin) - shift);
        let standardized = weights.iter().copied().chain([intercept]);
        Parameters {
            output: match targets.get(output) {
                Some(target) if targets.len() == outputs => target.clone(),
                _ if classes.len() == outputs => classes.label(output).into(),
                _ => output.to_string(),
            },
            standardized: Named(names.iter().cloned().zip(standardized).collect()),
            raw: Named(names.iter().cloned().zip(raw).collect()),
        }
    };
    let outputs = weights.chunks(features.len()).zip(intercepts);
    Some(outputs.enumerate().map(one).collect())
}

/// Parameters of a formula by name; a gradient does not tell how sure they are.
pub(crate) fn of_formula<T: Real>(formula: &Formula, trainer: &HostTrainer<T>) -> Named<Estimate> {
    let values = trainer.parameters().iter().zip(&formula.start);
    let estimate = |(value, &start): (&T, &f64)| Estimate {
        value: value.to_f64(),
        standard_error: None,
        start,
    };
    let names = formula.parameters.iter().cloned();
    Named(names.zip(values.map(estimate)).collect())
}

/// Names the number at a place of the state of a fit with so many parameters, whose scaler begins at
/// `scaler`.
pub(crate) fn name_of<T>(
    model: &AnyModel<T>,
    (parameters, scaler): (usize, usize),
    features: &[String],
    at: usize,
) -> String {
    let names = match model {
        AnyModel::Linear(_) => names(features),
        _ => Vec::new(),
    };
    match names.get(at) {
        Some(name) if names.len() == parameters => name.clone(),
        _ if at < parameters => format!("parameter {at}"),
        _ if at < scaler => format!("optimizer state {}", at - parameters),
        _ => format!("scaler {}", at - scaler),
    }
}

/// Names of the products of features that a polynomial takes, in the model's order: `a`, `b`, `a^2`,
/// `a*b`, `b^2`.
pub(crate) fn products(features: &[String], degree: usize) -> Vec<String> {
    let power = |run: &[usize]| match run.len() {
        1 => features[run[0]].clone(),
        power => format!("{}^{power}", features[run[0]]),
    };
    let name = |product: &Vec<usize>| {
        let powers: Vec<String> = product.chunk_by(|a, b| a == b).map(power).collect();
        powers.join("*")
    };
    factors(features.len(), degree).iter().map(name).collect()
}

/// Factors of the products of so many features that a polynomial takes, in the model's order.
pub(crate) fn factors(count: usize, degree: usize) -> Vec<Vec<usize>> {
    let mut lower: Vec<Vec<usize>> = (0..count).map(|at| vec![at]).collect();
    let mut all = lower.clone();
    for _ in 1..degree {
        let times = |first: usize| {
            let later = lower.iter().filter(move |product| product[0] >= first);
            later.map(move |product| [&[first], &product[..]].concat())
        };
        lower = (0..count).flat_map(times).collect();
        all.extend(lower.iter().cloned());
    }
    all
}

/// Names of the parameters of one output of a linear model, in the model's order: its
/// features' names, and `intercept`, in parentheses where a feature has taken the name.
pub(crate) fn names(features: &[String]) -> Vec<String> {
    let taken: HashSet<&str> = features.iter().map(String::as_str).collect();
    let mut constant = String::from("intercept");
    while taken.contains(constant.as_str()) {
        constant = format!("({constant})");
    }
    features.iter().cloned().chain([constant]).collect()
}
