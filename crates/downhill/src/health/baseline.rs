use crate::Real;
use crate::loss::{Link, Loss, Pool};

/// The loss of the best constant guess so far: the target's mean, or the shares of the classes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Baseline<T> {
    /// Its mean; 0 before there are two samples.
    pub(super) loss: T,
    /// Total weight of the samples.
    weight: T,
    /// The largest target, and whether all were whole numbers from 0 to 9.
    largest: T,
    whole: bool,
    /// For a loss of the batch as a whole: the batch under way, guessed to be all of class 1, and
    /// how many there were.
    batch: Pool<T>,
    batches: T,
}

/// The most weight that is remembered, so that the guess follows a target that moves.
const MEMORY: f64 = 512.0;

impl<T: Real> Baseline<T> {
    pub(super) const NEW: Self = Self {
        loss: T::ZERO,
        weight: T::ZERO,
        largest: T::ZERO,
        whole: true,
        batch: Pool {
            mass: [T::ZERO; 2],
            weight: [T::ZERO; 2],
        },
        batches: T::ZERO,
    };

    /// Guesses a target, and then learns from it. `means` has a number for each output and each
    /// target, 2 at least, and `guess` room for the outputs.
    pub(super) fn learn(
        &mut self,
        loss: &impl Loss<T>,
        (guess, means): (&mut [T], &mut [T]),
        target: &[T],
        weight: T,
    ) {
        let link = loss.link(guess.len());
        if self.weight > T::ZERO && loss.pooled(&self.batch).is_none() {
            let scales = loss.scales_target();
            for (output, &mean) in guess.iter_mut().zip(means.iter()) {
                *output = invert(link, scales, self.inner(mean));
            }
            let loss = loss.eval(guess, target) * weight;
            if loss.is_finite() {
                let share = weight / (self.weight + weight);
                self.loss += (loss - self.loss) * share;
            }
        }
        self.weight = (self.weight + weight).smaller(T::from_f64(MEMORY));
        let share = weight / self.weight;
        if link == Link::Softmax {
            let mut class = T::ZERO;
            for mean in means.iter_mut() {
                let is = target.first() == Some(&class);
                *mean += (T::from_u32(is.into()) - *mean) * share;
                class += T::ONE;
            }
        } else {
            for (mean, &target) in means.iter_mut().zip(target) {
                *mean += (target - *mean) * share;
            }
        }
    }

    /// Under a loss of batches as a whole: takes in a sample of one, which always guessing class 1
    /// serves best of all constant guesses, and guesses the batch where that has ended with it.
    pub(super) fn gather(&mut self, loss: &impl Loss<T>, class: T, weight: T, ended: bool) {
        self.batch.add(class, T::ONE, weight);
        if ended {
            self.end(loss);
        }
    }

    /// Guesses the batch under way, of such a loss.
    pub(super) fn end(&mut self, loss: &impl Loss<T>) {
        if let Some((loss, _)) = loss.pooled(&self.batch) {
            self.batches = (self.batches + T::ONE).smaller(T::from_f64(MEMORY));
            self.loss += (loss - self.loss) / self.batches;
            self.batch = Pool::new();
        }
    }

    /// A share that no logarithm is infinite at.
    fn inner(&self, share: T) -> T {
        (share * self.weight + T::HALF * T::HALF) / (self.weight + T::HALF)
    }

    /// Takes in a target, in its own units.
    pub(super) fn see(&mut self, target: &[T]) {
        for &target in target {
            let size = target.to_f64();
            self.whole &= (0.0..=9.0).contains(&size) && size == f64::from(size as u8);
            self.largest = self.largest.larger(target);
        }
    }

    /// The largest class, if every target seen looks like the number of one.
    pub(super) fn classes(&self) -> Option<u8> {
        (self.whole && self.largest > T::ZERO).then(|| self.largest.to_f64() as u8)
    }

    /// Ratio of the most to the least frequent of the classes seen; 1 of counts, which have none.
    pub(super) fn imbalance(&self, link: Link, means: &[T]) -> T {
        let (mut most, mut least) = (T::ZERO, T::ONE);
        let mut see = |share: T| {
            most = most.larger(share);
            if share > T::ZERO {
                least = least.smaller(share);
            }
        };
        match (link, means) {
            (Link::Exp, _) => return T::ONE,
            (Link::Softmax, means) => means.iter().copied().for_each(see),
            (_, &[share, ..]) => {
                see(share);
                see(T::ONE - share);
            }
            _ => {}
        }
        most / least
    }
}

/// The output whose prediction is `mean`.
fn invert<T: Real>(link: Link, scales: bool, mean: T) -> T {
    match link {
        Link::Identity if scales => mean,
        // A score, of which only the sign counts.
        Link::Identity if mean > T::HALF => T::ONE,
        Link::Identity => -T::ONE,
        Link::Exp => mean.larger(T::from_f64(1e-6)).ln(),
        Link::Sigmoid => (mean / (T::ONE - mean)).ln(),
        Link::Softmax => mean.ln(),
    }
}

/// Ratio of a loss to `reference`, neither below 0: finite in any case, so that it can be written
/// down. Beside a reference of 0 that is the largest there is.
pub(super) fn times<T: Real>(loss: T, reference: T) -> f32 {
    let ratio = (loss / reference).to_f64() as f32;
    match ratio < f32::MAX {
        true => ratio,
        false if loss == T::ZERO => 0.0,
        false => f32::MAX,
    }
}

#[cfg(test)]
mod tests {
    use super::{Baseline, times};
    use crate::loss::FBeta;

    /// The mean over batches of 1 − Fβ of a guess that every sample is of class 1:
    /// 1 − (1 + β²) tp / (tp + fp + β² (tp + fn)), without any fn.
    #[test]
    fn under_f_beta_the_guess_is_class_1_batch_by_batch() {
        let loss = FBeta { beta: 2.0f64 };
        let mut baseline = Baseline::NEW;
        let of = |positives: f64, negatives: f64| {
            1.0 - 5.0 * positives / (positives + negatives + 4.0 * positives)
        };
        for (class, ended) in [(1.0, false), (0.0, false), (0.0, true)] {
            baseline.gather(&loss, class, 1.0, ended);
        }
        assert!((baseline.loss - of(1.0, 2.0)).abs() < 1e-12);
        // A batch that is applied early; a sample of weight 3 is three.
        baseline.gather(&loss, 1.0, 3.0, false);
        baseline.gather(&loss, 0.0, 1.0, false);
        let before = baseline.loss;
        baseline.end(&loss);
        assert!((baseline.loss - (before + of(3.0, 1.0)) / 2.0).abs() < 1e-12);
    }

    #[test]
    fn how_many_times_a_loss_is_another_is_a_number() {
        assert_eq!(times(3.0f32, 2.0), 1.5);
        assert_eq!(times(0.0f32, 0.0), 0.0);
        for (loss, reference) in [
            (1.0, 0.0),
            (f64::INFINITY, 1.0),
            (f64::NAN, 1.0),
            (1e300, 1.0),
        ] {
            assert_eq!(times(loss, reference), f32::MAX);
        }
    }
}
