//! The value and the slopes of every loss on a grid of outputs and targets.

use std::collections::BTreeMap;

use downhill::Real;
use downhill::loss::{AnyLoss, ClassWeighted, LOSSES, Loss};
use serde::Deserialize;

use super::{assert_close, reals};

/// A loss by the oracle's name, which is the registry's unless it says how many outputs there are.
#[derive(Debug, Deserialize)]
pub(crate) struct LossSpec {
    kind: String,
    /// The number it takes, by the oracle's name for it.
    #[serde(flatten)]
    numbers: BTreeMap<String, f64>,
}

impl LossSpec {
    /// The registry's name.
    fn name(&self) -> &str {
        let is_smoothed = self.numbers.contains_key("smoothing");
        match self.kind.as_str() {
            "binary_cross_entropy" | "cross_entropy" if is_smoothed => "smoothed",
            "binary_cross_entropy" => "cross_entropy",
            "binary_focal" => "focal",
            "squared_sigmoid" | "squared_softmax" => "squared_probability",
            kind => kind,
        }
    }

    pub(crate) fn build<T: Real>(&self) -> AnyLoss<T> {
        let numbers: Vec<f64> = self.numbers.values().copied().collect();
        AnyLoss::named(self.name(), &numbers).unwrap_or_else(|| panic!("no loss is {self:?}"))
    }
}

#[derive(Deserialize)]
struct Losses {
    losses: Vec<LossVectors>,
}

#[derive(Deserialize)]
struct LossVectors {
    loss: LossSpec,
    /// A weight for each class, where the loss is weighted.
    class_weights: Option<Vec<f64>>,
    cases: Vec<LossCase>,
}

/// An array in the file, in this order.
#[derive(Deserialize)]
struct LossCase {
    outputs: Vec<f64>,
    target: Vec<f64>,
    value: f64,
    slopes: Vec<f64>,
}

impl LossVectors {
    /// The loss of one sample; the outputs become the slopes.
    fn eval<T: Real>(&self, outputs: &mut [T], target: &[T]) -> T {
        let loss = self.loss.build();
        match self.class_weights.as_deref() {
            None => loss.eval(outputs, target),
            Some(&[a, b]) => {
                let weights = [a, b].map(T::from_f64);
                ClassWeighted { loss, weights }.eval(outputs, target)
            }
            Some(&[a, b, c]) => {
                let weights = [a, b, c].map(T::from_f64);
                ClassWeighted { loss, weights }.eval(outputs, target)
            }
            Some(others) => panic!("weights for {} classes", others.len()),
        }
    }
}

fn check_losses<T: Real>() {
    let vectors = include_str!("../../data/oracle/losses.json");
    let Losses { losses } = serde_json::from_str(vectors).unwrap();
    for vectors in &losses {
        let weights = vectors.class_weights.as_deref().unwrap_or_default();
        for case in &vectors.cases {
            let mut numbers = reals::<T>(&case.outputs);
            let got = vectors.eval(&mut numbers, &reals(&case.target));
            let what = format!(
                "{:?}, classes weighted {weights:?}, at {:?} against {:?}",
                vectors.loss, case.outputs, case.target
            );
            assert_close(&format!("value of {what}"), &[got], &[case.value]);
            assert_close(&format!("slopes of {what}"), &numbers, &case.slopes);
        }
    }
}

#[test]
fn losses_in_f64() {
    check_losses::<f64>();
}

#[test]
fn losses_in_f32() {
    check_losses::<f32>();
}

/// Fβ, which is of a batch, is checked by its definition in the test of gradients.
#[test]
fn every_loss_has_an_oracle() {
    let vectors = include_str!("../../data/oracle/losses.json");
    let Losses { losses } = serde_json::from_str(vectors).unwrap();
    let has = |name: &str| losses.iter().any(|vectors| vectors.loss.name() == name);
    let missing = LOSSES
        .iter()
        .map(|choice| choice.name)
        .filter(|name| !has(name));
    assert_eq!(missing.collect::<Vec<_>>(), ["f_beta"]);
}
