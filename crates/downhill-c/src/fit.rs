use core::ptr;

use downhill::checkpoint::{self, Checkpoint};
use downhill::fit::Command;
use downhill::{Fault, Fingerprint, Step, metrics};
use downhill_firmware::ErasedFit;

use crate::built::{self, Inner, Plan};
use crate::size::{DOWNHILL_FIT_BYTES, Words};
use crate::status::Status;
use crate::verdict::Verdict;

/// A fit. It lies at the front of the buffer that `downhill_create` was given, and its numbers
/// behind it: do not move it, and do not copy it.
pub struct Fit {
    /// As [`made`] has it, as long as it is one and has not been copied.
    made: u32,
    /// From which prediction on a single number is class 1.
    threshold: Option<f32>,
    recipe: Fingerprint,
    inner: Inner,
}

/// First word of a fit: a buffer that was never one does not begin like this.
const MADE: u32 = 0xd5d5_d5d5;

/// Bytes of a buffer without words: the fit, and what its alignment may take.
const FIT_BYTES: usize = size_of::<Fit>() + align_of::<Fit>() - 1;

const _: () = assert!(
    FIT_BYTES <= DOWNHILL_FIT_BYTES + built::WITHIN,
    "the header promises that a fit takes less"
);

/// First word of a fit at an address.
#[inline(always)]
fn made(at: *const Fit) -> u32 {
    MADE ^ at.addr() as u32
}

impl Fit {
    /// Bytes of a buffer for a fit of so many words, at whatever address it begins.
    pub(crate) fn buffer(words: Words) -> Option<usize> {
        let words = words.fit.checked_add(words.monitor)?;
        words.checked_mul(size_of::<f32>())?.checked_add(FIT_BYTES)
    }

    /// The fit of a recipe in these words, which is to be put at `at`.
    pub(crate) fn new(
        plan: &Plan,
        at: *const Self,
        (words, monitor): (&'static mut [f32], &'static mut [f32]),
    ) -> Result<Self, Fault> {
        Ok(Self {
            made: made(at),
            threshold: built::threshold(plan),
            recipe: built::hash(plan),
            inner: built::build(plan, words, monitor)?,
        })
    }

    /// Returns `true` where a fit was made.
    ///
    /// # Safety
    /// `at` is aligned, and a word can be read there.
    #[allow(unsafe_code, reason = "what lies there may be no fit")]
    #[inline(always)]
    pub(crate) unsafe fn is_at(at: *const Self) -> bool {
        // SAFETY: the caller's.
        unsafe { ptr::read(&raw const (*at).made) == made(at) }
    }

    #[inline(always)]
    pub(crate) fn observe(&mut self, features: &[f32], target: &[f32]) -> Result<f32, Fault> {
        Ok(built::observe(&mut self.inner, features, target)?.loss)
    }

    pub(crate) fn execute(&mut self, command: Command<'_, f32>) -> Result<Step<f32>, Fault> {
        self.inner.execute(command)
    }

    pub(crate) fn predict(&mut self, features: &[f32], outputs: &mut [f32]) -> Result<(), Fault> {
        let prediction = self.inner.predict(features)?;
        if prediction.len() != outputs.len() {
            let (need, got) = (prediction.len() as u32, outputs.len() as u32);
            return Err(Fault::Length { need, got });
        }
        outputs.copy_from_slice(prediction);
        Ok(())
    }

    pub(crate) fn classify(&mut self, features: &[f32]) -> Result<u32, Status> {
        let threshold = self.threshold.ok_or(Status::None)?;
        let prediction = self.inner.predict(features)?;
        Ok(metrics::class_of(prediction, threshold) as u32)
    }

    pub(crate) fn verdict(&mut self) -> Option<Verdict> {
        self.inner.verdict().map(Verdict::from)
    }

    pub(crate) fn steps(&self) -> u64 {
        self.inner.steps()
    }

    pub(crate) fn fingerprint(&self) -> u64 {
        self.inner.fingerprint().0
    }

    /// The parameters as numbers.
    pub(crate) fn parameters(&self) -> impl ExactSizeIterator<Item = f32> {
        let words = self.inner.parameters().iter();
        words.map(|&word| built::parameter(&self.inner, word))
    }

    pub(crate) fn state(&self) -> &[f32] {
        self.inner.state()
    }

    pub(crate) fn save_size(&self) -> usize {
        match self.save(&mut []) {
            Err(checkpoint::Error::Room { need, .. }) => need,
            _ => 0,
        }
    }

    pub(crate) fn save(&self, out: &mut [u8]) -> Result<usize, checkpoint::Error> {
        self.inner.save(&self.recipe.0.to_le_bytes(), out)
    }

    pub(crate) fn resume(&mut self, bytes: &[u8]) -> Result<(), Status> {
        let saved = Checkpoint::parse(bytes)?;
        if saved.recipe != self.recipe.0.to_le_bytes() {
            return Err(Status::OtherCheckpoint);
        }
        Ok(self.inner.resume(&saved)?)
    }
}
