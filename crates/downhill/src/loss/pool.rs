use crate::Real;

/// Totals of a batch of samples of two classes, for a [loss of the batch as a
/// whole](super::Loss::pooled): two sums a class, each sample as often as it counts.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Pool<T> {
    /// Sums of the probabilities of class 1: of the samples of class 0, and of those of class 1.
    pub mass: [T; 2],
    /// Total weight of the samples of each class.
    pub weight: [T; 2],
}

impl<T: Real> Pool<T> {
    /// The pool of no samples.
    pub fn new() -> Self {
        Self {
            mass: [T::ZERO; 2],
            weight: [T::ZERO; 2],
        }
    }

    /// Takes in a sample that counts `weight` times, with a target of 0 or 1, for which the
    /// probability of class 1 is `probability`.
    #[inline]
    pub fn add(&mut self, target: T, probability: T, weight: T) {
        let Self { mass, weight: sum } = self;
        let ([mass_0, mass_1], [sum_0, sum_1]) = (mass, sum);
        let (mass, sum) = match target > T::HALF {
            true => (mass_1, sum_1),
            false => (mass_0, sum_0),
        };
        *mass += probability * weight;
        *sum += weight;
    }
}
