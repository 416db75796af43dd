//! A recipe: one value that describes a fit completely.

use serde::{Deserialize, Serialize};

use crate::loss::AnyLoss;
use crate::model::AnyModel;
use crate::optimizer::AnyOptimizer;
use crate::rules::AnyRules;
use crate::{Arena, Fault, Real, Setting, Trainer};

/// The trainer that a recipe builds: every part chosen at run time.
pub type AnyTrainer<A> = Trainer<
    AnyModel,
    AnyLoss<<A as Arena>::Real>,
    AnyOptimizer<<A as Arena>::Real>,
    AnyRules<<A as Arena>::Real>,
    A,
>;

/// Everything that describes a fit, but for its data. The host command, the firmware and the
/// tests build the same trainer from it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Recipe<T> {
    /// What maps features to outputs.
    pub model: AnyModel,
    /// What is minimised.
    pub loss: AnyLoss<T>,
    /// How a gradient becomes a step.
    pub optimizer: AnyOptimizer<T>,
    /// Scaler, schedule, penalty, clip, constraints.
    pub rules: AnyRules<T>,
    /// Samples to an update; 1 learns online.
    pub batch: u16,
    /// What the starting parameters are drawn from.
    pub seed: u64,
}

impl<T: Real> Recipe<T> {
    /// How many numbers the arena of this fit holds.
    pub fn arena_len(&self) -> usize {
        Trainer::<_, _, _, _, &mut [T]>::arena_len(
            &self.model,
            &self.loss,
            &self.optimizer,
            &self.rules,
            self.batch > 1,
        )
    }

    /// Builds the trainer, its parameters drawn from the recipe's seed.
    ///
    /// # Errors
    /// As [`Trainer::with_rules`], and [`Setting::Batch`] for a batch of 0.
    pub fn build<A: Arena<Real = T>>(&self, arena: A) -> Result<AnyTrainer<A>, Fault> {
        if self.batch == 0 {
            return Err(Fault::Setting(Setting::Batch));
        }
        let (need, got) = (self.arena_len(), arena.words().len());
        if got < need {
            return Err(Fault::Arena {
                need: need as u32,
                got: got as u32,
            });
        }
        let mut trainer =
            Trainer::with_rules(self.model, self.loss, self.optimizer, self.rules, arena)?;
        trainer.initialise(self.seed);
        Ok(trainer)
    }
}
