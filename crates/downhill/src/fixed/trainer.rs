//! The way of a sample in integers.

use super::kernel::largest;
use super::loss::Loss;
use super::model::Model;
use super::number::{MAX_INPUTS, Narrow, PARAMETER_MAX, excess, part};
use super::optimizer::{Apply, Optimizer};
use super::rate::Rate;
use super::rules::{Rules, StepRules};
use super::scaler::{self, Scaler};
use crate::model::Sizes;
use crate::random::Random;
use crate::rules::ScalingMethod;
use crate::{Fault, Fingerprint, Hasher, MAX_STEPS, Setting, Step};

/// One fit in fixed point: a model, a loss, an optimizer and an arena of words.
///
/// It goes the way of [`Trainer`](crate::Trainer): prediction, loss, slopes, one check of all
/// ranges, movement. The arena holds parameters, the optimizer's state, the columns of a
/// [`Scaler`], outputs, the tape and a row. A [`Fault`] leaves all of it as it was, but for the last
/// three.
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
pub struct Trainer<M, L, O, A, S = (), R = ()> {
    pub(super) model: M,
    pub(super) loss: L,
    pub(super) optimizer: O,
    pub(super) scaler: S,
    rules: R,
    pub(super) arena: A,
    /// How far every parameter may surely move. It decides how much is checked, never what is
    /// computed.
    room: u32,
    /// Bound of the size of the optimizer's state.
    state: u32,
    steps: u64,
}

/// The arena in its parts.
pub(super) struct Parts<'a> {
    parameters: &'a mut [i32],
    state: &'a mut [i32],
    pub(super) columns: &'a mut [i32],
    pub(super) outputs: &'a mut [i32],
    tape: &'a mut [i32],
    /// Features and target in 16 bits, of a fit that takes real numbers.
    pub(super) row: &'a mut [i32],
}

/// A fault that [`Trainer::new`] makes impossible.
const NO_ARENA: Fault = Fault::Arena { need: 0, got: 0 };

impl<'a> Parts<'a> {
    #[inline(always)]
    fn cut(
        words: &'a mut [i32],
        sizes: Sizes,
        slots: usize,
        (columns, row): (usize, usize),
    ) -> Result<Self, Fault> {
        let (parameters, rest) = words
            .split_at_mut_checked(sizes.parameters)
            .ok_or(NO_ARENA)?;
        let (state, rest) = rest
            .split_at_mut_checked(sizes.parameters * slots)
            .ok_or(NO_ARENA)?;
        let (columns, rest) = rest.split_at_mut_checked(columns).ok_or(NO_ARENA)?;
        let (outputs, rest) = rest.split_at_mut_checked(sizes.outputs).ok_or(NO_ARENA)?;
        let (tape, rest) = rest.split_at_mut_checked(sizes.tape).ok_or(NO_ARENA)?;
        let row = rest.get_mut(..row).ok_or(NO_ARENA)?;
        Ok(Self {
            parameters,
            state,
            columns,
            outputs,
            tape,
            row,
        })
    }
}

impl<M: Model, L: Loss, O: Optimizer, A: AsRef<[i32]> + AsMut<[i32]>> Trainer<M, L, O, A> {
    /// A fit with all of its numbers zero, whose numbers come in 16 bits.
    ///
    /// # Errors
    /// As [`with_scaler`](Trainer::with_scaler).
    pub fn new(model: M, loss: L, optimizer: O, arena: A) -> Result<Self, Fault> {
        Self::with_scaler(model, loss, optimizer, (), arena)
    }
}

impl<M, L, O, A, S> Trainer<M, L, O, A, S>
where
    M: Model,
    L: Loss,
    O: Optimizer,
    A: AsRef<[i32]> + AsMut<[i32]>,
    S: Scaler,
{
    /// A fit with all of its numbers zero.
    ///
    /// # Errors
    /// [`Fault::Arena`] with the length needed where the arena is too short, and
    /// [`Setting::Model`] for a layer of more than [`MAX_INPUTS`].
    pub fn with_scaler(
        model: M,
        loss: L,
        optimizer: O,
        scaler: S,
        arena: A,
    ) -> Result<Self, Fault> {
        Self::with_rules(model, loss, optimizer, scaler, (), arena)
    }
}

impl<M, L, O, A, S, R> Trainer<M, L, O, A, S, R>
where
    M: Model,
    L: Loss,
    O: Optimizer,
    A: AsRef<[i32]> + AsMut<[i32]>,
    S: Scaler,
    R: Rules,
{
    /// Words in the arena of a fit with compile-time shapes.
    pub const ARENA: usize = match M::SIZES {
        Some(sizes) => {
            let (targets, amounts) = match L::TARGETS {
                Some(targets) => (targets, 0),
                None => (sizes.outputs, sizes.outputs),
            };
            let columns = match S::LEARNS {
                true => scaler::words(sizes.features + amounts),
                false => 0,
            };
            let row = if S::REAL { sizes.features + targets } else { 0 };
            Self::words(sizes, sizes.parameters * O::SLOTS + columns + row)
        }
        None => panic!("this model has a shape chosen at run time: use `arena_len` instead"),
    };

    const fn words(sizes: Sizes, more: usize) -> usize {
        sizes.parameters + more + sizes.outputs + sizes.tape
    }

    /// Words in the arena of a fit of these parts.
    pub fn arena_len(model: &M, loss: &L, optimizer: &O, scaler: &S) -> usize {
        let sizes = model.sizes();
        let (columns, row) = Self::kept(sizes, loss, scaler);
        Self::words(sizes, sizes.parameters * optimizer.slots() + columns + row)
    }

    /// Words of the columns and of a row.
    #[inline(always)]
    fn kept(sizes: Sizes, loss: &L, scaler: &S) -> (usize, usize) {
        if !S::REAL {
            return (0, 0);
        }
        let targets = loss.targets(sizes.outputs);
        let amounts = if loss.is_of_classes() { 0 } else { targets };
        let columns = match S::LEARNS && scaler.scaling().method != ScalingMethod::None {
            true => scaler::words(sizes.features + amounts),
            false => 0,
        };
        (columns, sizes.features + targets)
    }

    /// The arena in its parts.
    #[inline(always)]
    pub(super) fn parts<'a>(
        (loss, optimizer, scaler): (&L, &O, &S),
        sizes: Sizes,
        arena: &'a mut A,
    ) -> Result<Parts<'a>, Fault> {
        let slots = optimizer.slots();
        let kept = Self::kept(sizes, loss, scaler);
        Parts::cut(arena.as_mut(), sizes, slots, kept)
    }

    /// A fit with all of its numbers zero, under rules.
    ///
    /// # Errors
    /// As [`with_scaler`](Trainer::with_scaler).
    pub fn with_rules(
        model: M,
        loss: L,
        optimizer: O,
        scaler: S,
        rules: R,
        mut arena: A,
    ) -> Result<Self, Fault> {
        let need = Self::arena_len(&model, &loss, &optimizer, &scaler);
        Self::is_possible(&model, (need, arena.as_ref().len()))?;
        arena.as_mut().fill(0);
        Ok(Self {
            model,
            loss,
            optimizer,
            scaler,
            rules,
            arena,
            room: 0,
            state: 0,
            steps: 0,
        })
    }

    /// Refuses an arena that is too short, and a model that is too wide.
    pub(super) fn is_possible(model: &M, (need, got): (usize, usize)) -> Result<(), Fault> {
        if got < need {
            return Err(Fault::Arena {
                need: need as u32,
                got: got as u32,
            });
        }
        match model.widest().max(model.sizes().outputs) > MAX_INPUTS {
            true => Err(Fault::Setting(Setting::Model)),
            false => Ok(()),
        }
    }

    /// Numbers of a sample: features and targets.
    pub fn widths(&self) -> (usize, usize) {
        let sizes = self.sizes();
        (sizes.features, self.loss.targets(sizes.outputs))
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
        let parts = Self::parts(
            (&self.loss, &self.optimizer, &self.scaler),
            sizes,
            &mut self.arena,
        )?;
        let fit = (&self.model, &self.loss, &self.optimizer, &self.rules);
        let counts = (&mut self.room, &mut self.state, &mut self.steps);
        Self::step(fit, sizes, parts, (features, target), counts)
    }

    /// Learns from a row that is already in the arena.
    #[inline(always)]
    pub(super) fn observe_row(&mut self) -> Result<Step<u32>, Fault> {
        let sizes = self.sizes();
        let mut parts = Self::parts(
            (&self.loss, &self.optimizer, &self.scaler),
            sizes,
            &mut self.arena,
        )?;
        let row = core::mem::take(&mut parts.row);
        let fit = (&self.model, &self.loss, &self.optimizer, &self.rules);
        let row = row.split_at_checked(sizes.features).unwrap_or_default();
        let counts = (&mut self.room, &mut self.state, &mut self.steps);
        Self::step(fit, sizes, parts, row, counts)
    }

    /// One update.
    #[inline(always)]
    fn step<X: Narrow>(
        (model, loss, optimizer, rules): (&M, &L, &O, &R),
        sizes: Sizes,
        parts: Parts<'_>,
        (features, target): (&[X], &[X]),
        (room, state, steps): (&mut u32, &mut u32, &mut u64),
    ) -> Result<Step<u32>, Fault> {
        model.forward(parts.parameters, features, parts.tape, parts.outputs);
        let loss = loss.eval(parts.outputs, target)?;
        let rate = rules.rate(optimizer.rate(), *steps);
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
        if model.backward(parts.parameters, parts.tape, parts.outputs) > 0 {
            return Err(Fault::Gradient);
        }
        let (mut step, shift) = (rules.step(rate), rate.step());
        if <R::Step<'_> as StepRules>::CLIPS_NORM && step.measure() {
            let mut sink = Apply {
                optimizer,
                step,
                shift,
                parameters: &mut *parts.parameters,
                state: &mut *parts.state,
            };
            model.gradient(features, parts.tape, parts.outputs, &mut sink);
            step = sink.step;
            if let Some(share) = step.share(shift.places()) {
                let deltas = parts.tape.get_mut(sizes.tape / 2..).unwrap_or_default();
                for slope in parts.outputs.iter_mut().chain(deltas) {
                    *slope = part(*slope, share);
                }
                most = largest(parts.outputs);
            }
        }
        if sizes.tape > 0 {
            let deltas = parts.tape.get(sizes.tape / 2..).unwrap_or(&[]);
            most = most.max(largest(deltas));
        }
        let movement = step.reach(shift.reach(most));
        let reach = optimizer.reach(*state, movement);
        let (left, reach) = match room.checked_sub(reach) {
            Some(left) => (left, reach),
            None => Self::look(
                optimizer,
                rules.forced(),
                parts.parameters,
                parts.state,
                movement,
            )?,
        };
        *room = left;
        if optimizer.slots() > 0 {
            *state = reach;
        }
        let mut sink = Apply {
            optimizer,
            step,
            shift,
            parameters: parts.parameters,
            state: parts.state,
        };
        model.gradient(features, parts.tape, parts.outputs, &mut sink);
        *steps += 1;
        Ok(Step {
            number: *steps,
            loss,
        })
    }

    /// Room and bound of the state after a movement, of the numbers as they are.
    #[inline(never)]
    fn look(
        optimizer: &O,
        forced: u32,
        parameters: &[i32],
        state: &[i32],
        movement: u32,
    ) -> Result<(u32, u32), Fault> {
        let reach = optimizer.reach(largest(state), movement);
        let room = PARAMETER_MAX.saturating_sub(largest(parameters).max(forced));
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
        let parts = Self::parts(
            (&self.loss, &self.optimizer, &self.scaler),
            sizes,
            &mut self.arena,
        )?;
        self.model
            .forward(parts.parameters, features, parts.tape, parts.outputs);
        Ok(parts.outputs)
    }

    /// Predicts of the row in the arena.
    pub(super) fn predict_row(&mut self) -> Result<Parts<'_>, Fault> {
        let sizes = self.sizes();
        let parts = Self::parts(
            (&self.loss, &self.optimizer, &self.scaler),
            sizes,
            &mut self.arena,
        )?;
        let features = parts.row.get(..sizes.features).unwrap_or(&[]);
        self.model
            .forward(parts.parameters, features, parts.tape, parts.outputs);
        Ok(parts)
    }

    /// Loss of the row in the arena. Learns nothing.
    pub(super) fn evaluate_row(&mut self) -> Result<u32, Fault> {
        let sizes = self.sizes();
        let fit = (&self.loss, &self.optimizer, &self.scaler);
        let parts = Self::parts(fit, sizes, &mut self.arena)?;
        let (features, target) = parts
            .row
            .split_at_checked(sizes.features)
            .unwrap_or_default();
        self.model
            .forward(parts.parameters, features, parts.tape, parts.outputs);
        self.loss.eval(parts.outputs, target)
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
        let parts = Self::parts(
            (&self.loss, &self.optimizer, &self.scaler),
            sizes,
            &mut self.arena,
        )?;
        self.model
            .forward(parts.parameters, features, parts.tape, parts.outputs);
        for (kept, &output) in outputs.iter_mut().zip(&*parts.outputs) {
            *kept = output;
        }
        self.loss.eval(parts.outputs, target)
    }

    #[inline(always)]
    pub(super) fn sizes(&self) -> Sizes {
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

    /// Parameters, the optimizer's state and the columns: with the steps, all that changes.
    pub fn state(&self) -> &[i32] {
        let (columns, _) = Self::kept(self.sizes(), &self.loss, &self.scaler);
        let length = self.moved() + columns;
        self.arena.as_ref().get(..length).unwrap_or(&[])
    }

    /// The columns that real numbers come in by, as [`scaler`] has them; empty
    /// where there are none.
    pub fn columns(&self) -> &[i32] {
        self.state().get(self.moved()..).unwrap_or(&[])
    }

    /// Words that steps move.
    pub(super) fn moved(&self) -> usize {
        self.sizes().parameters * (1 + self.optimizer.slots())
    }

    /// Goes on from the [state](Trainer::state) of another such fit.
    ///
    /// # Errors
    /// [`Fault::Length`], [`Fault::Update`] for a word that no parameter can have,
    /// [`Setting::Scaling`] for one that no column can, and [`Fault::Steps`]; then nothing has changed.
    pub fn resume(&mut self, state: &[i32], steps: u64) -> Result<(), Fault> {
        self.restore(state.iter().copied(), steps)
    }

    /// As [`resume`](Trainer::resume), from words that come one by one.
    ///
    /// # Errors
    /// As there.
    pub fn restore(
        &mut self,
        state: impl ExactSizeIterator<Item = i32> + Clone,
        steps: u64,
    ) -> Result<(), Fault> {
        check(self.state().len(), state.len())?;
        let moved = self.moved();
        let sizes = state.clone().take(moved).map(i32::unsigned_abs);
        if sizes.fold(0, u32::max) > PARAMETER_MAX {
            return Err(Fault::Update);
        }
        if !scaler::are_sound(state.clone().skip(moved)) {
            return Err(Fault::Setting(Setting::Scaling));
        }
        if steps > MAX_STEPS {
            return Err(Fault::Steps);
        }
        for (own, word) in self.arena.as_mut().iter_mut().zip(state) {
            *own = word;
        }
        (self.room, self.state, self.steps) = (0, 0, steps);
        Ok(())
    }

    /// Begins anew: every number zero, parameters drawn from `seed`, no step made.
    pub fn restart(&mut self, seed: u64) {
        self.arena.as_mut().fill(0);
        (self.state, self.steps) = (0, 0);
        self.initialize(seed);
    }

    /// The arena, whose fit ends.
    pub fn into_arena(self) -> A {
        self.arena
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

    /// Hashes all that decides the future of the fit: the steps, low word first, the settings of the
    /// optimizer and of the rules, and then parameters, state and columns, word by word.
    pub fn fingerprint(&self) -> Fingerprint {
        let mut hasher = Hasher::default();
        hasher.word(self.steps as u32);
        hasher.word((self.steps >> 32) as u32);
        for word in self.optimizer.words() {
            hasher.word(word);
        }
        self.rules.hash(&mut hasher);
        for &word in self.state() {
            hasher.word(word as u32);
        }
        hasher.finish()
    }
}

#[inline(always)]
pub(super) fn check(need: usize, got: usize) -> Result<(), Fault> {
    if need == got {
        return Ok(());
    }
    Err(Fault::Length {
        need: need as u32,
        got: got as u32,
    })
}
