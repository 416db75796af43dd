use downhill::Real;
use downhill::optimizer::{AnyOptimizer, Batch, OPTIMIZERS, OptimizerFacts};
use downhill::registry::Choice;

use super::ScheduleSpec;
use super::choice::{Chosen, Family};

/// An optimizer, as `--optimizer` names it.
pub(crate) type OptimizerSpec = Chosen<OptimizerFacts>;

impl Family for OptimizerFacts {
    const WHAT: &'static str = "optimizer";
    const CHOICES: &'static [Choice<Self>] = OPTIMIZERS;
}

impl Default for OptimizerSpec {
    fn default() -> Self {
        Self::usual("adam")
    }
}

impl OptimizerSpec {
    /// The core's optimizer at this learning rate.
    pub(crate) fn build<T: Real>(self, rate: f64) -> AnyOptimizer<T> {
        let Choice { name, variant, .. } = *self.choice;
        AnyOptimizer::named(name, variant, rate, self.numbers()).expect("a name of the registry")
    }

    /// The learning rate where none is asked for.
    pub(crate) fn default_rate(self) -> f64 {
        self.choice.facts.rate
    }

    /// The schedule where none is asked for.
    pub(crate) fn default_schedule(self) -> ScheduleSpec {
        ScheduleSpec::usual(self.choice.facts.schedule)
    }

    /// True where it makes sense of whole sets of rows only.
    pub(crate) fn is_full_batch(self) -> bool {
        self.choice.facts.batch == Batch::All
    }
}
