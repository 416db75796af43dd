//! `--replay`: a memory of rows that are learned from again.

use downhill::Real;
use downhill::random::Random;
use downhill::replay::{Reservoir, Ring};

use crate::data::samples::Sample;
use crate::options::spec::{Keep, ReplaySpec};

/// Training rows, as the device's own memory would keep them.
pub(crate) struct ReplayBuffer<T> {
    rows: Buffer<T>,
    /// Number of rows that are drawn after each new one.
    pub(crate) draws: usize,
}

enum Buffer<T> {
    Ring(Box<Ring<Kept<T>, { ReplaySpec::MOST }>>, Random),
    Reservoir(Box<Reservoir<Kept<T>, { ReplaySpec::MOST }>>),
}

/// A row by itself: those of a file that is not held are soon gone.
struct Kept<T> {
    features: Box<[T]>,
    target: Box<[T]>,
    weight: T,
    line: u64,
}

impl<T: Real> ReplayBuffer<T> {
    /// Buffer of no rows yet; what is drawn follows from the seed.
    pub(crate) fn new(spec: ReplaySpec, seed: u64) -> Self {
        // Not the numbers that the order of the rows is drawn from.
        let seed = !seed;
        let rows = match spec.keep {
            Keep::Ring => Buffer::Ring(Box::new(Ring::limited(spec.rows)), Random::seed(seed)),
            Keep::Reservoir => Buffer::Reservoir(Box::new(Reservoir::limited(seed, spec.rows))),
        };
        Self {
            rows,
            draws: spec.draws,
        }
    }

    /// One of the rows, if there is one.
    pub(crate) fn draw(&mut self) -> Option<Sample<'_, T>> {
        let kept = match &mut self.rows {
            Buffer::Ring(ring, random) => ring.draw(random),
            Buffer::Reservoir(reservoir) => reservoir.draw(),
        };
        kept.map(|kept| Sample {
            features: &kept.features,
            target: &kept.target,
            weight: kept.weight,
            line: kept.line,
        })
    }

    /// Keeps a row, or leaves it.
    pub(crate) fn keep(&mut self, row: Sample<'_, T>) {
        let kept = Kept {
            features: row.features.into(),
            target: row.target.into(),
            weight: row.weight,
            line: row.line,
        };
        match &mut self.rows {
            Buffer::Ring(ring, _) => ring.push(kept),
            Buffer::Reservoir(reservoir) => reservoir.push(kept),
        }
    }
}
