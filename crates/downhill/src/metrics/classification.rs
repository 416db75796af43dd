use super::Meter;
use crate::Real;

/// Counts of what was predicted for which true class, and the scores made of them.
///
/// The counts are a slice of `classes` × `classes`, a row for each true class: an array on a
/// device, a `Vec` on a host. A prediction of one number is the probability of class 1 and is
/// compared with a threshold; of several numbers the largest wins (the first of equals).
///
/// ```
/// use downhill::metrics::{Confusion, Meter};
/// let mut confusion = Confusion::<f32, _>::new([0u32; 4], 0.5);
/// for (p, y) in [(0.9, 1.0), (0.8, 1.0), (0.7, 0.0), (0.2, 0.0), (0.1, 0.0)] {
///     confusion.update(&[p], &[y]);
/// }
/// let scores = confusion.scores(1);
/// assert_eq!(confusion.accuracy(), 0.8);
/// assert_eq!((scores.recall, scores.specificity), (1.0, 2.0 / 3.0));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Confusion<T, C> {
    counts: C,
    threshold: T,
}

/// The class of a prediction: of one number class 1 from `threshold` on, of several the one with
/// the largest number (the first of equals).
///
/// ```
/// use downhill::metrics::class_of;
/// assert_eq!(class_of(&[0.3], 0.25), 1);
/// assert_eq!(class_of(&[0.2, 0.5, 0.3], 0.25), 1);
/// ```
#[inline]
pub fn class_of<T: Real>(prediction: &[T], threshold: T) -> usize {
    match prediction {
        [one] => usize::from(*one >= threshold),
        many => {
            let best = |best: (usize, T), (class, &p): (usize, &T)| {
                if p > best.1 { (class, p) } else { best }
            };
            many.iter().enumerate().fold((0, -T::MAX), best).0
        }
    }
}

/// Scores of one class against all others. A ratio whose denominator is zero is 0, as in
/// scikit-learn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scores<T> {
    /// The share of those called positive that are: tp / (tp + fp).
    pub precision: T,
    /// The share of positives that were called so, the sensitivity: tp / (tp + fn).
    pub recall: T,
    /// The share of negatives that were called so: tn / (tn + fp).
    pub specificity: T,
    /// The harmonic mean of precision and recall: 2 tp / (2 tp + fp + fn).
    pub f1: T,
}

impl<T: Real, C: AsRef<[u32]> + AsMut<[u32]>> Confusion<T, C> {
    /// Over these counts, all of them set to zero; `threshold` is the probability from which on
    /// class 1 is predicted.
    pub fn new(mut counts: C, threshold: T) -> Self {
        counts.as_mut().fill(0);
        Self { counts, threshold }
    }

    /// Classes.
    pub fn classes(&self) -> usize {
        let cells = self.counts.as_ref().len();
        (0..=cells)
            .take_while(|n| n * n <= cells)
            .last()
            .unwrap_or(0)
    }

    /// How often `predicted` was said of the class `truth`.
    pub fn count(&self, truth: usize, predicted: usize) -> u32 {
        let classes = self.classes();
        match truth < classes && predicted < classes {
            true => self
                .counts
                .as_ref()
                .get(truth * classes + predicted)
                .copied()
                .unwrap_or(0),
            false => 0,
        }
    }

    /// Predictions counted.
    pub fn total(&self) -> u32 {
        self.counts
            .as_ref()
            .iter()
            .fold(0u32, |sum, &count| sum.saturating_add(count))
    }

    /// The class of a prediction.
    pub fn class_of(&self, prediction: &[T]) -> usize {
        class_of(prediction, self.threshold)
    }

    /// The share of predictions that are right.
    pub fn accuracy(&self) -> T {
        let right = (0..self.classes()).fold(0, |sum, class| sum + self.count(class, class));
        ratio(right, self.total())
    }

    /// The scores of one class against all others.
    pub fn scores(&self, class: usize) -> Scores<T> {
        let classes = 0..self.classes();
        let hits = self.count(class, class);
        let called: u32 = classes.clone().map(|truth| self.count(truth, class)).sum();
        let there: u32 = classes.map(|predicted| self.count(class, predicted)).sum();
        let (wrong, missed) = (called - hits, there - hits);
        let others = self.total() - there;
        Scores {
            precision: ratio(hits, called),
            recall: ratio(hits, there),
            specificity: ratio(others.saturating_sub(wrong), others),
            f1: ratio(2 * hits, 2 * hits + wrong + missed),
        }
    }

    /// The mean of the recalls of all classes that occurred.
    pub fn balanced_accuracy(&self) -> T {
        let (mut sum, mut occurred) = (T::ZERO, 0);
        for class in 0..self.classes() {
            if (0..self.classes()).any(|predicted| self.count(class, predicted) > 0) {
                sum += self.scores(class).recall;
                occurred += 1;
            }
        }
        if occurred > 0 {
            sum / T::from_u32(occurred)
        } else {
            T::ZERO
        }
    }

    /// Matthews's correlation of truth and prediction (Matthews 1975; Gorodkin 2004 for more
    /// than two classes): 1 is perfect, 0 no better than chance.
    pub fn mcc(&self) -> T {
        let classes = self.classes();
        let number = |count: u32| T::from_u32(count);
        let (mut right, mut cross) = (T::ZERO, T::ZERO);
        let (mut truths, mut calls) = (T::ZERO, T::ZERO);
        for class in 0..classes {
            let there = number((0..classes).map(|other| self.count(class, other)).sum());
            let called = number((0..classes).map(|other| self.count(other, class)).sum());
            right += number(self.count(class, class));
            cross += there * called;
            truths += there * there;
            calls += called * called;
        }
        let total = number(self.total());
        let spread = ((total * total - calls) * (total * total - truths)).sqrt();
        if spread > T::ZERO {
            (right * total - cross) / spread
        } else {
            T::ZERO
        }
    }
}

/// a / b, and 0 where b is 0.
fn ratio<T: Real>(a: u32, b: u32) -> T {
    if b == 0 {
        T::ZERO
    } else {
        T::from_u32(a) / T::from_u32(b)
    }
}

impl<T: Real, C: AsRef<[u32]> + AsMut<[u32]>> Meter<T> for Confusion<T, C> {
    /// A target that is no class is not counted.
    fn update(&mut self, prediction: &[T], target: &[T]) {
        let classes = self.classes();
        let predicted = self.class_of(prediction);
        let Some(&target) = target.first() else {
            return;
        };
        let truth = (0..classes).find(|&class| T::from_u32(class as u32) == target);
        if let Some(truth) = truth
            && predicted < classes
            && let Some(count) = self.counts.as_mut().get_mut(truth * classes + predicted)
        {
            *count = count.saturating_add(1);
        }
    }
}

/// The mean of −ln p, with p the probability that was given to the true class, held at least
/// [`Real::EPSILON`] away from 0.
#[derive(Clone, Copy, Debug)]
pub struct LogLoss<T> {
    fade: T,
    count: T,
    sum: T,
}

impl<T: Real> LogLoss<T> {
    /// Over all samples alike.
    pub fn new() -> Self {
        Self::fading(T::ONE)
    }

    /// With each sample counting `fade` times as much as the one after it; above 0, at most 1.
    pub fn fading(fade: T) -> Self {
        Self {
            fade,
            count: T::ZERO,
            sum: T::ZERO,
        }
    }

    /// The mean; NaN before the first prediction.
    pub fn value(&self) -> T {
        self.sum / self.count
    }
}

impl<T: Real> Default for LogLoss<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: Real> Meter<T> for LogLoss<T> {
    fn update(&mut self, prediction: &[T], target: &[T]) {
        let Some(&target) = target.first() else {
            return;
        };
        let probability = match prediction {
            [p] => Some(if target == T::ZERO { T::ONE - *p } else { *p }),
            many => {
                let class = |(class, _): &(usize, &T)| T::from_u32(*class as u32) == target;
                many.iter().enumerate().find(class).map(|(_, &p)| p)
            }
        };
        if let Some(probability) = probability {
            self.count = self.fade * self.count + T::ONE;
            self.sum = self.fade * self.sum - probability.larger(T::EPSILON).ln();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Figures from scikit-learn's definitions, worked out by hand: y = 0 1 2 2 2, p = 0 0 2 2 1.
    #[test]
    fn three_classes() {
        let mut confusion = Confusion::<f64, _>::new([7; 9], 0.5);
        for (truth, predicted) in [(0, 0), (1, 0), (2, 2), (2, 2), (2, 1)] {
            let mut probabilities = [0.1; 3];
            probabilities[predicted] = 0.8;
            confusion.update(&probabilities, &[f64::from(truth)]);
        }
        assert_eq!(confusion.accuracy(), 0.6);
        assert_eq!(confusion.scores(0).precision, 0.5);
        assert!((confusion.scores(2).recall - 2.0 / 3.0).abs() < 1e-12);
        assert!((confusion.scores(2).f1 - 0.8).abs() < 1e-12);
        assert!((confusion.balanced_accuracy() - (1.0 + 0.0 + 2.0 / 3.0) / 3.0).abs() < 1e-12);
        // Σc = 3, n = 5, Σ tₖpₖ = 1·2 + 1·1 + 3·2 = 9, Σp² = 9, Σt² = 11: 6 / √(16 · 14).
        assert!((confusion.mcc() - 6.0 / 224f64.sqrt()).abs() < 1e-12);
        assert_eq!(confusion.total(), 5);
    }

    #[test]
    fn log_loss_is_finite_for_a_sure_mistake() {
        let mut loss = LogLoss::<f32>::new();
        loss.update(&[0.0], &[1.0]);
        assert!(loss.value().is_finite() && loss.value() > 15.0);
        let mut loss = LogLoss::<f64>::new();
        loss.update(&[0.2, 0.5, 0.3], &[1.0]);
        assert!((loss.value() - 2f64.ln()).abs() < 1e-12);
    }
}
