//! Metrics: what is reported of a fit, one sample at a time and in fixed memory.
//!
//! A metric is not a [loss](crate::loss): a loss has a slope and is minimized, a metric is read
//! by people. All of them are streaming. With a fading factor below 1 a metric forgets: each
//! sample counts that much less than the one after it, which is the prequential
//! (test-then-learn) estimate of Gama, Sebastião and Rodrigues (2013) when each prediction is
//! made before its sample is learned; [`Trainer::test_then_learn`](crate::Trainer::test_then_learn)
//! does both in that order.
//!
//! ```
//! use downhill::metrics::{Meter, Regression};
//! let mut metrics = Regression::new();
//! for (prediction, target) in [(1.0f32, 1.0), (2.0, 3.0), (5.0, 5.0)] {
//!     metrics.update(&[prediction], &[target]);
//! }
//! assert_eq!(metrics.max_error(), 1.0);
//! assert!((metrics.r2() - 0.875).abs() < 1e-6);
//! ```

mod classification;
mod regression;

pub use classification::{Confusion, LogLoss, Scores, class_of};
pub use regression::{Regression, Skill};

use crate::Real;

/// Something that takes note of predictions and their targets.
pub trait Meter<T: Real> {
    /// Takes note of one prediction, as [`predict`](crate::Trainer::predict) returns it, and the
    /// target it was for.
    fn update(&mut self, prediction: &[T], target: &[T]);
}

impl<T: Real, A: Meter<T>, B: Meter<T>> Meter<T> for (A, B) {
    fn update(&mut self, prediction: &[T], target: &[T]) {
        self.0.update(prediction, target);
        self.1.update(prediction, target);
    }
}
