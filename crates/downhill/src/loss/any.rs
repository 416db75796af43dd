use serde::{Deserialize, Serialize};

use super::{
    Absolute, Cauchy, CrossEntropy, FBeta, Focal, Hinge, Huber, Link, LogCosh, Loss, Poisson, Pool,
    Quantile, SmoothedCrossEntropy, Squared, SquaredHinge, SquaredProbability,
};
use crate::Real;

/// A loss chosen at run time.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AnyLoss<T> {
    /// [`Squared`].
    Squared(Squared),
    /// [`Absolute`].
    Absolute(Absolute),
    /// [`Huber`].
    Huber(Huber<T>),
    /// [`LogCosh`].
    LogCosh(LogCosh),
    /// [`Quantile`].
    Quantile(Quantile<T>),
    /// [`Poisson`].
    Poisson(Poisson),
    /// [`CrossEntropy`].
    CrossEntropy(CrossEntropy),
    /// [`SmoothedCrossEntropy`].
    SmoothedCrossEntropy(SmoothedCrossEntropy<T>),
    /// [`Focal`].
    Focal(Focal<T>),
    /// [`Hinge`].
    Hinge(Hinge),
    /// [`SquaredHinge`].
    SquaredHinge(SquaredHinge),
    /// [`SquaredProbability`].
    SquaredProbability(SquaredProbability),
    /// [`FBeta`].
    FBeta(FBeta<T>),
    /// [`Cauchy`].
    Cauchy(Cauchy<T>),
}

/// Calls the same method of whichever loss it is, once.
macro_rules! each {
    ($any:expr, $loss:ident => $call:expr) => {
        match $any {
            AnyLoss::Squared($loss) => $call,
            AnyLoss::Absolute($loss) => $call,
            AnyLoss::Huber($loss) => $call,
            AnyLoss::LogCosh($loss) => $call,
            AnyLoss::Quantile($loss) => $call,
            AnyLoss::Poisson($loss) => $call,
            AnyLoss::CrossEntropy($loss) => $call,
            AnyLoss::SmoothedCrossEntropy($loss) => $call,
            AnyLoss::Focal($loss) => $call,
            AnyLoss::Hinge($loss) => $call,
            AnyLoss::SquaredHinge($loss) => $call,
            AnyLoss::SquaredProbability($loss) => $call,
            AnyLoss::FBeta($loss) => $call,
            AnyLoss::Cauchy($loss) => $call,
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

    #[inline]
    fn pooled(&self, batch: &Pool<T>) -> Option<(T, [T; 2])> {
        match self {
            Self::FBeta(loss) => loss.pooled(batch),
            _ => None,
        }
    }

    #[inline]
    fn plain(&self) -> Option<Squared> {
        match self {
            Self::Squared(loss) => Some(*loss),
            _ => None,
        }
    }

    fn link(&self, outputs: usize) -> Link {
        each!(self, loss => Loss::<T>::link(loss, outputs))
    }

    fn fits(&self, outputs: usize) -> bool {
        each!(self, loss => Loss::<T>::fits(loss, outputs))
    }

    fn curvature(&self, outputs: usize) -> Option<T> {
        each!(self, loss => Loss::<T>::curvature(loss, outputs))
    }

    fn scales_target(&self) -> bool {
        each!(self, loss => Loss::<T>::scales_target(loss))
    }

    fn accepts(&self, target: T, outputs: usize) -> bool {
        each!(self, loss => loss.accepts(target, outputs))
    }

    fn is_possible(&self) -> bool {
        each!(self, loss => Loss::<T>::is_possible(loss))
    }
}
