#[cfg(feature = "serde")]
use serde::{Deserialize, Serialize};

use super::{Optimizer, check_rate};
use crate::{Real, Setting};

/// Averaged gradient descent (Polyak and Juditsky 1992): plain descent, p ← p − η g, beside the
/// mean of all its parameters so far, a ← a + (p − a) / t.
///
/// One number of state for each parameter and one for the fit. Training goes on from p;
/// [`finish`](crate::Trainer::finish) puts the mean in its place.
///
/// *When to use it:* on line with a constant rate: the parameters keep jumping about the
/// minimum, their mean does not.
///
/// ```
/// use downhill::{Const, Trainer, loss::Squared, model::Linear, optimizer::AveragedSgd};
/// # fn main() -> Result<(), downhill::Fault> {
/// type Fit = Trainer<Linear<Const<0>>, Squared, AveragedSgd<f32>, (), [f32; 4]>;
/// let mut fit = Fit::new(Linear::new(), Squared, AveragedSgd::new(0.25), [0.0; Fit::ARENA])?;
/// for k in 0..1_000 {
///     fit.observe(&[], &[if k % 2 == 0 { 0.0 } else { 2.0 }])?;
/// }
/// assert!(fit.parameters()[0] > 1.3); // pulled to and fro
/// fit.finish();
/// assert!((fit.parameters()[0] - 1.0).abs() < 0.01);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
pub struct AveragedSgd<T> {
    /// The learning rate η.
    #[cfg_attr(feature = "serde", serde(rename = "rate"))]
    pub learning_rate: T,
}

impl<T: Real> AveragedSgd<T> {
    /// Averaged descent with this learning rate.
    pub const fn new(learning_rate: T) -> Self {
        Self { learning_rate }
    }
}

/// The coefficients of one step: the learning rate, and the weight of the newest in the mean.
#[derive(Clone, Copy, Debug)]
pub struct AveragedCoefficients<T> {
    learning_rate: T,
    weight: T,
}

impl<T: Real> Optimizer<T> for AveragedSgd<T> {
    type StepCoefficients = AveragedCoefficients<T>;
    const SLOTS: usize = 1;
    const SHARED: usize = 1;

    fn check(&self) -> Result<(), Setting> {
        check_rate(self.learning_rate)
    }

    #[inline(always)]
    fn step_coefficients(&self, shared: &[T], factor: T) -> AveragedCoefficients<T> {
        let steps = shared.first().copied().unwrap_or(T::ZERO) + T::ONE;
        AveragedCoefficients {
            learning_rate: self.learning_rate * factor,
            weight: T::ONE / steps,
        }
    }

    #[inline(always)]
    fn advance(&self, _coefficients: &AveragedCoefficients<T>, shared: &mut [T]) {
        if let Some(steps) = shared.first_mut() {
            *steps += T::ONE;
        }
    }

    #[inline(always)]
    fn gain(&self, coefficients: &AveragedCoefficients<T>) -> T {
        coefficients.learning_rate
    }

    #[inline(always)]
    fn learning_rate(&self, coefficients: &AveragedCoefficients<T>) -> T {
        coefficients.learning_rate
    }

    #[inline(always)]
    fn max_update(&self, _coefficients: &AveragedCoefficients<T>, max_gradient: T) -> T {
        max_gradient
    }

    #[inline(always)]
    fn update(
        &self,
        coefficients: &AveragedCoefficients<T>,
        parameter: T,
        state: &mut [T],
        gradient: T,
    ) -> T {
        let _ = (coefficients, state);
        parameter - gradient
    }

    #[inline(always)]
    fn after_step(&self, coefficients: &AveragedCoefficients<T>, parameter: T, state: &mut [T]) {
        if let [mean] = state {
            *mean += (parameter - *mean) * coefficients.weight;
        }
    }

    fn finish(&self, shared: &[T], parameters: &mut [T], state: &[T]) {
        if shared.first().is_some_and(|&steps| steps > T::ZERO) {
            for (parameter, &mean) in parameters.iter_mut().zip(state) {
                *parameter = mean;
            }
        }
    }
}
