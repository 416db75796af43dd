//! Inputs of the calls on the core.

use downhill::Recipe;
use downhill::health::Health;
use downhill::missing::Missing;
use downhill::rules::ScalingMethod;

/// Inputs of a fit; nothing of them is known when the probe is built.
pub(crate) struct Given<'a, T> {
    pub(crate) recipe: &'a Recipe<T>,
    pub(crate) method: ScalingMethod,
    pub(crate) missing: Missing,
    pub(crate) arena: &'a mut [T],
    pub(crate) words: &'a mut [T],
    pub(crate) features: &'a [T],
    pub(crate) target: &'a [T],
    pub(crate) state: &'a [T],
    pub(crate) number: u64,
    pub(crate) bytes: &'a mut [u8],
    pub(crate) counts: &'a mut [u32],
}

/// Inputs of each call on a trainer.
pub(crate) struct Inputs<'a, T> {
    pub(crate) features: &'a [T],
    pub(crate) target: &'a [T],
    pub(crate) state: &'a [T],
    pub(crate) number: u64,
    pub(crate) words: &'a mut [T],
    pub(crate) health: Health,
    pub(crate) bytes: &'a mut [u8],
}

impl<T> Given<'_, T> {
    pub(crate) fn split(&mut self) -> (&mut [T], Inputs<'_, T>) {
        let inputs = Inputs {
            features: self.features,
            target: self.target,
            state: self.state,
            number: self.number,
            words: self.words,
            health: self.recipe.health,
            bytes: self.bytes,
        };
        (self.arena, inputs)
    }
}
