use downhill::fit::Command;
use downhill::metrics::{Meter, Regression};
use downhill::{Fault, Step};
use downhill_link::{Alert, CommandError, Counters, Event, Mode, Numbers, Scores, SensorFault};
use embedded_hal::digital::OutputPin;

use crate::log::log;
use crate::staging::{count_skipped, count_step};
use crate::waiting::{Sample, Waiting};
use crate::watch::{Limits, Watch};
use crate::worker::{Tell, count};
use crate::{ErasedFit, Reference, Sensor};

/// A fit that lives with a sensor: it asks the sensor, lets samples wait for their targets,
/// predicts, compares and learns as its [`Mode`] says, and raises an alarm when something is
/// wrong.
///
/// `N` features and `M` targets make a sample, of which up to `W` wait. The alarm pin is high
/// while the sensor gives nothing worth learning from, and while the last prediction that was
/// compared was farther from its target than the limit. Errors of the pin are counted.
#[derive(Debug)]
pub struct Learner<F, S, R, P, const N: usize, const M: usize, const W: usize> {
    fit: F,
    /// From how many samples the scaler learns before the fit does.
    survey: u32,
    sensor: S,
    reference: R,
    alarm: P,
    watch: Watch<N>,
    waiting: Waiting<N, M, W>,
    meter: Regression<f32>,
    fade: f32,
    mode: Mode,
    /// Turns that the sensor still gets; none for no end.
    left: Option<u32>,
    /// The number of the sample that was taken last.
    taken: u32,
    /// How far a prediction may be from its target.
    limit: f32,
    far: bool,
    trouble: Option<SensorFault>,
}

impl<F, S, R, P, const N: usize, const M: usize, const W: usize> Learner<F, S, R, P, N, M, W>
where
    F: ErasedFit,
    S: Sensor<N>,
    R: Reference<N, M>,
    P: OutputPin,
{
    /// A learner that asks its sensor whenever it gets a turn, in [`Mode::Learn`].
    ///
    /// # Errors
    /// [`Fault::Length`] where the fit does not take `N` features and `M` targets.
    pub fn new(fit: F, sensor: S, reference: R, mut alarm: P) -> Result<Self, Fault> {
        let (features, targets) = fit.widths();
        for (need, got) in [(features, N), (targets, M)] {
            if need != got {
                let (need, got) = (need as u32, got as u32);
                return Err(Fault::Length { need, got });
            }
        }
        // An error shows when the alarm is raised, and is counted then.
        let _ = alarm.set_low();
        Ok(Self {
            fit,
            survey: 0,
            sensor,
            reference,
            alarm,
            watch: Watch::new(Limits::default()),
            waiting: Waiting::new(),
            meter: Regression::new(),
            fade: 1.0,
            mode: Mode::default(),
            left: None,
            taken: 0,
            limit: f32::INFINITY,
            far: false,
            trouble: None,
        })
    }

    /// Lets the scaler learn from the first so many samples with a target, and only then the fit.
    #[must_use]
    pub fn survey(mut self, samples: u32) -> Self {
        self.survey = samples;
        self
    }

    /// Refuses what a healthy sensor would not give.
    #[must_use]
    pub fn limits(mut self, limits: Limits<N>) -> Self {
        self.watch = Watch::new(limits);
        self
    }

    /// Lets a target come this many samples after its own at the latest.
    #[must_use]
    pub fn patience(mut self, samples: u32) -> Self {
        self.waiting.set_patience(samples);
        self
    }

    /// Raises the alarm when a prediction is farther than this from its target, in the target's
    /// units.
    #[must_use]
    pub fn anomaly(mut self, limit: f32) -> Self {
        self.limit = limit;
        self
    }

    /// Lets each comparison count `fade` times as much as the one after it; above 0, at most 1.
    #[must_use]
    pub fn fading(mut self, fade: f32) -> Self {
        self.fade = fade;
        self.meter = Regression::fading(fade);
        self
    }

    /// Begins in this mode.
    #[must_use]
    pub fn mode(mut self, mode: Mode) -> Self {
        self.set_mode(mode);
        self
    }

    /// Goes on in this mode.
    pub fn set_mode(&mut self, mode: Mode) {
        self.mode = mode;
    }

    /// Begins stopped: the sensor is asked only after [`start`](Learner::start).
    #[must_use]
    pub fn stopped(mut self) -> Self {
        self.stop();
        self
    }

    /// Gives the sensor this many turns, or all of them if 0.
    pub fn start(&mut self, turns: u32) {
        self.left = (turns > 0).then_some(turns);
    }

    /// Gives the sensor no more turns.
    pub fn stop(&mut self) {
        self.left = Some(0);
        log!(info, "stopped after {} steps", self.fit.steps());
        for (index, parameter) in (0u32..).zip(self.fit.parameters()) {
            log!(info, "parameter {}: {}", index, parameter);
        }
        if self.meter.count() > 0.0 {
            let (error, count) = (self.meter.mae(), self.meter.count());
            log!(info, "mean error {} over {}", error, count);
        }
    }

    /// The fit.
    pub fn fit(&self) -> &F {
        &self.fit
    }

    /// The fit.
    pub fn fit_mut(&mut self) -> &mut F {
        &mut self.fit
    }

    /// The number of the sample that was taken last, 0 before the first.
    pub fn taken(&self) -> u32 {
        self.taken
    }

    /// What is wrong with the sensor, if anything.
    pub fn trouble(&self) -> Option<SensorFault> {
        self.trouble
    }

    /// How good the predictions were.
    pub fn scores(&self) -> Scores {
        Scores {
            count: self.meter.count(),
            mae: self.meter.mae(),
            rmse: self.meter.rmse(),
            max_error: self.meter.max_error(),
        }
    }

    /// Begins anew: the fit as drawn from this seed, no sample waiting, nothing compared.
    pub fn restart(&mut self, seed: u64) {
        // Cannot fail: there is nothing in it to refuse.
        let _ = self.fit.execute(Command::Restart { seed });
        self.waiting.clear();
        self.meter = Regression::fading(self.fade);
    }

    /// Asks the sensor, if it is to be asked; whether it was.
    pub fn turn(&mut self, counters: &mut Counters, tell: &mut Tell<'_>) -> bool {
        match &mut self.left {
            Some(0) => return false,
            Some(left) => *left -= 1,
            None => {}
        }
        counters.turns = counters.turns.saturating_add(1);
        let found = match self.watch.check(self.sensor.read()) {
            Ok(Some(features)) => self.take(features, counters, tell).map(|()| true),
            Ok(None) => Ok(false),
            Err(fault) => Err(fault),
        };
        match found {
            Ok(true) => self.recover(counters, tell),
            Ok(false) => {}
            Err(fault) => self.suffer(fault, counters, tell),
        }
        if self.left == Some(0) {
            self.stop();
        }
        true
    }

    /// A good sample. The error is the reference's.
    fn take(
        &mut self,
        features: [f32; N],
        counters: &mut Counters,
        tell: &mut Tell<'_>,
    ) -> Result<(), SensorFault> {
        self.taken = self.taken.wrapping_add(1);
        let mut prediction = None;
        if self.mode.predicts() {
            match self.fit.predict(&features) {
                Ok(outputs) => prediction = outputs.first_chunk().copied(),
                Err(Fault::Scaler) if self.survey > 0 => {}
                Err(fault) => self.refuse(fault, counters, tell),
            }
        }
        tell.say(Event::SampleTaken {
            sample: self.taken,
            features: Numbers::new(&features),
            prediction: Numbers::new(prediction.as_ref().map_or(&[], |p| p.as_slice())),
        });
        if !self.mode.waits() {
            return Ok(());
        }
        let sample = Sample {
            number: self.taken,
            features,
            prediction,
        };
        let label = self.reference.label(&features);
        if let Ok(Some(target)) = label {
            if let Err(fault) = self.learn(&sample, &target, counters, tell) {
                self.refuse(fault, counters, tell);
            }
        } else {
            let expired = self.waiting.push(sample);
            counters.expired = counters.expired.saturating_add(expired);
        }
        label.map(|_| ())
    }

    /// Gives the target of a sample that waits.
    ///
    /// # Errors
    /// [`CommandError::NoSample`] where none of this number waits, [`Fault::Length`], and what the
    /// fit refuses; then the sample goes on waiting.
    pub fn label(
        &mut self,
        sample: u32,
        target: &Numbers<'_>,
        counters: &mut Counters,
        tell: &mut Tell<'_>,
    ) -> Result<f32, CommandError> {
        let mut numbers = [0.0; M];
        if !target.copy_to(&mut numbers) {
            let (need, got) = (M as u32, target.len() as u32);
            return Err(Fault::Length { need, got }.into());
        }
        let sample = self.waiting.get(sample).ok_or(CommandError::NoSample)?;
        let loss = self.learn(&sample, &numbers, counters, tell)?;
        self.waiting.remove(sample.number);
        Ok(loss)
    }

    /// Learns from a sample and compares its prediction, as far as the mode says; the loss.
    fn learn(
        &mut self,
        sample: &Sample<N, M>,
        target: &[f32; M],
        counters: &mut Counters,
        tell: &mut Tell<'_>,
    ) -> Result<f32, Fault> {
        if let Some(index) = target.iter().position(|number| !number.is_finite()) {
            let index = index as u16;
            return Err(Fault::Target { index });
        }
        let mut loss = 0.0;
        if self.mode.learns() {
            let before = self.fit.steps();
            let step = match self.fit.execute(Command::Sample {
                features: &sample.features,
                target,
                weight: 1.0,
            }) {
                Err(Fault::Scaler) if self.survey > 0 => {
                    let step = self.scale(sample, target)?;
                    self.tell_learned(sample, target, step, tell);
                    return Ok(step.loss);
                }
                outcome => outcome?,
            };
            counters.samples = counters.samples.saturating_add(1);
            if step.number > before {
                count_step(step.number, counters);
            }
            loss = step.loss;
            self.tell_learned(sample, target, step, tell);
            if tell.topics().verdicts
                && let Some(verdict) = self.fit.verdict()
            {
                let sample = self.taken;
                tell.say(Event::Verdict { sample, verdict });
            }
        }
        if let Some(prediction) = sample.prediction {
            self.compare(&prediction, target, counters, tell);
        }
        Ok(loss)
    }

    /// Lets the scaler learn from a sample, and freezes it when it has seen enough.
    fn scale(&mut self, sample: &Sample<N, M>, target: &[f32; M]) -> Result<Step<f32>, Fault> {
        let features = &sample.features;
        let step = self.fit.execute(Command::FitScaler { features, target })?;
        if self.fit.scaler_samples() >= self.survey {
            self.fit.execute(Command::FreezeScaler)?;
            log!(info, "the scaler is frozen");
        }
        Ok(step)
    }

    fn tell_learned(
        &self,
        sample: &Sample<N, M>,
        target: &[f32; M],
        step: Step<f32>,
        tell: &mut Tell<'_>,
    ) {
        if !tell.topics().steps {
            return;
        }
        tell.say(Event::Learned {
            sample: sample.number,
            step: step.number,
            loss: step.loss,
            fingerprint: self.fit.fingerprint(),
            features: Numbers::new(&sample.features),
            target: Numbers::new(target),
        });
    }

    fn compare(
        &mut self,
        prediction: &[f32; M],
        target: &[f32; M],
        counters: &mut Counters,
        tell: &mut Tell<'_>,
    ) {
        self.meter.update(prediction, target);
        let mut errors = prediction.iter().zip(target).map(|(p, y)| (p - y).abs());
        let far = errors.any(|error| error > self.limit);
        if far == self.far {
            return;
        }
        self.far = far;
        self.signal(counters);
        let alert = if far { Alert::Anomaly } else { Alert::Usual };
        self.say(alert, tell);
    }

    fn suffer(&mut self, fault: SensorFault, counters: &mut Counters, tell: &mut Tell<'_>) {
        counters.sensor.count(fault);
        if self.trouble == Some(fault) {
            return;
        }
        self.trouble = Some(fault);
        self.signal(counters);
        self.say(Alert::Sensor(fault), tell);
    }

    fn recover(&mut self, counters: &mut Counters, tell: &mut Tell<'_>) {
        if self.trouble.take().is_some() {
            self.signal(counters);
            self.say(Alert::Recovered, tell);
        }
    }

    fn refuse(&mut self, fault: Fault, counters: &mut Counters, tell: &mut Tell<'_>) {
        count_skipped(counters);
        self.say(Alert::Refused(fault), tell);
    }

    fn say(&self, alert: Alert, tell: &mut Tell<'_>) {
        log!(warn, "{}", alert);
        tell.say(Event::Alert {
            sample: self.taken,
            alert,
        });
    }

    /// Sets the alarm pin.
    fn signal(&mut self, counters: &mut Counters) {
        let on = self.far || self.trouble.is_some();
        if self.alarm.set_state(on.into()).is_err() {
            count(&mut counters.pin);
        }
    }
}
