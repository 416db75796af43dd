use std::fs::File;
use std::io::Write;

use downhill::{Fault, NumberType, Recipe, fit};
use downhill_link::Command;
use serde::Serialize;

use super::format::{End, Entry, Head, LastLine, RecordedCommand};
use crate::device::{Learned, Pulled};
use crate::model::twin::Twin;
use crate::support::failure::{Failure, Outcome};
use crate::support::output;

/// A recording that is being written, line by line. It has its name from the first sample on, so
/// that what was learned is there whatever ends it.
pub(crate) struct Recorder {
    file: File,
    target: output::Target,
    /// Until the recording has its name.
    draft: Option<output::Draft>,
    /// Something that happened could not be written down.
    broken: bool,
    entries: u64,
    /// The fit of a board with a sensor of its own, while its scaler learns.
    scaling: Option<Twin>,
    /// Number type of the fit that was configured last.
    number: NumberType,
}

impl Recorder {
    /// Begins a recording.
    pub(crate) fn new(target: output::Target, head: &Head) -> Outcome<Self> {
        let draft = target.begin()?;
        let mut recorder = Self {
            file: draft.file().map_err(|error| target.failed(&error))?,
            draft: Some(draft),
            broken: false,
            target,
            entries: 0,
            scaling: None,
            number: NumberType::Float,
        };
        recorder.line(head)?;
        Ok(recorder)
    }

    /// Writes down the state that a board's fit has already, unless it is none that the board's
    /// fingerprint is of; whether it did.
    pub(crate) fn begin(&mut self, recipe: &Recipe<f32>, pulled: &Pulled) -> Outcome<bool> {
        let mut twin = Twin::new(recipe).map_err(Failure::input)?;
        let fresh = twin.fingerprint().to_string();
        let restored = twin.restore(&pulled.words, pulled.steps);
        restored.map_err(Failure::input)?;
        let there = twin.fingerprint();
        if pulled.fingerprint != Some(there) {
            return Ok(false);
        }
        let (there, steps) = (there.to_string(), pulled.steps);
        let words = pulled.words.iter().copied();
        let push = RecordedCommand::push(0, words, recipe.number);
        self.done(RecordedCommand::Configure(*recipe), 0, &fresh)?;
        self.done(push, 0, &fresh)?;
        self.done(RecordedCommand::Commit { steps }, steps, &there)?;
        self.scaling = Some(twin);
        Ok(true)
    }

    /// Writes down what a board did that is no sample.
    fn done(&mut self, command: RecordedCommand, step: u64, fingerprint: &str) -> Outcome {
        self.entry(Entry {
            command,
            step: Some(step),
            loss: Some(0.0),
            refused: None,
            fingerprint: fingerprint.into(),
        })
    }

    /// Writes down a command and its outcome.
    pub(crate) fn command(
        &mut self,
        command: &Command<'_>,
        outcome: &downhill_link::Ack,
    ) -> Outcome {
        if let Command::Configure(recipe, _) = command
            && outcome.result.is_ok()
        {
            self.number = recipe.number;
        }
        let Some(command) = RecordedCommand::of(command, self.number) else {
            return Ok(());
        };
        let progress = outcome.result.ok();
        self.entry(Entry {
            command,
            step: progress.map(|progress| progress.step),
            loss: progress.map(|progress| progress.loss),
            refused: outcome.result.err().map(|refusal| refusal.to_string()),
            fingerprint: outcome.fingerprint.to_string(),
        })
    }

    /// Writes down a sample that the board took itself. Until its scaler is frozen it is the
    /// scaler that learns from it.
    pub(crate) fn learned(&mut self, learned: &Learned) -> Outcome {
        let (features, target) = (learned.features.clone(), learned.target.clone());
        let there = learned.fingerprint.to_string();
        if let Some(mut twin) = self.scaling.take()
            && twin.execute(sample(&features, &target)) == Err(Fault::Scaler)
        {
            let scaled = twin.execute(fit::Command::FitScaler {
                features: &features,
                target: &target,
            });
            self.broken |= scaled.is_err();
            scaled.map_err(Failure::input)?;
            let here = twin.fingerprint().to_string();
            self.done(
                RecordedCommand::FitScaler { features, target },
                learned.step,
                &here,
            )?;
            if here != there {
                return self.done(RecordedCommand::FreezeScaler, learned.step, &there);
            }
            self.scaling = Some(twin);
            return Ok(());
        }
        self.entry(Entry {
            command: RecordedCommand::Sample {
                weight: 1.0,
                features,
                target,
            },
            step: Some(learned.step),
            loss: Some(learned.loss),
            refused: None,
            fingerprint: there,
        })
    }

    fn entry(&mut self, entry: Entry) -> Outcome {
        // JSON has no others, and a board that tells them lies.
        if entry.loss.is_some_and(|loss| !loss.is_finite()) {
            self.broken = true;
            return Err(Failure::Input(
                "the board tells of a step with a loss that no fit has; does it run Downhill's \
                 firmware, of these sources?"
                    .into(),
            ));
        }
        self.line(&entry)?;
        self.entries += 1;
        match entry.command.learns() {
            true => self.name(),
            false => Ok(()),
        }
    }

    /// Writes a line, all of it at once.
    fn line(&mut self, value: &impl Serialize) -> Outcome {
        let mut line = serde_json::to_vec(value).map_err(Failure::input)?;
        line.push(b'\n');
        let written = self.file.write_all(&line);
        self.broken |= written.is_err();
        written.map_err(|error| self.target.failed(&error))
    }

    /// Gives the recording its name, if it has none yet.
    fn name(&mut self) -> Outcome {
        match self.draft.take() {
            Some(draft) => self.target.name(draft),
            None => Ok(()),
        }
    }

    /// Number of entries of a recording that stays as it is; `None` where it has no name yet, and
    /// is gone when it is dropped.
    pub(crate) fn kept(&self) -> Option<u64> {
        self.draft.is_none().then_some(self.entries)
    }

    /// Writes the end mark, unless something is missing before it; returns how many entries there
    /// are.
    pub(crate) fn finish(mut self) -> Outcome<u64> {
        let entries = self.entries;
        if !self.broken {
            self.line(&LastLine {
                end: End { entries },
            })?;
        }
        self.close()
    }

    /// Leaves the recording as it is, without an end mark; returns how many entries there are.
    pub(crate) fn close(mut self) -> Outcome<u64> {
        let entries = self.entries;
        self.name()?;
        let synced = self.file.sync_all();
        synced.map_err(|error| self.target.failed(&error))?;
        Ok(entries)
    }
}

/// The command of a sample.
fn sample<'a>(features: &'a [f32], target: &'a [f32]) -> fit::Command<'a, f32> {
    fit::Command::Sample {
        features,
        target,
        weight: 1.0,
    }
}
