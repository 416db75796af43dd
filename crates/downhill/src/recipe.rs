//! A recipe: one value that describes a fit completely.

#[cfg(feature = "serde")]
use serde::{Deserialize, Serialize};

use crate::health::Health;
use crate::loss::{AnyLoss, Loss, Pool};
use crate::metrics::{self, Confusion};
use crate::model::AnyModel;
use crate::optimizer::AnyOptimizer;
use crate::rules::{AnyRules, Bound, Clip, Penalty, Scaling, Schedule};
use crate::{Arena, Fault, Real, Setting, Trainer};

/// The trainer that a recipe builds: every part chosen at run time.
pub type AnyTrainer<A> = Trainer<
    AnyModel<<A as Arena>::Real>,
    AnyLoss<<A as Arena>::Real>,
    AnyOptimizer<<A as Arena>::Real>,
    AnyRules<<A as Arena>::Real>,
    A,
>;

/// Numbers that a fit is computed in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum NumberType {
    /// Floats: the recipe's own type.
    #[default]
    Float,
    /// [Fixed point](crate::fixed): 16 bits, and parameters of 32.
    Q15,
}

impl NumberType {
    /// Returns `true` for floats.
    #[allow(
        clippy::trivially_copy_pass_by_ref,
        reason = "serde hands it a reference"
    )]
    #[inline(always)]
    pub const fn is_float(&self) -> bool {
        matches!(self, Self::Float)
    }
}

/// Everything that describes a fit, but for its data. The host command, the firmware and the
/// tests build the same trainer from it.
///
/// ```
/// use downhill::loss::{AnyLoss, Squared};
/// use downhill::model::{AnyModel, Linear};
/// use downhill::optimizer::{AnyOptimizer, Sgd};
/// use downhill::rules::Scaling;
/// use downhill::{Dyn, Recipe};
///
/// const RECIPE: Recipe<f32> = Recipe::new(
///     AnyModel::Linear(Linear::with_shape(Dyn(2), Dyn(1), Dyn(1))),
///     AnyLoss::Squared(Squared),
///     AnyOptimizer::Sgd(Sgd::new(0.05)),
/// )
/// .scaling(Scaling::STANDARD)
/// .batch(4);
/// let fit = RECIPE.build([0.0f32; 32]).unwrap();
/// assert_eq!(fit.parameters(), [0.0; 3]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
#[cfg_attr(
    feature = "serde",
    serde(bound(
        serialize = "T: Real + Serialize",
        deserialize = "T: Real + Deserialize<'de>"
    ))
)]
#[non_exhaustive]
pub struct Recipe<T> {
    /// Model.
    pub model: AnyModel<T>,
    /// Loss.
    pub loss: AnyLoss<T>,
    /// How a gradient becomes a step.
    pub optimizer: AnyOptimizer<T>,
    /// Scaler, schedule, penalty, clip, constraints.
    pub rules: AnyRules<T>,
    /// Monitoring of the fit, and what it may change.
    pub health: Health,
    /// Samples to an update; 1 learns online.
    pub batch: u16,
    /// Seed of the starting parameters.
    pub seed: u64,
    /// From which probability of class 1 (or which score, of a loss without probabilities) on
    /// class 1 is predicted, if not from the [link's own](crate::loss::Link::threshold). Finite.
    /// It changes no bit of the fit.
    pub threshold: Option<T>,
    /// Numbers that the fit is computed in. In a serialized recipe it comes behind all others, and
    /// only where it is not [`NumberType::Float`]; a reader of one takes it itself.
    #[cfg_attr(
        feature = "serde",
        serde(skip_deserializing, skip_serializing_if = "NumberType::is_float")
    )]
    pub number: NumberType,
}

impl<T: Real> Recipe<T> {
    /// A fit without rules that learns online from the seed 0, and is not monitored.
    pub const fn new(model: AnyModel<T>, loss: AnyLoss<T>, optimizer: AnyOptimizer<T>) -> Self {
        Self {
            model,
            loss,
            optimizer,
            rules: AnyRules::NONE,
            health: Health::OFF,
            batch: 1,
            seed: 0,
            threshold: None,
            number: NumberType::Float,
        }
    }

    /// This recipe with another model.
    #[must_use]
    pub const fn model(mut self, model: AnyModel<T>) -> Self {
        self.model = model;
        self
    }

    /// This recipe with another loss.
    #[must_use]
    pub const fn loss(mut self, loss: AnyLoss<T>) -> Self {
        self.loss = loss;
        self
    }

    /// This recipe with another optimizer.
    #[must_use]
    pub const fn optimizer(mut self, optimizer: AnyOptimizer<T>) -> Self {
        self.optimizer = optimizer;
        self
    }

    /// This recipe with all of these rules, and no others.
    #[must_use]
    pub const fn rules(mut self, rules: AnyRules<T>) -> Self {
        self.rules = rules;
        self
    }

    /// This recipe with this scaler.
    #[must_use]
    pub const fn scaling(self, scaling: Scaling) -> Self {
        let rules = self.rules.scaling(scaling);
        self.rules(rules)
    }

    /// This recipe with this schedule.
    #[must_use]
    pub const fn schedule(self, schedule: Schedule<T>) -> Self {
        let rules = self.rules.schedule(schedule);
        self.rules(rules)
    }

    /// This recipe with these penalties.
    #[must_use]
    pub const fn penalty(self, penalty: Penalty<T>) -> Self {
        let rules = self.rules.penalty(penalty);
        self.rules(rules)
    }

    /// This recipe with these limits on the gradient.
    #[must_use]
    pub const fn clip(self, clip: Clip<T>) -> Self {
        let rules = self.rules.clip(clip);
        self.rules(rules)
    }

    /// This recipe with the first `parameters` never trained.
    #[must_use]
    pub const fn frozen(self, parameters: u32) -> Self {
        let rules = self.rules.frozen(parameters);
        self.rules(rules)
    }

    /// This recipe with these bounds.
    #[must_use]
    pub const fn bounds(self, bounds: [Option<Bound<T>>; 8]) -> Self {
        let rules = self.rules.bounds(bounds);
        self.rules(rules)
    }

    /// This recipe with this monitoring.
    #[must_use]
    pub const fn health(mut self, health: Health) -> Self {
        self.health = health;
        self
    }

    /// This recipe with so many samples to an update.
    #[must_use]
    pub const fn batch(mut self, samples: u16) -> Self {
        self.batch = samples;
        self
    }

    /// This recipe with another seed.
    #[must_use]
    pub const fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// This recipe with this threshold of class 1; `None` for the link's own.
    #[must_use]
    pub const fn threshold(mut self, threshold: Option<T>) -> Self {
        self.threshold = threshold;
        self
    }

    /// This recipe in another number type.
    #[must_use]
    pub const fn number(mut self, number: NumberType) -> Self {
        self.number = number;
        self
    }

    /// Numbers in the arena of this fit, in floats.
    pub fn arena_len(&self) -> usize {
        Trainer::<_, _, _, _, &mut [T]>::arena_len(
            &self.model,
            &self.loss,
            &self.optimizer,
            &self.trainer_rules(),
            self.batch > 1,
        )
    }

    /// Words that the monitor of this fit needs, as
    /// [`Monitor::words_len`](crate::health::Monitor::words_len); 0 where nothing does.
    #[cfg(feature = "monitor")]
    pub fn monitor_len(&self) -> usize {
        if !self.health.is_on() {
            return 0;
        }
        let (model, loss, rules) = (&self.model, &self.loss, &self.trainer_rules());
        let state = Trainer::<_, _, _, _, &mut [T]>::state_len(model, loss, &self.optimizer, rules);
        let sizes = crate::model::Model::<T>::sizes(model);
        crate::health::words_len(self.health, sizes, loss.targets(sizes.outputs), state)
    }

    /// The rules of the trainer: a recovery restarts the schedule.
    fn trainer_rules(&self) -> AnyRules<T> {
        AnyRules {
            restartable: self.health.acts(),
            ..self.rules
        }
    }

    /// The class that a prediction stands for, of a recipe whose target is a class: the most
    /// probable one, or, of one number, class 1 from the threshold on.
    pub fn class_of(&self, prediction: &[T]) -> usize {
        metrics::class_of(prediction, self.threshold_of(prediction.len()))
    }

    /// Confusion matrix of the predictions of this fit, over `counts`: classes × classes of them,
    /// as [`Confusion::new`] takes them.
    ///
    /// ```
    /// use downhill::loss::{AnyLoss, CrossEntropy};
    /// use downhill::metrics::Meter;
    /// use downhill::model::{AnyModel, Linear};
    /// use downhill::optimizer::{AnyOptimizer, Sgd};
    /// use downhill::{Dyn, Recipe};
    ///
    /// let recipe = Recipe::new(
    ///     AnyModel::Linear(Linear::with_shape(Dyn(2), Dyn(1), Dyn(1))),
    ///     AnyLoss::CrossEntropy(CrossEntropy),
    ///     AnyOptimizer::Sgd(Sgd::new(0.1)),
    /// )
    /// .threshold(Some(0.2f32)); // a miss costs four times a false alarm
    /// let mut confusion = recipe.confusion([0u32; 4]);
    /// confusion.update(&[0.3], &[1.0]);
    /// assert_eq!((recipe.class_of(&[0.3]), confusion.count(1, 1)), (1, 1));
    /// ```
    pub fn confusion<C: AsRef<[u32]> + AsMut<[u32]>>(&self, counts: C) -> Confusion<T, C> {
        Confusion::new(counts, self.threshold_of(1))
    }

    /// Prediction of a single number from which on it stands for class 1; `None` where the target is no
    /// class.
    pub fn class_threshold(&self) -> Option<T> {
        let outputs = crate::model::Model::<T>::sizes(&self.model).outputs;
        // Between classes, and an amount and a count above 0 like any other.
        let is_amount = self.loss.accepts(T::from_f64(2.5), outputs);
        (!is_amount).then(|| self.threshold_of(outputs))
    }

    /// The threshold, or that of the link for so many outputs.
    fn threshold_of(&self, outputs: usize) -> T {
        let link = self.loss.link(outputs);
        self.threshold.unwrap_or(link.threshold())
    }

    /// Builds the trainer, its parameters drawn from the recipe's seed.
    ///
    /// # Errors
    /// As [`Trainer::with_rules`], [`Setting::Batch`] for a batch of 0 (or of 1, where the
    /// loss is of a batch as a whole), and
    /// [`Setting::Threshold`] for a threshold that is not finite, and [`Setting::NumberType`] for a
    /// recipe that is not of floats.
    pub fn build<A: Arena<Real = T>>(&self, arena: A) -> Result<AnyTrainer<A>, Fault> {
        self.check(arena.words().len())?;
        let rules = self.trainer_rules();
        let mut trainer = Trainer::with_rules(self.model, self.loss, self.optimizer, rules, arena)?;
        trainer.initialize(self.seed);
        Ok(trainer)
    }

    /// Makes another recipe's trainer this one's, in the arena that it has: what
    /// [`build`](Recipe::build) does, where there is no room for two trainers.
    ///
    /// # Errors
    /// As [`Recipe::build`]; then the trainer is as it was.
    pub fn rebuild<A: Arena<Real = T>>(&self, trainer: &mut AnyTrainer<A>) -> Result<(), Fault> {
        self.check(trainer.room())?;
        let rules = &self.trainer_rules();
        trainer.rebuild(&self.model, &self.loss, &self.optimizer, rules)?;
        trainer.initialize(self.seed);
        Ok(())
    }

    /// Checks that the trainer can be built in an arena of so many words.
    ///
    /// # Errors
    /// As [`Recipe::build`].
    pub fn check(&self, room: usize) -> Result<(), Fault> {
        if !self.number.is_float() {
            return Err(Fault::Setting(Setting::NumberType));
        }
        if self.batch == 0 || (self.batch == 1 && self.loss.pooled(&Pool::new()).is_some()) {
            return Err(Fault::Setting(Setting::Batch));
        }
        if self
            .threshold
            .is_some_and(|threshold| !threshold.is_finite())
        {
            return Err(Fault::Setting(Setting::Threshold));
        }
        if !self.health.is_possible() {
            return Err(Fault::Setting(Setting::Health));
        }
        let (need, got) = (self.arena_len(), room);
        if got < need {
            return Err(Fault::Arena {
                need: need as u32,
                got: got as u32,
            });
        }
        let (model, loss, rules) = (&self.model, &self.loss, &self.trainer_rules());
        Trainer::<_, _, _, _, &mut [T]>::check(model, loss, &self.optimizer, rules, room)
    }
}
