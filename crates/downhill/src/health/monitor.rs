use heapless::Deque;

use super::baseline::Baseline;
use super::features::Features;
use super::layers::Layers;
use super::layout::Lengths;
use super::recovery_state::Recovery;
use super::step_direction::Moves;
use super::thresholds::START;
use super::validation::Validation;
use super::verdict::bit;
use super::{Health, PowerIteration, TrainerOf, Verdict};
use crate::loss::{Loss, Pool};
use crate::{Arena, Fault, Real, Setting, Step, kernel};

/// Features, target and weight.
pub(super) type Sample<'a, T> = (&'a [T], &'a [T], T);

/// Watches a fit and says how it goes.
///
/// Its words hold, in this order: four numbers for each feature, those of a
/// [`PowerIteration`], one for each unit, the outputs of a constant guess, the means of the
/// targets, those of a drift detector, and room for the last good state where it recovers;
/// [`words_len`](Monitor::words_len) tells how many. Nothing else grows with the fit.
///
/// A [`Fit`](crate::fit::Fit) calls it at each step; beside a trainer of your own it goes like
/// this. With [`recover`](Health::recover) or [`drift`](Health::drift), [`act`](Monitor::act)
/// follows [`watch`](Monitor::watch):
///
/// ```
/// use downhill::health::{Health, Monitor};
/// use downhill::rules::{RestartableSchedule, Schedule};
/// use downhill::{Const, Trainer, loss::Squared, model::Linear, optimizer::Sgd};
/// # fn main() -> Result<(), downhill::Fault> {
/// type Fit = Trainer<Linear<Const<1>>, Squared, Sgd<f32>, RestartableSchedule<f32>, [f32; 16]>;
/// let rules = RestartableSchedule(Schedule::constant());
/// let mut fit = Fit::with_rules(Linear::new(), Squared, Sgd::new(1.5), rules, [0.0; 16])?;
/// let health = Health { recover: true, ..Health::every(16) };
/// let mut monitor = Monitor::new(health, &fit, [0.0; 32])?;
/// assert!(Monitor::<[f32; 32]>::words_len(health, &fit) <= 32);
/// let mut verdicts = 0;
/// for k in 0..2_000 {
///     let x = [(k % 7) as f32 - 3.0];
///     let y = [2.0 * x[0] + 1.0];
///     let outcome = fit.observe(&x, &y);
///     monitor.watch(&fit, (&x, &y, 1.0), &outcome);
///     monitor.act(&mut fit);
///     while let Some(verdict) = monitor.take() {
///         verdicts += 1; // that the fit diverges, and that it was rolled back
///         println!("step {}: {}", verdict.step, verdict.finding);
///     }
/// }
/// assert!(verdicts > 1 && fit.learning_rate() < 1.0);
/// assert!((fit.predict(&[2.0])?[0] - 5.0).abs() < 1e-3);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Monitor<A: Arena> {
    pub(super) health: Health,
    pub(super) words: A,
    pub(super) lengths: Lengths,
    /// The running mean of the loss, in which no sample counts for more than four times it.
    pub(super) level: A::Real,
    /// Addend to the most that a sample counts for: the loss of a constant guess.
    pub(super) floor: A::Real,
    /// The level above which to look at once.
    pub(super) alarm: A::Real,
    /// Steps to the next look.
    pub(super) left: u32,
    /// The last step that was seen, its low bits.
    pub(super) step: u32,
    /// Samples seen.
    pub(super) samples: u32,

    pub(super) started: u32,
    /// The level at which the fit has lost its way.
    pub(super) danger: A::Real,
    pub(super) looks: u32,
    pub(super) windows: u32,
    pub(super) baseline: Baseline<A::Real>,
    pub(super) features: Features,
    pub(super) layers: Layers<A::Real>,
    pub(super) moves: Moves<A::Real>,
    /// The sum of the levels, and of the gradients' norms, in this window.
    pub(super) sum: A::Real,
    pub(super) steepness: A::Real,
    /// The first mean of the gradients' norms.
    pub(super) first_steepness: A::Real,
    /// The first mean of the steps' sizes.
    pub(super) first_size: A::Real,
    pub(super) first_level: A::Real,
    pub(super) best: A::Real,
    pub(super) stale: u32,
    /// Windows in a row in which next to nothing moved.
    pub(super) still: u32,
    pub(super) cosine: A::Real,
    pub(super) validation: Validation<A::Real>,
    /// The running mean of the levels at looks.
    pub(super) course: A::Real,
    /// The layer of which most units sat out the last looks of a window, and their share.
    pub(super) dying: Option<(u8, f32)>,
    /// The loss that a drift detector refers to; 0 until it begins.
    pub(super) reference: A::Real,
    pub(super) recovery: Recovery,
    /// Findings that have been emitted, by their bits.
    pub(super) said: u32,
    pub(super) verdicts: Deque<Verdict, 8>,
}

impl<T: Real, A: Arena<Real = T>> Monitor<A> {
    /// A monitor for a fit as it is, with all of these words.
    ///
    /// # Errors
    /// [`Fault::Arena`] with the number needed where there are too few words, and
    /// [`Setting::Health`] for settings that are impossible, or off.
    pub fn new(health: Health, fit: &impl TrainerOf<T>, mut words: A) -> Result<Self, Fault> {
        if !health.is_on() || !health.is_possible() {
            return Err(Fault::Setting(Setting::Health));
        }
        let lengths = Lengths::of(health, fit);
        let (need, got) = (lengths.total(), words.words().len());
        if got < need {
            let (need, got) = (need as u32, got as u32);
            return Err(Fault::Arena { need, got });
        }
        words.words_mut().fill(T::ZERO);
        if let Some(pieces) = lengths.cut(words.words_mut()) {
            PowerIteration::start(pieces.power);
            if health.recover {
                kernel::copy(fit.trainer().state(), pieces.state);
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
            step: fit.trainer().steps() as u32,
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
            validation: Validation::NEW,
            course: T::ZERO,
            dying: None,
            reference: T::ZERO,
            recovery: Recovery::new(fit.trainer().steps()),
            said: 0,
            verdicts: Deque::new(),
        })
    }

    /// Words that a monitor of this fit needs.
    pub fn words_len(health: Health, fit: &impl TrainerOf<T>) -> usize {
        Lengths::of(health, fit).total()
    }

    /// Takes the fit as it is for its last good state: to be called after its state was changed
    /// by others, that is restored, resumed, or its scaler frozen.
    pub fn keep(&mut self, fit: &impl TrainerOf<T>) {
        kernel::copy(fit.trainer().state(), self.kept());
    }

    /// Gives the words back, for another monitor.
    pub fn into_words(self) -> A {
        self.words
    }

    /// All of its words.
    pub fn words(&self) -> &[T] {
        self.words.words()
    }

    /// Settings.
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

    /// Returns `true` while a recovery may still roll the fit back: it gives up after 24 times.
    pub fn can_recover(&self) -> bool {
        self.recovery.can_recover()
    }

    /// Samples that were refused and skipped.
    pub fn skipped(&self) -> u32 {
        self.recovery.skipped
    }

    /// Takes in the outcome of a sample (features, target and weight), at once after
    /// [`observe`](crate::Trainer::observe), [`feed`](crate::Trainer::feed) and their like.
    #[inline]
    pub fn watch(
        &mut self,
        fit: &impl TrainerOf<T>,
        sample: (&[T], &[T], T),
        outcome: &Result<Step<T>, Fault>,
    ) {
        self.samples = self.samples.wrapping_add(1);
        let step = match outcome {
            Ok(step) => step,
            Err(fault) => return self.refused(fit, sample, *fault),
        };
        let ended = step.number as u32 != self.step;
        let loss = fit.trainer().loss();
        if loss.pooled(&Pool::new()).is_some()
            && let (_, &[class], weight) = sample
        {
            self.baseline.gather(loss, class, weight, ended);
        }
        if ended {
            self.advance(fit, Some(sample), step);
        }
    }

    /// Takes in the outcome of a batch that was [applied](crate::Trainer::apply) before it
    /// was full, at once after that. A look that falls on it is left out: there is no sample to
    /// look at.
    pub fn applied(&mut self, fit: &impl TrainerOf<T>, outcome: &Result<Step<T>, Fault>) {
        match outcome {
            Ok(step) => {
                self.baseline.end(fit.trainer().loss());
                self.advance(fit, None, step);
            }
            Err(fault) => self.refused(fit, (&[], &[], T::ZERO), *fault),
        }
    }

    /// Takes in a step.
    #[inline(always)]
    fn advance(&mut self, fit: &impl TrainerOf<T>, sample: Option<Sample<'_, T>>, step: &Step<T>) {
        self.step = step.number as u32;
        let most = self.level * T::from_u32(4) + self.floor;
        let loss = if step.loss < most { step.loss } else { most };
        self.level += (loss - self.level) * T::from_f64(1.0 / 16.0);
        self.left = self.left.wrapping_sub(1);
        if self.left <= 2 || self.level > self.alarm {
            self.look(fit, sample, step);
        }
    }

    /// The room for the last good state.
    pub(super) fn kept(&mut self) -> &mut [T] {
        let pieces = self.lengths.cut(self.words.words_mut());
        pieces.map_or(&mut [], |pieces| pieces.state)
    }

    /// Forgets that the loss has risen, after the fit was put back.
    pub(super) fn calm(&mut self) {
        self.clear(
            bit::DIVERGING | bit::EXPLODING | bit::ROLLED_BACK | bit::VANISHING | bit::DEAD_UNITS,
        );
        self.level = self.best.smaller(self.first_level);
        self.left = self.health.every.into();
        self.moves = Moves::NEW;
        self.still = 0;
        self.dying = None;
        if let Some(pieces) = self.lengths.cut(self.words.words_mut()) {
            self.layers.begin(pieces.alive);
        }
        (self.sum, self.steepness, self.looks) = (T::ZERO, T::ZERO, 0);
        if self.started == START {
            self.arm();
        } else {
            self.begin();
        }
    }

    /// Looks at the next steps as at the first ones, after the fit was initialized anew.
    pub(super) fn begin(&mut self) {
        (self.started, self.alarm) = (0, -T::ONE);
        (self.danger, self.best) = (T::MAX, T::MAX);
        (self.windows, self.stale) = (0, 0);
    }
}
