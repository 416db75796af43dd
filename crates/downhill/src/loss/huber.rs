use serde::{Deserialize, Serialize};

use super::Loss;
use crate::Real;

/// Huber's loss (Huber 1964), the mean over the outputs of ½ e² where |e| ≤ δ and
/// δ (|e| − ½ δ) beyond.
///
/// The slope is e held between −δ and δ, divided by the outputs: an outlier pulls no harder than
/// an error of δ. This is PyTorch's `HuberLoss`, so near zero it is half of
/// [`Squared`](super::Squared).
///
/// *When to use it:* a numeric target with some wild readings. With a standardised target,
/// δ = 1 takes errors beyond one standard deviation for outliers.
///
/// ```
/// use downhill::loss::{Huber, Loss};
/// let mut outputs = [5.0f32];
/// assert_eq!(Huber { delta: 1.0 }.eval(&mut outputs, &[0.0]), 4.5);
/// assert_eq!(outputs, [1.0]); // the slope, held at delta
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Huber<T> {
    /// Where the square ends and the straight line begins, in units of the target; above 0.
    pub delta: T,
}

impl<T: Real> Loss<T> for Huber<T> {
    #[inline(always)]
    fn eval(&self, outputs: &mut [T], target: &[T]) -> T {
        let share = T::ONE / T::from_u32(outputs.len() as u32);
        let mut sum = T::ZERO;
        for (output, &target) in outputs.iter_mut().zip(target) {
            let error = *output - target;
            let size = error.abs();
            let (loss, slope) = if size <= self.delta {
                (T::HALF * error * error, error)
            } else if error > T::ZERO {
                (self.delta * (size - T::HALF * self.delta), self.delta)
            } else {
                (self.delta * (size - T::HALF * self.delta), -self.delta)
            };
            sum += loss;
            *output = slope * share;
        }
        sum * share
    }
}
