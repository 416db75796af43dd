use super::verdict::bit;
use super::{Finding, Monitor, Reaction, Severity, TrainerOf};
use crate::{Arena, Real, kernel};

/// Largest move of a parameter off a saddle.
const NUDGE: f64 = 0.05;

impl<T: Real, A: Arena<Real = T>> Monitor<A> {
    /// Does what [`Health`](super::Health) allows and the verdicts call for. To be called after
    /// each [`watch`](Monitor::watch):
    ///
    /// - with `recover`, a fit that diverges or meets a number that is not finite goes back to
    ///   its last good state, one whose loss was near the best, with a quarter of the rate, and less
    ///   each time in a row; one whose units no longer learn is initialized anew and watched from its own
    ///   start, with a quarter of the rate; one that stands on a saddle is moved a little. A sample
    ///   that is refused for its own numbers is skipped and counted, and that is all.
    /// - with `drift`, the schedule begins anew where data drifts, which undoes what a recovery took
    ///   off the learning rate, and the optimizer's state is cleared where the reaction says so.
    ///
    /// The learning rate changes only if the trainer's rules have a
    /// [`RestartableSchedule`](crate::rules::RestartableSchedule).
    pub fn act(&mut self, fit: &mut impl TrainerOf<T>) {
        let (health, step) = (self.health(), fit.trainer().steps());
        if self.recovery.drifted {
            self.recovery.drifted = false;
            if let Some(drift) = health.drift {
                fit.trainer_mut().restart_schedule();
                if drift.reaction == Reaction::Reset {
                    fit.trainer_mut().reset_optimizer();
                }
            }
        }
        if !health.recover {
            return;
        }
        if self.recovery.roll_back && self.recovery.can_recover() {
            self.roll_back(fit, step);
        } else if self.recovery.draw_anew && self.recovery.can_recover() {
            fit.trainer_mut().initialize(step);
            fit.trainer_mut().reset_optimizer();
            (self.recovery.kept, self.recovery.since) = (step, 0);
            kernel::copy(fit.trainer().state(), self.kept());
            self.roll_back(fit, step);
            self.begin();
        } else if self.recovery.leave {
            fit.trainer_mut().perturb(step, T::from_f64(NUDGE));
            self.clear(bit::SADDLE | bit::PERTURBED);
            self.emit(step, Severity::Advice, Finding::Perturbed);
        } else if self.recovery.keep {
            kernel::copy(fit.trainer().state(), self.kept());
            (self.recovery.kept, self.recovery.since) = (step, 0);
        }
        self.recovery.keep = false;
        self.recovery.leave = false;
        self.recovery.draw_anew = false;
        self.recovery.roll_back = false;
    }

    /// Puts the fit back to its last good state, and slows it down: once more each time.
    fn roll_back(&mut self, fit: &mut impl TrainerOf<T>, step: u64) {
        let to = self.recovery.kept;
        // Cannot fail: the state was the fit's own.
        let _ = fit.trainer_mut().restore(self.kept(), step);
        self.recovery.tries += 1;
        self.recovery.since += 1;
        for _ in 0..2 * self.recovery.since {
            fit.trainer_mut().halve_rate();
        }
        self.calm();
        self.emit(step, Severity::Advice, Finding::RolledBack { to });
    }
}
