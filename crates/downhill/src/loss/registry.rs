//! Table of losses.

#[cfg(feature = "serde")]
use serde::{Deserialize, Serialize};

use super::{
    Absolute, AsymmetricSquared, Cauchy, CrossEntropy, FBeta, Focal, Hinge, Huber, Link, LogCosh,
    Loss, Poisson, Pool, Quantile, SmoothedCrossEntropy, Squared, SquaredHinge, SquaredProbability,
};
use crate::Real;
use crate::internal::Internal;
use crate::registry::{Argument, Choice, Range, Smoothness};

losses! {
    Squared, "squared", Amount, Smooth, "e²; the default of an amount";
    Absolute, "absolute", Amount, Kinked, "the absolute error";
    Huber<T> { delta: Argument::new("DELTA", Range::Positive, 1.0) },
        "huber", Amount, Kinked, "½ e² up to DELTA, straight beyond";
    LogCosh, "log_cosh", Amount, Smooth, "ln cosh e";
    Quantile<T> { tau: Argument::new("TAU", Range::Between(0.0, 1.0), 0.5) },
        "quantile", Amount, Kinked, "the TAU quantile";
    Poisson, "poisson", Amount, Smooth,
        "counts: the output is the logarithm of the prediction, the loss half the deviance";
    CrossEntropy, "cross_entropy", Class, Smooth,
        "−ln of the probability of the true class; the default of classes";
    SmoothedCrossEntropy<T> { smoothing: Argument::new("SHARE", Range::Between(0.0, 1.0), 0.1) },
        "smoothed", Class, Smooth, "the same with a SHARE of each target spread over all classes";
    Focal<T> { gamma: Argument::new("GAMMA", Range::NotNegative, 2.0) },
        "focal", Class, Smooth, "the same with what is known already counting less";
    Hinge, "hinge", Class, Kinked,
        "the margin, of two classes; there are scores and no probabilities";
    SquaredHinge, "squared_hinge", Class, Kinked, "the square of the margin, as `hinge`";
    SquaredProbability, "squared_probability", Class, Smooth,
        "the squared error of the probability, for comparison; in `compare --vary \
         loss=squared,cross_entropy` `squared` is read as this";
    FBeta<T> { beta: Argument::new("BETA", Range::Within(0.1, 10.0), 1.0) },
        "f_beta", Class, Smooth,
        "1 − Fβ of each batch, with probabilities for counts: BETA is how much more recall counts \
         than precision. Of two classes; it is no mean over rows, so a batch holds at least 2, and \
         unless `--batch` says otherwise a quarter of the training rows, 16 at least and 256 at \
         most. Its probabilities rank, and are no longer shares";
    Cauchy<T> { scale: Argument::new("SCALE", Range::Positive, 1.0) },
        "cauchy", Amount, Smooth,
        "½ s² ln(1 + (e / s)²): what is far beyond SCALE, s, hardly counts";
    AsymmetricSquared<T> { tau: Argument::new("TAU", Range::Between(0.0, 1.0), 0.5) },
        "asymmetric_squared", Amount, Kinked,
        "TAU e² where the prediction is too low, (1 − TAU) e² where it is too high";
}

/// Facts about a loss that its type does not tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LossFacts {
    /// Kind of its target.
    pub target: TargetKind,
    /// Where its derivatives exist.
    pub smoothness: Smoothness,
}

/// Kind of target that a loss is for; [`model::Task`](crate::model::Task) is that of a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TargetKind {
    /// Numbers: regression.
    Amount,
    /// Classes: classification.
    Class,
}

/// A function of a loss of any type, for [`AnyLoss::visit`].
pub trait LossVisitor<T: Real> {
    /// Type of the result.
    type Output;

    /// Calls the function.
    fn visit<L: Loss<T> + Copy>(self, loss: L) -> Self::Output;
}
