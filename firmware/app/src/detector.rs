use downhill::checkpoint::{self, Checkpoint};
use downhill::fit::Command;
use downhill::health::Verdict;
use downhill::normal::{Description, Detector, Score};
use downhill::{Fault, Fingerprint, Step};
use downhill_link::{DETECTOR, SensorFault, Signal};
use embedded_hal::digital::InputPin;

use crate::log::log;
use crate::{ErasedFit, Reference};

/// A window of a detector is a sample without a target; its loss is the score, with its sign set where
/// it raises an alarm.
impl<M: Score<Real = f32>> ErasedFit for Detector<M> {
    const DETECTOR: bool = true;

    // Not inlined, so that the arithmetic is in flash once.
    #[inline(never)]
    fn execute(&mut self, command: Command<'_, f32>) -> Result<Step<f32>, Fault> {
        self.execute(command)
    }

    fn predict(&mut self, _: &[f32]) -> Result<&[f32], Fault> {
        // A score is that of a window that is watched.
        Ok(&[])
    }

    fn resume(&mut self, saved: &Checkpoint<'_>) -> Result<(), checkpoint::Error> {
        self.restore(saved)
    }

    fn save(&self, recipe: &[u8], out: &mut [u8]) -> Result<usize, checkpoint::Error> {
        self.save(recipe, out)
    }

    fn verdict(&mut self) -> Option<Verdict> {
        None
    }

    fn set_batch(&mut self, _: u16) {}

    fn widths(&self) -> (usize, usize) {
        (self.model().features(), 0)
    }

    fn scaler_samples(&self) -> u32 {
        0
    }

    fn parameters(&self) -> &[f32] {
        &[]
    }

    fn state(&self) -> &[f32] {
        self.model().state()
    }

    fn steps(&self) -> u64 {
        self.steps()
    }

    fn fingerprint(&self) -> Fingerprint {
        self.fingerprint()
    }

    fn is_on(&self) -> bool {
        self.is_on()
    }

    fn gap(&mut self) {
        self.gap();
    }
}

/// A detector alone on a node, which learns anew what is normal when its button is pressed.
///
/// Its node is that of a [`Learner`](crate::Learner) without targets, whose reference is
/// [`Unlabelled`]: each window is a sample, and the alarm pin is high while the votes are an alarm.
#[derive(Debug)]
pub struct Guard<M: Score<Real = f32>, B> {
    detector: Detector<M>,
    button: B,
    is_pressed: bool,
    section: [u8; DETECTOR],
    length: usize,
}

impl<M: Score<Real = f32>, B: InputPin> Guard<M, B> {
    /// A detector, as this description says, and its button, whose pin is high while it is pressed.
    ///
    /// # Errors
    /// Those of the detector's settings.
    pub fn new(model: M, description: &Description<f32>, button: B) -> Result<Self, Fault> {
        let detector = Detector::new(model, description.settings)?;
        let mut section = [0; DETECTOR];
        let length = { Signal::with_detector(&[], description, &mut section).bytes() }.len();
        Ok(Self {
            detector,
            button,
            is_pressed: false,
            section,
            length,
        })
    }

    /// The detector.
    pub fn detector(&self) -> &Detector<M> {
        &self.detector
    }

    /// Forgets all where the button was pressed since the last window.
    fn listen(&mut self) {
        // A pin that cannot be read is not pressed.
        let is_pressed = self.button.is_high().unwrap_or(false);
        if is_pressed && !self.is_pressed {
            self.detector.forget();
            log!(info, "the button is pressed: learning anew");
        }
        self.is_pressed = is_pressed;
    }
}

impl<M: Score<Real = f32>, B: InputPin> ErasedFit for Guard<M, B> {
    const DETECTOR: bool = true;

    fn execute(&mut self, command: Command<'_, f32>) -> Result<Step<f32>, Fault> {
        if let Command::Sample { .. } = command {
            self.listen();
        }
        ErasedFit::execute(&mut self.detector, command)
    }

    fn predict(&mut self, features: &[f32]) -> Result<&[f32], Fault> {
        self.detector.predict(features)
    }

    fn resume(&mut self, saved: &Checkpoint<'_>) -> Result<(), checkpoint::Error> {
        self.detector.restore(saved)
    }

    fn save(&self, recipe: &[u8], out: &mut [u8]) -> Result<usize, checkpoint::Error> {
        self.detector.save(recipe, out)
    }

    fn verdict(&mut self) -> Option<Verdict> {
        None
    }

    fn set_batch(&mut self, _: u16) {}

    fn widths(&self) -> (usize, usize) {
        self.detector.widths()
    }

    fn scaler_samples(&self) -> u32 {
        0
    }

    fn parameters(&self) -> &[f32] {
        &[]
    }

    fn state(&self) -> &[f32] {
        self.detector.model().state()
    }

    fn steps(&self) -> u64 {
        self.detector.steps()
    }

    fn fingerprint(&self) -> Fingerprint {
        self.detector.fingerprint()
    }

    fn sections(&self) -> Signal<'_> {
        Signal::from_sections(self.section.get(..self.length).unwrap_or_default())
    }

    fn is_on(&self) -> bool {
        self.detector.is_on()
    }
}

/// Reference of samples that have no target.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unlabelled;

impl<const N: usize> Reference<N, 0> for Unlabelled {
    fn label(&mut self, _: &[f32; N]) -> Result<Option<[f32; 0]>, SensorFault> {
        Ok(Some([]))
    }
}

/// The lab's detector, in the words of a fit.
#[cfg(feature = "normal")]
pub(crate) mod lab {
    use downhill::normal::{AnyDetector, Description};
    use downhill::{Fault, Fingerprint, Recipe};

    use crate::words::Words;

    #[derive(Debug)]
    pub(crate) struct DetectorFit<'a> {
        pub(crate) inner: AnyDetector<&'a mut [f32]>,
        pub(crate) recipe: Recipe<f32>,
        pub(crate) hash: Fingerprint,
        /// Words for a monitor, which a detector has not.
        pub(crate) spare: &'a mut [f32],
    }

    impl<'a> DetectorFit<'a> {
        /// Not inlined: a trainer is large, and this is called where there is another on the stack.
        #[inline(never)]
        pub(crate) fn new(
            description: &Description<f32>,
            recipe: &Recipe<f32>,
            hash: Fingerprint,
            words: Words<'a>,
        ) -> Result<Self, Fault> {
            Ok(Self {
                inner: description.build(recipe, words.fit)?,
                recipe: *recipe,
                hash,
                spare: words.monitor,
            })
        }

        pub(crate) fn into_words(self) -> Words<'a> {
            Words {
                fit: self.inner.into_model().into_arena(),
                monitor: self.spare,
            }
        }
    }
}
