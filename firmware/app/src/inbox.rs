use downhill::checkpoint::{self, Checkpoint};
use downhill::{Fault, Fingerprint};
use downhill_link::{Command, CommandError, Counters, Numbers};

use crate::Fit;
use crate::log::log;
use crate::worker::count;

/// Where a sample from the host is put together, and state that is pushed waits until it is
/// whole, so that a push which is never finished leaves the fit as it was.
#[derive(Debug)]
pub(crate) struct Inbox<'a> {
    words: &'a mut [f32],
    /// How many words of pushed state it holds.
    pushed: usize,
}

/// A fit and what belongs to it, for commands that come from outside.
#[derive(Debug)]
pub(crate) struct Case<'f, F> {
    pub(crate) fit: &'f mut F,
    pub(crate) batch: u16,
    /// The hash of its recipe.
    pub(crate) hash: Fingerprint,
}

impl<'a> Inbox<'a> {
    pub(crate) fn new(words: &'a mut [f32]) -> Self {
        Self { words, pushed: 0 }
    }

    pub(crate) fn room(&self) -> usize {
        self.words.len()
    }

    /// All of it, for another use; what was pushed is gone.
    pub(crate) fn words(&mut self) -> &mut [f32] {
        self.pushed = 0;
        self.words
    }

    /// All but the last `kept` words.
    pub(crate) fn beside(&mut self, kept: usize) -> &mut [f32] {
        let room = self.words.len().saturating_sub(kept);
        self.words().get_mut(..room).unwrap_or(&mut [])
    }

    /// Carries out a command that any fit can be given; returns the loss.
    pub(crate) fn carry_out(
        &mut self,
        case: Case<'_, impl Fit>,
        command: &Command<'_>,
        counters: &mut Counters,
    ) -> Result<f32, CommandError> {
        let Case { fit, batch, hash } = case;
        match command {
            Command::Sample {
                weight,
                features,
                target,
            } => return self.sample(fit, batch, *weight, (features, target), counters),
            Command::Push { at, words } => {
                return self.push(*at as usize, words).map(|()| 0.0);
            }
            Command::Commit { steps } => {
                let pushed = self.words.get(..self.pushed).unwrap_or(&[]);
                fit.restore(pushed, *steps)?;
            }
            Command::Resume => {
                let pushed = self.words.get(..self.pushed).unwrap_or(&[]);
                resume(fit, hash, bytemuck::cast_slice(pushed))?;
            }
            Command::FitScaler { features, target } => {
                let (x, y) = self.receive(fit, features, target)?;
                fit.survey(x, y)?;
            }
            Command::ApplyBatch => {
                let step = fit.apply()?;
                count_step(step.number, counters);
                return Ok(step.loss);
            }
            Command::FreezeScaler => fit.freeze(),
            Command::ReportValidation { loss } => {
                if !loss.is_finite() {
                    return Err(Fault::Loss.into());
                }
                fit.report(*loss);
            }
            Command::Finish => fit.finish(),
            _ => return Err(CommandError::Unsupported),
        }
        self.pushed = 0;
        Ok(0.0)
    }

    /// Forgets what was pushed, unless the command goes on with it.
    pub(crate) fn begin(&mut self, command: &Command<'_>) {
        let goes_on = matches!(
            command,
            Command::Push { .. } | Command::Commit { .. } | Command::Resume
        );
        if !goes_on {
            self.pushed = 0;
        }
    }

    /// Copies a sample's numbers: features and target.
    fn receive(
        &mut self,
        fit: &impl Fit,
        features: &Numbers<'_>,
        target: &Numbers<'_>,
    ) -> Result<(&[f32], &[f32]), CommandError> {
        let inbox = (self.words.get_mut(..fit.features() + fit.targets())).unwrap_or(&mut []);
        let (x, y) = (inbox.split_at_mut_checked(fit.features())).unwrap_or_default();
        for (numbers, to) in [(features, &mut *x), (target, &mut *y)] {
            if !numbers.copy_to(to) {
                let (need, got) = (to.len() as u32, numbers.len() as u32);
                return Err(Fault::Length { need, got }.into());
            }
        }
        Ok((x, y))
    }

    fn sample(
        &mut self,
        fit: &mut impl Fit,
        batch: u16,
        weight: f32,
        (features, target): (&Numbers<'_>, &Numbers<'_>),
        counters: &mut Counters,
    ) -> Result<f32, CommandError> {
        let (x, y) = self.receive(fit, features, target)?;
        let before = fit.steps();
        let step = fit.feed(batch, x, y, weight)?;
        if step.number > before {
            count_step(step.number, counters);
        }
        if weight > 0.0 {
            counters.samples = counters.samples.saturating_add(1);
        }
        Ok(step.loss)
    }

    fn push(&mut self, at: usize, words: &Numbers<'_>) -> Result<(), CommandError> {
        if at == 0 {
            self.pushed = 0;
        }
        if at != self.pushed {
            let expected = self.pushed as u32;
            return Err(CommandError::Piece { expected });
        }
        let end = at + words.len();
        let room = self.words.len();
        if !(self.words.get_mut(at..end)).is_some_and(|place| words.copy_to(place)) {
            let bytes = |words: usize| (words * WORD) as u32;
            let (need, got) = (bytes(end), bytes(room));
            return Err(CommandError::Room { need, got });
        }
        self.pushed = end;
        Ok(())
    }

    /// Writes a checkpoint of the fit; its words, or how many there would be.
    pub(crate) fn checkpoint(
        &mut self,
        fit: &impl Fit,
        hash: Fingerprint,
    ) -> Result<&[f32], usize> {
        let words = self.words();
        match save(fit, hash, bytemuck::cast_slice_mut(words)) {
            Ok(length) => Ok(words.get(..length / WORD).unwrap_or(&[])),
            Err(_) => Err(fit.checkpoint_len(HASH) / WORD),
        }
    }
}

/// Bytes of a word, and of a recipe's hash.
const WORD: usize = 4;
const HASH: usize = 8;

/// Writes a checkpoint that knows its recipe by the hash.
pub(crate) fn save(
    fit: &impl Fit,
    hash: Fingerprint,
    out: &mut [u8],
) -> Result<usize, checkpoint::Error> {
    fit.save(&hash.0.to_le_bytes(), out)
}

/// Goes on from a checkpoint, if it is one of this fit.
pub(crate) fn resume(
    fit: &mut impl Fit,
    hash: Fingerprint,
    bytes: &[u8],
) -> Result<(), CommandError> {
    let refusal = |error| match error {
        checkpoint::Error::Version(version) => CommandError::Version { version },
        checkpoint::Error::Kind { .. } => CommandError::Recipe,
        _ => CommandError::Corrupt,
    };
    let saved = Checkpoint::parse(bytes).map_err(refusal)?;
    if saved.recipe != hash.0.to_le_bytes() {
        return Err(CommandError::Recipe);
    }
    fit.resume(&saved).map_err(refusal)
}

/// Counts a step.
pub(crate) fn count_step(number: u64, counters: &mut Counters) {
    if number == 1 {
        log!(info, "first step");
    }
    counters.steps = counters.steps.saturating_add(1);
}

/// A counter of samples that were refused.
pub(crate) fn count_skipped(counters: &mut Counters) {
    count(&mut counters.skipped);
}
