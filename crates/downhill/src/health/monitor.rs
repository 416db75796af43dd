use heapless::Deque;

use super::baseline::{Baseline, times};
use super::ending::{Ending, WORTH};
use super::features::{self, Features};
use super::layers::Layers;
use super::moves::Moves;
use super::recovery::Recovery;
use super::verdict::bit;
use super::{Finding, Health, PowerIteration, Severity, Verdict};
use crate::loss::{Loss, Pool};
use crate::model::{Model, Sizes};
use crate::optimizer::Optimizer;
use crate::rules::{Method, Rules};
use crate::{Arena, Fault, Real, Setting, Step, Trainer};

/// Steps at the start that are all looked at.
const START: u32 = 16;
/// Looks in a window, after which trends are judged.
const WINDOW: u32 = 16;
/// How many times a constant guess's loss a fit has lost its way at.
const ASTRAY: f64 = 10.0;
/// What a window's loss must be of the best one's to be better.
const BETTER: f64 = 0.95;
/// What it must be of the best one's for a fit that had settled to move on.
const MUCH_BETTER: f64 = 0.9;
/// Windows without a better one after which a fit has settled.
const STALE: u32 = 8;
/// The mean cosine between a step and the next below which steps go to and fro.
const TO_AND_FRO: f64 = -0.4;
/// Windows that stand still before a saddle is suspected: by then dead units are known as such.
const PATIENCE: u32 = 5;
/// How many times its first mean an exploding gradient is.
const EXPLODING: f64 = 1000.0;
/// The share of its first size at which a step is taken for none.
const STILL: f64 = 1e-3;
/// Reports of a held-out loss that is no new best, in a row, that are overfitting.
const REPORTS: u32 = 3;
/// How many times the best a held-out loss must be for that.
const WORSE: f64 = 1.05;

/// Watches a fit and says how it goes.
///
/// Its words hold, in this order: four numbers for each feature, those of a
/// [`PowerIteration`], one for each unit, the outputs of a constant guess, the means of the
/// targets, those of a drift detector, and room for the last good state where it recovers;
/// [`words_len`](Monitor::words_len) tells how many. Nothing else grows with the fit.
#[derive(Debug)]
pub struct Monitor<A: Arena> {
    health: Health,
    words: A,
    lengths: Lengths,
    /// The running mean of the loss, in which no sample counts for more than four times it.
    level: A::Real,
    /// What the most that a sample counts for is raised by: the loss of a constant guess.
    floor: A::Real,
    /// The level above which to look at once.
    alarm: A::Real,
    /// Steps to the next look.
    left: u32,
    /// The last step that was seen, its low bits.
    step: u32,
    /// Samples seen.
    samples: u32,

    started: u32,
    /// The level at which the fit has lost its way.
    danger: A::Real,
    looks: u32,
    windows: u32,
    baseline: Baseline<A::Real>,
    features: Features,
    layers: Layers<A::Real>,
    moves: Moves<A::Real>,
    /// The sum of the levels, and of the gradients' norms, in this window.
    sum: A::Real,
    steepness: A::Real,
    /// The first mean of the gradients' norms.
    first_steepness: A::Real,
    /// The first mean of the steps' sizes.
    first_size: A::Real,
    first_level: A::Real,
    best: A::Real,
    stale: u32,
    /// Windows in a row in which next to nothing moved.
    still: u32,
    cosine: A::Real,
    held_out: HeldOut<A::Real>,
    /// The loss that a drift detector refers to; 0 until it begins.
    reference: A::Real,
    pub(super) recovery: Recovery,
    /// The findings that have been told, by their bits.
    said: u32,
    verdicts: Deque<Verdict, 8>,
}

/// How many numbers each piece of a monitor's words has.
#[derive(Clone, Copy, Debug)]
struct Lengths {
    sizes: Sizes,
    means: usize,
    detector: usize,
    state: usize,
}

/// The best held-out loss, and how long ago it was.
#[derive(Clone, Copy, Debug)]
struct HeldOut<T> {
    best: Option<T>,
    step: u64,
    /// The level at that time.
    level: T,
    since: u32,
}

/// The pieces of a monitor's words.
struct Pieces<'a, T> {
    features: &'a mut [T],
    power: &'a mut [T],
    alive: &'a mut [T],
    guess: &'a mut [T],
    means: &'a mut [T],
    detector: &'a mut [T],
    state: &'a mut [T],
}

impl Lengths {
    fn new(health: Health, sizes: Sizes, targets: usize, state: usize) -> Self {
        Self {
            sizes,
            means: sizes.outputs.max(targets).max(2),
            detector: health.detector_words(),
            state: if health.recover { state } else { 0 },
        }
    }

    const fn power(&self) -> usize {
        PowerIteration::words(self.sizes.features)
    }

    const fn units(&self) -> usize {
        self.sizes.tape / 2
    }

    const fn total(&self) -> usize {
        self.sizes.features * features::WORDS
            + self.power()
            + self.units()
            + self.sizes.outputs
            + self.means
            + self.detector
            + self.state
    }

    fn cut<T: Real>(self, mut words: &mut [T]) -> Option<Pieces<'_, T>> {
        let words = &mut words;
        let mut take = |length| words.split_off_mut(..length);
        Some(Pieces {
            features: take(self.sizes.features * features::WORDS)?,
            power: take(self.power())?,
            alive: take(self.units())?,
            guess: take(self.sizes.outputs)?,
            means: take(self.means)?,
            detector: take(self.detector)?,
            state: take(self.state)?,
        })
    }
}

impl<T: Real, A: Arena<Real = T>> Monitor<A> {
    /// A monitor for a fit as it is, with all of these words.
    ///
    /// # Errors
    /// [`Fault::Arena`] with the number needed where there are too few words, and
    /// [`Setting::Health`] for settings that are impossible, or off.
    pub fn new<M, L, O, R, B>(
        health: Health,
        trainer: &Trainer<M, L, O, R, B>,
        mut words: A,
    ) -> Result<Self, Fault>
    where
        M: Model<T>,
        L: Loss<T>,
        O: Optimizer<T>,
        R: Rules<T>,
        B: Arena<Real = T>,
    {
        if !health.is_on() || !health.is_possible() {
            return Err(Fault::Setting(Setting::Health));
        }
        let lengths = lengths(health, trainer);
        let (need, got) = (lengths.total(), words.words().len());
        if got < need {
            let (need, got) = (need as u32, got as u32);
            return Err(Fault::Arena { need, got });
        }
        words.words_mut().fill(T::ZERO);
        if let Some(pieces) = lengths.cut(words.words_mut()) {
            PowerIteration::start(pieces.power);
            if health.recover {
                copy(trainer.state(), pieces.state);
            }
        }
        Ok(Self {
            health,
            words,
            lengths,
            level: T::ZERO,
            floor: T::ZERO,
            alarm: -T::ONE,
            left: health.every.into(),
            step: trainer.steps() as u32,
            samples: 0,
            started: 0,
            danger: T::MAX,
            looks: 0,
            windows: 0,
            baseline: Baseline::NEW,
            features: Features::NEW,
            layers: Layers::NEW,
            moves: Moves::NEW,
            sum: T::ZERO,
            steepness: T::ZERO,
            first_steepness: T::ZERO,
            first_size: T::ZERO,
            first_level: T::ZERO,
            best: T::MAX,
            stale: 0,
            still: 0,
            cosine: T::ZERO,
            held_out: HeldOut {
                best: None,
                step: 0,
                level: T::ZERO,
                since: 0,
            },
            reference: T::ZERO,
            recovery: Recovery::new(trainer.steps()),
            said: 0,
            verdicts: Deque::new(),
        })
    }

    /// How many words a monitor of this fit needs.
    pub fn words_len<M, L, O, R, B>(health: Health, trainer: &Trainer<M, L, O, R, B>) -> usize
    where
        M: Model<T>,
        L: Loss<T>,
        O: Optimizer<T>,
        R: Rules<T>,
        B: Arena<Real = T>,
    {
        lengths(health, trainer).total()
    }

    /// Takes the fit as it is for its last good state: to be called after its state was changed
    /// by others, that is restored, resumed, or its scaler frozen.
    pub fn keep<M, L, O, R, B>(&mut self, trainer: &Trainer<M, L, O, R, B>)
    where
        M: Model<T>,
        L: Loss<T>,
        O: Optimizer<T>,
        R: Rules<T>,
        B: Arena<Real = T>,
    {
        copy(trainer.state(), self.kept());
    }

    /// Gives the words back, for another monitor.
    pub fn into_words(self) -> A {
        self.words
    }

    /// All of its words.
    pub fn words(&self) -> &[T] {
        self.words.words()
    }

    /// What it watches for.
    pub fn health(&self) -> Health {
        self.health
    }

    /// Takes the next verdict, if there is one.
    pub fn take(&mut self) -> Option<Verdict> {
        self.verdicts.pop_front()
    }

    /// The running mean of the loss, as the verdicts see it: no sample counts for more than four
    /// times it and a constant guess's.
    pub fn loss(&self) -> T {
        self.level
    }

    /// The loss of a constant guess, over the samples that were looked at.
    pub fn baseline(&self) -> T {
        self.baseline.loss
    }

    /// Whether a recovery may still put the fit back: it gives up after many times.
    pub fn hopes(&self) -> bool {
        self.recovery.hopes()
    }

    /// How many samples a recovery has skipped.
    pub fn skipped(&self) -> u32 {
        self.recovery.skipped
    }

    /// Takes notice of what became of a sample (features, target and weight), at once after
    /// [`observe`](Trainer::observe), [`feed`](Trainer::feed) and their like.
    #[inline]
    pub fn watch<M, L, O, R, B>(
        &mut self,
        trainer: &Trainer<M, L, O, R, B>,
        sample: (&[T], &[T], T),
        outcome: &Result<Step<T>, Fault>,
    ) where
        M: Model<T>,
        L: Loss<T>,
        O: Optimizer<T>,
        R: Rules<T>,
        B: Arena<Real = T>,
    {
        self.samples = self.samples.wrapping_add(1);
        let step = match outcome {
            Ok(step) => step,
            Err(fault) => return self.refused(trainer, sample, *fault),
        };
        if step.number as u32 == self.step {
            return;
        }
        self.step = step.number as u32;
        let most = self.level * T::from_u32(4) + self.floor;
        let loss = if step.loss < most { step.loss } else { most };
        self.level += (loss - self.level) * T::from_f64(1.0 / 16.0);
        self.left = self.left.wrapping_sub(1);
        if self.left <= 2 || self.level > self.alarm {
            self.look(trainer, sample, step);
        }
    }

    #[inline(never)]
    fn look<M, L, O, R, B>(
        &mut self,
        trainer: &Trainer<M, L, O, R, B>,
        sample: (&[T], &[T], T),
        step: &Step<T>,
    ) where
        M: Model<T>,
        L: Loss<T>,
        O: Optimizer<T>,
        R: Rules<T>,
        B: Arena<Real = T>,
    {
        if self.started < START {
            return self.start(trainer, sample, step);
        }
        if self.reference > T::ZERO {
            self.drift(step);
        }
        if self.level > self.danger {
            self.danger = T::MAX;
            self.wake();
            let ratio = self.ratio();
            self.fail(step.number, Finding::Diverging { ratio });
            self.blame(trainer, step.number);
        }
        match self.left {
            2 => self.moves.begin(trainer.parameters()),
            1 => self.moves.go_on(trainer.parameters()),
            0 => {
                self.moves.end(trainer.parameters());
                self.left = self.health.every.into();
                self.see(trainer, sample);
                self.sum += self.level;
                self.looks += 1;
                if self.looks == WINDOW {
                    self.window(trainer, step.number);
                }
            }
            _ => {}
        }
    }

    /// The first steps: all are looked at, and their losses count in full.
    fn start<M, L, O, R, B>(
        &mut self,
        trainer: &Trainer<M, L, O, R, B>,
        sample: (&[T], &[T], T),
        step: &Step<T>,
    ) where
        M: Model<T>,
        L: Loss<T>,
        O: Optimizer<T>,
        R: Rules<T>,
        B: Arena<Real = T>,
    {
        self.see(trainer, sample);
        self.started += 1;
        self.sum += step.loss;
        let share = T::ONE / T::from_u32(self.started);
        self.level = self.sum * share;
        if self.started == 1 {
            self.first_level = step.loss;
        }
        let base = self.baseline.loss.larger(self.first_level);
        if self.started > 4 && step.loss > base * T::from_f64(1e4) {
            let ratio = self.ratio();
            self.fail(step.number, Finding::Diverging { ratio });
            self.blame(trainer, step.number);
        }
        if self.started == START {
            self.first_steepness = self.steepness * share;
            self.first_level = self.level;
            self.sum = T::ZERO;
            self.steepness = T::ZERO;
            self.left = self.health.every.into();
            self.arm();
        }
    }

    /// What the last step left behind.
    fn see<M, L, O, R, B>(
        &mut self,
        trainer: &Trainer<M, L, O, R, B>,
        (features, target, weight): (&[T], &[T], T),
    ) where
        M: Model<T>,
        L: Loss<T>,
        O: Optimizer<T>,
        R: Rules<T>,
        B: Arena<Real = T>,
    {
        let Some(pieces) = self.lengths.cut(self.words.words_mut()) else {
            return;
        };
        let Some(trace) = trainer.trace() else { return };
        let (inputs, scaled) = match trace.features {
            [] => (features, target),
            features => (features, trace.target),
        };
        self.features.look(pieces.features, inputs);
        PowerIteration::on(pieces.power).learn(inputs);
        let mut flow = self.layers.sink(pieces.alive);
        let model = trainer.model();
        model.gradient(inputs, trace.tape, trace.slopes, &mut flow);
        let steepness = flow.end().sqrt() / trainer.gain();
        if steepness.is_finite() {
            self.steepness += steepness;
        }
        let room = (pieces.guess, pieces.means);
        self.baseline.see(target);
        self.baseline.learn(trainer.loss(), room, scaled, weight);
        if trainer.loss().pooled(&Pool::new()).is_some() {
            // Of a batch as a whole the worst is 1, and a guess of one sample tells nothing.
            self.baseline.loss = T::ONE;
        }
    }

    /// Sets the alarm by what the loss has been and what a constant guess's is.
    fn arm(&mut self) {
        self.floor = self.baseline.loss;
        let base = self.baseline.loss.larger(self.level.smaller(self.best));
        self.danger = base * T::from_f64(ASTRAY);
        self.wake();
    }

    /// Sets when to look: at danger, or always where a drift detector wants every loss.
    fn wake(&mut self) {
        self.alarm = match self.reference > T::ZERO {
            true => -T::ONE,
            false => self.danger,
        };
    }

    /// The loss, in units of a constant guess's.
    fn ratio(&self) -> f32 {
        times(self.level, self.baseline.loss)
    }

    /// What a window shows.
    fn window<M, L, O, R, B>(&mut self, trainer: &Trainer<M, L, O, R, B>, step: u64)
    where
        M: Model<T>,
        L: Loss<T>,
        O: Optimizer<T>,
        R: Rules<T>,
        B: Arena<Real = T>,
    {
        let share = T::ONE / T::from_u32(WINDOW);
        let (mean, steepness) = (self.sum * share, self.steepness * share);
        let motion = self.moves.judge();
        self.cosine = motion.cosine;
        (self.sum, self.steepness, self.looks) = (T::ZERO, T::ZERO, 0);
        self.windows = self.windows.saturating_add(1);
        if self.windows == 1 {
            self.first_size = motion.size;
        }
        self.trend(mean, step);
        let still = motion.size <= self.first_size * T::from_f64(STILL);
        let base = self.first_level.smaller(self.baseline.loss);
        let lost = still && self.level > base * T::from_f64(WORTH);
        self.still = if lost { self.still + 1 } else { 0 };
        if self.still > PATIENCE {
            self.still = 0;
            let size = self.first_size.larger(motion.size);
            let ratio = match size > T::ZERO {
                true => (motion.size / size).to_f64() as f32,
                false => 0.0,
            };
            self.say(step, Finding::SaddleSuspected { ratio });
            self.recovery.leave = true;
        }
        if self.cosine < T::from_f64(TO_AND_FRO) && self.stale > 0 {
            let cosine = self.cosine.to_f64() as f32;
            self.say(step, Finding::Oscillating { cosine });
            self.too_high(trainer, step);
        }
        let explosion = steepness / self.first_steepness;
        if explosion > T::from_f64(EXPLODING) && explosion.is_finite() {
            let ratio = explosion.to_f64() as f32;
            self.fail(step, Finding::ExplodingGradient { ratio });
        }
        self.structure(trainer, step);
        if self.danger < T::MAX {
            self.arm();
            self.recovery.keep = true;
        }
        if self.health.drift.is_some() && self.reference == T::ZERO && self.windows >= 2 {
            self.reference = mean * T::from_u32(4);
            self.wake();
        }
    }

    /// Whether the loss falls.
    fn trend(&mut self, mean: T, step: u64) {
        let settled = self.stale >= STALE;
        let enough = if settled { MUCH_BETTER } else { BETTER };
        if mean < self.best * T::from_f64(enough) {
            (self.best, self.stale) = (mean, 0);
            if self.windows > 1 {
                self.said &= !(bit::PLATEAU | bit::CONVERGED);
                let loss = mean.to_f64() as f32;
                self.say(step, Finding::Converging { loss });
            }
            return;
        }
        self.best = self.best.smaller(mean);
        self.stale = self.stale.saturating_add(1);
        if self.stale == STALE {
            self.said &= !bit::CONVERGING;
            self.settle(step);
        }
    }

    /// The loss no longer falls.
    fn settle(&mut self, step: u64) {
        let finding = if self.level < self.baseline.loss * T::from_f64(WORTH) {
            let loss = self.level.to_f64() as f32;
            Finding::Converged { loss }
        } else {
            let ratio = self.ratio();
            Finding::Plateau { ratio }
        };
        self.say(step, finding);
    }

    /// What there is to say of features, layers, target and rate.
    fn structure<M, L, O, R, B>(&mut self, trainer: &Trainer<M, L, O, R, B>, step: u64)
    where
        M: Model<T>,
        L: Loss<T>,
        O: Optimizer<T>,
        R: Rules<T>,
        B: Arena<Real = T>,
    {
        let Some(pieces) = self.lengths.cut(self.words.words_mut()) else {
            return;
        };
        let mut power = PowerIteration::on(pieces.power);
        power.turn();
        let link = trainer.loss().link(pieces.guess.len());
        let scales = trainer.loss().scales_target();
        let imbalance = self.baseline.imbalance(link, pieces.means).to_f64() as f32;
        let unscaled = self.features.unscaled(pieces.features, false);
        let scaled = trainer.rules().scaling().method != Method::None;
        let dead = self.features.dead(pieces.features, scaled);
        let collinear = self.features.collinear(pieces.features);
        let layer = self.layers.judge(pieces.alive);
        if let Some(finding) = unscaled {
            self.say(step, finding);
        }
        for finding in [dead, collinear].into_iter().flatten() {
            // Of another feature each time.
            self.unsay(finding.bit());
            self.say(step, finding);
        }
        if let Some(finding) = layer {
            self.recovery.draw_anew = true;
            self.fail(step, finding);
        }
        if self.windows < 6 {
            return;
        }
        if let (true, Some(largest)) = (scales, self.baseline.classes()) {
            self.say(step, Finding::WrongLoss { largest });
        }
        if !scales && imbalance > 10.0 {
            self.say(step, Finding::ClassImbalance { ratio: imbalance });
        }
        if self
            .bound(trainer)
            .is_some_and(|bound| trainer.rate() > bound)
        {
            self.too_high(trainer, step);
        }
    }

    /// The largest stable rate of plain gradient descent on a model that is linear in its
    /// features, if it is that.
    fn bound<M, L, O, R, B>(&mut self, trainer: &Trainer<M, L, O, R, B>) -> Option<T>
    where
        M: Model<T>,
        L: Loss<T>,
        O: Optimizer<T>,
        R: Rules<T>,
        B: Arena<Real = T>,
    {
        let sizes = self.lengths.sizes;
        let linear = sizes.tape == 0 && sizes.parameters >= sizes.features * sizes.outputs;
        let curvature = trainer.loss().curvature(sizes.outputs)?;
        let pieces = self.lengths.cut(self.words.words_mut())?;
        let bound = PowerIteration::on(pieces.power).bound(curvature);
        (linear && trainer.gain() == trainer.rate() && bound.is_finite()).then_some(bound)
    }

    /// Says that the rate is too high, and what to try.
    fn too_high<M, L, O, R, B>(&mut self, trainer: &Trainer<M, L, O, R, B>, step: u64)
    where
        M: Model<T>,
        L: Loss<T>,
        O: Optimizer<T>,
        R: Rules<T>,
        B: Arena<Real = T>,
    {
        let rate = trainer.rate();
        let gentler = rate * T::from_f64(0.1);
        let bound = self.bound(trainer);
        let suggested = bound.map_or(gentler, |bound| gentler.smaller(bound * T::HALF));
        let (rate, suggested) = (rate.to_f64() as f32, suggested.to_f64() as f32);
        self.say(step, Finding::LearningRateTooHigh { rate, suggested });
    }

    /// Names what may have made a fit fail.
    fn blame<M, L, O, R, B>(&mut self, trainer: &Trainer<M, L, O, R, B>, step: u64)
    where
        M: Model<T>,
        L: Loss<T>,
        O: Optimizer<T>,
        R: Rules<T>,
        B: Arena<Real = T>,
    {
        self.recovery.roll_back = true;
        if let Some(pieces) = self.lengths.cut(self.words.words_mut())
            && let Some(finding) = self.features.unscaled(pieces.features, true)
        {
            self.say(step, finding);
        }
        self.too_high(trainer, step);
    }

    /// A sample that was refused.
    #[cold]
    #[inline(never)]
    fn refused<M, L, O, R, B>(
        &mut self,
        trainer: &Trainer<M, L, O, R, B>,
        (features, _, _): (&[T], &[T], T),
        fault: Fault,
    ) where
        M: Model<T>,
        L: Loss<T>,
        O: Optimizer<T>,
        R: Rules<T>,
        B: Arena<Real = T>,
    {
        let step = trainer.steps();
        let sample = self.samples;
        match fault {
            Fault::Feature { .. } | Fault::Target { .. } | Fault::Weight => {
                self.recovery.skipped = self.recovery.skipped.saturating_add(1);
                self.fail(step, Finding::NonFinite { fault, sample });
            }
            Fault::Prediction | Fault::Loss | Fault::Gradient | Fault::Update => {
                self.recovery.skipped = self.recovery.skipped.saturating_add(1);
                if let (Some(pieces), Some(trace)) =
                    (self.lengths.cut(self.words.words_mut()), trainer.trace())
                {
                    let inputs = match trace.features {
                        [] => features,
                        features => features,
                    };
                    self.features.look(pieces.features, inputs);
                }
                self.fail(step, Finding::NonFinite { fault, sample });
                self.blame(trainer, step);
            }
            // The caller's own mistakes, of which the fit knows nothing.
            _ => {}
        }
    }

    /// Takes notice of the loss on held-out samples.
    pub fn report(&mut self, step: u64, loss: T) {
        let held_out = &mut self.held_out;
        if held_out.best.is_none_or(|best| loss < best) {
            *held_out = HeldOut {
                best: Some(loss),
                step,
                level: self.level,
                since: 0,
            };
            return;
        }
        held_out.since = held_out.since.saturating_add(1);
        let (since, best) = (held_out.step, held_out.best.unwrap_or(loss));
        let worse = loss > best * T::from_f64(WORSE);
        if held_out.since >= REPORTS && worse && self.level < held_out.level {
            let ratio = times(loss, best);
            self.say(step, Finding::Overfitting { since, ratio });
        }
    }

    /// How the fit has ended, by what was seen on the way; `rate` is its learning rate.
    pub fn ending(&self, rate: T) -> Ending<T> {
        Ending {
            loss: self.level,
            baseline: self.baseline.loss,
            falls: self.stale == 0 && self.windows > 1,
            to_and_fro: (self.cosine < T::from_f64(TO_AND_FRO)).then_some(self.cosine),
            errors: None,
            rate,
        }
    }

    /// Tells how the fit has ended.
    pub fn conclude(&mut self, step: u64, ending: &Ending<T>) {
        let Verdict {
            severity, finding, ..
        } = ending.verdict(step);
        self.said &= !finding.bit();
        self.tell(step, severity, finding);
    }

    /// Lets the drift detector take in a loss.
    fn drift(&mut self, step: &Step<T>) {
        let Some(drift) = self.health.drift else {
            return;
        };
        let Some(pieces) = self.lengths.cut(self.words.words_mut()) else {
            return;
        };
        let number = step.loss / (step.loss + self.reference);
        if drift.detector.learn(pieces.detector, number) {
            // It begins anew once the loss has had time to fall again.
            self.reference = T::ZERO;
            self.wake();
            self.windows = 0;
            self.recovery.drifted = true;
            let detector = drift.detector;
            self.said &= !bit::DRIFT;
            self.say(step.number, Finding::Drift { detector });
        }
    }

    /// Tells a failure, which is advice where a recovery can still put it right.
    fn fail(&mut self, step: u64, finding: Finding) {
        let severity = match self.health.recover && self.recovery.hopes() {
            true => Severity::Advice,
            false => Severity::Failure,
        };
        self.tell(step, severity, finding);
    }

    /// Tells advice.
    fn say(&mut self, step: u64, finding: Finding) {
        self.tell(step, Severity::Advice, finding);
    }

    /// Puts a verdict into the queue, unless its finding has been told. The oldest ones are not
    /// lost: a full queue takes no more, and the finding is told the next time.
    pub(super) fn tell(&mut self, step: u64, severity: Severity, finding: Finding) {
        if self.said & finding.bit() != 0 {
            return;
        }
        let verdict = Verdict {
            step,
            severity,
            finding,
        };
        if self.verdicts.push_back(verdict).is_ok() {
            self.said |= finding.bit();
        }
    }

    /// Lets a finding be told once more.
    pub(super) fn unsay(&mut self, bits: u32) {
        self.said &= !bits;
    }

    /// The room for the last good state.
    pub(super) fn kept(&mut self) -> &mut [T] {
        let pieces = self.lengths.cut(self.words.words_mut());
        pieces.map_or(&mut [], |pieces| pieces.state)
    }

    /// Forgets that the loss has risen, after the fit was put back.
    pub(super) fn calm(&mut self) {
        self.said &= !(bit::DIVERGING
            | bit::EXPLODING
            | bit::ROLLED_BACK
            | bit::VANISHING
            | bit::DEAD_UNITS);
        self.level = self.best.smaller(self.first_level);
        self.left = self.health.every.into();
        self.moves = Moves::NEW;
        self.still = 0;
        (self.sum, self.steepness, self.looks) = (T::ZERO, T::ZERO, 0);
        if self.started == START {
            self.arm();
        } else {
            (self.started, self.alarm) = (0, -T::ONE);
        }
    }
}

/// Copies as many numbers as there are of both.
pub(super) fn copy<T: Copy>(from: &[T], to: &mut [T]) {
    for (to, from) in to.iter_mut().zip(from) {
        *to = *from;
    }
}

/// How many words a monitor needs, of a fit with so many numbers of state.
pub(crate) fn words_len(health: Health, sizes: Sizes, targets: usize, state: usize) -> usize {
    Lengths::new(health, sizes, targets, state).total()
}

fn lengths<T, M, L, O, R, B>(health: Health, trainer: &Trainer<M, L, O, R, B>) -> Lengths
where
    T: Real,
    M: Model<T>,
    L: Loss<T>,
    O: Optimizer<T>,
    R: Rules<T>,
    B: Arena<Real = T>,
{
    let sizes = trainer.model().sizes();
    let targets = trainer.loss().targets(sizes.outputs);
    Lengths::new(health, sizes, targets, trainer.state().len())
}
