//! The way of a sample in integers.

use super::kernel::largest;
use super::loss::Loss;
use super::model::Model;
use super::number::{MAX_INPUTS, PARAMETER_MAX, excess};
use super::optimizer::{Apply, Optimizer};
use super::rate::Rate;
use crate::model::Sizes;
use crate::random::Random;
use crate::{Fault, Fingerprint, Hasher, MAX_STEPS, Setting, Step};

/// One fit in fixed point: a model, a loss, an optimizer and an arena of words.
///
/// It goes the way of [`Trainer`](crate::Trainer): prediction, loss, slopes, one check of all
/// ranges, movement. The arena holds parameters, the optimizer's state, outputs and the tape. A
/// [`Fault`] leaves all of it as it was, but for outputs and tape.
///
/// ```
/// use downhill::fixed::{ONE, Rate, Sgd, Trainer};
/// use downhill::{Const, loss::Squared, model::Linear};
/// # fn main() -> Result<(), downhill::Fault> {
/// const RATE: Rate = Rate::scaled(0.05, 2, 1).unwrap(); // the slope of e² is 2 e
/// let mut fit = Trainer::new(Linear::<Const<1>>::new(), Squared, Sgd { rate: RATE }, [0; 3])?;
/// for k in 0..2_000 {
///     let x = (k % 64) * 64;
///     fit.observe(&[x], &[x / 2 + 1000])?; // y = x / 2 + 1000 / 4096
/// }
/// assert!((fit.predict(&[ONE as i16])?[0] - 3048).abs() <= 2);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Trainer<M, L, O, A> {
    model: M,
    loss: L,
    optimizer: O,
    arena: A,
    /// How far every parameter may surely move. It decides how much is checked, never what is
    /// computed.
    room: u32,
    /// Bound of the size of the optimizer's state.
    state: u32,
    steps: u64,
}

/// The arena in its parts.
struct Parts<'a> {
    parameters: &'a mut [i32],
    state: &'a mut [i32],
    outputs: &'a mut [i32],
    tape: &'a mut [i32],
}

/// A fault that [`Trainer::new`] makes impossible.
const NO_ARENA: Fault = Fault::Arena { need: 0, got: 0 };

impl<'a> Parts<'a> {
    #[inline(always)]
    fn cut(words: &'a mut [i32], sizes: Sizes, slots: usize) -> Result<Self, Fault> {
        let (parameters, rest) = words
            .split_at_mut_checked(sizes.parameters)
            .ok_or(NO_ARENA)?;
        let (state, rest) = rest
            .split_at_mut_checked(sizes.parameters * slots)
            .ok_or(NO_ARENA)?;
        let (outputs, rest) = rest.split_at_mut_checked(sizes.outputs).ok_or(NO_ARENA)?;
        let tape = rest.get_mut(..sizes.tape).ok_or(NO_ARENA)?;
        Ok(Self {
            parameters,
            state,
            outputs,
            tape,
        })
    }
}

impl<M: Model, L: Loss, O: Optimizer, A: AsRef<[i32]> + AsMut<[i32]>> Trainer<M, L, O, A> {
    /// Words in the arena of a fit with compile-time shapes.
    pub const ARENA: usize = match M::SIZES {
        Some(sizes) => Self::words(sizes),
        None => panic!("this model has a shape chosen at run time: use `arena_len` instead"),
    };

    const fn words(sizes: Sizes) -> usize {
        sizes.parameters * (1 + O::SLOTS) + sizes.outputs + sizes.tape
    }

    /// Words in the arena of a fit of this model.
    pub fn arena_len(model: &M) -> usize {
        Self::words(model.sizes())
    }

    /// A fit with all of its numbers zero.
    ///
    /// # Errors
    /// [`Fault::Arena`] with the length needed where the arena is too short, and
    /// [`Setting::Model`] for a layer of more than [`MAX_INPUTS`].
    pub fn new(model: M, loss: L, optimizer: O, mut arena: A) -> Result<Self, Fault> {
        let (need, got) = (Self::arena_len(&model), arena.as_ref().len());
        if got < need {
            return Err(Fault::Arena {
                need: need as u32,
                got: got as u32,
            });
        }
        if model.widest().max(model.sizes().outputs) > MAX_INPUTS {
            return Err(Fault::Setting(Setting::Model));
        }
        arena.as_mut().fill(0);
        Ok(Self {
            model,
            loss,
            optimizer,
            arena,
            room: 0,
            state: 0,
            steps: 0,
        })
    }

    /// Puts every parameter where its model wants it to start, drawn from `seed`.
    pub fn initialize(&mut self, seed: u64) {
        let parameters = self.model.sizes().parameters;
        if let Some(parameters) = self.arena.as_mut().get_mut(..parameters) {
            self.model.initialize(&mut Random::seed(seed), parameters);
        }
        self.room = 0;
    }

    /// Learns from one sample: features of [`POINT`](super::POINT), and a target of that or the
    /// number of a class. Returns the loss before the update, with
    /// [`LOSS_POINT`](super::LOSS_POINT) bits behind the point.
    ///
    /// # Errors
    /// A [`Fault`] that names what was wrong; then nothing has changed. [`Fault::Prediction`],
    /// [`Fault::Gradient`] and [`Fault::Update`] are numbers beyond their range.
    #[inline(always)]
    pub fn observe(&mut self, features: &[i16], target: &[i16]) -> Result<Step<u32>, Fault> {
        let sizes = self.sizes();
        check(sizes.features, features.len())?;
        check(self.loss.targets(sizes.outputs), target.len())?;
        let parts = Parts::cut(self.arena.as_mut(), sizes, O::SLOTS)?;
        self.model
            .forward(parts.parameters, features, parts.tape, parts.outputs);
        let loss = self.loss.eval(parts.outputs, target)?;
        let rate = self.optimizer.rate();
        let mut over = 0;
        let mut most = 0;
        for slope in parts.outputs.iter_mut() {
            *slope = rate.gain(*slope);
            over |= excess(*slope);
            most = slope.unsigned_abs().max(most);
        }
        if over > 0 {
            return Err(Fault::Update);
        }
        if self
            .model
            .backward(parts.parameters, parts.tape, parts.outputs)
            > 0
        {
            return Err(Fault::Gradient);
        }
        if sizes.tape > 0 {
            let deltas = parts.tape.get(sizes.tape / 2..).unwrap_or(&[]);
            most = most.max(largest(deltas));
        }
        let shift = rate.step();
        let movement = shift.reach(most);
        let reach = self.optimizer.reach(self.state, movement);
        let (room, reach) = match self.room.checked_sub(reach) {
            Some(room) => (room, reach),
            None => Self::look(&self.optimizer, &parts, movement)?,
        };
        self.room = room;
        if O::SLOTS > 0 {
            self.state = reach;
        }
        let mut sink = Apply {
            optimizer: &self.optimizer,
            shift,
            parameters: parts.parameters,
            state: parts.state,
        };
        self.model
            .gradient(features, parts.tape, parts.outputs, &mut sink);
        self.steps += 1;
        Ok(Step {
            number: self.steps,
            loss,
        })
    }

    /// Room and bound of the state after a movement, of the numbers as they are.
    #[inline(never)]
    fn look(optimizer: &O, parts: &Parts<'_>, movement: u32) -> Result<(u32, u32), Fault> {
        let reach = optimizer.reach(largest(parts.state), movement);
        let room = PARAMETER_MAX.saturating_sub(largest(parts.parameters));
        match room.checked_sub(reach) {
            Some(room) => Ok((room, reach)),
            None => Err(Fault::Update),
        }
    }

    /// Predicts: outputs of [`POINT`](super::POINT), logits of a classifier, at most 2³⁰ in size.
    ///
    /// # Errors
    /// [`Fault::Length`] for another number of features.
    pub fn predict(&mut self, features: &[i16]) -> Result<&[i32], Fault> {
        let sizes = self.sizes();
        check(sizes.features, features.len())?;
        let parts = Parts::cut(self.arena.as_mut(), sizes, O::SLOTS)?;
        self.model
            .forward(parts.parameters, features, parts.tape, parts.outputs);
        Ok(parts.outputs)
    }

    /// Loss and outputs of a sample, in one pass. Learns nothing.
    ///
    /// # Errors
    /// As [`observe`](Trainer::observe) where there is no loss, and [`Fault::Length`] for another
    /// number of `outputs`.
    pub fn assess(
        &mut self,
        features: &[i16],
        target: &[i16],
        outputs: &mut [i32],
    ) -> Result<u32, Fault> {
        let sizes = self.sizes();
        check(sizes.features, features.len())?;
        check(self.loss.targets(sizes.outputs), target.len())?;
        check(sizes.outputs, outputs.len())?;
        let parts = Parts::cut(self.arena.as_mut(), sizes, O::SLOTS)?;
        self.model
            .forward(parts.parameters, features, parts.tape, parts.outputs);
        for (kept, &output) in outputs.iter_mut().zip(&*parts.outputs) {
            *kept = output;
        }
        self.loss.eval(parts.outputs, target)
    }

    #[inline(always)]
    fn sizes(&self) -> Sizes {
        match M::SIZES {
            Some(sizes) => sizes,
            None => self.model.sizes(),
        }
    }

    /// The parameters, with [`PARAMETER_POINT`](super::PARAMETER_POINT) bits behind the point.
    pub fn parameters(&self) -> &[i32] {
        let words = self.arena.as_ref();
        words.get(..self.sizes().parameters).unwrap_or(&[])
    }

    /// Parameters and the optimizer's state: with the steps, all that changes.
    pub fn state(&self) -> &[i32] {
        let length = self.sizes().parameters * (1 + O::SLOTS);
        self.arena.as_ref().get(..length).unwrap_or(&[])
    }

    /// Goes on from parameters and state of another such fit.
    ///
    /// # Errors
    /// [`Fault::Length`], [`Fault::Update`] for a word that no parameter can have, and
    /// [`Fault::Steps`]; then nothing has changed.
    pub fn resume(&mut self, state: &[i32], steps: u64) -> Result<(), Fault> {
        check(self.state().len(), state.len())?;
        if largest(state) > PARAMETER_MAX {
            return Err(Fault::Update);
        }
        if steps > MAX_STEPS {
            return Err(Fault::Steps);
        }
        for (own, &word) in self.arena.as_mut().iter_mut().zip(state) {
            *own = word;
        }
        (self.room, self.state, self.steps) = (0, 0, steps);
        Ok(())
    }

    /// Changes the learning rate, as a schedule does.
    pub fn set_optimizer(&mut self, optimizer: O) {
        self.optimizer = optimizer;
        self.room = 0;
    }

    /// The learning rate.
    pub fn rate(&self) -> Rate {
        self.optimizer.rate()
    }

    /// Updates made.
    pub fn steps(&self) -> u64 {
        self.steps
    }

    /// The model.
    pub fn model(&self) -> &M {
        &self.model
    }

    /// Hashes all that decides the future of the fit: the steps, low word first, the optimizer's
    /// settings, and then parameters and state, word by word.
    pub fn fingerprint(&self) -> Fingerprint {
        let mut hasher = Hasher::default();
        hasher.word(self.steps as u32);
        hasher.word((self.steps >> 32) as u32);
        for word in self.optimizer.words() {
            hasher.word(word);
        }
        for &word in self.state() {
            hasher.word(word as u32);
        }
        hasher.finish()
    }
}

#[inline(always)]
fn check(need: usize, got: usize) -> Result<(), Fault> {
    if need == got {
        return Ok(());
    }
    Err(Fault::Length {
        need: need as u32,
        got: got as u32,
    })
}
