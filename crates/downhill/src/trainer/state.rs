//! The numbers that decide the future of a fit: its scaler, its state, its checkpoints.

use super::Trainer;
use super::arena_layout::{BATCH, Pieces};
#[cfg(feature = "checkpoint")]
use crate::checkpoint::{self, Checkpoint};
use crate::loss::Loss;
use crate::model::Model;
use crate::optimizer::Optimizer;
use crate::rules::Rules;
use crate::{Arena, Fault, Fingerprint, Hasher, MAX_STEPS, Real, scaler};

impl<M, L, O, R, A> Trainer<M, L, O, R, A>
where
    A: Arena,
    M: Model<A::Real>,
    L: Loss<A::Real>,
    O: Optimizer<A::Real>,
    R: Rules<A::Real>,
{
    /// Lets the scaler learn from a sample; the fit itself does not move.
    ///
    /// # Errors
    /// [`Fault::Length`], [`Fault::Feature`] or [`Fault::Target`]; then nothing has changed.
    pub fn fit_scaler(&mut self, features: &[A::Real], target: &[A::Real]) -> Result<(), Fault> {
        self.lengths().check(features.len(), target.len())?;
        let wild = |number: &A::Real| !number.is_finite();
        if let Some(index) = features.iter().position(wild) {
            return Err(Fault::Feature {
                index: index as u16,
            });
        }
        if let Some(index) = target.iter().position(wild) {
            return Err(Fault::Target {
                index: index as u16,
            });
        }
        let lengths = self.lengths();
        if let Some(pieces) = Pieces::cut(self.arena.words_mut(), lengths) {
            scaler::learn(pieces.scaler, self.rules.scaling().method, features, target);
        }
        Ok(())
    }

    /// Freezes the scaler: from here on it scales, and the fit can learn.
    pub fn freeze_scaler(&mut self) {
        let lengths = self.lengths();
        let targets = self.rules.scaling().target;
        if let Some(pieces) = Pieces::cut(self.arena.words_mut(), lengths) {
            scaler::freeze(pieces.scaler, self.rules.scaling().method);
            if !targets {
                for column in 0..lengths.targets {
                    scaler::exempt(pieces.scaler, lengths.sizes.features + column);
                }
            }
        }
    }

    /// The scaler's numbers, as [`scaler`] describes them; empty where there is none.
    pub fn scaler(&self) -> &[A::Real] {
        let lengths = self.lengths();
        let start = lengths.sizes.parameters + lengths.state + lengths.shared + lengths.rules;
        self.arena
            .words()
            .get(start..lengths.lasting())
            .unwrap_or(&[])
    }

    /// Every number that decides the future of the fit, but for the step count and a batch that
    /// is under way: parameters, optimizer state, scaler.
    pub fn state(&self) -> &[A::Real] {
        self.arena
            .words()
            .get(..self.lengths().lasting())
            .unwrap_or(&[])
    }

    /// Takes over the [`state`](Trainer::state) and the number of steps of a fit of the same
    /// kind; a batch under way is dropped.
    ///
    /// # Errors
    /// [`Fault::Steps`] above [`MAX_STEPS`], [`Fault::Length`] where the state is not as long, and
    /// [`Fault::Update`] where one of its numbers is not finite; then nothing has changed.
    pub fn restore(&mut self, state: &[A::Real], steps: u64) -> Result<(), Fault> {
        if !self.may_have_made(steps) {
            return Err(Fault::Steps);
        }
        let lengths = self.lengths();
        if state.len() != lengths.lasting() {
            let (need, got) = (lengths.lasting() as u32, state.len() as u32);
            return Err(Fault::Length { need, got });
        }
        if !state.iter().all(|number| number.is_finite()) {
            return Err(Fault::Update);
        }
        let words = self.arena.words_mut();
        if let Some(lasting) = words.get_mut(..state.len()) {
            lasting.copy_from_slice(state);
        }
        self.clear_batch();
        self.credit = 0;
        self.steps = steps;
        Ok(())
    }

    /// Returns true for a number of steps that leaves room to count on, as that of this fit does.
    fn may_have_made(&self, steps: u64) -> bool {
        steps <= MAX_STEPS.max(self.steps)
    }

    /// Takes the loss on validation samples, for a schedule that waits for a
    /// [plateau](crate::rules::Curve::Plateau).
    pub fn report(&mut self, loss: A::Real) {
        let lengths = self.lengths();
        if let Some(pieces) = Pieces::cut(self.arena.words_mut(), lengths) {
            self.rules.report(pieces.rules, loss);
        }
    }

    /// Ends the training: puts the parameters that the optimizer ends with (the mean, for
    /// [`AveragedSgd`](crate::optimizer::AveragedSgd)) in place of those it trains.
    pub fn finish(&mut self) {
        let lengths = self.lengths();
        if let Some(pieces) = Pieces::cut(self.arena.words_mut(), lengths) {
            self.optimizer
                .finish(pieces.shared, pieces.parameters, pieces.state);
        }
        self.credit = 0;
    }

    /// Writes a [checkpoint](crate::checkpoint) to the front of `out`, with the recipe in
    /// whatever form its reader will know, and returns its length.
    ///
    /// # Errors
    /// [`checkpoint::Error::Room`] with the length needed.
    #[cfg(feature = "checkpoint")]
    pub fn save(&self, recipe: &[u8], out: &mut [u8]) -> Result<usize, checkpoint::Error> {
        checkpoint::write(out, self.steps, recipe, self.state(), self.batch())
    }

    /// Bytes that [`save`](Trainer::save) writes now, with a recipe of that many bytes.
    #[cfg(feature = "checkpoint")]
    pub fn checkpoint_len(&self, recipe: usize) -> usize {
        checkpoint::bytes::<A::Real>(recipe, self.state().len() + self.batch().len())
    }

    /// Goes on where a checkpoint of the same kind of fit stopped: from here on every bit is as
    /// if the fit had never been interrupted.
    ///
    /// # Errors
    /// [`checkpoint::Error::Steps`], [`checkpoint::Error::Mismatch`], and
    /// [`checkpoint::Error::Corrupt`] where a number is not finite; then nothing has changed.
    #[cfg(feature = "checkpoint")]
    pub fn resume(&mut self, saved: &Checkpoint<'_>) -> Result<(), checkpoint::Error> {
        if !self.may_have_made(saved.steps) {
            return Err(checkpoint::Error::Steps(saved.steps));
        }
        let lengths = self.lengths();
        let need = lengths.lasting();
        let room = self.arena.words().len().saturating_sub(lengths.online());
        let state = saved
            .state::<A::Real>()
            .ok_or(checkpoint::Error::Mismatch { need, got: 0 })?;
        let batch = saved.batch::<A::Real>();
        let whole = batch.len() == 0 || batch.len() == lengths.batched() - lengths.online();
        if state.len() != need || batch.len() > room || !whole {
            let got = state.len() + batch.len();
            return Err(checkpoint::Error::Mismatch { need, got });
        }
        let mut numbers = saved
            .state::<A::Real>()
            .into_iter()
            .flatten()
            .chain(saved.batch());
        if !numbers.all(Real::is_finite) {
            return Err(checkpoint::Error::Corrupt);
        }
        self.clear_batch();
        let words = self.arena.words_mut();
        for (word, number) in words.iter_mut().zip(state) {
            *word = number;
        }
        for (word, number) in words.iter_mut().skip(lengths.online()).zip(batch) {
            *word = number;
        }
        self.credit = 0;
        self.steps = saved.steps;
        Ok(())
    }

    /// The batch under way: its gradient, count, loss and gradient bound; empty where there is none.
    fn batch(&self) -> &[A::Real] {
        let lengths = self.lengths();
        let batch = lengths.online()..lengths.batched();
        match self.batch_len() {
            0 => &[],
            _ => self.arena.words().get(batch).unwrap_or(&[]),
        }
    }

    /// The hash of all that decides the future of the fit: [`state`](Trainer::state), a batch
    /// under way (its gradient and its count, or both gradients, the count and the sums of a [loss
    /// of the batch as a whole](Loss::pooled)), and the number of steps.
    pub fn fingerprint(&self) -> Fingerprint {
        let mut hasher = Hasher::default();
        hasher.reals(self.state());
        let batch = self.batch();
        let lengths = self.lengths();
        let end = lengths.batched() - lengths.online() - lengths.second();
        hasher.reals(batch.get(..end - (BATCH - 1)).unwrap_or(&[]));
        hasher.reals(batch.get(end..).unwrap_or(&[]));
        hasher.word(self.steps as u32);
        hasher.word((self.steps >> 32) as u32);
        hasher.finish()
    }
}
