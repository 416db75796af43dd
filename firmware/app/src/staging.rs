use downhill::checkpoint::{self, Checkpoint};
use downhill::fit;
use downhill::{Fault, Fingerprint, Step};
use downhill_link::{Command, CommandError, Counters, Numbers};

use crate::ErasedFit;
use crate::log::log;
use crate::worker::count;

/// Memory where numbers from the host are aligned for a [`fit::Command`] that borrows them, and
/// where state that is pushed waits until it is whole: a push that is never finished leaves the
/// fit as it was.
#[derive(Debug)]
pub(crate) struct Staging<'a> {
    words: &'a mut [f32],
    /// Words of pushed state that it holds.
    pushed: usize,
}

impl<'a> Staging<'a> {
    pub(crate) fn new(words: &'a mut [f32]) -> Self {
        Self { words, pushed: 0 }
    }

    pub(crate) fn room(&self) -> usize {
        self.words.len()
    }

    /// Returns all of the memory for another use; what was pushed is gone.
    pub(crate) fn words(&mut self) -> &mut [f32] {
        self.pushed = 0;
        self.words
    }

    /// Returns all but the last `kept` words.
    pub(crate) fn beside(&mut self, kept: usize) -> &mut [f32] {
        let room = self.words.len().saturating_sub(kept);
        self.words().get_mut(..room).unwrap_or(&mut [])
    }

    /// Executes a command that any fit can be given, of a fit whose recipe has this hash; returns
    /// the loss.
    pub(crate) fn execute(
        &mut self,
        (fit, hash): (&mut impl ErasedFit, Fingerprint),
        command: &Command<'_>,
        counters: &mut Counters,
    ) -> Result<f32, CommandError> {
        let mut loss = 0.0;
        match command {
            Command::Push { at, words } => return self.push(*at as usize, words).map(|()| 0.0),
            Command::Resume => resume(fit, hash, bytemuck::cast_slice(self.pushed()))?,
            _ => {
                let command = self.command(fit.widths(), command)?;
                loss = execute(fit, command, counters)?.loss;
            }
        }
        self.pushed = 0;
        Ok(loss)
    }

    /// The core's command that one of the link stands for, of a fit whose samples have so many
    /// features and targets.
    fn command(
        &mut self,
        widths: (usize, usize),
        command: &Command<'_>,
    ) -> Result<fit::Command<'_, f32>, CommandError> {
        Ok(match command {
            Command::Sample {
                weight,
                features,
                target,
            } => {
                let (features, target) = self.receive(widths, features, target)?;
                fit::Command::Sample {
                    features,
                    target,
                    weight: *weight,
                }
            }
            Command::FitScaler { features, target } => {
                let (features, target) = self.receive(widths, features, target)?;
                fit::Command::FitScaler { features, target }
            }
            Command::FreezeScaler => fit::Command::FreezeScaler,
            Command::ApplyBatch => fit::Command::ApplyBatch,
            Command::ReportValidation { loss } => fit::Command::ReportValidation { loss: *loss },
            Command::Commit { steps } => fit::Command::Restore {
                state: self.pushed(),
                steps: *steps,
            },
            Command::Finish => fit::Command::Finish,
            _ => return Err(CommandError::Unsupported),
        })
    }

    /// The state or checkpoint that was pushed.
    fn pushed(&self) -> &[f32] {
        self.words.get(..self.pushed).unwrap_or(&[])
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

    /// Copies the target of a window, and gives room for as many features in front of it.
    #[cfg(feature = "signal")]
    pub(crate) fn window(
        &mut self,
        inputs: usize,
        target: &Numbers<'_>,
    ) -> Result<(&mut [f32], &[f32]), CommandError> {
        let (need, got) = (inputs + target.len(), self.words.len());
        let window = self.words().get_mut(..need);
        let (features, place) = window
            .and_then(|window| window.split_at_mut_checked(inputs))
            .ok_or(Fault::Arena {
                need: need as u32,
                got: got as u32,
            })?;
        // Cannot fail: it is as long.
        let _ = target.copy_to(place);
        Ok((features, place))
    }

    /// Copies a sample's numbers: features and target.
    fn receive(
        &mut self,
        (inputs, targets): (usize, usize),
        features: &Numbers<'_>,
        target: &Numbers<'_>,
    ) -> Result<(&[f32], &[f32]), CommandError> {
        let sample = (self.words.get_mut(..inputs + targets)).unwrap_or(&mut []);
        let (x, y) = (sample.split_at_mut_checked(inputs)).unwrap_or_default();
        for (numbers, to) in [(features, &mut *x), (target, &mut *y)] {
            if !numbers.copy_to(to) {
                let (need, got) = (to.len() as u32, numbers.len() as u32);
                return Err(Fault::Length { need, got }.into());
            }
        }
        Ok((x, y))
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
        fit: &impl ErasedFit,
        hash: Fingerprint,
    ) -> Result<&[f32], usize> {
        let words = self.words();
        match save(fit, hash, bytemuck::cast_slice_mut(words)) {
            Ok(length) => Ok(words.get(..length / WORD).unwrap_or(&[])),
            Err(checkpoint::Error::Room { need, .. }) => Err(need / WORD),
            Err(_) => Err(0),
        }
    }
}

/// Executes a command of the core, and counts what it learned.
pub(crate) fn execute(
    fit: &mut impl ErasedFit,
    command: fit::Command<'_, f32>,
    counters: &mut Counters,
) -> Result<Step<f32>, Fault> {
    let counts = matches!(command, fit::Command::Sample { weight, .. } if weight > 0.0);
    let learns = counts || matches!(command, fit::Command::ApplyBatch);
    let before = fit.steps();
    let step = fit.execute(command)?;
    if learns && step.number > before {
        count_step(step.number, counters);
    }
    if counts {
        counters.samples = counters.samples.saturating_add(1);
    }
    Ok(step)
}

/// Bytes of a word.
const WORD: usize = 4;

/// Writes a checkpoint that knows its recipe by the hash.
pub(crate) fn save(
    fit: &impl ErasedFit,
    hash: Fingerprint,
    out: &mut [u8],
) -> Result<usize, checkpoint::Error> {
    fit.save(&hash.0.to_le_bytes(), out)
}

/// Goes on from a checkpoint, if it is one of this fit.
pub(crate) fn resume(
    fit: &mut impl ErasedFit,
    hash: Fingerprint,
    bytes: &[u8],
) -> Result<(), CommandError> {
    let refusal = |error| match error {
        checkpoint::Error::Version(version) => CommandError::Version { version },
        checkpoint::Error::Mismatch { .. } => CommandError::Recipe,
        checkpoint::Error::Steps(_) => CommandError::Fault(Fault::Steps),
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
