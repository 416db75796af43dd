#[cfg(feature = "serde")]
use serde::{Deserialize, Serialize};

use super::{Optimizer, check_rate};
use crate::{Real, Setting};

/// Rprop (Riedmiller and Braun 1993, in the form of PyTorch's): each parameter has a step of its
/// own, 1.2 times as long where the gradient keeps its sign and half as long where it turns; on
/// a turn the parameter waits. Only the sign of the gradient counts.
///
/// Two numbers of state for each parameter: the last gradient and the step, kept between 1e-6
/// and 50.
///
/// *When to use it:* full batches only (a batch of all samples): the sign of one sample's
/// gradient is mostly noise.
///
/// ```
/// use downhill::{Const, Trainer, loss::Squared, model::Linear, optimizer::Rprop};
/// # fn main() -> Result<(), downhill::Fault> {
/// type Fit = Trainer<Linear<Const<1>>, Squared, Rprop<f32>, (), [f32; 12]>;
/// let arena = [0.0; Fit::BATCH_ARENA];
/// let mut fit = Fit::new(Linear::new(), Squared, Rprop::new(0.01), arena)?;
/// for _ in 0..100 {
///     for x in [-1.0, 0.0, 1.0, 2.0] {
///         fit.accumulate(&[x], &[5.0 - 2.0 * x], 1.0)?;
///     }
///     fit.apply()?;
/// }
/// assert!((fit.predict(&[1.0])?[0] - 3.0).abs() < 1e-3);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
pub struct Rprop<T> {
    /// The first step of every parameter, usually 0.01.
    #[cfg_attr(feature = "serde", serde(rename = "rate"))]
    pub learning_rate: T,
}

impl<T: Real> Rprop<T> {
    /// Rprop with this first step.
    pub const fn new(learning_rate: T) -> Self {
        Self { learning_rate }
    }
}

impl<T: Real> Optimizer<T> for Rprop<T> {
    steps_by_rate!();

    const SLOTS: usize = 2;

    fn check(&self) -> Result<(), Setting> {
        check_rate(self.learning_rate)
    }

    #[inline(always)]
    fn max_update(&self, coefficients: &T, max_gradient: T) -> T {
        if max_gradient.is_finite() {
            coefficients.larger(T::from_f64(50.0)) * T::TWO
        } else {
            T::NAN
        }
    }

    #[inline(always)]
    fn update(&self, coefficients: &T, parameter: T, state: &mut [T], gradient: T) -> T {
        let [last, size] = state else {
            return parameter;
        };
        if *size == T::ZERO {
            *size = *coefficients;
        }
        // By signs, since the product of two small gradients underflows.
        let turned =
            (*last > T::ZERO && gradient < T::ZERO) || (*last < T::ZERO && gradient > T::ZERO);
        let kept =
            (*last > T::ZERO && gradient > T::ZERO) || (*last < T::ZERO && gradient < T::ZERO);
        let factor = T::from_f64(if turned {
            0.5
        } else if kept {
            1.2
        } else {
            1.0
        });
        *size = (*size * factor)
            .larger(T::from_f64(1e-6))
            .smaller(T::from_f64(50.0));
        *last = if turned { T::ZERO } else { gradient };
        if *last > T::ZERO {
            parameter - *size
        } else if *last < T::ZERO {
            parameter + *size
        } else {
            parameter
        }
    }
}
