//! Queue of verdicts, and the conclusion of a fit.

use super::baseline::times;
use super::thresholds::{DEAD, OSCILLATING, STALE};
use super::verdict::bit;
use super::{Conclusion, Finding, Monitor, Severity, TrainerOf, Verdict};
use crate::{Arena, Real};

impl<T: Real, A: Arena<Real = T>> Monitor<A> {
    /// Takes the loss on validation samples at `step`.
    pub fn report(&mut self, step: u64, loss: T) {
        let beside = (self.course, self.baseline.loss);
        if let Some(finding) = self.validation.report(step, loss, beside) {
            self.advise(step, finding);
        }
    }

    /// How the fit has ended, by what was seen on the way.
    pub fn conclusion(&self, fit: &impl TrainerOf<T>) -> Conclusion<T> {
        let dead = self.dying.filter(|&(_, share)| share > DEAD);
        Conclusion {
            loss: self.level,
            baseline: self.baseline.loss,
            falling: self.stale == 0 && self.windows > 1,
            settled: self.stale >= STALE,
            oscillation: (self.cosine < T::from_f64(OSCILLATING)).then_some(self.cosine),
            errors: None,
            learning_rate: fit.trainer().base_learning_rate(),
            rate_factor: fit.trainer().halving_factor(),
            too_high: self.said & bit::TOO_HIGH != 0,
            dead: dead.map(|(layer, share)| Finding::DeadUnits { layer, share }),
        }
    }

    /// Emits the verdict on the end of the fit.
    pub fn conclude(&mut self, step: u64, conclusion: &Conclusion<T>) {
        let Verdict {
            severity, finding, ..
        } = conclusion.verdict(step);
        self.clear(finding.bit());
        self.emit(step, severity, finding);
    }

    /// The loss, in units of a constant guess's.
    pub(super) fn ratio(&self) -> f32 {
        times(self.level, self.baseline.loss)
    }

    /// Emits a failure, or advice where a recovery can still put it right.
    pub(super) fn fail(&mut self, step: u64, finding: Finding) {
        let severity = match self.health.recover && self.recovery.can_recover() {
            true => Severity::Advice,
            false => Severity::Failure,
        };
        self.emit(step, severity, finding);
    }

    /// Emits advice.
    pub(super) fn advise(&mut self, step: u64, finding: Finding) {
        self.emit(step, Severity::Advice, finding);
    }

    /// Queues a verdict, unless its finding has been emitted. The oldest ones are not
    /// lost: a full queue takes no more, and the finding is emitted the next time.
    pub(super) fn emit(&mut self, step: u64, severity: Severity, finding: Finding) {
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

    /// Lets findings be emitted once more.
    pub(super) fn clear(&mut self, bits: u32) {
        self.said &= !bits;
    }
}
