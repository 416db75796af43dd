//! A linear model's parameters by name, standardised and in the columns' own units.

use std::collections::HashSet;

use downhill::model::AnyModel;
use downhill::{Real, scaler};
use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::plan::HostTrainer;

/// Parameters by name, in the model's order and the intercept last.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Named(pub(crate) Vec<(String, f64)>);

impl Serialize for Named {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

/// The parameters as the fit holds them, and in raw units.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Parameters {
    /// Of features with mean 0 and standard deviation 1.
    pub(crate) standardized: Named,
    /// Of the features as they are in the file.
    pub(crate) raw: Named,
}

/// Names the parameters of a model that is linear in its features; `None` of any other.
pub(crate) fn name<T: Real>(trainer: &HostTrainer<T>, features: &[String]) -> Option<Parameters> {
    let AnyModel::Linear(_) = trainer.model() else {
        return None;
    };
    let numbers: Vec<f64> = trainer.parameters().iter().map(|p| p.to_f64()).collect();
    let (weights, &[intercept]) = numbers.split_at_checked(features.len())? else {
        return None;
    };
    let columns = scaler::columns(trainer.scaler());
    let column = |at: usize| match columns.get(at) {
        Some([mean, factor]) => (mean.to_f64(), factor.to_f64()),
        None => (0.0, 1.0),
    };
    let (target_mean, target_factor) = column(features.len());
    let mut raw = Vec::new();
    let mut shift = 0.0;
    for (at, weight) in weights.iter().enumerate() {
        let (mean, factor) = column(at);
        let slope = weight * factor / target_factor;
        shift += slope * mean;
        raw.push(slope);
    }
    let raw_intercept = intercept / target_factor + target_mean - shift;
    let constant = constant_name(features);
    let with_names = |weights: &[f64], intercept| {
        let pairs = features.iter().cloned().zip(weights.iter().copied());
        Named(pairs.chain([(constant.clone(), intercept)]).collect())
    };
    Some(Parameters {
        standardized: with_names(weights, intercept),
        raw: with_names(&raw, raw_intercept),
    })
}

/// Names the number at a place of a fit's state.
pub(crate) fn name_of<T: Real>(trainer: &HostTrainer<T>, features: &[String], at: usize) -> String {
    let parameters = trainer.parameters().len();
    let scaler = trainer.state().len() - trainer.scaler().len();
    let named = name(trainer, features).and_then(|named| named.raw.0.into_iter().nth(at));
    match named {
        Some((name, _)) => name,
        None if at < parameters => format!("parameter {at}"),
        None if at < scaler => format!("optimizer state {}", at - parameters),
        None => format!("scaler {}", at - scaler),
    }
}

/// `intercept`, in parentheses where a feature has taken the name.
fn constant_name(features: &[String]) -> String {
    let taken: HashSet<&str> = features.iter().map(String::as_str).collect();
    let mut name = String::from("intercept");
    while taken.contains(name.as_str()) {
        name = format!("({name})");
    }
    name
}
