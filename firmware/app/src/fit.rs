use downhill::checkpoint::{self, Checkpoint};
use downhill::health::{Monitor, Verdict};
use downhill::loss::Loss;
use downhill::model::Model;
use downhill::optimizer::Optimizer;
use downhill::rules::Rules;
use downhill::{Arena, Fault, Fingerprint, Step, Trainer, scaler};

/// What the firmware asks of a fit. Every [`Trainer`] in `f32` is one, and every [`Watched`] one;
/// firmware that is built for size wraps its own in a crate of its own, where the kernels are
/// built for speed.
///
/// The methods are the trainer's, with its errors.
#[allow(missing_docs, reason = "each is described where the trainer has it")]
#[allow(clippy::missing_errors_doc, reason = "each is the trainer's")]
pub trait Fit {
    /// How many features a sample has.
    fn features(&self) -> usize;
    /// How many targets a sample has.
    fn targets(&self) -> usize;
    fn feed(
        &mut self,
        batch: u16,
        features: &[f32],
        target: &[f32],
        weight: f32,
    ) -> Result<Step<f32>, Fault>;
    fn predict(&mut self, features: &[f32]) -> Result<&[f32], Fault>;
    fn survey(&mut self, features: &[f32], target: &[f32]) -> Result<(), Fault>;
    /// How many samples the scaler has learned from.
    fn surveyed(&self) -> u32;
    fn freeze(&mut self);
    fn apply(&mut self) -> Result<Step<f32>, Fault>;
    fn report(&mut self, loss: f32);
    fn finish(&mut self);
    fn parameters(&self) -> &[f32];
    fn state(&self) -> &[f32];
    fn steps(&self) -> u64;
    fn fingerprint(&self) -> Fingerprint;
    fn restore(&mut self, state: &[f32], steps: u64) -> Result<(), Fault>;
    fn restart(&mut self, seed: u64);
    fn checkpoint_len(&self, recipe: usize) -> usize;
    fn save(&self, recipe: &[u8], out: &mut [u8]) -> Result<usize, checkpoint::Error>;
    fn resume(&mut self, saved: &Checkpoint<'_>) -> Result<(), checkpoint::Error>;
    /// The next verdict on the fit, if it is watched and there is one.
    fn verdict(&mut self) -> Option<Verdict> {
        None
    }
}

/// The methods for which it makes no difference whether a fit is watched.
macro_rules! ask {
    ($self:ident => $trainer:expr) => {
        fn features(&$self) -> usize {
            $trainer.model().sizes().features
        }

        fn targets(&$self) -> usize {
            $trainer.loss().targets($trainer.model().sizes().outputs)
        }

        fn predict(&mut $self, features: &[f32]) -> Result<&[f32], Fault> {
            $trainer.predict(features)
        }

        fn survey(&mut $self, features: &[f32], target: &[f32]) -> Result<(), Fault> {
            $trainer.fit_scaler(features, target)
        }

        fn surveyed(&$self) -> u32 {
            scaler::samples($trainer.scaler()) as u32
        }

        fn parameters(&$self) -> &[f32] {
            $trainer.parameters()
        }

        fn state(&$self) -> &[f32] {
            $trainer.state()
        }

        fn steps(&$self) -> u64 {
            $trainer.steps()
        }

        fn fingerprint(&$self) -> Fingerprint {
            $trainer.fingerprint()
        }

        fn checkpoint_len(&$self, recipe: usize) -> usize {
            $trainer.checkpoint_len(recipe)
        }

        fn save(&$self, recipe: &[u8], out: &mut [u8]) -> Result<usize, checkpoint::Error> {
            $trainer.save(recipe, out)
        }
    };
}

impl<M, L, O, R, A> Fit for Trainer<M, L, O, R, A>
where
    A: Arena<Real = f32>,
    M: Model<f32>,
    L: Loss<f32>,
    O: Optimizer<f32>,
    R: Rules<f32>,
{
    ask!(self => self);

    fn feed(
        &mut self,
        batch: u16,
        features: &[f32],
        target: &[f32],
        weight: f32,
    ) -> Result<Step<f32>, Fault> {
        Trainer::feed(self, batch, features, target, weight)
    }

    fn apply(&mut self) -> Result<Step<f32>, Fault> {
        Trainer::apply(self)
    }

    fn freeze(&mut self) {
        Trainer::freeze_scaler(self);
    }

    fn report(&mut self, loss: f32) {
        Trainer::report(self, loss);
    }

    fn finish(&mut self) {
        Trainer::finish(self);
    }

    fn restore(&mut self, state: &[f32], steps: u64) -> Result<(), Fault> {
        Trainer::restore(self, state, steps)
    }

    fn restart(&mut self, seed: u64) {
        Trainer::restart(self, seed);
    }

    fn resume(&mut self, saved: &Checkpoint<'_>) -> Result<(), checkpoint::Error> {
        Trainer::resume(self, saved)
    }
}

/// A fit with a [`Monitor`] beside it, if it has one: what it learns the monitor sees, and acts on
/// if it may.
///
/// A checkpoint holds the fit, what the monitor did to it included, and not what the monitor has
/// seen: a fit that is resumed or restarted is watched anew. Its twin does the same.
#[derive(Debug)]
pub struct Watched<M, L, O, R, A: Arena, B: Arena> {
    /// The fit.
    pub trainer: Trainer<M, L, O, R, A>,
    /// What watches it.
    pub monitor: Option<Monitor<B>>,
}

impl<M, L, O, R, A, B> Watched<M, L, O, R, A, B>
where
    A: Arena<Real = f32>,
    B: Arena<Real = f32>,
    M: Model<f32>,
    L: Loss<f32>,
    O: Optimizer<f32>,
    R: Rules<f32>,
{
    /// Tells the monitor that the fit's state was changed from outside.
    fn keep(&mut self) {
        if let Some(monitor) = &mut self.monitor {
            monitor.keep(&self.trainer);
        }
    }

    /// Puts a new monitor in the place of the one there is. Not inlined: a monitor is large, and
    /// the stack of a small board does not hold many at once.
    #[inline(never)]
    fn watch_anew(&mut self) {
        if let Some(monitor) = self.monitor.take() {
            let health = monitor.health();
            // Cannot fail: the one before had the same fit and the same words.
            self.monitor = Monitor::new(health, &self.trainer, monitor.into_words()).ok();
        }
    }
}

impl<M, L, O, R, A, B> Fit for Watched<M, L, O, R, A, B>
where
    A: Arena<Real = f32>,
    B: Arena<Real = f32>,
    M: Model<f32>,
    L: Loss<f32>,
    O: Optimizer<f32>,
    R: Rules<f32>,
{
    ask!(self => self.trainer);

    fn feed(
        &mut self,
        batch: u16,
        features: &[f32],
        target: &[f32],
        weight: f32,
    ) -> Result<Step<f32>, Fault> {
        let outcome = self.trainer.feed(batch, features, target, weight);
        if let Some(monitor) = &mut self.monitor {
            monitor.watch(&self.trainer, (features, target, weight), &outcome);
            monitor.act(&mut self.trainer);
        }
        outcome
    }

    fn apply(&mut self) -> Result<Step<f32>, Fault> {
        let outcome = self.trainer.apply();
        if let Some(monitor) = &mut self.monitor {
            monitor.applied(&self.trainer, &outcome);
            monitor.act(&mut self.trainer);
        }
        outcome
    }

    fn freeze(&mut self) {
        self.trainer.freeze_scaler();
        self.keep();
    }

    fn report(&mut self, loss: f32) {
        self.trainer.report(loss);
        if let Some(monitor) = &mut self.monitor {
            monitor.report(self.trainer.steps(), loss);
        }
    }

    fn finish(&mut self) {
        self.trainer.finish();
        let steps = self.trainer.steps();
        if let Some(monitor) = &mut self.monitor {
            monitor.conclude(steps, &monitor.ending(&self.trainer));
        }
    }

    fn restore(&mut self, state: &[f32], steps: u64) -> Result<(), Fault> {
        self.trainer.restore(state, steps)?;
        self.keep();
        Ok(())
    }

    fn restart(&mut self, seed: u64) {
        self.trainer.restart(seed);
        self.watch_anew();
    }

    fn resume(&mut self, saved: &Checkpoint<'_>) -> Result<(), checkpoint::Error> {
        self.trainer.resume(saved)?;
        self.watch_anew();
        Ok(())
    }

    fn verdict(&mut self) -> Option<Verdict> {
        self.monitor.as_mut()?.take()
    }
}
