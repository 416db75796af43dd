use bytemuck::{cast_slice, cast_slice_mut};
use downhill::Recipe;
use downhill::checkpoint::{self, Checkpoint};
use downhill::fit::Command;
use downhill::fixed::{
    AnyFit, AnyTrainer, Fit, Loss, Model, Optimizer, PARAMETER_POINT, Rules, Scaler,
};
use downhill::health::Verdict;
use downhill::{Fault, Fingerprint, Step};

use crate::ErasedFit;
use crate::log::log;
use crate::words::Words;

/// The lab's fit in fixed point, in the words of a fit in floats.
#[derive(Debug)]
pub(crate) struct FixedFit<'a> {
    pub(crate) inner: AnyFit<&'a mut [i32]>,
    /// A rate in fixed point does not tell the one that it is of.
    pub(crate) recipe: Recipe<f32>,
    pub(crate) hash: Fingerprint,
    /// Words for a monitor, which such a fit has not.
    pub(crate) spare: &'a mut [f32],
}

impl<'a> FixedFit<'a> {
    /// Refuses a recipe that is impossible in so many words; one that is not cannot fail below.
    pub(crate) fn check(recipe: &Recipe<f32>, room: usize) -> Result<(), Fault> {
        Ok(AnyTrainer::<&mut [i32]>::check(recipe, room)?)
    }

    #[inline(never)]
    pub(crate) fn new(
        recipe: &Recipe<f32>,
        hash: Fingerprint,
        words: Words<'a>,
    ) -> Result<Self, Fault> {
        let trainer = AnyTrainer::build(recipe, cast_slice_mut(words.fit))?;
        log!(info, "configured in fixed point");
        Ok(Self {
            inner: Fit::new(trainer),
            recipe: *recipe,
            hash,
            spare: words.monitor,
        })
    }

    pub(crate) fn into_words(self) -> Words<'a> {
        Words {
            fit: cast_slice_mut(self.inner.trainer.into_arena()),
            monitor: self.spare,
        }
    }
}

/// Words are integers, and travel as the bits of floats.
impl<M, L, O, A, S, R> ErasedFit for Fit<M, L, O, A, S, R>
where
    M: Model,
    L: Loss,
    O: Optimizer,
    A: AsRef<[i32]> + AsMut<[i32]>,
    S: Scaler,
    R: Rules,
{
    const FIXED: bool = true;

    // Not inlined, so that the arithmetic is in flash once.
    #[inline(never)]
    fn execute(&mut self, command: Command<'_, f32>) -> Result<Step<f32>, Fault> {
        self.execute(command)
    }

    fn predict(&mut self, features: &[f32]) -> Result<&[f32], Fault> {
        self.trainer.predict_real(features).map(cast_slice)
    }

    fn resume(&mut self, saved: &Checkpoint<'_>) -> Result<(), checkpoint::Error> {
        self.resume(saved)
    }

    fn save(&self, recipe: &[u8], out: &mut [u8]) -> Result<usize, checkpoint::Error> {
        self.save(recipe, out)
    }

    fn verdict(&mut self) -> Option<Verdict> {
        None
    }

    fn set_batch(&mut self, _: u16) {}

    fn widths(&self) -> (usize, usize) {
        self.trainer.widths()
    }

    fn scaler_samples(&self) -> u32 {
        self.trainer.scaler_samples()
    }

    fn parameters(&self) -> &[f32] {
        cast_slice(self.trainer.parameters())
    }

    fn parameter(word: f32) -> f32 {
        word.to_bits() as i32 as f32 / (1u32 << PARAMETER_POINT) as f32
    }

    fn state(&self) -> &[f32] {
        cast_slice(self.trainer.state())
    }

    fn steps(&self) -> u64 {
        self.trainer.steps()
    }

    fn fingerprint(&self) -> Fingerprint {
        self.trainer.fingerprint()
    }
}
