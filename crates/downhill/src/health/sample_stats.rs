//! Statistics of single samples, and the alarm on the running loss.

use super::monitor::Sample;
use super::thresholds::{START, WINDOW};
use super::verdict::bit;
use super::{Finding, Monitor, PowerIteration, TrainerOf};
use crate::model::Model;
use crate::{Arena, Fault, Real, Step};

/// Loss, relative to a constant guess's, from which on a fit diverges.
const ASTRAY: f64 = 10.0;

impl<T: Real, A: Arena<Real = T>> Monitor<A> {
    #[inline(never)]
    pub(super) fn look(
        &mut self,
        fit: &impl TrainerOf<T>,
        sample: Option<Sample<'_, T>>,
        step: &Step<T>,
    ) {
        if self.started < START {
            if let Some(sample) = sample {
                self.start(fit, sample, step);
            }
            return;
        }
        if self.reference > T::ZERO {
            self.drift(step);
        }
        if self.level > self.danger {
            self.danger = T::MAX;
            self.wake();
            let ratio = self.ratio();
            self.fail(step.number, Finding::Diverging { ratio });
            self.diagnose(fit, step.number);
        }
        match self.left {
            2 => self.moves.begin(fit.trainer().parameters()),
            1 => self.moves.go_on(fit.trainer().parameters()),
            0 => {
                self.left = self.health.every.into();
                let Some(sample) = sample else { return };
                self.moves.end(fit.trainer().parameters());
                self.see(fit, sample);
                self.sum += self.level;
                self.course += (self.level - self.course) * T::from_f64(1.0 / 16.0);
                self.looks += 1;
                if self.looks == WINDOW {
                    self.window(fit, step.number);
                }
            }
            _ => {}
        }
    }

    /// The first steps: all are looked at, and their losses count in full.
    fn start(&mut self, fit: &impl TrainerOf<T>, sample: Sample<'_, T>, step: &Step<T>) {
        self.see(fit, sample);
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
            self.diagnose(fit, step.number);
        }
        if self.started == START {
            self.first_steepness = self.steepness * share;
            self.first_level = self.level;
            self.course = self.level;
            self.sum = T::ZERO;
            self.steepness = T::ZERO;
            self.left = self.health.every.into();
            self.arm();
            if !self.recovery.has_acted() {
                // These steps themselves may have led astray; a fit that was put back may take
                // its time.
                self.danger = self.danger.smaller(base * T::from_f64(ASTRAY));
                self.wake();
            }
        }
    }

    /// Takes in features, gradient and target of the last step.
    fn see(&mut self, fit: &impl TrainerOf<T>, (features, target, weight): Sample<'_, T>) {
        let Some(pieces) = self.lengths.cut(self.words.words_mut()) else {
            return;
        };
        let Some(trace) = fit.trainer().trace() else {
            return;
        };
        let (inputs, scaled) = match trace.features {
            [] => (features, target),
            features => (features, trace.target),
        };
        self.features.look(pieces.features, inputs);
        PowerIteration::resume(pieces.power).learn(inputs);
        let mut flow = self.layers.sink(pieces.alive);
        let model = fit.trainer().model();
        model.gradient(inputs, trace.tape, trace.slopes, &mut flow);
        let steepness = flow.end().sqrt() / fit.trainer().gain();
        if steepness.is_finite() {
            self.steepness += steepness;
        }
        let room = (pieces.guess, pieces.means);
        self.baseline.see(target);
        self.baseline
            .learn(fit.trainer().loss(), room, scaled, weight);
    }

    /// Sets the alarm by what the loss has been and what a constant guess's is.
    pub(super) fn arm(&mut self) {
        self.floor = self.baseline.loss;
        let base = self.baseline.loss.larger(self.level.smaller(self.best));
        self.danger = base * T::from_f64(ASTRAY);
        self.wake();
    }

    /// Sets when to look: at danger, or always where a drift detector wants every loss.
    pub(super) fn wake(&mut self) {
        self.alarm = match self.reference > T::ZERO {
            true => -T::ONE,
            false => self.danger,
        };
    }

    /// A sample that was refused.
    #[cold]
    #[inline(never)]
    pub(super) fn refused(
        &mut self,
        fit: &impl TrainerOf<T>,
        (features, _, _): Sample<'_, T>,
        fault: Fault,
    ) {
        let step = fit.trainer().steps();
        let sample = self.samples;
        match fault {
            Fault::Feature { .. } | Fault::Target { .. } | Fault::Weight => {
                self.recovery.skipped = self.recovery.skipped.saturating_add(1);
                self.fail(step, Finding::NonFinite { fault, sample });
            }
            Fault::Prediction | Fault::Loss | Fault::Gradient | Fault::Update => {
                self.recovery.skipped = self.recovery.skipped.saturating_add(1);
                if let (Some(pieces), Some(trace)) = (
                    self.lengths.cut(self.words.words_mut()),
                    fit.trainer().trace(),
                ) {
                    let inputs = match trace.features {
                        [] => features,
                        features => features,
                    };
                    self.features.look(pieces.features, inputs);
                }
                self.fail(step, Finding::NonFinite { fault, sample });
                self.diagnose(fit, step);
            }
            // The caller's own mistakes, of which the fit knows nothing.
            _ => {}
        }
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
            (self.windows, self.best) = (0, T::MAX);
            self.recovery.drifted = true;
            let detector = drift.detector;
            self.clear(bit::DRIFT);
            self.advise(step.number, Finding::Drift { detector });
        }
    }
}
