//! Samples kept on the device to be learned from again.

use heapless::{Deque, Vec};

use crate::random::Random;

/// A sample: features, target, weight.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sample<T, const FEATURES: usize, const TARGETS: usize = 1> {
    /// The features, in their own units.
    pub features: [T; FEATURES],
    /// The target, in its own units.
    pub target: [T; TARGETS],
    /// Weight.
    pub weight: T,
}

/// The newest `N` samples: an old one makes room for each new one.
///
/// ```
/// use downhill::replay::Ring;
/// let mut ring = Ring::<u8, 3>::new();
/// (0..5).for_each(|k| ring.push(k));
/// assert!(ring.iter().eq(&[2, 3, 4]));
/// ```
#[derive(Clone, Debug)]
pub struct Ring<I, const N: usize> {
    items: Deque<I, N>,
    limit: usize,
}

impl<I, const N: usize> Default for Ring<I, N> {
    fn default() -> Self {
        Self::new()
    }
}

impl<I, const N: usize> Ring<I, N> {
    /// An empty ring.
    pub const fn new() -> Self {
        Self::limited(N)
    }

    /// An empty ring that keeps only the newest `limit` items, at most `N`: for a length that is
    /// known at run time.
    pub const fn limited(limit: usize) -> Self {
        Self {
            items: Deque::new(),
            limit: if limit < N { limit } else { N },
        }
    }

    /// Adds an item in place of the oldest, if it is full.
    pub fn push(&mut self, item: I) {
        if self.items.len() >= self.limit {
            self.items.pop_front();
        }
        if self.limit > 0 {
            // Has room: the limit is at most `N`.
            let _ = self.items.push_back(item);
        }
    }

    /// The items, oldest first.
    pub fn iter(&self) -> impl Iterator<Item = &I> {
        self.items.iter()
    }

    /// One of the items, drawn at random, to be learned from again.
    pub fn draw(&self, random: &mut Random) -> Option<&I> {
        let place = random.below(self.items.len() as u32) as usize;
        let (front, back) = self.items.as_slices();
        let behind = || back.get(place.checked_sub(front.len())?);
        front.get(place).or_else(behind)
    }

    /// Number of items.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Returns `true` if there are no items.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }
}

/// A fair draw of `N` out of all samples so far, however many (Vitter 1985, algorithm R): each
/// is kept with the same chance. The draw follows from the seed.
///
/// ```
/// use downhill::replay::Reservoir;
/// let mut reservoir = Reservoir::<u32, 8>::seed(1);
/// (0..10_000).for_each(|k| reservoir.push(k));
/// assert_eq!(reservoir.items().len(), 8);
/// assert!(reservoir.items().iter().any(|&k| k > 1_000));
/// ```
#[derive(Clone, Debug)]
pub struct Reservoir<I, const N: usize> {
    items: Vec<I, N>,
    limit: usize,
    seen: u32,
    random: Random,
}

impl<I, const N: usize> Reservoir<I, N> {
    /// An empty reservoir.
    pub const fn seed(seed: u64) -> Self {
        Self::limited(seed, N)
    }

    /// An empty reservoir that keeps `limit` items, at most `N`: for a length that is known at
    /// run time.
    pub const fn limited(seed: u64, limit: usize) -> Self {
        Self {
            items: Vec::new(),
            limit: if limit < N { limit } else { N },
            seen: 0,
            random: Random::seed(seed),
        }
    }

    /// Offers an item, which is kept by chance.
    pub fn push(&mut self, item: I) {
        self.seen = self.seen.saturating_add(1);
        if self.items.len() < self.limit {
            // Has room: the limit is at most `N`.
            let _ = self.items.push(item);
        } else {
            let place = self.random.below(self.seen) as usize;
            if let Some(slot) = self.items.get_mut(place) {
                *slot = item;
            }
        }
    }

    /// The items kept, in no order that means anything.
    pub fn items(&self) -> &[I] {
        &self.items
    }

    /// One of the items kept, drawn at random, to be learned from again.
    pub fn draw(&mut self) -> Option<&I> {
        let place = self.random.below(self.items.len() as u32) as usize;
        self.items.get(place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reservoir_keeps_early_and_late_alike() {
        let mut early = 0;
        for seed in 0..1000 {
            let mut reservoir = Reservoir::<u32, 10>::seed(seed);
            (0..100).for_each(|k| reservoir.push(k));
            early += reservoir.items().iter().filter(|&&k| k < 50).count();
        }
        assert!(
            (4_800..5_200).contains(&early),
            "{early} of 10,000 from the first half"
        );
    }

    #[test]
    fn a_limit_is_as_a_length() {
        let (mut ring, mut same) = (Ring::<u32, 9>::limited(3), Ring::<u32, 3>::new());
        let mut reservoir = Reservoir::<u32, 9>::limited(7, 3);
        let mut alike = Reservoir::<u32, 3>::seed(7);
        let (mut none, mut nobody) = (
            Ring::<u32, 9>::limited(0),
            Reservoir::<u32, 9>::limited(7, 0),
        );
        for k in 0..50 {
            ring.push(k);
            same.push(k);
            reservoir.push(k);
            alike.push(k);
            none.push(k);
            nobody.push(k);
            assert!(ring.iter().eq(same.iter()));
            assert_eq!(reservoir.items(), alike.items());
        }
        assert_eq!((none.len(), nobody.items().len()), (0, 0));
        assert_eq!(
            (none.draw(&mut Random::seed(1)), nobody.draw()),
            (None, None)
        );
    }

    #[test]
    fn a_ring_draws_each_of_its_items_alike() {
        let mut ring = Ring::<usize, 4>::new();
        (0..6).for_each(|k| ring.push(k));
        let (mut random, mut drawn) = (Random::seed(3), [0; 6]);
        for _ in 0..4000 {
            drawn[*ring.draw(&mut random).unwrap()] += 1;
        }
        assert_eq!(drawn[..2], [0, 0]);
        assert!(
            drawn[2..].iter().all(|count| (900..1100).contains(count)),
            "{drawn:?}"
        );
    }
}
