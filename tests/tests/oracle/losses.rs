//! The value and the slopes of every loss on a grid of outputs and targets.

use downhill::Real;
use downhill::loss::{
    Absolute, AnyLoss, ClassWeighted, CrossEntropy, Focal, Hinge, Huber, LogCosh, Loss, Poisson,
    Quantile, SmoothedCrossEntropy, Squared, SquaredHinge, SquaredProbability,
};
use serde::Deserialize;

use super::{assert_close, reals};

/// A loss by the oracle's name.
#[derive(Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum LossSpec {
    Squared,
    Absolute,
    Huber { delta: f64 },
    LogCosh,
    Quantile { tau: f64 },
    BinaryCrossEntropy { smoothing: Option<f64> },
    CrossEntropy { smoothing: Option<f64> },
    BinaryFocal { gamma: f64 },
    Focal { gamma: f64 },
    Hinge,
    SquaredHinge,
    Poisson,
    SquaredSigmoid,
    SquaredSoftmax,
}

impl LossSpec {
    pub(crate) fn build<T: Real>(&self) -> AnyLoss<T> {
        let real = T::from_f64;
        match *self {
            Self::Squared => AnyLoss::Squared(Squared),
            Self::Absolute => AnyLoss::Absolute(Absolute),
            Self::Huber { delta } => AnyLoss::Huber(Huber { delta: real(delta) }),
            Self::LogCosh => AnyLoss::LogCosh(LogCosh),
            Self::Quantile { tau } => AnyLoss::Quantile(Quantile { tau: real(tau) }),
            Self::BinaryCrossEntropy { smoothing } | Self::CrossEntropy { smoothing } => {
                match smoothing {
                    None => AnyLoss::CrossEntropy(CrossEntropy),
                    Some(smoothing) => AnyLoss::SmoothedCrossEntropy(SmoothedCrossEntropy {
                        smoothing: real(smoothing),
                    }),
                }
            }
            Self::BinaryFocal { gamma } | Self::Focal { gamma } => {
                AnyLoss::Focal(Focal { gamma: real(gamma) })
            }
            Self::Hinge => AnyLoss::Hinge(Hinge),
            Self::SquaredHinge => AnyLoss::SquaredHinge(SquaredHinge),
            Self::Poisson => AnyLoss::Poisson(Poisson),
            Self::SquaredSigmoid | Self::SquaredSoftmax => {
                AnyLoss::SquaredProbability(SquaredProbability)
            }
        }
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
