#[cfg(feature = "serde")]
use serde::{Deserialize, Serialize};

use super::{Link, Loss};
use crate::Real;

/// Cross-entropy from logits.
///
/// *One output*, a logit z, against a target y of 0 or 1 (or a probability between):
/// ln(1 + e^z) − y z, computed as max(z, 0) − y z + ln(1 + e^−|z|), which is finite for every
/// finite logit. The slope is 1 / (1 + e^−z) − y.
///
/// *K outputs*, a logit for each class, against the number of the class, 0 to K − 1:
/// ln Σ e^zⱼ − z_y, computed with the largest logit taken out of the sum. The slope of logit
/// *k* is its probability, less 1 for the class that is true.
///
/// *When to use it:* a target that is a class. It stays steep where the model is confidently
/// wrong, which squared error on a probability does not.
///
/// ```
/// use downhill::loss::{CrossEntropy, Loss};
/// let mut logit = [0.0f32];
/// assert!((CrossEntropy.eval(&mut logit, &[1.0]) - 2.0f32.ln()).abs() < 1e-6);
/// assert_eq!(logit, [-0.5]); // now the slope
///
/// let mut logits = [0.0f32; 4];
/// assert!((CrossEntropy.eval(&mut logits, &[2.0]) - 4.0f32.ln()).abs() < 1e-6);
/// assert_eq!(logits, [0.25, 0.25, -0.75, 0.25]);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
pub struct CrossEntropy;

impl<T: Real> Loss<T> for CrossEntropy {
    const TARGETS: Option<usize> = Some(1);

    #[inline(always)]
    fn eval(&self, outputs: &mut [T], target: &[T]) -> T {
        let [y] = target else { return T::NAN };
        match outputs {
            [logit] => binary(logit, *y),
            logits => categorical(logits, *y),
        }
    }

    fn link(&self, outputs: usize) -> Link {
        if outputs == 1 {
            Link::Sigmoid
        } else {
            Link::Softmax
        }
    }

    fn curvature(&self, outputs: usize) -> Option<T> {
        Some(steepest(outputs))
    }

    fn scales_target(&self) -> bool {
        false
    }

    fn accepts(&self, target: T, outputs: usize) -> bool {
        is_class(target, outputs)
    }
}

/// The most that a cross-entropy curves: p (1 − p) for one logit, and half for several (Böhning
/// 1992).
pub(super) fn steepest<T: Real>(outputs: usize) -> T {
    match outputs {
        1 => T::HALF * T::HALF,
        _ => T::HALF,
    }
}

/// Returns `true` if a target is a probability (for one output) or the number of a class.
pub(super) fn is_class<T: Real>(target: T, outputs: usize) -> bool {
    match outputs {
        1 => target >= T::ZERO && target <= T::ONE,
        _ => (0..outputs).any(|class| T::from_u32(class as u32) == target),
    }
}

/// The loss for one logit, which becomes the slope.
#[inline(always)]
fn binary<T: Real>(logit: &mut T, y: T) -> T {
    if !(y >= T::ZERO && y <= T::ONE) {
        return T::NAN;
    }
    let z = *logit;
    let e = (-z.abs()).exp_unit();
    let share = T::ONE / (T::ONE + e);
    let (probability, positive) = if z < T::ZERO {
        (e * share, T::ZERO)
    } else {
        (share, z)
    };
    *logit = probability - y;
    positive - y * z + e.ln_1p_unit()
}

/// The loss for a logit a class, which become the slopes. Out of line, since a step and the search
/// for a fault's cause share it.
#[inline(never)]
fn categorical<T: Real>(logits: &mut [T], y: T) -> T {
    let largest = logits.iter().fold(-T::MAX, |largest, &z| largest.larger(z));
    let mut sum = T::ZERO;
    let (mut chosen, mut poison) = (T::NAN, T::ZERO);
    let mut class = T::ZERO;
    for z in logits.iter_mut() {
        poison += *z * T::ZERO;
        let below = *z - largest;
        if class == y {
            chosen = below;
        }
        class += T::ONE;
        *z = below.exp_unit();
        sum += *z;
    }
    let share = T::ONE / sum;
    let mut class = T::ZERO;
    for z in logits.iter_mut() {
        *z *= share;
        if class == y {
            *z -= T::ONE;
        }
        class += T::ONE;
    }
    sum.ln() - chosen + poison
}
