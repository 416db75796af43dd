//! Classes that are added on the device: nearest prototypes in a fixed store.

use crate::{Arena, Fault, Hasher, Real, Setting, kernel};

/// Classes that a store has at most.
pub const CLASSES: usize = 32;

/// Nearest prototypes: a sample is of the class of the prototype that is nearest to it.
///
/// The store has room for so many prototypes, whatever classes they are of. A labeled sample that
/// its class's nearest prototype is the nearest of all to moves that prototype by 1/n of the way to
/// it, n being the samples it has had; one that is told wrong becomes a prototype of its own class.
/// Where the store is full, the class with the most prototypes gives one up (of equal ones the
/// first class): the one with the fewest samples (of equal ones the oldest). A class with one prototype
/// keeps it, so that no class is forgotten; a new class beyond that is refused.
///
/// The arena holds, for each prototype, its place, its samples and its class plus 1 (0 is a free
/// one). Features are to be scaled alike.
///
/// ```
/// use downhill::prototypes::Prototypes;
/// let mut store = Prototypes::new(2, 4, [0.0f32; Prototypes::<[f32; 0]>::words(2, 4)])?;
/// store.learn(&[0.0, 0.0], 0)?;
/// store.learn(&[1.0, 1.0], 1)?;
/// store.learn(&[0.0, 4.0], 7)?; // a class that nobody had thought of
/// assert_eq!(store.predict(&[0.1, 3.5])?, Some(7));
/// assert_eq!(store.predict(&[0.2, 0.1])?, Some(0));
/// # Ok::<(), downhill::Fault>(())
/// ```
#[derive(Clone, Debug)]
pub struct Prototypes<A: Arena> {
    features: usize,
    room: usize,
    arena: A,
}

/// Numbers of a prototype beside its place: samples, class plus 1.
const BESIDE: usize = 2;

impl<A: Arena> Prototypes<A> {
    /// Numbers in the arena of so many prototypes.
    pub const fn words(features: usize, prototypes: usize) -> usize {
        prototypes * (features + BESIDE)
    }

    /// A store without a class.
    ///
    /// # Errors
    /// [`Fault::Setting`] of no features or no prototypes; [`Fault::Arena`] where it is shorter
    /// than [`words`](Prototypes::words).
    pub fn new(features: usize, prototypes: usize, mut arena: A) -> Result<Self, Fault> {
        if features == 0 || prototypes == 0 {
            return Err(Fault::Setting(Setting::Detector));
        }
        let (need, got) = (Self::words(features, prototypes), arena.words().len());
        if got < need {
            return Err(Fault::Arena {
                need: need as u32,
                got: got as u32,
            });
        }
        kernel::clear(arena.words_mut());
        Ok(Self {
            features,
            room: prototypes,
            arena,
        })
    }

    /// Each prototype that there is: its class, its place, its samples.
    pub fn iter(&self) -> impl Iterator<Item = (u8, &[A::Real], A::Real)> {
        let own = self.arena.words().chunks_exact(self.features + BESIDE);
        own.take(self.room).filter_map(|own| {
            let (place, beside) = own.split_at_checked(self.features)?;
            let &[samples, class] = beside else {
                return None;
            };
            Some((class_of(class)?, place, samples))
        })
    }

    /// Number of prototypes of a class.
    pub fn count(&self, class: u8) -> usize {
        self.iter().filter(|one| one.0 == class).count()
    }

    /// Class of a sample; `None` while there is none.
    ///
    /// # Errors
    /// [`Fault::Length`] or [`Fault::Feature`].
    pub fn predict(&self, sample: &[A::Real]) -> Result<Option<u8>, Fault> {
        self.check(sample)?;
        Ok(self.nearest(sample).map(|(_, class)| class))
    }

    /// Learns that a sample is of a class, known or new; returns `true` where it had been told
    /// right.
    ///
    /// # Errors
    /// [`Fault::Target`] of a class from [`CLASSES`] on, or of a new one where each prototype is the
    /// last of its class; [`Fault::Length`] or [`Fault::Feature`]. Nothing has changed then.
    pub fn learn(&mut self, sample: &[A::Real], class: u8) -> Result<bool, Fault> {
        self.check(sample)?;
        if usize::from(class) >= CLASSES {
            return Err(Fault::Target { index: 0 });
        }
        let (features, stride) = (self.features, self.features + BESIDE);
        let told = self.nearest(sample);
        if let Some((at, told)) = told
            && told == class
        {
            let own = self.arena.words_mut().chunks_exact_mut(stride).nth(at);
            if let Some((place, [samples, _])) =
                own.and_then(|own| own.split_at_mut_checked(features))
            {
                *samples += A::Real::ONE;
                for (place, &x) in place.iter_mut().zip(sample) {
                    *place += (x - *place) / *samples;
                }
            }
            return Ok(true);
        }
        let at = self
            .free()
            .or_else(|| self.least(class))
            .ok_or(Fault::Target { index: 0 })?;
        let words = self.arena.words_mut();
        // The oldest first: those behind it move up.
        let all = words
            .get_mut(at * stride..self.room * stride)
            .unwrap_or_default();
        let used = all
            .chunks_exact(stride)
            .take_while(|own| own.last().is_some_and(|&class| class_of(class).is_some()))
            .count()
            .max(1);
        if let Some(moved) = all.get_mut(..used * stride) {
            moved.rotate_left(stride);
            if let Some(own) = moved.chunks_exact_mut(stride).next_back()
                && let Some((place, [samples, own])) = own.split_at_mut_checked(features)
            {
                kernel::copy(sample, place);
                *samples = A::Real::ONE;
                *own = A::Real::from_u32(u32::from(class) + 1);
            }
        }
        Ok(false)
    }

    /// Forgets a class.
    pub fn forget(&mut self, class: u8) {
        let stride = self.features + BESIDE;
        let mut at = 0;
        while at < self.room {
            let words = self.arena.words_mut();
            let all = words
                .get_mut(at * stride..self.room * stride)
                .unwrap_or_default();
            let own = all.get(stride - 1).copied().and_then(class_of);
            if own != Some(class) {
                at += 1;
                continue;
            }
            all.rotate_left(stride);
            let end = all.len() - stride;
            kernel::clear(all.get_mut(end..).unwrap_or_default());
        }
    }

    /// Takes in all that decides what it will say.
    pub fn hash_into(&self, hasher: &mut Hasher) {
        let used = Self::words(self.features, self.room);
        hasher.reals(self.arena.words().get(..used).unwrap_or(&[]));
    }

    fn check(&self, sample: &[A::Real]) -> Result<(), Fault> {
        if sample.len() != self.features {
            return Err(Fault::Length {
                need: self.features as u32,
                got: sample.len() as u32,
            });
        }
        match sample.iter().position(|x| !x.is_finite()) {
            Some(index) => Err(Fault::Feature {
                index: index as u16,
            }),
            None => Ok(()),
        }
    }

    /// The nearest prototype, the first of equally near ones, and its class.
    fn nearest(&self, sample: &[A::Real]) -> Option<(usize, u8)> {
        let mut found = None;
        let mut least = A::Real::MAX;
        for (at, (class, place, _)) in self.iter().enumerate() {
            let mut square = A::Real::ZERO;
            for (&x, &own) in sample.iter().zip(place) {
                square += (x - own) * (x - own);
            }
            if found.is_none() || square < least {
                (found, least) = (Some((at, class)), square);
            }
        }
        found
    }

    /// The first free place.
    fn free(&self) -> Option<usize> {
        let used = self.iter().count();
        (used < self.room).then_some(used)
    }

    /// Place of the prototype that is given up for one of this class.
    fn least(&self, class: u8) -> Option<usize> {
        let mut counts = [0u16; CLASSES];
        for (class, ..) in self.iter() {
            if let Some(count) = counts.get_mut(usize::from(class)) {
                *count += 1;
            }
        }
        let mut most = (0, 1);
        for (at, &count) in counts.iter().enumerate() {
            if count > most.1 {
                most = (at, count);
            }
        }
        // A class that has a prototype may give up its own.
        let from = match most.1 > 1 {
            true => most.0 as u8,
            false if self.count(class) > 0 => class,
            false => return None,
        };
        let mut found = None;
        let mut fewest = A::Real::MAX;
        for (at, (own, _, samples)) in self.iter().enumerate() {
            if own == from && samples < fewest {
                (found, fewest) = (Some(at), samples);
            }
        }
        found
    }
}

/// Class of a number in the arena; `None` of a free place.
fn class_of<T: Real>(number: T) -> Option<u8> {
    (number > T::ZERO).then(|| number.to_f64() as u8 - 1)
}

#[cfg(test)]
mod tests {
    extern crate std;

    use std::vec::Vec;

    use super::*;
    use crate::random::Random;

    const WORDS: usize = Prototypes::<[f32; 0]>::words(1, 4);

    fn store() -> Prototypes<[f32; WORDS]> {
        Prototypes::new(1, 4, [0.0; WORDS]).unwrap()
    }

    fn all(store: &Prototypes<[f32; WORDS]>) -> Vec<(u8, f32, f32)> {
        let own = store.iter();
        own.map(|(class, place, samples)| (class, place[0], samples))
            .collect()
    }

    #[test]
    fn a_sample_told_right_moves_its_prototype_and_one_told_wrong_becomes_one() {
        let mut store = store();
        assert_eq!(store.predict(&[0.0]), Ok(None));
        assert_eq!(store.learn(&[0.0], 3), Ok(false));
        assert_eq!(store.learn(&[2.0], 3), Ok(true));
        assert_eq!(store.learn(&[4.0], 5), Ok(false));
        assert_eq!(all(&store), [(3, 1.0, 2.0), (5, 4.0, 1.0)]);
        assert_eq!(store.predict(&[2.4]), Ok(Some(3)));
        assert_eq!(store.predict(&[2.6]), Ok(Some(5)));
    }

    #[test]
    fn a_full_store_gives_up_the_least_of_the_largest_class_and_never_a_whole_one() {
        let mut store = store();
        for (x, class) in [(0.0, 0), (0.0, 0), (10.0, 1), (20.0, 0), (30.0, 1)] {
            store.learn(&[x], class).unwrap();
        }
        // Two of each: the first class gives up the one with fewer samples.
        store.learn(&[40.0], 2).unwrap();
        assert_eq!(
            all(&store),
            [
                (0, 0.0, 2.0),
                (1, 10.0, 1.0),
                (1, 30.0, 1.0),
                (2, 40.0, 1.0)
            ]
        );
        // Of equal ones the oldest.
        store.learn(&[50.0], 3).unwrap();
        assert_eq!(
            all(&store),
            [
                (0, 0.0, 2.0),
                (1, 30.0, 1.0),
                (2, 40.0, 1.0),
                (3, 50.0, 1.0)
            ]
        );
        let before = store.clone();
        assert_eq!(store.learn(&[60.0], 4), Err(Fault::Target { index: 0 }));
        assert_eq!(all(&store), all(&before));
        // One of a known class replaces its own.
        store.learn(&[45.0], 1).unwrap();
        assert_eq!(store.count(1), 1);
        store.forget(2);
        store.learn(&[60.0], 4).unwrap();
        assert_eq!(store.predict(&[59.0]), Ok(Some(4)));
        assert_eq!(store.count(2), 0);
    }

    #[test]
    fn a_fault_changes_nothing() {
        let mut store = store();
        store.learn(&[1.0], 0).unwrap();
        let before = all(&store);
        assert_eq!(
            store.learn(&[f32::NAN], 0),
            Err(Fault::Feature { index: 0 })
        );
        assert_eq!(store.learn(&[], 0), Err(Fault::Length { need: 1, got: 0 }));
        assert_eq!(store.learn(&[0.0], 32), Err(Fault::Target { index: 0 }));
        assert_eq!(all(&store), before);
    }

    /// Classes that were learned first are still told when others have come.
    #[test]
    fn old_classes_are_kept_while_new_ones_come() {
        let mut random = Random::seed(2);
        let mut store = Prototypes::new(2, 24, [0.0f32; 96]).unwrap();
        let mut sample = |class: u8| {
            let center = [f32::from(class % 4) * 3.0, f32::from(class / 4) * 3.0];
            center.map(|x| x + random.unit::<f32>() + random.unit::<f32>() - 1.0)
        };
        for newest in 0..8 {
            for _ in 0..200 {
                store.learn(&sample(newest), newest).unwrap();
            }
            let told = |class: u8| {
                (0..200)
                    .filter(|_| store.predict(&sample(class)) == Ok(Some(class)))
                    .count()
            };
            let told: usize = (0..=newest).map(told).sum();
            let share = told as f32 / (200.0 * f32::from(newest + 1));
            assert!(share > 0.95, "after class {newest}: {share}");
        }
    }
}
