//! A fit: a trainer and its monitor, driven by commands.
//!
//! Firmware, the host command, its replay and the exact twin of a board all execute the same
//! [`Command`]s on the same [`Fit`]: what a board does is what its twin does because it is one
//! function.
//!
//! ```
//! use downhill::fit::{Command, Fit};
//! use downhill::health::Health;
//! use downhill::rules::Scaling;
//! use downhill::{Const, Trainer, loss::Squared, model::Linear, optimizer::Sgd};
//! # fn main() -> Result<(), downhill::Fault> {
//! type Thermometer = Trainer<Linear<Const<1>>, Squared, Sgd<f32>, Scaling, [f32; 32]>;
//! let (model, optimizer) = (Linear::new(), Sgd::new(0.1));
//! let trainer = Thermometer::with_rules(model, Squared, optimizer, Scaling::STANDARD, [0.0; 32])?;
//! let mut fit = Fit::monitored(trainer, 1, Health::every(16), [0.0; 32])?;
//!
//! // Raw readings of 600 to 1560 millivolts: the scaler learns them first.
//! let samples = (0..100).map(|k| ([600.0 + (k % 17) as f32 * 60.0], [(k % 17) as f32]));
//! for (features, target) in samples.clone() {
//!     fit.execute(Command::FitScaler { features: &features, target: &target })?;
//! }
//! fit.execute(Command::FreezeScaler)?;
//! for (features, target) in samples {
//!     fit.observe(&features, &target, 1.0)?; // `Command::Sample`, without a match
//! }
//! let step = fit.execute(Command::Finish)?;
//! assert_eq!(step.number, 100);
//! assert!((fit.trainer.predict(&[1200.0])?[0] - 10.0).abs() < 0.1);
//! assert!(fit.verdict().is_some()); // how it ended
//! # Ok(())
//! # }
//! ```

mod command;
mod monitoring;

pub use command::Command;
pub use monitoring::Monitoring;

#[cfg(feature = "checkpoint")]
use crate::checkpoint::{self, Checkpoint};
use crate::health::{Health, Monitor, Verdict};
use crate::loss::{AnyLoss, Loss};
use crate::model::{AnyModel, Model};
use crate::optimizer::{AnyOptimizer, Optimizer};
use crate::rules::{AnyRules, Rules};
use crate::{Arena, Fault, Real, Step, Trainer};

/// A [`Trainer`] and, where it is [monitored](Monitoring), a [`Monitor`] that sees every step and
/// acts on the trainer if its [`Health`] lets it.
///
/// Whoever changes the trainer directly leaves the monitor behind: use
/// [commands](Fit::execute), [`observe`](Fit::observe) and [`resume`](Fit::resume). A checkpoint
/// holds the trainer, what the monitor did to it included, and not what the monitor has seen: a
/// fit that is resumed or restarted is monitored anew.
#[derive(Debug)]
pub struct Fit<M, L, O, R = (), A: Arena = &'static mut [f32], W = ()> {
    /// Parameters and everything that moves them.
    pub trainer: Trainer<M, L, O, R, A>,
    /// `()`, or the monitor if there is one.
    pub monitor: W,
    /// Samples to an update; 0 and 1 learn online.
    pub batch: u16,
}

/// The fit of a [`Recipe`](crate::Recipe): every part chosen at run time. `B` are the monitor's
/// words.
pub type AnyFit<A, B = A> = Fit<
    AnyModel<<A as Arena>::Real>,
    AnyLoss<<A as Arena>::Real>,
    AnyOptimizer<<A as Arena>::Real>,
    AnyRules<<A as Arena>::Real>,
    A,
    Option<Monitor<B>>,
>;

impl<M, L, O, R, A: Arena> Fit<M, L, O, R, A> {
    /// A fit that nothing monitors, with this many samples to an update.
    pub const fn new(trainer: Trainer<M, L, O, R, A>, batch: u16) -> Self {
        Self {
            trainer,
            monitor: (),
            batch,
        }
    }
}

impl<M, L, O, R, A, B> Fit<M, L, O, R, A, Option<Monitor<B>>>
where
    A: Arena,
    B: Arena<Real = A::Real>,
    M: Model<A::Real>,
    L: Loss<A::Real>,
    O: Optimizer<A::Real>,
    R: Rules<A::Real>,
{
    /// A fit with a monitor in these words, or without one where `health` is
    /// [off](Health::OFF). Where `health` acts, the trainer's rules keep a
    /// [restartable schedule](crate::rules::RestartableSchedule).
    ///
    /// # Errors
    /// As [`Monitor::new`].
    pub fn monitored(
        trainer: Trainer<M, L, O, R, A>,
        batch: u16,
        health: Health,
        words: B,
    ) -> Result<Self, Fault> {
        let monitor = match health.is_on() {
            true => Some(Monitor::new(health, &trainer, words)?),
            false => None,
        };
        Ok(Self {
            trainer,
            monitor,
            batch,
        })
    }
}

impl<M, L, O, R, A, W> Fit<M, L, O, R, A, W>
where
    A: Arena,
    M: Model<A::Real>,
    L: Loss<A::Real>,
    O: Optimizer<A::Real>,
    R: Rules<A::Real>,
    W: Monitoring<A::Real>,
{
    /// [Numbers in the arena](Trainer::ARENA) of a fit with compile-time shapes.
    pub const ARENA: usize = Trainer::<M, L, O, R, A>::ARENA;

    /// Executes a command and returns how far the fit is: its number of updates, and the loss of
    /// the sample, or the mean over the batch that was applied; 0 for what learns from no sample.
    ///
    /// Inlined, so that a command that is written out where it is given costs no match.
    ///
    /// # Errors
    /// Those of the [`Trainer`], and [`Fault::Loss`] for a validation loss that is not finite;
    /// then nothing in the trainer has changed, unless the monitor recovers.
    #[inline(always)]
    pub fn execute(&mut self, command: Command<'_, A::Real>) -> Result<Step<A::Real>, Fault> {
        match command {
            Command::Sample {
                features,
                target,
                weight,
            } => return self.observe(features, target, weight),
            Command::ApplyBatch => return self.apply_batch(),
            Command::FitScaler { features, target } => self.trainer.fit_scaler(features, target)?,
            Command::FreezeScaler => {
                self.trainer.freeze_scaler();
                self.keep();
            }
            Command::ReportValidation { loss } => {
                if !loss.is_finite() {
                    return Err(Fault::Loss);
                }
                self.trainer.report(loss);
                if let Some(monitor) = self.monitor.monitor_mut() {
                    monitor.report(self.trainer.steps(), loss);
                }
            }
            Command::Restore { state, steps } => {
                self.trainer.restore(state, steps)?;
                self.keep();
            }
            Command::Restart { seed } => {
                self.trainer.restart(seed);
                self.monitor.restart(&self.trainer);
            }
            Command::Finish => {
                self.trainer.finish();
                if let Some(monitor) = self.monitor.monitor_mut() {
                    let ending = monitor.conclusion(&self.trainer);
                    monitor.conclude(self.trainer.steps(), &ending);
                }
            }
        }
        Ok(Step {
            number: self.trainer.steps(),
            loss: A::Real::ZERO,
        })
    }

    /// Executes [`Command::Sample`].
    ///
    /// # Errors
    /// As [`Trainer::feed`].
    #[inline(always)]
    pub fn observe(
        &mut self,
        features: &[A::Real],
        target: &[A::Real],
        weight: A::Real,
    ) -> Result<Step<A::Real>, Fault> {
        let outcome = self.trainer.feed(self.batch, features, target, weight);
        if let Some(monitor) = self.monitor.monitor_mut() {
            monitor.watch(&self.trainer, (features, target, weight), &outcome);
            monitor.act(&mut self.trainer);
        }
        outcome
    }

    fn apply_batch(&mut self) -> Result<Step<A::Real>, Fault> {
        let outcome = self.trainer.apply();
        if let Some(monitor) = self.monitor.monitor_mut() {
            monitor.applied(&self.trainer, &outcome);
            monitor.act(&mut self.trainer);
        }
        outcome
    }

    /// Informs the monitor that the state was changed from outside.
    fn keep(&mut self) {
        if let Some(monitor) = self.monitor.monitor_mut() {
            monitor.keep(&self.trainer);
        }
    }

    /// Goes on where a checkpoint of the same kind of fit stopped, monitored anew.
    ///
    /// # Errors
    /// As [`Trainer::resume`]; then nothing has changed.
    #[cfg(feature = "checkpoint")]
    pub fn resume(&mut self, saved: &Checkpoint<'_>) -> Result<(), checkpoint::Error> {
        self.trainer.resume(saved)?;
        self.monitor.restart(&self.trainer);
        Ok(())
    }

    /// The next verdict, if the fit is monitored and there is one.
    #[inline]
    pub fn verdict(&mut self) -> Option<Verdict> {
        self.monitor.monitor_mut()?.take()
    }

    /// Returns `true` if the fit goes on after a fault: the monitor has rolled it back, or skipped
    /// a sample.
    pub fn can_recover(&self) -> bool {
        let monitor = self.monitor.monitor();
        monitor.is_some_and(|monitor| monitor.health().recover && monitor.can_recover())
    }
}

impl<T: Real> crate::Recipe<T> {
    /// Builds the trainer and, where the recipe asks for one, its monitor in `words`, of which it
    /// needs [`monitor_len`](crate::Recipe::monitor_len).
    ///
    /// # Errors
    /// As [`build`](crate::Recipe::build) and [`Monitor::new`].
    pub fn build_fit<A, B>(&self, arena: A, words: B) -> Result<AnyFit<A, B>, Fault>
    where
        A: Arena<Real = T>,
        B: Arena<Real = T>,
    {
        Fit::monitored(self.build(arena)?, self.batch, self.health, words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::health::Finding;
    use crate::loss::Squared;
    use crate::model::Linear;
    use crate::optimizer::Sgd;
    use crate::rules::RestartableSchedule;
    use crate::{Const, Fingerprint};

    type Line = Trainer<Linear<Const<1>>, Squared, Sgd<f32>, RestartableSchedule<f32>, [f32; 16]>;
    type Words = Option<Monitor<[f32; 64]>>;
    type Monitored =
        Fit<Linear<Const<1>>, Squared, Sgd<f32>, RestartableSchedule<f32>, [f32; 16], Words>;

    fn line() -> Line {
        let (model, optimizer) = (Linear::new(), Sgd::new(0.1));
        Line::with_rules(
            model,
            Squared,
            optimizer,
            RestartableSchedule::default(),
            [0.0; 16],
        )
        .unwrap()
    }

    const RECOVERING: Health = Health {
        recover: true,
        ..Health::every(4)
    };

    fn monitored() -> Monitored {
        Fit::monitored(line(), 1, RECOVERING, [0.0; 64]).unwrap()
    }

    fn sample<'a>(features: &'a [f32], target: &'a [f32]) -> Command<'a, f32> {
        Command::Sample {
            features,
            target,
            weight: 1.0,
        }
    }

    /// Where it would not, the fit would go back to where it was before.
    #[test]
    fn a_fit_that_is_restored_recovers_to_what_it_was_restored_to() {
        let mut fit = monitored();
        let state = {
            let mut other = line();
            for _ in 0..20 {
                other.observe(&[1.0], &[3.0]).unwrap();
            }
            other.state().to_vec()
        };
        fit.execute(Command::Restore {
            state: &state,
            steps: 20,
        })
        .unwrap();
        assert_eq!(fit.trainer.steps(), 20);
        // Too large for an update: the fit is put back.
        assert!(fit.execute(sample(&[1e30], &[0.0])).is_err());
        assert!(fit.can_recover());
        assert_eq!(fit.trainer.parameters(), &state[..2]);
    }

    #[test]
    fn a_fit_that_is_restarted_is_as_new_to_its_monitor() {
        let told = |fit: &mut Monitored| {
            let refused = fit.execute(sample(&[f32::NAN], &[0.0]));
            (refused, fit.verdict().map(|verdict| verdict.finding))
        };
        let mut fit = monitored();
        let first = told(&mut fit);
        assert!(matches!(first.1, Some(Finding::NonFinite { .. })));
        assert_eq!(told(&mut fit).1, None);
        fit.execute(Command::Restart { seed: 1 }).unwrap();
        assert_eq!(told(&mut fit), first);
    }

    #[test]
    fn a_validation_loss_that_is_not_finite_is_refused() {
        let mut fit = monitored();
        for loss in [f32::NAN, f32::INFINITY] {
            let refused = fit.execute(Command::ReportValidation { loss });
            assert_eq!(refused, Err(Fault::Loss));
        }
        assert_eq!(fit.trainer.fingerprint(), line().fingerprint());
    }

    #[test]
    fn a_monitor_that_only_looks_changes_no_bit() {
        let mut bare = Fit::new(line(), 2);
        let health = Health::every(4);
        let mut watched = Fit::monitored(line(), 2, health, [0.0; 64]).unwrap();
        let mut both = |command: Command<'_, f32>| -> Fingerprint {
            assert_eq!(bare.execute(command), watched.execute(command));
            assert_eq!(bare.trainer.fingerprint(), watched.trainer.fingerprint());
            bare.trainer.fingerprint()
        };
        let start = both(Command::FreezeScaler);
        for k in 0..33u8 {
            both(sample(&[f32::from(k % 5)], &[f32::from(k % 3)]));
        }
        assert_ne!(both(Command::ApplyBatch), start);
        both(Command::ReportValidation { loss: 0.5 });
        both(Command::Finish);
        assert_eq!(both(Command::Restart { seed: 0 }), start);
        assert!(watched.verdict().is_none() && bare.verdict().is_none());
    }
}
