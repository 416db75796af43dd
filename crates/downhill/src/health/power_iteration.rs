use crate::random::Random;
use crate::{Arena, Real, kernel};

/// Power iteration over a stream (von Mises and Pollaczek-Geiringer 1929): finds λmax, the
/// largest eigenvalue of the mean of x xᵀ over samples x, each with a constant 1 behind its
/// features for the intercept.
///
/// Gradient descent on a loss that curves by at most c per output is stable for a linear or
/// logistic model while its rate is below 2 / (c λmax).
///
/// All of its state is in [`words`](PowerIteration::words) numbers: samples of this turn, λmax as
/// the last turn found it, the direction, and the sum of x (x · direction).
///
/// ```
/// use downhill::health::PowerIteration;
/// let mut power = PowerIteration::start([0.0f32; 6]);
/// for _ in 0..10 {
///     power.learn(&[2.0]);
///     power.learn(&[-2.0]);
///     power.end_round();
/// }
/// assert!((power.largest_eigenvalue() - 4.0).abs() < 1e-3); // the mean of x² is 4, of the constant's 1
/// assert!((power.max_learning_rate(2.0) - 0.25).abs() < 1e-3); // for the squared loss
/// ```
#[derive(Clone, Copy, Debug)]
pub struct PowerIteration<A>(A);

/// Numbers beside the two vectors.
const SHARED: usize = 2;

impl PowerIteration<()> {
    /// Numbers of state for so many features.
    pub const fn words(features: usize) -> usize {
        SHARED + 2 * (features + 1)
    }
}

impl<A: Arena> PowerIteration<A> {
    /// Begins anew, in a direction drawn at random.
    pub fn start(mut words: A) -> Self {
        let all = words.words_mut();
        all.fill(A::Real::ZERO);
        let half = all.len().saturating_sub(SHARED) / 2;
        let mut random = Random::seed(1);
        for number in all.iter_mut().skip(SHARED).take(half) {
            *number = random.unit::<A::Real>() + A::Real::HALF;
        }
        let mut power = Self(words);
        power.normalize();
        power
    }

    /// Resumes from the numbers that an iteration begun by [`start`](PowerIteration::start) has left.
    pub const fn resume(words: A) -> Self {
        Self(words)
    }

    /// The shared numbers, the direction and the sum.
    #[inline(always)]
    fn cut(&mut self) -> Option<Cut<'_, A::Real>> {
        let (shared, vectors) = self.0.words_mut().split_first_chunk_mut()?;
        let (direction, sum) = vectors.split_at_mut(vectors.len() / 2);
        Some((shared, direction, sum))
    }

    /// Takes in a sample.
    pub fn learn(&mut self, features: &[A::Real]) {
        let Some(([samples, _], direction, sum)) = self.cut() else {
            return;
        };
        let intercept = direction.last().copied().unwrap_or(A::Real::ZERO);
        let along = kernel::dot(direction, features) + intercept;
        for (sum, &feature) in sum.iter_mut().zip(features) {
            *sum += along * feature;
        }
        if let Some(last) = sum.last_mut() {
            *last += along;
        }
        *samples += A::Real::ONE;
    }

    /// Ends a turn: takes the direction into which the samples since the last one stretch the
    /// direction before. Ten turns are enough unless the two largest eigenvalues are close, when
    /// either will do.
    pub fn end_round(&mut self) {
        let Some(([samples, largest], direction, sum)) = self.cut() else {
            return;
        };
        let length = kernel::sum_squares(sum).sqrt();
        if *samples > A::Real::ZERO && length > A::Real::ZERO && length.is_finite() {
            *largest = length / *samples;
            for (direction, sum) in direction.iter_mut().zip(sum.iter()) {
                *direction = *sum / length;
            }
        }
        *samples = A::Real::ZERO;
        sum.fill(A::Real::ZERO);
    }

    fn normalize(&mut self) {
        if let Some((_, direction, _)) = self.cut() {
            let length = kernel::sum_squares(direction).sqrt();
            for number in direction {
                *number = *number / length;
            }
        }
    }

    /// λmax, as the last turn found it; 0 before the first.
    pub fn largest_eigenvalue(&self) -> A::Real {
        self.0.words().get(1).copied().unwrap_or(A::Real::ZERO)
    }

    /// The largest stable rate of gradient descent, 2 / (curvature λmax), of a loss that
    /// [curves](crate::loss::Loss::curvature) so much.
    pub fn max_learning_rate(&self, curvature: A::Real) -> A::Real {
        A::Real::TWO / (curvature * self.largest_eigenvalue())
    }
}

/// The shared numbers, the direction and the sum.
type Cut<'a, T> = (&'a mut [T; SHARED], &'a mut [T], &'a mut [T]);
