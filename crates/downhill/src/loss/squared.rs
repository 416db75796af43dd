use serde::{Deserialize, Serialize};

use super::Loss;
use crate::Real;

/// The squared error, the mean over the outputs of (prediction - target)².
///
/// The slope is 2 (prediction - target) / outputs. There is no ½ in front, as in most courses
/// and in PyTorch: against a library that minimises ½e², halve the learning rate.
///
/// *When to use it:* a numeric target with errors of about one size. One wild reading weighs by
/// its square; where those are common, prefer a loss that grows more slowly.
///
/// ```
/// use downhill::loss::{Loss, Squared};
/// let mut outputs = [3.0f32];
/// assert_eq!(Squared.eval(&mut outputs, &[1.0]), 4.0);
/// assert_eq!(outputs, [4.0]); // now the slope
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Squared;

impl<T: Real> Loss<T> for Squared {
    #[inline(always)]
    fn eval(&self, outputs: &mut [T], target: &[T]) -> T {
        let share = T::ONE / T::from_u32(outputs.len() as u32);
        let mut sum = T::ZERO;
        for (output, &target) in outputs.iter_mut().zip(target) {
            let error = *output - target;
            sum += error * error;
            *output = T::TWO * error * share;
        }
        sum * share
    }
}
