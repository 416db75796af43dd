//! Losses: what a fit minimizes, and its slope.

#[macro_use]
mod any;
mod asymmetric;
mod classification;
mod cross_entropy;
mod f_beta;
mod link;
mod pool;
mod registry;
mod regression;
mod weighted;

pub use asymmetric::AsymmetricSquared;
pub use classification::{Focal, Hinge, SmoothedCrossEntropy, SquaredHinge, SquaredProbability};
pub use cross_entropy::CrossEntropy;
pub use f_beta::FBeta;
pub use link::Link;
pub use pool::Pool;
pub use registry::{AnyLoss, LOSSES, LossFacts, LossVisitor, TargetKind};
pub use regression::{Absolute, Cauchy, Huber, LogCosh, Poisson, Quantile, Squared};
pub use weighted::ClassWeighted;

use crate::Real;
use crate::internal::Internal;

/// A loss: how bad outputs are against a target, and in which direction they get worse.
pub trait Loss<T: Real> {
    /// The loss of one sample. Replaces each output by the loss's slope with respect to it.
    ///
    /// Where an output is infinite or NaN, or the target is not one that the loss accepts, the
    /// loss returned must be infinite or NaN.
    fn eval(&self, outputs: &mut [T], target: &[T]) -> T;

    /// Numbers in a target, where that is not the number of outputs.
    const TARGETS: Option<usize> = None;

    /// Numbers in a target for a model with this many outputs.
    #[inline(always)]
    fn targets(&self, outputs: usize) -> usize {
        Self::TARGETS.unwrap_or(outputs)
    }

    /// True of a loss of the batch as a whole. A loss chosen at run time says so by
    /// [`pooled`](Loss::pooled).
    const POOLS: bool = false;

    /// For a loss of a batch as a whole, which is no mean over samples: the loss of a batch of
    /// two classes, and its slopes with respect to the two [masses](Pool::mass), each of a size
    /// of at most 256 divided by its mass. `None` of any other loss, whatever the batch.
    ///
    /// Such a loss takes one output, the logit of class 1, and a target of 0 or 1;
    /// [`eval`](Loss::eval) is that of a batch of one sample.
    #[inline(always)]
    fn pooled(&self, batch: &Pool<T>) -> Option<(T, [T; 2])> {
        let _ = batch;
        None
    }

    /// True of a squared error that was chosen at run time: an evaluation of many samples then
    /// takes the code made for it.
    #[doc(hidden)]
    #[inline(always)]
    fn fast_path(&self, _: Internal) -> bool {
        false
    }

    /// How this many outputs are read as a prediction.
    fn link(&self, outputs: usize) -> Link {
        let _ = outputs;
        Link::Identity
    }

    /// Returns `true` if the loss goes with this many outputs.
    fn fits(&self, outputs: usize) -> bool {
        outputs > 0
    }

    /// The most that the loss curves: a bound for every eigenvalue of its second derivative with
    /// respect to this many outputs, where there is one. A learning rate is bounded by it.
    fn curvature(&self, outputs: usize) -> Option<T> {
        let _ = outputs;
        None
    }

    /// Returns `true` if a target keeps its meaning when it is scaled to mean 0.
    fn scales_target(&self) -> bool {
        true
    }

    /// Returns `true` if the loss's own settings are permitted.
    fn is_possible(&self) -> bool {
        true
    }

    /// Returns `true` if the loss is defined for `target`, a finite number, with this many outputs.
    fn accepts(&self, target: T, outputs: usize) -> bool {
        let _ = (target, outputs);
        true
    }
}
