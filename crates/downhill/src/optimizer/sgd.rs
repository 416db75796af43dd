#[cfg(feature = "serde")]
use serde::{Deserialize, Serialize};

use super::{Optimizer, check_rate};
use crate::{Real, Setting};

/// Gradient descent: p ← p − η g (Cauchy 1847; stochastic: Robbins and Monro 1951).
///
/// With [`observe`](crate::Trainer::observe) this is stochastic gradient descent, one sample a
/// step; with a batch of all samples it is gradient descent. It keeps no state at all.
///
/// *When to use it:* on scaled features and a tight memory. The rate must be below 2/λmax of the
/// loss's curvature, or the fit diverges.
///
/// ```
/// use downhill::{Const, Trainer, loss::Squared, model::Linear, optimizer::Sgd};
/// # fn main() -> Result<(), downhill::Fault> {
/// // f(x) = (x − 3)², from x = 0: each step takes x a fifth of the way.
/// type Fit = Trainer<Linear<Const<0>>, Squared, Sgd<f32>, (), [f32; 2]>;
/// let mut fit = Fit::new(Linear::new(), Squared, Sgd::new(0.1), [0.0; Fit::ARENA])?;
/// for _ in 0..10 {
///     fit.observe(&[], &[3.0])?;
/// }
/// assert_eq!(fit.parameters(), [2.6778774]);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
pub struct Sgd<T> {
    /// The learning rate η.
    #[cfg_attr(feature = "serde", serde(rename = "rate"))]
    pub learning_rate: T,
}

impl<T: Real> Sgd<T> {
    /// Gradient descent with this learning rate.
    pub const fn new(learning_rate: T) -> Self {
        Self { learning_rate }
    }
}

impl<T: Real> Optimizer<T> for Sgd<T> {
    steps_by_rate!();

    const SLOTS: usize = 0;
    const NEEDS_MAX_GRADIENT: bool = false;

    fn check(&self) -> Result<(), Setting> {
        check_rate(self.learning_rate)
    }

    #[inline(always)]
    fn gain(&self, coefficients: &T) -> T {
        *coefficients
    }

    #[inline(always)]
    fn max_update(&self, _coefficients: &T, max_gradient: T) -> T {
        max_gradient
    }

    #[inline(always)]
    fn update(&self, _coefficients: &T, parameter: T, _state: &mut [T], gradient: T) -> T {
        parameter - gradient
    }
}
