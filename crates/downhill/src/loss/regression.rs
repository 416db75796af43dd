#[cfg(feature = "serde")]
use serde::{Deserialize, Serialize};

use super::{Link, Loss};
use crate::Real;

/// Sums `one(error)`, a loss and its slope, over the outputs, and divides both by their number.
#[inline(always)]
pub(super) fn mean<T: Real>(outputs: &mut [T], target: &[T], one: impl Fn(T) -> (T, T)) -> T {
    let share = T::ONE / T::from_u32(outputs.len() as u32);
    let mut sum = T::ZERO;
    for (output, &target) in outputs.iter_mut().zip(target) {
        let (loss, slope) = one(*output - target);
        sum += loss;
        *output = slope * share;
    }
    sum * share
}

/// The squared error, the mean over the outputs of (prediction − target)².
///
/// The slope is 2 (prediction − target) / outputs. There is no ½ in front, as in most courses
/// and in PyTorch: against a library that minimizes ½e², halve the learning rate.
///
/// *When to use it:* a numeric target with errors of about one size. One wild reading weighs by
/// its square; where those are common, prefer [`Huber`] or [`LogCosh`].
///
/// ```
/// use downhill::loss::{Loss, Squared};
/// let mut outputs = [3.0f32];
/// assert_eq!(Squared.eval(&mut outputs, &[1.0]), 4.0);
/// assert_eq!(outputs, [4.0]); // now the slope
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
pub struct Squared;

impl<T: Real> Loss<T> for Squared {
    fn curvature(&self, outputs: usize) -> Option<T> {
        Some(T::TWO / T::from_u32(outputs as u32))
    }

    #[inline(always)]
    fn eval(&self, outputs: &mut [T], target: &[T]) -> T {
        mean(outputs, target, |error| (error * error, T::TWO * error))
    }
}

/// The absolute error, the mean over the outputs of |prediction − target|.
///
/// The slope is the error's sign, 0 at 0. Minimized by the median, it takes no notice of how far
/// an outlier lies, and near the minimum a constant learning rate leaves it jumping to and fro.
///
/// *When to use it:* many wild readings, and a schedule that lowers the rate.
///
/// ```
/// use downhill::loss::{Absolute, Loss};
/// let mut outputs = [3.0f32];
/// assert_eq!(Absolute.eval(&mut outputs, &[5.0]), 2.0);
/// assert_eq!(outputs, [-1.0]);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
pub struct Absolute;

impl<T: Real> Loss<T> for Absolute {
    #[inline(always)]
    fn eval(&self, outputs: &mut [T], target: &[T]) -> T {
        mean(outputs, target, |error| (error.abs(), sign(error)))
    }
}

/// Huber's loss (Huber 1964), the mean over the outputs of ½ e² where |e| ≤ δ and
/// δ (|e| − ½ δ) beyond.
///
/// The slope is e held between −δ and δ: an outlier pulls no harder than an error of δ. This is
/// PyTorch's `HuberLoss`, so near zero it is half of [`Squared`].
///
/// *When to use it:* a numeric target with some wild readings. With a standardized target,
/// δ = 1 takes errors beyond one standard deviation for outliers.
///
/// ```
/// use downhill::loss::{Huber, Loss};
/// let mut outputs = [5.0f32];
/// assert_eq!(Huber { delta: 1.0 }.eval(&mut outputs, &[0.0]), 4.5);
/// assert_eq!(outputs, [1.0]); // the slope, held at delta
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
pub struct Huber<T> {
    /// Where the square ends and the straight line begins, in units of the target; above 0.
    pub delta: T,
}

impl<T: Real> Loss<T> for Huber<T> {
    fn curvature(&self, outputs: usize) -> Option<T> {
        Some(T::ONE / T::from_u32(outputs as u32))
    }

    #[inline(always)]
    fn eval(&self, outputs: &mut [T], target: &[T]) -> T {
        mean(outputs, target, |error| {
            let size = error.abs();
            if size <= self.delta {
                (T::HALF * error * error, error)
            } else {
                (
                    self.delta * (size - T::HALF * self.delta),
                    self.delta * sign(error),
                )
            }
        })
    }

    fn is_possible(&self) -> bool {
        self.delta > T::ZERO && self.delta.is_finite()
    }
}

/// Cauchy's loss, the mean over the outputs of ½ s² ln(1 + (e / s)²) (Holland and Welsch 1977).
///
/// The slope is e / (1 + (e / s)²): it grows up to an error of s and falls beyond, so that
/// readings that are far off hardly count at all. Near zero it is half of [`Squared`]. It has
/// more than one minimum where outliers agree with each other: start near the right one.
///
/// *When to use it:* readings some of which are plain wrong, whatever their size.
///
/// ```
/// use downhill::loss::{Cauchy, Loss};
/// let mut outputs = [3.0f32];
/// let loss = Cauchy { scale: 1.0 }.eval(&mut outputs, &[0.0]);
/// assert!((loss - 0.5 * 10f32.ln()).abs() < 1e-6);
/// assert!((outputs[0] - 0.3).abs() < 1e-6); // the slope
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
pub struct Cauchy<T> {
    /// The error at which the slope is steepest, in units of the target; above 0.
    pub scale: T,
}

impl<T: Real> Loss<T> for Cauchy<T> {
    #[inline(always)]
    fn eval(&self, outputs: &mut [T], target: &[T]) -> T {
        mean(outputs, target, |error| {
            let ratio = error / self.scale;
            let square = ratio * ratio;
            let loss = T::HALF * self.scale * self.scale * square.ln_1p();
            (loss, error / (T::ONE + square))
        })
    }

    fn is_possible(&self) -> bool {
        self.scale > T::ZERO && self.scale.is_finite()
    }
}

/// The mean over the outputs of ln cosh e, computed as −½ ln(1 − tanh² e) below 1 and as
/// |e| + ln(1 + e^−2|e|) − ln 2 from there on.
///
/// About ½ e² near zero and |e| − ln 2 far away; the slope is tanh e.
///
/// *When to use it:* as [`Huber`], where a loss without a corner is wanted.
///
/// ```
/// use downhill::loss::{LogCosh, Loss};
/// let mut outputs = [100.0f64];
/// assert!((LogCosh.eval(&mut outputs, &[0.0]) - (100.0 - 2f64.ln())).abs() < 1e-12);
/// assert_eq!(outputs, [1.0]);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
pub struct LogCosh;

impl<T: Real> Loss<T> for LogCosh {
    fn curvature(&self, outputs: usize) -> Option<T> {
        Some(T::ONE / T::from_u32(outputs as u32))
    }

    #[inline(always)]
    fn eval(&self, outputs: &mut [T], target: &[T]) -> T {
        let ln_2 = T::from_f64(core::f64::consts::LN_2);
        mean(outputs, target, |error| {
            let (size, slope) = (error.abs(), error.tanh());
            let loss = if size < T::ONE {
                -T::HALF * (-(slope * slope)).ln_1p()
            } else {
                size + ((-T::TWO * size).exp_unit().ln_1p_unit() - ln_2)
            };
            (loss, slope)
        })
    }
}

/// The quantile or pinball loss (Koenker and Bassett 1978): τ (y − p) where the prediction p is
/// too low, (1 − τ) (p − y) where it is too high; the mean over the outputs.
///
/// Minimized by the τ-quantile of the target. The slope is −τ below, 1 − τ above, 0 at 0.
///
/// *When to use it:* to predict a bound instead of a middle: τ = 0.9 is exceeded by one reading
/// in ten.
///
/// ```
/// use downhill::loss::{Loss, Quantile};
/// let mut outputs = [0.0f32];
/// assert_eq!(Quantile { tau: 0.75 }.eval(&mut outputs, &[2.0]), 1.5);
/// assert_eq!(outputs, [-0.75]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
pub struct Quantile<T> {
    /// The share of targets to be at or below the prediction, between 0 and 1.
    pub tau: T,
}

impl<T: Real> Loss<T> for Quantile<T> {
    #[inline(always)]
    fn eval(&self, outputs: &mut [T], target: &[T]) -> T {
        mean(outputs, target, |error| {
            if error > T::ZERO {
                ((T::ONE - self.tau) * error, T::ONE - self.tau)
            } else if error < T::ZERO {
                (-self.tau * error, -self.tau)
            } else {
                (error, T::ZERO)
            }
        })
    }

    fn is_possible(&self) -> bool {
        self.tau > T::ZERO && self.tau < T::ONE
    }
}

/// Poisson's loss for counts: e^z − y + y (ln y − z), the mean over the outputs, where the output z
/// is the logarithm of the predicted rate. This is half the deviance (McCullagh and Nelder 1989):
/// the negative log-likelihood e^z − y z, less the least that it can be for this target, so that it
/// is 0 for a perfect prediction and never below.
///
/// The slope is e^z − y. A target below 0 is refused.
///
/// *When to use it:* a target that counts events: its noise grows with its size.
///
/// ```
/// use downhill::loss::{Loss, Poisson};
/// let mut outputs = [0.0f32];
/// assert_eq!(Poisson.eval(&mut outputs, &[0.0]), 1.0);
/// assert_eq!(outputs, [1.0]);
/// let mut outputs = [3f32.ln()];
/// assert!(Poisson.eval(&mut outputs, &[3.0]) < 1e-6);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
pub struct Poisson;

impl<T: Real> Loss<T> for Poisson {
    #[inline(always)]
    fn eval(&self, outputs: &mut [T], target: &[T]) -> T {
        let share = T::ONE / T::from_u32(outputs.len() as u32);
        let mut sum = T::ZERO;
        for (output, &y) in outputs.iter_mut().zip(target) {
            let rate = output.exp();
            let loss = if y > T::ZERO {
                y * (y.ln() - *output) + (rate - y)
            } else if y == T::ZERO {
                rate
            } else {
                T::NAN
            };
            // At its least the two terms may cancel to a little below.
            sum += if loss < T::ZERO { T::ZERO } else { loss };
            *output = (rate - y) * share;
        }
        sum * share
    }

    fn link(&self, _outputs: usize) -> Link {
        Link::Exp
    }

    fn scales_target(&self) -> bool {
        false
    }

    fn accepts(&self, target: T, _outputs: usize) -> bool {
        target >= T::ZERO
    }
}

/// −1, 0 or 1 (NaN for NaN).
#[inline(always)]
fn sign<T: Real>(x: T) -> T {
    if x > T::ZERO {
        T::ONE
    } else if x < T::ZERO {
        -T::ONE
    } else {
        x
    }
}
