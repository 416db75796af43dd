use super::Finding;
use crate::Real;

/// Numbers kept for each feature: its mean and Welford's sum over all looks, and over those with
/// the present anchor its product with the anchor and its own square.
pub(super) const WORDS: usize = 4;

/// Looks before a feature is judged.
const ENOUGH: u32 = 96;
/// Looks before a feature that has not changed is taken for one that never does.
const LONG: u32 = 256;
/// Ratio of sizes from which on a feature is unscaled.
const LARGE: f64 = 100.0;
/// Least correlation of two collinear features.
const ALIKE: f64 = 0.999;

/// Means and spreads of the features, and the correlation of one of them, the anchor, with those
/// behind it: of each in turn, once.
#[derive(Clone, Copy, Debug)]
pub(super) struct Features {
    looks: u32,
    anchor: u16,
    /// Looks with this anchor.
    since: u32,
    /// The features before this one have been found to change, or reported.
    alive: u16,
}

impl Features {
    pub(super) const NEW: Self = Self {
        looks: 0,
        anchor: 0,
        since: 0,
        alive: 0,
    };

    /// Takes in a sample.
    pub(super) fn look<T: Real>(&mut self, words: &mut [T], features: &[T]) {
        self.looks = self.looks.saturating_add(1);
        let share = T::ONE / T::from_u32(self.looks);
        let columns = words.as_chunks_mut::<WORDS>().0;
        let anchor = usize::from(self.anchor);
        let along = match (columns.get(anchor), features.get(anchor)) {
            (Some([mean, ..]), Some(&feature)) => feature - *mean,
            _ => T::ZERO,
        };
        for ([mean, spread, product, square], &feature) in columns.iter_mut().zip(features) {
            let before = feature - *mean;
            *product += along * before;
            *square += before * before;
            *mean += before * share;
            *spread += before * (feature - *mean);
        }
        self.since = self.since.saturating_add(1);
    }

    /// Finding about the sizes; after a fault from however few samples there are.
    pub(super) fn unscaled<T: Real>(&self, words: &[T], faulty: bool) -> Option<Finding> {
        if self.looks < ENOUGH && !faulty {
            return None;
        }
        let looks = T::from_u32(self.looks);
        let mut largest = (0, T::ZERO);
        let mut least = T::MAX;
        for (at, &[mean, spread, ..]) in words.as_chunks::<WORDS>().0.iter().enumerate() {
            let size = (mean * mean + spread / looks).sqrt();
            if size > largest.1 {
                largest = (at, size);
            }
            if size > T::ZERO && (faulty || spread > T::ZERO) {
                least = least.smaller(size);
            }
        }
        let ratio = largest.1 / least;
        (ratio > T::from_f64(LARGE)).then(|| Finding::UnscaledFeature {
            index: largest.0 as u16,
            ratio: ratio.to_f64() as f32,
        })
    }

    /// The next feature that never changed, once there was enough to see. Where a scaler has
    /// seen it change, its constant number is not 0.
    pub(super) fn dead<T: Real>(&mut self, words: &[T], scaled: bool) -> Option<Finding> {
        if self.looks < LONG {
            return None;
        }
        let columns = words.as_chunks::<WORDS>().0.iter();
        let mut rest = columns.enumerate().skip(self.alive.into());
        let still =
            |[mean, spread, ..]: &[T; WORDS]| *spread == T::ZERO && (*mean == T::ZERO || !scaled);
        let dead = rest.find(|(_, column)| still(column));
        let index = dead.map(|(at, _)| at as u16);
        self.alive = index.map_or(u16::MAX, |index| index + 1);
        index.map(|index| Finding::DeadFeature { index })
    }

    /// Judges the anchor and goes on to the next, once it has been seen long enough.
    pub(super) fn collinear<T: Real>(&mut self, words: &mut [T]) -> Option<Finding> {
        if self.since < ENOUGH {
            return None;
        }
        let columns = words.as_chunks_mut::<WORDS>().0;
        let anchor = usize::from(self.anchor);
        if anchor >= columns.len() {
            return None;
        }
        let own = columns.get(anchor).map_or(T::ZERO, |column| column[3]);
        let mut found = None;
        for (at, [_, _, product, square]) in columns.iter().enumerate().skip(anchor + 1) {
            let correlation = *product / (own * *square).sqrt();
            if correlation.abs() > T::from_f64(ALIKE) && found.is_none() {
                found = Some(Finding::CollinearFeatures {
                    a: self.anchor,
                    b: at as u16,
                    // Rounding may lead a little beyond.
                    correlation: correlation.to_f64().clamp(-1.0, 1.0) as f32,
                });
            }
        }
        for [.., product, square] in columns.iter_mut() {
            (*product, *square) = (T::ZERO, T::ZERO);
        }
        self.anchor += 1;
        self.since = 0;
        found
    }
}
