use downhill::{Fingerprint, Hasher, Recipe};
use postcard::ser_flavors::Flavor;

use crate::Signal;

/// The hash of a recipe, by which a checkpoint knows the fit it belongs to: a
/// [fingerprint](Fingerprint) whose words are the bytes of the recipe in a message, one a word.
pub fn recipe_hash(recipe: &Recipe<f32>) -> Fingerprint {
    // Cannot fail: the flavor takes any byte.
    postcard::serialize_with_flavor(recipe, Bytes(Hasher::default())).unwrap_or(Fingerprint(0))
}

/// The hash of a recipe with a signal stage in front of its fit: as [`recipe_hash`], the section of
/// the stage included.
pub fn staged_hash(recipe: &Recipe<f32>, signal: Signal<'_>) -> Fingerprint {
    // Cannot fail either.
    postcard::serialize_with_flavor(&(recipe, signal), Bytes(Hasher::default()))
        .unwrap_or(Fingerprint(0))
}

struct Bytes(Hasher);

impl Flavor for Bytes {
    type Output = Fingerprint;

    // A recipe is some hundred calls of it, and its hash is asked for once.
    #[inline(never)]
    fn try_push(&mut self, byte: u8) -> postcard::Result<()> {
        self.0.word(byte.into());
        Ok(())
    }

    fn finalize(self) -> postcard::Result<Fingerprint> {
        Ok(self.0.finish())
    }
}
