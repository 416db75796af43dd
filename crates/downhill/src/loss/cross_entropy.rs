use serde::{Deserialize, Serialize};

use super::Loss;
use crate::Real;

/// Cross-entropy of a probability given as a logit z, against a target y of 0 or 1 (or any
/// probability between): ln(1 + e^z) - y z.
///
/// It is computed as max(z, 0) - y z + ln(1 + e^-|z|), which is finite for every finite logit.
/// The slope is 1 / (1 + e^-z) - y.
///
/// *When to use it:* a target that is a class. It stays steep where the model is confidently
/// wrong, which squared error on a probability does not.
///
/// ```
/// use downhill::loss::{CrossEntropy, Loss};
/// let mut outputs = [0.0f32];
/// assert!((CrossEntropy.eval(&mut outputs, &[1.0]) - 2.0f32.ln()).abs() < 1e-6);
/// assert_eq!(outputs, [-0.5]); // now the slope
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CrossEntropy;

impl<T: Real> Loss<T> for CrossEntropy {
    #[inline(always)]
    fn eval(&self, outputs: &mut [T], target: &[T]) -> T {
        let ([output], [y]) = (outputs, target) else {
            return T::NAN;
        };
        if !(*y >= T::ZERO && *y <= T::ONE) {
            return T::NAN;
        }
        let z = *output;
        let e = (-z.abs()).exp();
        let share = T::ONE / (T::ONE + e);
        let (probability, positive) = if z < T::ZERO {
            (e * share, T::ZERO)
        } else {
            (share, z)
        };
        *output = probability - *y;
        positive - *y * z + e.ln_1p()
    }

    fn fits(&self, outputs: usize) -> bool {
        outputs == 1
    }

    fn scales_target(&self) -> bool {
        false
    }

    fn accepts(&self, target: T, _outputs: usize) -> bool {
        target >= T::ZERO && target <= T::ONE
    }
}
