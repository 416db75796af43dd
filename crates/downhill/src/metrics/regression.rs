use super::Meter;
use crate::Real;

/// Errors of numeric predictions: mean absolute and root mean squared error, R², the largest
/// error. With several outputs, each counts as a prediction.
#[derive(Clone, Copy, Debug)]
pub struct Regression<T> {
    fade: T,
    count: T,
    absolute: T,
    squares: T,
    largest: T,
    mean: T,
    spread: T,
}

impl<T: Real> Regression<T> {
    /// Over all samples alike.
    pub fn new() -> Self {
        Self::fading(T::ONE)
    }

    /// With each sample counting `fade` times as much as the one after it; above 0, at most 1.
    pub fn fading(fade: T) -> Self {
        let zero = T::ZERO;
        Self {
            fade,
            count: zero,
            absolute: zero,
            squares: zero,
            largest: zero,
            mean: zero,
            spread: zero,
        }
    }

    /// Predictions taken in (with fading, their total weight).
    pub fn count(&self) -> T {
        self.count
    }

    /// The mean absolute error; NaN before the first prediction.
    pub fn mae(&self) -> T {
        self.absolute / self.count
    }

    /// The root of the mean squared error; NaN before the first prediction.
    pub fn rmse(&self) -> T {
        (self.squares / self.count).sqrt()
    }

    /// The share of the target's variance that is explained: 1 − Σ(p − y)² / Σ(y − ȳ)². 1 is
    /// perfect, 0 no better than the mean; NaN for a target that never changed.
    pub fn r2(&self) -> T {
        if self.spread > T::ZERO {
            T::ONE - self.squares / self.spread
        } else {
            T::NAN
        }
    }

    /// The largest absolute error. With fading it fades too.
    pub fn max_error(&self) -> T {
        self.largest
    }
}

impl<T: Real> Default for Regression<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: Real> Meter<T> for Regression<T> {
    fn update(&mut self, prediction: &[T], target: &[T]) {
        for (&prediction, &target) in prediction.iter().zip(target) {
            let error = (prediction - target).abs();
            self.count = self.fade * self.count + T::ONE;
            self.absolute = self.fade * self.absolute + error;
            self.squares = self.fade * self.squares + error * error;
            self.largest = (self.fade * self.largest).larger(error);
            let before = target - self.mean;
            self.mean += before / self.count;
            self.spread = self.fade * self.spread + before * (target - self.mean);
        }
    }
}

/// Skill against persistence, the forecast that nothing changes: 1 − MSE / MSE of taking the
/// target before for a prediction. Above 0 a model is worth its memory.
#[derive(Clone, Copy, Debug)]
pub struct Skill<T> {
    fade: T,
    last: Option<T>,
    ours: T,
    persistence: T,
}

impl<T: Real> Skill<T> {
    /// Over all samples alike.
    pub fn new() -> Self {
        Self::fading(T::ONE)
    }

    /// With each sample counting `fade` times as much as the one after it; above 0, at most 1.
    pub fn fading(fade: T) -> Self {
        Self {
            fade,
            last: None,
            ours: T::ZERO,
            persistence: T::ZERO,
        }
    }

    /// The skill; NaN before the second sample, or where the target never changed.
    pub fn value(&self) -> T {
        match self.persistence > T::ZERO {
            true => T::ONE - self.ours / self.persistence,
            false => T::NAN,
        }
    }
}

impl<T: Real> Default for Skill<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: Real> Meter<T> for Skill<T> {
    /// Looks at the first output.
    fn update(&mut self, prediction: &[T], target: &[T]) {
        let (Some(&prediction), Some(&target)) = (prediction.first(), target.first()) else {
            return;
        };
        if let Some(last) = self.last {
            let (ours, theirs) = (prediction - target, last - target);
            self.ours = self.fade * self.ours + ours * ours;
            self.persistence = self.fade * self.persistence + theirs * theirs;
        }
        self.last = Some(target);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Figures from NumPy 2: p = [2.5, 0, 2, 8], y = [3, -0.5, 2, 7] (the example of
    /// scikit-learn's `r2_score`).
    #[test]
    fn the_figures_are_those_of_scikit_learn() {
        let mut metrics = Regression::<f64>::new();
        for (p, y) in [(2.5, 3.0), (0.0, -0.5), (2.0, 2.0), (8.0, 7.0)] {
            metrics.update(&[p], &[y]);
        }
        assert!((metrics.r2() - 0.948_608_137_044_967_9).abs() < 1e-12);
        assert!((metrics.rmse() - 0.612_372_435_695_794_5).abs() < 1e-12);
        assert_eq!(metrics.mae(), 0.5);
        assert_eq!(metrics.max_error(), 1.0);
    }

    #[test]
    fn a_fading_metric_forgets_a_bad_start() {
        let (mut all, mut recent) = (Regression::<f32>::new(), Regression::fading(0.9));
        for k in 0..200 {
            let y = (k % 5) as f32;
            let p = if k < 100 { y + 10.0 } else { y };
            all.update(&[p], &[y]);
            recent.update(&[p], &[y]);
        }
        assert!(all.mae() > 4.9 && recent.mae() < 0.01);
    }

    #[test]
    fn persistence_has_no_skill() {
        let mut skill = Skill::<f32>::new();
        let series = [1.0, 2.0, 4.0, 3.0, 5.0];
        let mut last = 0.0;
        for y in series {
            skill.update(&[last], &[y]);
            last = y;
        }
        assert_eq!(skill.value(), 0.0);
    }
}
