use downhill::fit::Command;
use downhill::metrics::{Meter, Regression};
use downhill::{Fault, Step};
use downhill_link::{Alert, CommandError, Counters, Event, Mode, Numbers, Scores, SensorFault};
use embedded_hal::digital::OutputPin;

use crate::log::log;
use crate::pending_samples::{PendingSamples, Sample};
use crate::sensor_limits::{LimitChecker, SensorLimits};
use crate::staging::{count_skipped, count_step};
use crate::worker::{EventSink, count};
use crate::{ErasedFit, Reference, Sensor};

/// A fit with a sensor: it reads the sensor, keeps samples pending until their targets come,
/// predicts, compares and learns as its [`Mode`] says, and raises an alarm when something is
/// wrong.
///
/// A sample has `N` features and `M` targets; up to `W` are pending. The alarm pin is high while
/// the sensor is at fault, and while the last prediction that was compared was farther from its
/// target than the limit. Errors of the pin are counted.
#[derive(Debug)]
pub struct Learner<F, S, R, P, const N: usize, const M: usize, const W: usize> {
    fit: F,
    /// Samples that the scaler is fitted to before the model.
    scaler_samples: u32,
    sensor: S,
    reference: R,
    alarm: P,
    limits: LimitChecker<N>,
    pending: PendingSamples<N, M, W>,
    meter: Regression<f32>,
    fade: f32,
    mode: Mode,
    /// Polls of the sensor that are left; none for no end.
    left: Option<u32>,
    /// Number of the sample that was taken last.
    taken: u32,
    /// Largest distance of a prediction from its target, in the target's unit.
    limit: f32,
    anomalous: bool,
    fault: Option<SensorFault>,
}

impl<F, S, R, P, const N: usize, const M: usize, const W: usize> Learner<F, S, R, P, N, M, W>
where
    F: ErasedFit,
    S: Sensor<N>,
    R: Reference<N, M>,
    P: OutputPin,
{
    /// Creates a learner that reads its sensor at each poll, in [`Mode::Learn`].
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
            scaler_samples: 0,
            sensor,
            reference,
            alarm,
            limits: LimitChecker::new(SensorLimits::default()),
            pending: PendingSamples::new(),
            meter: Regression::new(),
            fade: 1.0,
            mode: Mode::default(),
            left: None,
            taken: 0,
            limit: f32::INFINITY,
            anomalous: false,
            fault: None,
        })
    }

    /// Fits the scaler to the first so many samples with a target, and only then the model.
    #[must_use]
    pub fn fit_scaler(mut self, samples: u32) -> Self {
        self.scaler_samples = samples;
        self
    }

    /// Refuses samples beyond these limits.
    #[must_use]
    pub fn limits(mut self, limits: SensorLimits<N>) -> Self {
        self.limits = LimitChecker::new(limits);
        self
    }

    /// Lets a target come this many samples after its own at the latest.
    #[must_use]
    pub fn patience(mut self, samples: u32) -> Self {
        self.pending.set_patience(samples);
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

    /// Begins stopped: the sensor is read only after [`start`](Learner::start).
    #[must_use]
    pub fn stopped(mut self) -> Self {
        self.stop();
        self
    }

    /// Reads the sensor at this many polls, or at all of them if 0.
    pub fn start(&mut self, turns: u32) {
        self.left = (turns > 0).then_some(turns);
    }

    /// Stops reading the sensor.
    pub fn stop(&mut self) {
        self.left = Some(0);
        log!(info, "stopped after {} steps", self.fit.steps());
        for (index, parameter) in (0u32..).zip(self.fit.parameters()) {
            log!(info, "parameter {}: {}", index, F::parameter(*parameter));
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

    /// Number of the sample that was taken last, 0 before the first.
    pub fn taken(&self) -> u32 {
        self.taken
    }

    /// Fault of the sensor, if there is one.
    pub fn fault(&self) -> Option<SensorFault> {
        self.fault
    }

    /// Scores of the predictions that were compared with their targets.
    pub fn scores(&self) -> Scores {
        Scores {
            count: self.meter.count(),
            mae: self.meter.mae(),
            rmse: self.meter.rmse(),
            max_error: self.meter.max_error(),
        }
    }

    /// Restarts: the fit is initialized from this seed, no sample is pending, nothing compared.
    pub fn restart(&mut self, seed: u64) {
        // Cannot fail: there is nothing in it to refuse.
        let _ = self.fit.execute(Command::Restart { seed });
        self.pending.clear();
        self.meter = Regression::fading(self.fade);
    }

    /// Reads the sensor, unless it is stopped; returns whether it was read.
    pub fn poll(&mut self, counters: &mut Counters, events: &mut EventSink<'_>) -> bool {
        match &mut self.left {
            Some(0) => return false,
            Some(left) => *left -= 1,
            None => {}
        }
        counters.turns = counters.turns.saturating_add(1);
        let reading = self.sensor.read();
        if let Some([windows, dropped, missed]) = self.sensor.windows() {
            (counters.windows, counters.dropped) = (windows, dropped);
            counters.sensor.slow = missed;
        }
        let found = match self.limits.check(reading) {
            Ok(Some(features)) => self.take(features, counters, events).map(|()| true),
            Ok(None) => Ok(false),
            Err(fault) => Err(fault),
        };
        match found {
            Ok(true) => self.clear_fault(counters, events),
            Ok(false) => {}
            Err(fault) => self.report_fault(fault, counters, events),
        }
        if self.left == Some(0) {
            self.stop();
        }
        true
    }

    /// Takes a good sample. The error is the reference's.
    fn take(
        &mut self,
        features: [f32; N],
        counters: &mut Counters,
        events: &mut EventSink<'_>,
    ) -> Result<(), SensorFault> {
        self.taken = self.taken.wrapping_add(1);
        let mut prediction = None;
        if self.mode.predicts() {
            match self.fit.predict(&features) {
                Ok(outputs) => prediction = outputs.first_chunk().copied(),
                Err(Fault::Scaler) if self.scaler_samples > 0 => {}
                Err(fault) => self.skip(fault, counters, events),
            }
        }
        events.emit(Event::SampleTaken {
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
            if let Err(fault) = self.learn(&sample, &target, counters, events) {
                self.skip(fault, counters, events);
            }
        } else {
            let expired = self.pending.push(sample);
            counters.expired = counters.expired.saturating_add(expired);
        }
        label.map(|_| ())
    }

    /// Gives a pending sample its target.
    ///
    /// # Errors
    /// [`CommandError::NoSample`] where none of this number is pending, [`Fault::Length`], and the
    /// fit's; then the sample stays pending.
    pub fn label(
        &mut self,
        sample: u32,
        target: &Numbers<'_>,
        counters: &mut Counters,
        events: &mut EventSink<'_>,
    ) -> Result<f32, CommandError> {
        let mut numbers = [0.0; M];
        if !target.copy_to(&mut numbers) {
            let (need, got) = (M as u32, target.len() as u32);
            return Err(Fault::Length { need, got }.into());
        }
        let sample = self.pending.get(sample).ok_or(CommandError::NoSample)?;
        let loss = self.learn(&sample, &numbers, counters, events)?;
        self.pending.remove(sample.number);
        Ok(loss)
    }

    /// Learns from a sample and compares its prediction, as the mode says; returns the loss.
    fn learn(
        &mut self,
        sample: &Sample<N, M>,
        target: &[f32; M],
        counters: &mut Counters,
        events: &mut EventSink<'_>,
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
                Err(Fault::Scaler) if self.scaler_samples > 0 => {
                    let step = self.scale(sample, target)?;
                    self.emit_learned(sample, target, step, events);
                    return Ok(step.loss);
                }
                outcome => outcome?,
            };
            counters.samples = counters.samples.saturating_add(1);
            if step.number > before {
                count_step(step.number, counters);
            }
            loss = step.loss;
            self.emit_learned(sample, target, step, events);
            if F::DETECTOR {
                self.tell(self.fit.is_on(), counters, events);
            }
            if events.topics().verdicts
                && let Some(verdict) = self.fit.verdict()
            {
                let sample = self.taken;
                events.emit(Event::Verdict { sample, verdict });
            }
        }
        if let Some(prediction) = sample.prediction {
            self.compare(&prediction, target, counters, events);
        }
        Ok(loss)
    }

    /// Fits the scaler to a sample, and freezes it after the last.
    fn scale(&mut self, sample: &Sample<N, M>, target: &[f32; M]) -> Result<Step<f32>, Fault> {
        let features = &sample.features;
        let step = self.fit.execute(Command::FitScaler { features, target })?;
        if self.fit.scaler_samples() >= self.scaler_samples {
            self.fit.execute(Command::FreezeScaler)?;
            log!(info, "the scaler is frozen");
        }
        Ok(step)
    }

    fn emit_learned(
        &self,
        sample: &Sample<N, M>,
        target: &[f32; M],
        step: Step<f32>,
        events: &mut EventSink<'_>,
    ) {
        if !events.topics().steps {
            return;
        }
        events.emit(Event::Learned {
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
        events: &mut EventSink<'_>,
    ) {
        self.meter.update(prediction, target);
        let mut errors = prediction.iter().zip(target).map(|(p, y)| (p - y).abs());
        let anomalous = errors.any(|error| error > self.limit);
        self.tell(anomalous, counters, events);
    }

    /// Tells that there is an anomaly, or none any more.
    fn tell(&mut self, anomalous: bool, counters: &mut Counters, events: &mut EventSink<'_>) {
        if anomalous == self.anomalous {
            return;
        }
        self.anomalous = anomalous;
        self.signal(counters);
        let alert = if anomalous {
            Alert::Anomaly
        } else {
            Alert::Usual
        };
        self.alert(alert, events);
    }

    fn report_fault(
        &mut self,
        fault: SensorFault,
        counters: &mut Counters,
        events: &mut EventSink<'_>,
    ) {
        counters.sensor.count(fault);
        if self.fault == Some(fault) {
            return;
        }
        self.fault = Some(fault);
        self.signal(counters);
        self.alert(Alert::Sensor(fault), events);
    }

    fn clear_fault(&mut self, counters: &mut Counters, events: &mut EventSink<'_>) {
        if self.fault.take().is_some() {
            self.signal(counters);
            self.alert(Alert::Recovered, events);
        }
    }

    fn skip(&mut self, fault: Fault, counters: &mut Counters, events: &mut EventSink<'_>) {
        count_skipped(counters);
        self.alert(Alert::Refused(fault), events);
    }

    fn alert(&self, alert: Alert, events: &mut EventSink<'_>) {
        log!(warn, "{}", alert);
        events.emit(Event::Alert {
            sample: self.taken,
            alert,
        });
    }

    /// Sets the alarm pin.
    fn signal(&mut self, counters: &mut Counters) {
        let on = self.anomalous || self.fault.is_some();
        if self.alarm.set_state(on.into()).is_err() {
            count(&mut counters.pin);
        }
    }
}
