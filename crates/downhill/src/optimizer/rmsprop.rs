#[cfg(feature = "serde")]
use serde::{Deserialize, Serialize};

use super::{Optimizer, STEEPEST, check_decay, check_epsilon, check_rate};
use crate::{Real, Setting};

/// RMSProp (Tieleman and Hinton 2012): v ← ρ v + (1 − ρ) g², p ← p − η g / (√v + ε).
///
/// `CENTERED` (Graves 2013) divides by the deviation instead: m ← ρ m + (1 − ρ) g and √(v − m²)
/// in place of √v. `HEAVY` adds momentum: b ← μ b + g / (√v + ε), p ← p − η b. One number of
/// state for each parameter, and one more for each of the two.
///
/// *When to use it:* on line, where the size of the gradient changes with the season: it forgets
/// as fast as ρ says and never stops learning.
///
/// ```
/// use downhill::{Const, Trainer, loss::Squared, model::Linear, optimizer::RmsProp};
/// # fn main() -> Result<(), downhill::Fault> {
/// type Fit = Trainer<Linear<Const<1>>, Squared, RmsProp<f32>, (), [f32; 5]>;
/// let mut fit = Fit::new(Linear::new(), Squared, RmsProp::new(0.01), [0.0; Fit::ARENA])?;
/// for k in 0..2_000 {
///     let x = (k % 11) as f32 / 5.0 - 1.0;
///     fit.observe(&[x], &[3.0 * x - 1.0])?;
/// }
/// assert!((fit.predict(&[1.0])?[0] - 2.0).abs() < 0.05);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
pub struct RmsProp<T, const CENTERED: bool = false, const HEAVY: bool = false> {
    /// The learning rate η, usually 0.01.
    #[cfg_attr(feature = "serde", serde(rename = "rate"))]
    pub learning_rate: T,
    /// The decay ρ, usually 0.99.
    pub decay: T,
    /// The momentum μ, for `HEAVY`.
    pub momentum: T,
    /// Addend to the divisor, usually 1e-8; at least 1e-12.
    pub epsilon: T,
}

impl<T: Real, const CENTERED: bool, const HEAVY: bool> RmsProp<T, CENTERED, HEAVY> {
    /// RMSProp with this learning rate.
    pub fn new(learning_rate: T) -> Self {
        Self {
            learning_rate,
            decay: T::from_f64(0.99),
            momentum: if HEAVY { T::from_f64(0.9) } else { T::ZERO },
            epsilon: T::from_f64(1e-8),
        }
    }
}

impl<T: Real, const CENTERED: bool, const HEAVY: bool> Optimizer<T>
    for RmsProp<T, CENTERED, HEAVY>
{
    steps_by_rate!();

    const SLOTS: usize = 1 + CENTERED as usize + HEAVY as usize;

    fn check(&self) -> Result<(), Setting> {
        check_rate(self.learning_rate)?;
        check_decay(self.decay)?;
        check_decay(self.momentum)?;
        check_epsilon(self.epsilon)
    }

    /// |g| / √v is at most 1 / √(1 − ρ), below 1e4 for any ρ below 1; around a deviation of
    /// zero, ε alone holds it.
    #[inline(always)]
    fn max_update(&self, coefficients: &T, max_gradient: T) -> T {
        if !(max_gradient <= T::from_f64(STEEPEST)) {
            return T::NAN;
        }
        let steepest = if CENTERED {
            max_gradient / self.epsilon
        } else {
            T::from_f64(1e4)
        };
        let share = if HEAVY {
            T::ONE - self.momentum
        } else {
            T::ONE
        };
        *coefficients * steepest / share
    }

    #[inline(always)]
    fn update(&self, coefficients: &T, parameter: T, state: &mut [T], gradient: T) -> T {
        let Some((square, others)) = state.split_first_mut() else {
            return parameter;
        };
        let rest = T::ONE - self.decay;
        *square = self.decay * *square + rest * (gradient * gradient);
        let mut spread = *square;
        if CENTERED && let Some(mean) = others.first_mut() {
            *mean = self.decay * *mean + rest * gradient;
            spread = (*square - *mean * *mean).larger(T::ZERO);
        }
        let direction = gradient / (spread.sqrt() + self.epsilon);
        if HEAVY && let Some(velocity) = others.last_mut() {
            *velocity = self.momentum * *velocity + direction;
            return parameter - *coefficients * *velocity;
        }
        parameter - *coefficients * direction
    }
}
