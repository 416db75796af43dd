use serde::{Deserialize, Serialize};

use super::{CrossEntropy, Huber, Link, Loss, Squared};
use crate::Real;

/// A loss chosen at run time.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AnyLoss<T> {
    /// [`Squared`].
    Squared(Squared),
    /// [`CrossEntropy`].
    CrossEntropy(CrossEntropy),
    /// [`Huber`].
    Huber(Huber<T>),
}

/// Calls the same method of whichever loss it is, once.
macro_rules! each {
    ($any:expr, $loss:ident => $call:expr) => {
        match $any {
            AnyLoss::Squared($loss) => $call,
            AnyLoss::CrossEntropy($loss) => $call,
            AnyLoss::Huber($loss) => $call,
        }
    };
}

impl<T: Real> Loss<T> for AnyLoss<T> {
    #[inline]
    fn eval(&self, outputs: &mut [T], target: &[T]) -> T {
        each!(self, loss => loss.eval(outputs, target))
    }

    #[inline]
    fn targets(&self, outputs: usize) -> usize {
        each!(self, loss => Loss::<T>::targets(loss, outputs))
    }

    fn link(&self, outputs: usize) -> Link {
        each!(self, loss => Loss::<T>::link(loss, outputs))
    }

    fn fits(&self, outputs: usize) -> bool {
        each!(self, loss => Loss::<T>::fits(loss, outputs))
    }

    fn scales_target(&self) -> bool {
        each!(self, loss => Loss::<T>::scales_target(loss))
    }

    fn accepts(&self, target: T, outputs: usize) -> bool {
        each!(self, loss => loss.accepts(target, outputs))
    }
}
