//! Sequential k-means.

#[cfg(feature = "checkpoint")]
use super::score::resumed;
use super::score::{Score, bounded, check, cleared, taken_over};
#[cfg(feature = "checkpoint")]
use crate::checkpoint::{self, Checkpoint};
use crate::rules::ScalingMethod;
use crate::{Arena, Fault, Hasher, Real, Setting, kernel, scaler};

/// The distance to the nearest of some centers, which are learned by sequential k-means
/// (MacQueen 1967).
///
/// The first windows fit a scaler to mean 0 and deviation 1 of each feature, and are learned from
/// no further. Of those behind them the first that differ from each other are the centers at
/// first; each further one moves its nearest center (of equally near ones the first) by 1/n of the
/// way to it, with n the windows that this center has had, this one included.
///
/// The arena holds the centers one by one, their counts, the [scaler], and room for one window.
#[derive(Clone, Debug)]
pub struct KMeans<A: Arena> {
    features: usize,
    centers: usize,
    scaled_by: u32,
    arena: A,
    windows: u32,
    seeded: u16,
    is_frozen: bool,
}

/// Pieces of the arena.
struct Pieces<'a, T> {
    centers: &'a mut [T],
    counts: &'a mut [T],
    scaler: &'a mut [T],
    window: &'a mut [T],
}

impl<A: Arena> KMeans<A> {
    /// Numbers in the arena of so many centers of so many features.
    pub const fn words(features: usize, centers: usize) -> usize {
        Self::lasting(features, centers) + features
    }

    const fn lasting(features: usize, centers: usize) -> usize {
        centers * (features + 1) + scaler::words(features)
    }

    pub(super) fn check(features: usize, centers: u16, scaled_by: u32) -> Result<(), Fault> {
        match features > 0 && centers > 0 && scaled_by > 0 {
            true => Ok(()),
            false => Err(Fault::Setting(Setting::Detector)),
        }
    }

    /// A model that has learned nothing, whose scaler learns from the first `scaled_by` windows.
    ///
    /// # Errors
    /// [`Fault::Setting`] of no features, no centers or no window for the scaler; [`Fault::Arena`]
    /// where it is shorter than [`words`](KMeans::words).
    pub fn new(features: usize, centers: u16, scaled_by: u32, mut arena: A) -> Result<Self, Fault> {
        Self::check(features, centers, scaled_by)?;
        let centers = usize::from(centers);
        cleared(arena.words_mut(), Self::words(features, centers))?;
        Ok(Self {
            features,
            centers,
            scaled_by,
            arena,
            windows: 0,
            seeded: 0,
            is_frozen: false,
        })
    }

    /// The centers that there are, scaled.
    pub fn centers(&self) -> impl ExactSizeIterator<Item = &[A::Real]> {
        let used = usize::from(self.seeded) * self.features;
        let centers = self.arena.words().get(..used).unwrap_or(&[]);
        centers.chunks_exact(self.features.max(1))
    }

    /// The scaler's numbers, as [`scaler`] describes them.
    pub fn scaler(&self) -> &[A::Real] {
        let at = self.centers * (self.features + 1);
        let words = at..Self::lasting(self.features, self.centers);
        self.arena.words().get(words).unwrap_or(&[])
    }

    /// Windows learned from, those of the scaler included.
    pub fn windows(&self) -> u32 {
        self.windows
    }

    /// Returns its arena, and ends it.
    pub fn into_arena(self) -> A {
        self.arena
    }

    /// Goes on with a state that is in place.
    fn begin(&mut self, windows: u32, is_frozen: bool) {
        (self.windows, self.is_frozen) = (windows, is_frozen);
        let counts = self.pieces().map(|pieces| pieces.counts);
        let used = |counts: &mut [A::Real]| {
            let used = counts.iter().take_while(|&&count| count > A::Real::ZERO);
            used.count()
        };
        self.seeded = counts.map_or(0, used) as u16;
    }

    fn pieces(&mut self) -> Option<Pieces<'_, A::Real>> {
        let (features, k) = (self.features, self.centers);
        let (centers, rest) = self.arena.words_mut().split_at_mut_checked(k * features)?;
        let (counts, rest) = rest.split_at_mut_checked(k)?;
        let (scaler, rest) = rest.split_at_mut_checked(scaler::words(features))?;
        Some(Pieces {
            centers,
            counts,
            scaler,
            window: rest.get_mut(..features)?,
        })
    }

    /// Makes the window that is there a center.
    fn seed(&mut self) {
        let (features, seeded) = (self.features, usize::from(self.seeded));
        let Some(pieces) = self.pieces() else { return };
        let place = pieces.centers.chunks_exact_mut(features.max(1)).nth(seeded);
        if let (Some(center), Some(count)) = (place, pieces.counts.get_mut(seeded)) {
            kernel::copy(pieces.window, center);
            *count = A::Real::ONE;
            self.seeded += 1;
        }
    }
}

/// The nearest of some centers, the first of equally near ones, and the square of its distance.
#[inline(always)]
fn nearest<T: Real>(centers: &[T], window: &[T]) -> (usize, T) {
    let mut found = (0, T::MAX);
    for (at, center) in centers.chunks_exact(window.len().max(1)).enumerate() {
        let mut square = T::ZERO;
        for (&x, &c) in window.iter().zip(center) {
            square += (x - c) * (x - c);
        }
        if square < found.1 {
            found = (at, square);
        }
    }
    found
}

impl<A: Arena> Score for KMeans<A> {
    type Real = A::Real;

    fn features(&self) -> usize {
        self.features
    }

    fn learn(&mut self, window: &[A::Real]) -> Result<(), Fault> {
        check(window, self.features)?;
        if self.is_frozen {
            return Ok(());
        }
        let (features, seeded) = (self.features, usize::from(self.seeded));
        let (is_scaling, is_last) = (
            self.windows < self.scaled_by,
            self.windows + 1 == self.scaled_by,
        );
        let Some(pieces) = self.pieces() else {
            return Ok(());
        };
        if is_scaling {
            let columns = scaler::columns(pieces.scaler).iter();
            let mut columns = columns.zip(window);
            if !columns.all(|(&[mean, sum], &x)| (sum + (x - mean) * (x - mean)).is_finite()) {
                return Err(Fault::Update);
            }
            scaler::learn(pieces.scaler, ScalingMethod::Standard, window, &[]);
            if is_last {
                scaler::freeze(pieces.scaler, ScalingMethod::Standard);
            }
        } else {
            scaler::scale(pieces.scaler, 0, window, pieces.window);
            if !kernel::sum_squares(pieces.window).is_finite() {
                return Err(Fault::Update);
            }
            let used = pieces.centers.get(..seeded * features).unwrap_or(&[]);
            let (at, square) = nearest(used, pieces.window);
            if seeded < pieces.counts.len() && (seeded == 0 || square > A::Real::ZERO) {
                self.seed();
            } else if let Some(count) = pieces.counts.get_mut(at) {
                *count += A::Real::ONE;
                let center = pieces.centers.chunks_exact_mut(features.max(1)).nth(at);
                for (c, &x) in center.into_iter().flatten().zip(&*pieces.window) {
                    *c += (x - *c) / *count;
                }
            }
        }
        self.windows = self.windows.saturating_add(1);
        Ok(())
    }

    fn freeze(&mut self) -> Result<(), Fault> {
        if self.seeded == 0 {
            return Err(Fault::EmptyBatch);
        }
        self.is_frozen = true;
        Ok(())
    }

    #[inline]
    fn score(&mut self, window: &[A::Real]) -> Result<A::Real, Fault> {
        check(window, self.features)?;
        if !self.is_frozen {
            return Err(Fault::Scaler);
        }
        let used = usize::from(self.seeded) * self.features;
        let Some(pieces) = self.pieces() else {
            return Err(Fault::Scaler);
        };
        scaler::scale(pieces.scaler, 0, window, pieces.window);
        let centers = pieces.centers.get(..used).unwrap_or(&[]);
        Ok(match nearest(centers, pieces.window).1 {
            square if square < A::Real::MAX => bounded(square.sqrt()),
            _ => A::Real::MAX,
        })
    }

    fn forget(&mut self) {
        kernel::clear(self.arena.words_mut());
        (self.windows, self.seeded, self.is_frozen) = (0, 0, false);
    }

    fn hash(&self, hasher: &mut Hasher) {
        hasher.word(self.windows);
        hasher.word(self.scaled_by);
        hasher.word(self.is_frozen.into());
        hasher.reals(self.state());
    }

    fn state(&self) -> &[A::Real] {
        let lasting = Self::lasting(self.features, self.centers);
        self.arena.words().get(..lasting).unwrap_or(&[])
    }

    fn restore(&mut self, state: &[A::Real], windows: u32, is_frozen: bool) -> Result<(), Fault> {
        let need = self.state().len();
        taken_over(state, self.arena.words_mut(), need)?;
        self.begin(windows, is_frozen);
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
        self.begin(windows, is_frozen);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    extern crate std;

    use std::vec::Vec;

    use super::*;

    const WORDS: usize = KMeans::<[f32; 0]>::words(1, 3);

    /// A model whose scaler changes nothing.
    fn model() -> KMeans<[f32; WORDS]> {
        let mut model = KMeans::new(1, 3, 2, [0.0; WORDS]).unwrap();
        for x in [-1.0, 1.0] {
            model.learn(&[x]).unwrap();
        }
        model
    }

    fn centers(model: &KMeans<[f32; WORDS]>) -> Vec<f32> {
        model.centers().flatten().copied().collect()
    }

    #[test]
    fn the_first_that_differ_are_the_centers_and_of_equally_near_ones_the_first_moves() {
        let mut model = model();
        for x in [0.0, 0.0, 4.0, 0.0, 10.0] {
            model.learn(&[x]).unwrap();
        }
        assert_eq!(centers(&model), [0.0, 4.0, 10.0]);
        // As far from the second as from the third: the second has two windows now.
        model.learn(&[7.0]).unwrap();
        assert_eq!(centers(&model), [0.0, 5.5, 10.0]);
        // The first has had three.
        model.learn(&[2.0]).unwrap();
        assert_eq!(centers(&model), [0.5, 5.5, 10.0]);
        model.freeze().unwrap();
        assert_eq!(model.score(&[7.0]), Ok(1.5));
    }

    #[test]
    fn eight_centers_of_eight_features_take_little() {
        use crate::normal::Detector;
        type Model = KMeans<[f32; KMeans::<[f32; 0]>::words(8, 8)]>;
        assert!(size_of::<Detector<Model>>() <= 1_248);
    }

    #[test]
    fn a_fault_changes_nothing() {
        let mut model = model();
        model.learn(&[3.0]).unwrap();
        let before = model.clone();
        for (window, fault) in [
            (&[f32::INFINITY][..], Fault::Feature { index: 0 }),
            (&[1.0, 2.0], Fault::Length { need: 1, got: 2 }),
            (&[f32::MAX], Fault::Update),
        ] {
            assert_eq!(model.learn(window), Err(fault));
            assert_eq!(model.state(), before.state());
            assert_eq!(model.windows(), before.windows());
        }
        assert_eq!(model.score(&[0.0]), Err(Fault::Scaler));
        model.freeze().unwrap();
        assert_eq!(model.score(&[f32::MAX]), Ok(f32::MAX));
    }

    #[test]
    fn what_was_learned_can_be_taken_over() {
        let mut model = model();
        for x in [3.0, 5.0] {
            model.learn(&[x]).unwrap();
        }
        model.freeze().unwrap();
        let mut other = KMeans::new(1, 3, 2, [0.0f32; WORDS]).unwrap();
        other.restore(model.state(), model.windows(), true).unwrap();
        assert_eq!(centers(&other), [3.0, 5.0]);
        assert_eq!(other.score(&[6.0]), Ok(1.0));
    }
}
