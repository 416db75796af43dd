//! A fit on the host and what watches it.

use downhill::health::{Health, Monitor, Verdict};

use downhill::{Fault, Real, Step};

use crate::failure::Outcome;
use crate::plan::{HostTrainer, Memory, Plan};

/// A trainer, and the monitor beside it where the recipe asks for one.
pub(crate) struct Watched<T: Real> {
    pub(crate) trainer: HostTrainer<T>,
    pub(crate) monitor: Option<Monitor<Memory<T>>>,
}

impl<T: Real> Watched<T> {
    /// The fit of a plan at its start.
    pub(crate) fn new(plan: &Plan<T>) -> Outcome<Self> {
        Ok(Self::over(plan.trainer()?, plan.recipe.health))
    }

    /// A trainer, watched as its recipe asks.
    pub(crate) fn over(trainer: HostTrainer<T>, health: Health) -> Self {
        let monitor = health.is_on().then(|| {
            let need = Monitor::<Memory<T>>::words_len(health, &trainer);
            Monitor::new(health, &trainer, Memory::new(need))
        });
        // Cannot fail: the words are as many as are needed, and the recipe was built.
        let monitor = monitor.and_then(Result::ok);
        Self { trainer, monitor }
    }

    /// Learns from a sample, and lets the monitor see what became of it.
    #[inline(always)]
    pub(crate) fn learn(&mut self, batch: u16, sample: (&[T], &[T], T)) -> Result<Step<T>, Fault> {
        let (features, target, weight) = sample;
        let outcome = self.trainer.feed(batch, features, target, weight);
        if let Some(monitor) = &mut self.monitor {
            monitor.watch(&self.trainer, sample, &outcome);
            monitor.act(&mut self.trainer);
        }
        outcome
    }

    /// Learns from the batch under way, and lets the monitor see what became of it.
    pub(crate) fn apply(&mut self) -> Result<Step<T>, Fault> {
        let outcome = self.trainer.apply();
        if let Some(monitor) = &mut self.monitor {
            monitor.applied(&self.trainer, &outcome);
            monitor.act(&mut self.trainer);
        }
        outcome
    }

    /// Takes notice of the validation objective.
    pub(crate) fn report(&mut self, objective: T) {
        self.trainer.report(objective);
        if let Some(monitor) = &mut self.monitor {
            monitor.report(self.trainer.steps(), objective);
        }
    }

    /// Tells the monitor that the fit's state was changed from outside.
    pub(crate) fn keep(&mut self) {
        if let Some(monitor) = &mut self.monitor {
            monitor.keep(&self.trainer);
        }
    }

    /// Says how the fit has ended, by what the monitor has seen.
    pub(crate) fn conclude(&mut self) {
        let steps = self.trainer.steps();
        if let Some(monitor) = &mut self.monitor {
            monitor.conclude(steps, &monitor.ending(&self.trainer));
        }
    }

    /// Whether the fit goes on after a fault.
    pub(crate) fn forgives(&self) -> bool {
        let monitor = self.monitor.as_ref();
        monitor.is_some_and(|monitor| monitor.health().recover && monitor.can_recover())
    }

    /// The next verdict, if there is one.
    #[inline]
    pub(crate) fn verdict(&mut self) -> Option<Verdict> {
        self.monitor.as_mut()?.take()
    }
}
