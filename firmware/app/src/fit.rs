use downhill::checkpoint::{self, Checkpoint};
use downhill::fit::{Command, Fit, Monitoring};
use downhill::health::Verdict;
use downhill::loss::Loss;
use downhill::model::Model;
use downhill::optimizer::Optimizer;
use downhill::rules::Rules;
use downhill::{Arena, Fault, Fingerprint, Step, scaler};
use downhill_link::Signal;

/// A [`Fit`], or one in [fixed point](downhill::fixed::Fit), whose parts are not named, as the firmware
/// drives it.
///
/// A generic function takes the opt-level of the crate that instantiates it. Firmware built for
/// size that wants its kernels built for speed wraps its fit in a crate of its own, and implements
/// this for the wrapper there, each method a call that is not inlined.
///
/// The methods are those of [`Fit`] and its trainer, with their errors.
#[allow(missing_docs, reason = "each is described where the fit has it")]
#[allow(clippy::missing_errors_doc, reason = "each is the fit's")]
pub trait ErasedFit {
    /// True where it is in fixed point, and its words are integers as the bits of floats.
    const FIXED: bool = false;
    /// True where it is a [detector](downhill::normal::Detector) of anomalies.
    const DETECTOR: bool = false;

    fn execute(&mut self, command: Command<'_, f32>) -> Result<Step<f32>, Fault>;
    fn predict(&mut self, features: &[f32]) -> Result<&[f32], Fault>;
    fn resume(&mut self, saved: &Checkpoint<'_>) -> Result<(), checkpoint::Error>;
    fn save(&self, recipe: &[u8], out: &mut [u8]) -> Result<usize, checkpoint::Error>;
    fn verdict(&mut self) -> Option<Verdict>;
    fn set_batch(&mut self, samples: u16);
    /// Numbers in a sample: features and targets.
    fn widths(&self) -> (usize, usize);
    /// Samples that the scaler has learned from.
    fn scaler_samples(&self) -> u32;
    fn parameters(&self) -> &[f32];
    /// A parameter as a number.
    fn parameter(word: f32) -> f32 {
        word
    }
    fn state(&self) -> &[f32];
    fn steps(&self) -> u64;
    fn fingerprint(&self) -> Fingerprint;
    /// Sections of the recipe compiled in.
    fn sections(&self) -> Signal<'_> {
        Signal::NONE
    }
    /// True while a detector's votes are an alarm.
    fn is_on(&self) -> bool {
        false
    }
    /// Forgets a detector's votes: what comes next is behind a gap.
    fn gap(&mut self) {}
}

impl<M, L, O, R, A, W> ErasedFit for Fit<M, L, O, R, A, W>
where
    A: Arena<Real = f32>,
    M: Model<f32>,
    L: Loss<f32>,
    O: Optimizer<f32>,
    R: Rules<f32>,
    W: Monitoring<f32>,
{
    // Not inlined, so that the arithmetic is in flash once.
    #[inline(never)]
    fn execute(&mut self, command: Command<'_, f32>) -> Result<Step<f32>, Fault> {
        self.execute(command)
    }

    fn predict(&mut self, features: &[f32]) -> Result<&[f32], Fault> {
        self.trainer.predict(features)
    }

    fn resume(&mut self, saved: &Checkpoint<'_>) -> Result<(), checkpoint::Error> {
        self.resume(saved)
    }

    fn save(&self, recipe: &[u8], out: &mut [u8]) -> Result<usize, checkpoint::Error> {
        self.trainer.save(recipe, out)
    }

    fn verdict(&mut self) -> Option<Verdict> {
        self.verdict()
    }

    fn set_batch(&mut self, samples: u16) {
        self.batch = samples;
    }

    fn widths(&self) -> (usize, usize) {
        let sizes = self.trainer.model().sizes();
        (sizes.features, self.trainer.loss().targets(sizes.outputs))
    }

    fn scaler_samples(&self) -> u32 {
        scaler::samples(self.trainer.scaler()) as u32
    }

    fn parameters(&self) -> &[f32] {
        self.trainer.parameters()
    }

    fn state(&self) -> &[f32] {
        self.trainer.state()
    }

    fn steps(&self) -> u64 {
        self.trainer.steps()
    }

    fn fingerprint(&self) -> Fingerprint {
        self.trainer.fingerprint()
    }
}
