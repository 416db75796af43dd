use super::{Link, Loss};
use crate::Real;

/// A loss of classes in which each class has a weight: the loss and its slope are multiplied
/// with the weight of the sample's class. A class with a weight of 0 teaches nothing, though its
/// samples still count as steps.
///
/// *When to use it:* one class is rare, or missing it costs more.
///
/// ```
/// use downhill::loss::{ClassWeighted, CrossEntropy, Loss};
/// let costly_misses = ClassWeighted { loss: CrossEntropy, weights: [1.0f32, 20.0] };
/// let mut logit = [0.0];
/// costly_misses.eval(&mut logit, &[1.0]);
/// assert_eq!(logit, [-10.0]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ClassWeighted<L, T, const CLASSES: usize> {
    /// The loss.
    pub loss: L,
    /// The weight of each class; finite and at least 0.
    pub weights: [T; CLASSES],
}

impl<L: Loss<T>, T: Real, const CLASSES: usize> Loss<T> for ClassWeighted<L, T, CLASSES> {
    const TARGETS: Option<usize> = L::TARGETS;

    #[inline(always)]
    fn eval(&self, outputs: &mut [T], target: &[T]) -> T {
        let class = |class: usize| target.first() == Some(&T::from_u32(class as u32));
        let weight = (0..CLASSES)
            .find(|&k| class(k))
            .and_then(|k| self.weights.get(k));
        let weight = weight.copied().unwrap_or(T::NAN);
        let loss = self.loss.eval(outputs, target);
        for slope in outputs {
            *slope *= weight;
        }
        loss * weight
    }

    fn targets(&self, outputs: usize) -> usize {
        self.loss.targets(outputs)
    }

    fn link(&self, outputs: usize) -> Link {
        self.loss.link(outputs)
    }

    fn fits(&self, outputs: usize) -> bool {
        self.loss.fits(outputs) && CLASSES == outputs.max(2)
    }

    fn scales_target(&self) -> bool {
        false
    }

    fn is_possible(&self) -> bool {
        let fine = |&weight: &T| weight >= T::ZERO && weight.is_finite();
        self.loss.is_possible() && self.weights.iter().all(fine)
    }

    fn accepts(&self, target: T, outputs: usize) -> bool {
        let known = (0..CLASSES).any(|class| T::from_u32(class as u32) == target);
        known && self.loss.accepts(target, outputs)
    }
}
