#[cfg(feature = "serde")]
use serde::{Deserialize, Serialize};

use crate::Real;

/// Function from a model's outputs to the prediction that a user reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Link {
    /// The outputs are the prediction.
    Identity,
    /// One output is a logit; the prediction is a probability, 1 / (1 + e^-z).
    Sigmoid,
    /// The outputs are logits; the prediction is a probability for each class.
    Softmax,
    /// An output is the logarithm of the prediction.
    Exp,
}

impl Link {
    /// From which prediction on class 1 is predicted where nobody says otherwise: a probability
    /// of ½, or a score of 0.
    #[inline]
    pub fn threshold<T: Real>(self) -> T {
        match self {
            Self::Sigmoid | Self::Softmax => T::HALF,
            Self::Identity | Self::Exp => T::ZERO,
        }
    }

    /// Replaces outputs by predictions.
    #[inline]
    pub fn apply<T: Real>(self, outputs: &mut [T]) {
        match self {
            Self::Identity => {}
            Self::Sigmoid => {
                for output in outputs {
                    *output = output.sigmoid();
                }
            }
            Self::Softmax => crate::kernel::softmax(outputs),
            Self::Exp => {
                for output in outputs {
                    *output = output.exp();
                }
            }
        }
    }
}
