#[cfg(feature = "serde")]
use serde::{Deserialize, Serialize};

use super::Loss;
use super::regression::mean;
use crate::Real;

/// Asymmetric squared error (Newey and Powell 1987): τ e² where the prediction is too low,
/// (1 − τ) e² where it is too high; the mean over the outputs.
///
/// Minimized by the τ-expectile of the target, which is the mean for τ = ½. The slope is 2 τ e
/// below and 2 (1 − τ) e above.
///
/// *When to use it:* one direction of error costs more than the other, and large errors much more
/// than small ones. It is smoother than [`Quantile`](super::Quantile), and takes more notice of
/// outliers.
///
/// ```
/// use downhill::loss::{AsymmetricSquared, Loss};
/// let mut outputs = [0.0f32];
/// assert_eq!(AsymmetricSquared { tau: 0.75 }.eval(&mut outputs, &[2.0]), 3.0);
/// assert_eq!(outputs, [-3.0]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
pub struct AsymmetricSquared<T> {
    /// Weight of an error of a prediction that is too low, between 0 and 1; the others weigh
    /// 1 − τ.
    pub tau: T,
}

impl<T: Real> Loss<T> for AsymmetricSquared<T> {
    #[inline(always)]
    fn eval(&self, outputs: &mut [T], target: &[T]) -> T {
        mean(outputs, target, |error| {
            let weight = if error < T::ZERO {
                self.tau
            } else {
                T::ONE - self.tau
            };
            (weight * error * error, T::TWO * weight * error)
        })
    }

    fn curvature(&self, outputs: usize) -> Option<T> {
        let most = self.tau.larger(T::ONE - self.tau);
        Some(T::TWO * most / T::from_u32(outputs as u32))
    }

    fn is_possible(&self) -> bool {
        self.tau > T::ZERO && self.tau < T::ONE
    }
}
