//! The trainer of the host, and its memory.

use downhill::fit::{AnyFit, Fit};
use downhill::recipe::AnyTrainer;
use downhill::{Arena, Fault, Real, Recipe};

/// The host's arena.
#[derive(Debug)]
pub(crate) struct Memory<T>(Vec<T>);

impl<T: Real> Memory<T> {
    /// So many numbers, all 0.
    pub(crate) fn new(words: usize) -> Self {
        Self(vec![T::ZERO; words])
    }
}

impl<T: Real> Arena for Memory<T> {
    type Real = T;

    fn words(&self) -> &[T] {
        &self.0
    }

    fn words_mut(&mut self) -> &mut [T] {
        &mut self.0
    }
}

/// The host's trainer: the core's, with every part chosen at run time.
pub(crate) type HostTrainer<T> = AnyTrainer<Memory<T>>;

/// The host's fit: such a trainer, and its monitor.
pub(crate) type HostFit<T> = AnyFit<Memory<T>>;

/// A trainer with the monitor that its recipe asks for.
pub(crate) fn monitored<T: Real>(
    trainer: HostTrainer<T>,
    recipe: &Recipe<T>,
) -> Result<HostFit<T>, Fault> {
    let words = Memory::new(recipe.monitor_len());
    Fit::monitored(trainer, recipe.batch, recipe.health, words)
}

/// Builds the trainer of a recipe.
pub(crate) fn build<T: Real>(recipe: &Recipe<T>) -> Result<HostTrainer<T>, Fault> {
    let need = recipe.arena_len();
    if need > MOST_WORDS {
        let (need, got) = (need as u32, MOST_WORDS as u32);
        return Err(Fault::Arena { need, got });
    }
    recipe.build(Memory::new(need))
}

/// The longest fit on the host.
pub(crate) const MOST_WORDS: usize = 1 << 28;
