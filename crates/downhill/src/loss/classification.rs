#[cfg(feature = "serde")]
use serde::{Deserialize, Serialize};

use super::cross_entropy::{is_class, steepest};
use super::{Link, Loss};
use crate::{Real, kernel};

/// How a classifier's outputs are read: one logit, or a logit a class.
const fn link(outputs: usize) -> Link {
    if outputs == 1 {
        Link::Sigmoid
    } else {
        Link::Softmax
    }
}

/// Cross-entropy against softened targets (Szegedy et al. 2016): with smoothing s, a class of K
/// has the target 1 − s + s / K if it is the true one and s / K if not; K is 2 for one output.
///
/// *When to use it:* labels that are sometimes wrong, or a classifier that gets too sure.
///
/// ```
/// use downhill::loss::{Loss, SmoothedCrossEntropy};
/// let mut logit = [0.0f32];
/// SmoothedCrossEntropy { smoothing: 0.2 }.eval(&mut logit, &[1.0]);
/// assert!((logit[0] + 0.4).abs() < 1e-6); // 0.5 - 0.9
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
pub struct SmoothedCrossEntropy<T> {
    /// The share s of every target that is spread over all classes; at least 0 and below 1.
    pub smoothing: T,
}

impl<T: Real> Loss<T> for SmoothedCrossEntropy<T> {
    const TARGETS: Option<usize> = Some(1);

    #[inline(always)]
    fn eval(&self, outputs: &mut [T], target: &[T]) -> T {
        let [y] = target else { return T::NAN };
        if !is_class(*y, outputs.len()) {
            return T::NAN;
        }
        let (keep, classes) = (T::ONE - self.smoothing, outputs.len().max(2));
        let spread = self.smoothing / T::from_u32(classes as u32);
        match outputs {
            [logit] => {
                super::CrossEntropy.eval(core::slice::from_mut(logit), &[*y * keep + spread])
            }
            logits => {
                let normalizer = kernel::log_softmax(logits);
                let mut loss = normalizer * T::ZERO;
                let mut class = T::ZERO;
                for z in logits {
                    let truth = if class == *y { keep + spread } else { spread };
                    loss -= truth * *z;
                    *z = z.exp_unit() - truth;
                    class += T::ONE;
                }
                loss
            }
        }
    }

    fn link(&self, outputs: usize) -> Link {
        link(outputs)
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

    fn is_possible(&self) -> bool {
        self.smoothing >= T::ZERO && self.smoothing < T::ONE
    }
}

/// The focal loss (Lin et al. 2017): −(1 − p)^γ ln p with p the probability given to the true
/// class; with γ = 0 it is cross-entropy. The target is a class.
///
/// *When to use it:* one class is rare and most samples are easy: what is already right counts
/// for little.
///
/// ```
/// use downhill::loss::{Focal, Loss};
/// let mut logit = [0.0f64];
/// let loss = Focal { gamma: 2.0 }.eval(&mut logit, &[1.0]);
/// assert!((loss - 0.25 * 2f64.ln()).abs() < 1e-12);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
pub struct Focal<T> {
    /// The exponent γ, at least 0; 2 in the paper.
    pub gamma: T,
}

impl<T: Real> Focal<T> {
    /// The loss for the true class's ln p, its p and 1 − p, and d loss / d ln p.
    #[inline(always)]
    fn of(&self, ln_p: T, p: T, miss: T) -> (T, T) {
        let weight = if self.gamma == T::ZERO {
            T::ONE
        } else {
            miss.pow(self.gamma)
        };
        // d/d ln p of −(1−p)^γ ln p is −(1−p)^γ + γ (1−p)^(γ−1) p ln p, and (1−p)^(γ−1) is
        // taken as (1−p)^γ / (1−p), which tends to 0 with ln p where p is 1.
        let bend = if miss > T::ZERO {
            self.gamma * weight / miss * p * ln_p
        } else {
            T::ZERO
        };
        (-weight * ln_p, bend - weight)
    }
}

impl<T: Real> Loss<T> for Focal<T> {
    const TARGETS: Option<usize> = Some(1);

    #[inline(always)]
    fn eval(&self, outputs: &mut [T], target: &[T]) -> T {
        let [y] = target else { return T::NAN };
        let y = *y;
        match outputs {
            [logit] => {
                if y != T::ZERO && y != T::ONE {
                    return T::NAN;
                }
                // With the sign turned for class 0, p is the probability of the true class.
                let z = if y == T::ONE { *logit } else { -*logit };
                let e = (-z.abs()).exp_unit();
                let (large, small) = (T::ONE / (T::ONE + e), e / (T::ONE + e));
                let (p, miss) = if z < T::ZERO {
                    (small, large)
                } else {
                    (large, small)
                };
                let ln_p = z.smaller(T::ZERO) - e.ln_1p_unit();
                let (loss, slope) = self.of(ln_p, p, miss);
                let slope = slope * miss;
                let poison = *logit * T::ZERO;
                *logit = if y == T::ONE { slope } else { -slope };
                loss + poison
            }
            logits => {
                if !is_class(y, logits.len()) {
                    return T::NAN;
                }
                let normalizer = kernel::log_softmax(logits);
                let mut class = T::ZERO;
                let mut ln_p = T::NAN;
                let mut miss = T::ZERO;
                for &z in logits.iter() {
                    if class == y {
                        ln_p = z;
                    } else {
                        miss += z.exp_unit();
                    }
                    class += T::ONE;
                }
                let (loss, slope) = self.of(ln_p, ln_p.exp_unit(), miss);
                let mut class = T::ZERO;
                for z in logits {
                    let share = if class == y { miss } else { -z.exp_unit() };
                    *z = slope * share;
                    class += T::ONE;
                }
                loss + normalizer * T::ZERO
            }
        }
    }

    fn link(&self, outputs: usize) -> Link {
        link(outputs)
    }

    fn scales_target(&self) -> bool {
        false
    }

    fn accepts(&self, target: T, outputs: usize) -> bool {
        is_class(target, outputs) && (outputs > 1 || target == T::ZERO || target == T::ONE)
    }

    fn is_possible(&self) -> bool {
        self.gamma >= T::ZERO && self.gamma.is_finite()
    }
}

/// The hinge loss of a support vector machine (Cortes and Vapnik 1995): max(0, 1 − y z) with
/// y = −1 for a target of 0 and y = 1 for a target of 1. One output.
///
/// The output is a margin, not a logit; the prediction is the margin itself, class 1 above 0.
///
/// *When to use it:* a separating line is wanted and no probability.
///
/// ```
/// use downhill::loss::{Hinge, Loss};
/// let mut margin = [0.25f32];
/// assert_eq!(Hinge.eval(&mut margin, &[1.0]), 0.75);
/// assert_eq!(margin, [-1.0]);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
pub struct Hinge;

/// The squared hinge loss: max(0, 1 − y z)², as [`Hinge`] but smooth where the margin is met.
///
/// *When to use it:* as [`Hinge`], where a steady gradient near the margin is wanted.
///
/// ```
/// use downhill::loss::{Loss, SquaredHinge};
/// let mut margin = [0.5f32];
/// assert_eq!(SquaredHinge.eval(&mut margin, &[0.0]), 2.25);
/// assert_eq!(margin, [3.0]);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
pub struct SquaredHinge;

/// How much is missing to a margin of 1, and which way is right.
#[inline(always)]
fn shortfall<T: Real>(margin: T, target: T) -> (T, T) {
    let side = if target == T::ONE {
        T::ONE
    } else if target == T::ZERO {
        -T::ONE
    } else {
        T::NAN
    };
    let missing = T::ONE - side * margin;
    (
        if missing < T::ZERO {
            missing * T::ZERO
        } else {
            missing
        },
        side,
    )
}

macro_rules! hinge {
    ($name:ident, $missing:ident => $loss:expr, $slope:expr) => {
        impl<T: Real> Loss<T> for $name {
            const TARGETS: Option<usize> = Some(1);

            #[inline(always)]
            fn eval(&self, outputs: &mut [T], target: &[T]) -> T {
                let ([margin], [y]) = (outputs, target) else {
                    return T::NAN;
                };
                let ($missing, side) = shortfall(*margin, *y);
                *margin = if $missing > T::ZERO {
                    -side * $slope
                } else {
                    T::ZERO
                };
                $loss
            }

            fn fits(&self, outputs: usize) -> bool {
                outputs == 1
            }

            fn scales_target(&self) -> bool {
                false
            }

            fn accepts(&self, target: T, _outputs: usize) -> bool {
                target == T::ZERO || target == T::ONE
            }
        }
    };
}

hinge!(Hinge, missing => missing, T::ONE);
hinge!(SquaredHinge, missing => missing * missing, T::TWO * missing);

/// Squared error on a probability, Brier's score (Brier 1950): (p − y)² for one output, the mean
/// over the classes of (pₖ − yₖ)² for more, with p from the logits by sigmoid or softmax.
///
/// The classic mistake, here to be compared: where the model is confidently wrong, the slope
/// vanishes with p (1 − p) and the fit stands still. Prefer [`CrossEntropy`](super::CrossEntropy).
///
/// ```
/// use downhill::loss::{CrossEntropy, Loss, SquaredProbability};
/// let (mut a, mut b) = ([-20.0f32], [-20.0f32]);
/// SquaredProbability.eval(&mut a, &[1.0]);
/// CrossEntropy.eval(&mut b, &[1.0]);
/// assert!(a[0].abs() < 1e-8 && b[0] < -0.999); // wrong, and only one of them notices
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
pub struct SquaredProbability;

impl<T: Real> Loss<T> for SquaredProbability {
    const TARGETS: Option<usize> = Some(1);

    #[inline(always)]
    fn eval(&self, outputs: &mut [T], target: &[T]) -> T {
        let [y] = target else { return T::NAN };
        let y = *y;
        if !is_class(y, outputs.len()) {
            return T::NAN;
        }
        match outputs {
            [logit] => {
                let p = logit.sigmoid();
                let error = p - y;
                let poison = *logit * T::ZERO;
                *logit = T::TWO * error * p * (T::ONE - p);
                error * error + poison
            }
            logits => {
                let share = T::ONE / T::from_u32(logits.len() as u32);
                let poison = kernel::log_softmax(logits) * T::ZERO;
                let (mut sum, mut pull, mut class) = (T::ZERO, T::ZERO, T::ZERO);
                for z in logits.iter_mut() {
                    *z = z.exp_unit();
                    let error = if class == y { *z - T::ONE } else { *z };
                    sum += error * error;
                    pull += error * *z;
                    class += T::ONE;
                }
                let mut class = T::ZERO;
                for p in logits {
                    let error = if class == y { *p - T::ONE } else { *p };
                    *p = T::TWO * share * *p * (error - pull);
                    class += T::ONE;
                }
                sum * share + poison
            }
        }
    }

    fn link(&self, outputs: usize) -> Link {
        link(outputs)
    }

    fn scales_target(&self) -> bool {
        false
    }

    fn accepts(&self, target: T, outputs: usize) -> bool {
        is_class(target, outputs)
    }
}
