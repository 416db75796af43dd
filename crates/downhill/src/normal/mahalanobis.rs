//! The Mahalanobis distance, by a running mean and covariance.

#[cfg(feature = "checkpoint")]
use super::score::resumed;
use super::score::{Score, bounded, check, cleared, taken_over};
#[cfg(feature = "checkpoint")]
use crate::checkpoint::{self, Checkpoint};
use crate::{Arena, Fault, Hasher, Real, Setting, kernel, scaler};

/// Smallest shrinkage: below it rounding decides what the inverse of a singular covariance is.
const LEAST_SHRINKAGE: f64 = 1e-4;

/// The Mahalanobis distance from the mean of the windows learned from.
///
/// Mean and products of deviations are learned by Welford's method: δ = x − mean, mean += δ/n,
/// Mᵢⱼ += ((n − 1)/n · δᵢ)·δⱼ. [Freezing](Score::freeze) divides them by the deviations
/// √(Mᵢᵢ/n) (of a feature that never changed by 1), which makes the correlations R, and factors
/// (1 − shrinkage)·R + shrinkage·I by Cholesky, row by row, each entry less a dot product of the
/// entries in front of it. It is the shrunk covariance of scikit-learn's `ShrunkCovariance` of
/// features in standard deviations, so that units do not matter.
///
/// The arena holds the mean, the lower triangle row by row, and room for one window.
#[derive(Clone, Debug)]
pub struct Mahalanobis<A: Arena> {
    features: usize,
    shrinkage: A::Real,
    arena: A,
    windows: u32,
    is_frozen: bool,
}

impl<A: Arena> Mahalanobis<A> {
    /// Numbers in the arena of a model of so many features.
    pub const fn words(features: usize) -> usize {
        2 * features + features * (features + 1) / 2
    }

    pub(super) fn check(features: usize, shrinkage: A::Real) -> Result<(), Fault> {
        let least = A::Real::from_f64(LEAST_SHRINKAGE);
        match features > 0 && shrinkage >= least && shrinkage <= A::Real::ONE {
            true => Ok(()),
            false => Err(Fault::Setting(Setting::Detector)),
        }
    }

    /// A model that has learned nothing, of a shrinkage from 0.0001 to 1.
    ///
    /// # Errors
    /// [`Fault::Setting`] of another shrinkage or of no features; [`Fault::Arena`] where it is
    /// shorter than [`words`](Mahalanobis::words).
    pub fn new(features: usize, shrinkage: A::Real, mut arena: A) -> Result<Self, Fault> {
        Self::check(features, shrinkage)?;
        cleared(arena.words_mut(), Self::words(features))?;
        Ok(Self {
            features,
            shrinkage,
            arena,
            windows: 0,
            is_frozen: false,
        })
    }

    /// Mean of each feature in the windows learned from.
    pub fn mean(&self) -> &[A::Real] {
        self.arena.words().get(..self.features).unwrap_or(&[])
    }

    /// Windows learned from.
    pub fn windows(&self) -> u32 {
        self.windows
    }

    /// Returns its arena, and ends it.
    pub fn into_arena(self) -> A {
        self.arena
    }

    /// Mean, triangle and room for one window.
    fn pieces(&mut self) -> Option<[&mut [A::Real]; 3]> {
        let (features, words) = (self.features, self.arena.words_mut());
        let (mean, rest) = words.split_at_mut_checked(features)?;
        let (triangle, room) = rest.split_at_mut_checked(features * (features + 1) / 2)?;
        Some([mean, triangle, room.get_mut(..features)?])
    }
}

impl<A: Arena> Score for Mahalanobis<A> {
    type Real = A::Real;

    fn features(&self) -> usize {
        self.features
    }

    fn learn(&mut self, window: &[A::Real]) -> Result<(), Fault> {
        check(window, self.features)?;
        if self.is_frozen {
            return Ok(());
        }
        let windows = self.windows.saturating_add(1);
        let count = A::Real::from_u32(windows);
        let share = (count - A::Real::ONE) / count;
        let Some([mean, triangle, deltas]) = self.pieces() else {
            return Ok(());
        };
        for ((delta, &x), &mean) in deltas.iter_mut().zip(window).zip(&*mean) {
            *delta = x - mean;
        }
        // No product of two is larger than the larger of their squares.
        let mut rest = &*triangle;
        for (i, &delta) in deltas.iter().enumerate() {
            let square = rest.split_off(..=i).and_then(|row| row.last());
            let square = square.map_or(A::Real::MAX, |&square| square);
            if !(square + (share * delta) * delta).is_finite() {
                return Err(Fault::Update);
            }
        }
        let mut rest = triangle;
        for (i, &delta) in deltas.iter().enumerate() {
            let Some(row) = rest.split_off_mut(..=i) else {
                break;
            };
            let weighed = share * delta;
            for (product, &other) in row.iter_mut().zip(&*deltas) {
                *product += weighed * other;
            }
        }
        for (mean, &delta) in mean.iter_mut().zip(&*deltas) {
            *mean += delta / count;
        }
        self.windows = windows;
        Ok(())
    }

    fn freeze(&mut self) -> Result<(), Fault> {
        if self.windows == 0 {
            return Err(Fault::EmptyBatch);
        }
        if self.is_frozen {
            return Ok(());
        }
        let (count, shrinkage) = (A::Real::from_u32(self.windows), self.shrinkage);
        let Some([mean, triangle, factors]) = self.pieces() else {
            return Ok(());
        };
        let mut rest = &*triangle;
        for (i, (factor, &mean)) in factors.iter_mut().zip(&*mean).enumerate() {
            let square = rest.split_off(..=i).and_then(|row| row.last());
            let square = square.map_or(A::Real::ZERO, |&square| square);
            *factor = scaler::factor(mean, (square / count).sqrt());
        }
        let kept = A::Real::ONE - shrinkage;
        let mut begin = 0;
        for (i, &factor) in factors.iter().enumerate() {
            let Some((above, row)) = triangle.split_at_mut_checked(begin) else {
                break;
            };
            let Some((diagonal, row)) = row.get_mut(..=i).and_then(<[_]>::split_last_mut) else {
                break;
            };
            let mut rest = &*above;
            for (j, &other) in factors.iter().enumerate().take(i) {
                let Some((done, entry)) = row.split_at_mut_checked(j) else {
                    break;
                };
                let Some((&pivot, own)) = rest.split_off(..=j).and_then(<[_]>::split_last) else {
                    break;
                };
                if let Some(entry) = entry.first_mut() {
                    let shrunk = kept * (*entry / count * factor * other);
                    *entry = (shrunk - kernel::dot(done, own)) / pivot;
                }
            }
            *diagonal = (A::Real::ONE - kernel::dot(row, row)).sqrt();
            begin += i + 1;
        }
        // A row with its pivot divided out: what scoring multiplies with.
        let mut rest = triangle;
        for (i, &factor) in factors.iter().enumerate() {
            if let Some((pivot, row)) = rest.split_off_mut(..=i).and_then(<[_]>::split_last_mut) {
                for entry in row {
                    *entry = *entry / *pivot;
                }
                *pivot = factor / *pivot;
            }
        }
        self.is_frozen = true;
        Ok(())
    }

    fn score(&mut self, window: &[A::Real]) -> Result<A::Real, Fault> {
        check(window, self.features)?;
        if !self.is_frozen {
            return Err(Fault::Scaler);
        }
        let Some([mean, triangle, whitened]) = self.pieces() else {
            return Err(Fault::Scaler);
        };
        let mut rest = &*triangle;
        for (i, (&x, &mean)) in window.iter().zip(&*mean).enumerate() {
            let row = rest.split_off(..=i).and_then(<[_]>::split_last);
            let (Some((&pivot, row)), Some((done, left))) = (row, whitened.split_at_mut_checked(i))
            else {
                break;
            };
            if let Some(own) = left.first_mut() {
                *own = (x - mean) * pivot - kernel::dot(row, done);
            }
        }
        Ok(bounded(kernel::sum_squares(whitened).sqrt()))
    }

    fn forget(&mut self) {
        kernel::clear(self.arena.words_mut());
        (self.windows, self.is_frozen) = (0, false);
    }

    fn hash(&self, hasher: &mut Hasher) {
        hasher.word(self.windows);
        hasher.word(self.is_frozen.into());
        hasher.reals(&[self.shrinkage]);
        hasher.reals(self.state());
    }

    fn state(&self) -> &[A::Real] {
        let lasting = Self::words(self.features) - self.features;
        self.arena.words().get(..lasting).unwrap_or(&[])
    }

    fn restore(&mut self, state: &[A::Real], windows: u32, is_frozen: bool) -> Result<(), Fault> {
        let need = self.state().len();
        taken_over(state, self.arena.words_mut(), need)?;
        (self.windows, self.is_frozen) = (windows, is_frozen);
        Ok(())
    }

    #[cfg(feature = "checkpoint")]
    fn resume(
        &mut self,
        saved: &Checkpoint<'_>,
        windows: u32,
        is_frozen: bool,
    ) -> Result<(), checkpoint::Error> {
        let need = self.state().len();
        resumed(saved, self.arena.words_mut(), need)?;
        (self.windows, self.is_frozen) = (windows, is_frozen);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    const WORDS: usize = Mahalanobis::<[f32; 0]>::words(3);

    fn model() -> Mahalanobis<[f32; WORDS]> {
        Mahalanobis::new(3, 0.1, [0.0; WORDS]).unwrap()
    }

    fn learned() -> Mahalanobis<[f32; WORDS]> {
        let (mut model, mut random) = (model(), Random::seed(3));
        for _ in 0..200 {
            let x: f32 = random.unit();
            model
                .learn(&[x, 1e6 * x + random.unit::<f32>(), 5.0])
                .unwrap();
        }
        model
    }

    fn hash(model: &impl Score) -> crate::Fingerprint {
        let mut hasher = Hasher::default();
        model.hash(&mut hasher);
        hasher.finish()
    }

    #[test]
    fn a_fault_changes_nothing() {
        let mut model = learned();
        let before = hash(&model);
        for (window, fault) in [
            (&[0.0, f32::NAN, 0.0][..], Fault::Feature { index: 1 }),
            (&[0.0, 0.0], Fault::Length { need: 3, got: 2 }),
            (&[0.0, 3e38, 0.0], Fault::Update),
            (&[-2e19, 0.0, 0.0], Fault::Update),
        ] {
            assert_eq!(model.learn(window), Err(fault));
            assert_eq!(hash(&model), before, "{window:?}");
        }
        assert_eq!(model.score(&[0.0; 3]), Err(Fault::Scaler));
        assert_eq!(self::model().freeze(), Err(Fault::EmptyBatch));
        model.freeze().unwrap();
        assert_eq!(model.score(&[f32::MAX; 3]), Ok(f32::MAX));
    }

    #[test]
    fn a_feature_that_never_changed_has_its_own_unit() {
        let mut model = learned();
        model.freeze().unwrap();
        let [usual, other] = [5.0, 8.0].map(|x| model.score(&[0.5, 5e5, x]).unwrap());
        assert!((other * other - usual * usual - 9.0).abs() < 1e-3);
    }

    #[test]
    fn what_was_learned_can_be_taken_over_and_forgotten() {
        let mut model = learned();
        model.freeze().unwrap();
        let mut other = self::model();
        other.restore(model.state(), model.windows(), true).unwrap();
        assert_eq!(hash(&other), hash(&model));
        other.forget();
        assert_eq!(hash(&other), hash(&self::model()));
    }
}
