#[cfg(feature = "serde")]
use serde::{Deserialize, Serialize};

use super::{Optimizer, STEEPEST, check_decay, check_rate};
use crate::{Real, Setting};

/// Gradient descent with momentum: v ← μ v + g, p ← p − η v (Polyak 1964); with `nesterov`,
/// p ← p − η (g + μ v) (Nesterov 1983, in the form of Sutskever et al. 2013).
///
/// One number of state for each parameter.
///
/// *When to use it:* where plain descent zig-zags across a narrow valley. The effective rate is
/// η / (1 − μ): lower η when raising μ.
///
/// ```
/// use downhill::{Const, Trainer, loss::Squared, model::Linear, optimizer::Momentum};
/// # fn main() -> Result<(), downhill::Fault> {
/// type Fit = Trainer<Linear<Const<0>>, Squared, Momentum<f32>, (), [f32; 3]>;
/// let mut fit = Fit::new(Linear::new(), Squared, Momentum::new(0.05), [0.0; Fit::ARENA])?;
/// let mut furthest = 0.0f32;
/// for _ in 0..200 {
///     fit.observe(&[], &[3.0])?;
///     furthest = furthest.max(fit.parameters()[0]);
/// }
/// assert!(furthest > 4.0); // it rolls through the minimum …
/// assert!((fit.parameters()[0] - 3.0).abs() < 1e-3); // … and comes back
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
pub struct Momentum<T> {
    /// The learning rate η.
    #[cfg_attr(feature = "serde", serde(rename = "rate"))]
    pub learning_rate: T,
    /// The momentum μ, usually 0.9.
    pub momentum: T,
    /// Nesterov's variant, which looks ahead.
    pub nesterov: bool,
}

impl<T: Real> Momentum<T> {
    /// Momentum 0.9 with this learning rate.
    pub fn new(learning_rate: T) -> Self {
        Self {
            learning_rate,
            momentum: T::from_f64(0.9),
            nesterov: false,
        }
    }

    /// Nesterov's momentum 0.9 with this learning rate.
    pub fn nesterov(learning_rate: T) -> Self {
        Self {
            nesterov: true,
            ..Self::new(learning_rate)
        }
    }
}

impl<T: Real> Optimizer<T> for Momentum<T> {
    steps_by_rate!();

    const SLOTS: usize = 1;

    fn check(&self) -> Result<(), Setting> {
        check_rate(self.learning_rate)?;
        check_decay(self.momentum)
    }

    #[inline(always)]
    fn max_update(&self, coefficients: &T, max_gradient: T) -> T {
        if max_gradient <= T::from_f64(STEEPEST) {
            T::TWO * *coefficients * max_gradient / (T::ONE - self.momentum)
        } else {
            T::NAN
        }
    }

    #[inline(always)]
    fn update(&self, coefficients: &T, parameter: T, state: &mut [T], gradient: T) -> T {
        let [velocity] = state else { return parameter };
        *velocity = self.momentum * *velocity + gradient;
        let direction = if self.nesterov {
            gradient + self.momentum * *velocity
        } else {
            *velocity
        };
        parameter - *coefficients * direction
    }
}
