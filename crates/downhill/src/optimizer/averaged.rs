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
/// let mut fit = Fit::new(Linear::new(), Squared, AveragedSgd::rate(0.25), [0.0; Fit::ARENA])?;
/// for k in 0..1_000 {
///     fit.observe(&[], &[if k % 2 == 0 { 0.0 } else { 2.0 }])?;
/// }
/// assert!(fit.parameters()[0] > 1.3); // pulled to and fro
/// fit.finish();
/// assert!((fit.parameters()[0] - 1.0).abs() < 0.01);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct AveragedSgd<T> {
    /// The learning rate η.
    pub rate: T,
}

impl<T: Real> AveragedSgd<T> {
    /// Averaged descent with this learning rate.
    pub const fn rate(rate: T) -> Self {
        Self { rate }
    }
}

/// The coefficients of one step: the learning rate, and the weight of the newest in the mean.
#[derive(Clone, Copy, Debug)]
pub struct AveragedNow<T> {
    rate: T,
    weight: T,
}

impl<T: Real> Optimizer<T> for AveragedSgd<T> {
    type Now = AveragedNow<T>;
    const SLOTS: usize = 1;
    const SHARED: usize = 1;

    fn check(&self) -> Result<(), Setting> {
        check_rate(self.rate)
    }

    #[inline(always)]
    fn now(&self, shared: &[T], factor: T) -> AveragedNow<T> {
        let steps = shared.first().copied().unwrap_or(T::ZERO) + T::ONE;
        AveragedNow {
            rate: self.rate * factor,
            weight: T::ONE / steps,
        }
    }

    #[inline(always)]
    fn advance(&self, _now: &AveragedNow<T>, shared: &mut [T]) {
        if let Some(steps) = shared.first_mut() {
            *steps += T::ONE;
        }
    }

    #[inline(always)]
    fn gain(&self, now: &AveragedNow<T>) -> T {
        now.rate
    }

    #[inline(always)]
    fn current_rate(&self, now: &AveragedNow<T>) -> T {
        now.rate
    }

    #[inline(always)]
    fn charge(&self, _now: &AveragedNow<T>, reach: T) -> T {
        reach
    }

    #[inline(always)]
    fn element(&self, now: &AveragedNow<T>, parameter: T, state: &mut [T], gradient: T) -> T {
        let _ = (now, state);
        parameter - gradient
    }

    #[inline(always)]
    fn settled(&self, now: &AveragedNow<T>, parameter: T, state: &mut [T]) {
        if let [mean] = state {
            *mean += (parameter - *mean) * now.weight;
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
