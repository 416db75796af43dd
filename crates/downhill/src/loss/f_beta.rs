#[cfg(feature = "serde")]
use serde::{Deserialize, Serialize};

use super::{Link, Loss, Pool};
use crate::Real;

/// 1 − Fβ of a batch, with soft counts in place of hard ones: a sample of class 1 is a true
/// positive to the degree of its probability p, and one of class 0 a false positive to that
/// degree (Pastor-Pellicer et al. 2013, for Van Rijsbergen's F of 1979). With sums over the batch
///
/// Fβ = (1 + β²) Σ y p / (Σ p + β² Σ y).
///
/// It is no mean over samples: the gradient of a batch needs all of its sums, and is exact where
/// the trainer [accumulates](crate::Trainer::accumulate) a batch. A batch without a sample of
/// class 1 has a loss of 1 and no slope, so a batch must be large enough to hold some. One sample
/// alone is a batch of one.
///
/// The trained probabilities are no longer those of the classes: what is kept is which samples
/// come before which, and a threshold near ½ that serves Fβ. One output, a logit, against a
/// target of 0 or 1.
///
/// *When to use it:* a rare class is to be found, and precision and recall are what counts: β = 2
/// holds recall twice as important as precision, β = ½ the other way round.
///
/// ```
/// use downhill::loss::{FBeta, Loss, Pool};
/// let mut batch = Pool::new();
/// for (y, p) in [(1.0, 0.75), (1.0, 0.25), (0.0, 0.5), (0.0, 0.0)] {
///     batch.add(y, p, 1.0);
/// }
/// // 1 − 5 · 1 / (1.5 + 4 · 2)
/// let (loss, _) = FBeta { beta: 2.0f64 }.pooled(&batch).unwrap();
/// assert!((loss - (1.0 - 5.0 / 9.5)).abs() < 1e-12);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
pub struct FBeta<T> {
    /// How much more recall counts than precision; from 0.1 to 10.
    pub beta: T,
}

impl<T: Real> FBeta<T> {
    /// The loss of a batch and its slopes with respect to the masses.
    #[inline]
    fn of(&self, pool: &Pool<T>) -> (T, [T; 2]) {
        let [wrong, hits] = pool.mass;
        let [_, positives] = pool.weight;
        let square = self.beta * self.beta;
        let all = wrong + hits + square * positives;
        // Below that a slope might overflow.
        if !(all > T::from_f64(1e-30)) {
            return (T::ONE, [T::ZERO; 2]);
        }
        let share = T::ONE / all;
        let gain = T::ONE + square;
        let f = gain * hits * share;
        (T::ONE - f, [f * share, (f - gain) * share])
    }
}

impl<T: Real> Loss<T> for FBeta<T> {
    const TARGETS: Option<usize> = Some(1);
    const POOLS: bool = true;

    #[inline(always)]
    fn eval(&self, outputs: &mut [T], target: &[T]) -> T {
        let ([logit], [y]) = (outputs, target) else {
            return T::NAN;
        };
        if *y != T::ZERO && *y != T::ONE {
            return T::NAN;
        }
        let p = logit.sigmoid();
        let mut alone = Pool::new();
        alone.add(*y, p, T::ONE);
        let (loss, [of_0, of_1]) = self.of(&alone);
        let slope = if *y == T::ONE { of_1 } else { of_0 };
        let poison = *logit * T::ZERO;
        *logit = slope * (p * (T::ONE - p));
        loss + poison
    }

    fn pooled(&self, pool: &Pool<T>) -> Option<(T, [T; 2])> {
        Some(self.of(pool))
    }

    fn link(&self, _outputs: usize) -> Link {
        Link::Sigmoid
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

    fn is_possible(&self) -> bool {
        self.beta >= T::from_f64(0.1) && self.beta <= T::from_f64(10.0)
    }
}
