#[cfg(feature = "serde")]
use serde::{Deserialize, Serialize};

use super::{Optimizer, STEEPEST, bounded_sum, check_epsilon, check_rate};
use crate::{Real, Setting};

/// AdaGrad (Duchi, Hazan and Singer 2011): s ← s + g², p ← p − η g / (√s + ε).
///
/// One number of state for each parameter. The sum never shrinks, so the steps do: on a stream
/// without end it stops learning; prefer [`RmsProp`](super::RmsProp) there.
///
/// *When to use it:* features that are mostly zero, on a data set that ends.
///
/// ```
/// use downhill::{Const, Trainer, loss::Squared, model::Linear, optimizer::AdaGrad};
/// # fn main() -> Result<(), downhill::Fault> {
/// type Fit = Trainer<Linear<Const<1>>, Squared, AdaGrad<f32>, (), [f32; 5]>;
/// let mut fit = Fit::new(Linear::new(), Squared, AdaGrad::new(0.5), [0.0; Fit::ARENA])?;
/// fit.observe(&[1.0], &[8.0])?;
/// assert_eq!(fit.parameters(), [0.5, 0.5]); // the first step is the rate, whatever the error
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
pub struct AdaGrad<T> {
    /// The learning rate η, usually 0.01.
    #[cfg_attr(feature = "serde", serde(rename = "rate"))]
    pub learning_rate: T,
    /// Addend to the divisor, usually 1e-10; at least 1e-12.
    pub epsilon: T,
}

impl<T: Real> AdaGrad<T> {
    /// AdaGrad with this learning rate.
    pub fn new(learning_rate: T) -> Self {
        Self {
            learning_rate,
            epsilon: T::from_f64(1e-10),
        }
    }
}

impl<T: Real> Optimizer<T> for AdaGrad<T> {
    steps_by_rate!();

    const SLOTS: usize = 1;

    fn check(&self) -> Result<(), Setting> {
        check_rate(self.learning_rate)?;
        check_epsilon(self.epsilon)
    }

    /// |g| / √s is at most 1 (and where g² underflows, ε holds it below 1e-19 / 1e-12).
    #[inline(always)]
    fn max_update(&self, coefficients: &T, max_gradient: T) -> T {
        if max_gradient <= T::from_f64(STEEPEST) {
            *coefficients * T::TWO
        } else {
            T::NAN
        }
    }

    #[inline(always)]
    fn update(&self, coefficients: &T, parameter: T, state: &mut [T], gradient: T) -> T {
        let [sum] = state else { return parameter };
        *sum = bounded_sum(*sum + gradient * gradient);
        parameter - *coefficients * gradient / (sum.sqrt() + self.epsilon)
    }
}
