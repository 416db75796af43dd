//! A recording: JSON Lines of everything that a board was told, and of what became of it.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use downhill::fit;
use downhill::{Fault, Recipe};
use downhill_link::{ARITHMETIC, Command};
use serde::{Deserialize, Serialize};
use tempfile::NamedTempFile;

use crate::device::{Learned, Pulled};
use crate::model::trainer::{HostTrainer, build};
use crate::support::failure::{Failure, Outcome};
use crate::support::file_format::FileFormat;
use crate::support::output;

/// Recordings. Version 1, which is read too, has `health` in the recipe's rules, and older names of
/// commands.
pub(crate) const FORMAT: FileFormat = FileFormat {
    kind: "recording",
    version: 2,
    made_by: "`downhill device record`",
};

/// The first line.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Head {
    /// Always `downhill recording`.
    pub(crate) format: String,
    pub(crate) version: u32,
    /// The board's name.
    pub(crate) board: String,
    /// The version of the core's arithmetic that it computes by.
    pub(crate) arithmetic: u16,
    /// The features' names, where they are known.
    pub(crate) features: Vec<String>,
    /// The targets'.
    pub(crate) targets: Vec<String>,
}

/// Every other line.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Entry {
    /// Command to the board.
    #[serde(rename = "do")]
    pub(crate) command: RecordedCommand,
    /// Steps that its fit had made then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) step: Option<u64>,
    /// The loss that it reported.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) loss: Option<f32>,
    /// Reason for which it refused, and changed nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) refused: Option<String>,
    /// Fingerprint of its fit, after it.
    pub(crate) fingerprint: String,
}

/// A command that changes a fit, under the name that recordings have for it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(clippy::large_enum_variant, reason = "one lives at a time")]
pub(crate) enum RecordedCommand {
    Configure(#[serde(deserialize_with = "crate::model::recipe_text::deserialize")] Recipe<f32>),
    Sample {
        weight: f32,
        features: Vec<f32>,
        target: Vec<f32>,
    },
    Push {
        at: u32,
        words: Vec<f32>,
    },
    Commit {
        steps: u64,
    },
    Reset,
    #[serde(alias = "survey")]
    FitScaler {
        features: Vec<f32>,
        target: Vec<f32>,
    },
    #[serde(alias = "freeze")]
    FreezeScaler,
    #[serde(alias = "apply")]
    ApplyBatch,
    #[serde(alias = "report")]
    ReportValidation {
        loss: f32,
    },
    Finish,
}

impl RecordedCommand {
    /// A command as it is written down; `None` of one that changes no fit.
    fn of(command: &Command<'_>) -> Option<Self> {
        Some(match command {
            Command::Configure(recipe) => Self::Configure(*recipe),
            Command::Sample {
                weight,
                features,
                target,
            } => Self::Sample {
                weight: *weight,
                features: features.iter().collect(),
                target: target.iter().collect(),
            },
            Command::Push { at, words } => Self::Push {
                at: *at,
                words: words.iter().collect(),
            },
            Command::Commit { steps } => Self::Commit { steps: *steps },
            Command::Reset => Self::Reset,
            Command::FitScaler { features, target } => Self::FitScaler {
                features: features.iter().collect(),
                target: target.iter().collect(),
            },
            Command::FreezeScaler => Self::FreezeScaler,
            Command::ApplyBatch => Self::ApplyBatch,
            Command::ReportValidation { loss } => Self::ReportValidation { loss: *loss },
            Command::Finish => Self::Finish,
            _ => return None,
        })
    }

    /// The core's command that it stands for, after this state was pushed; `None` of one that
    /// makes or ends a fit, or pushes.
    pub(crate) fn to_fit<'a>(&'a self, pushed: &'a [f32]) -> Option<fit::Command<'a, f32>> {
        Some(match self {
            Self::Sample {
                weight,
                features,
                target,
            } => fit::Command::Sample {
                features,
                target,
                weight: *weight,
            },
            Self::FitScaler { features, target } => fit::Command::FitScaler { features, target },
            Self::FreezeScaler => fit::Command::FreezeScaler,
            Self::ApplyBatch => fit::Command::ApplyBatch,
            Self::ReportValidation { loss } => fit::Command::ReportValidation { loss: *loss },
            Self::Commit { steps } => fit::Command::Restore {
                state: pushed,
                steps: *steps,
            },
            Self::Finish => fit::Command::Finish,
            Self::Configure(_) | Self::Push { .. } | Self::Reset => return None,
        })
    }
}

/// A recording that is being written: under another name until it is whole.
pub(crate) struct Recorder {
    file: BufWriter<NamedTempFile>,
    target: output::Target,
    entries: u64,
    /// The fit of a board with a sensor of its own, while its scaler learns.
    scaling: Option<HostTrainer<f32>>,
}

impl Recorder {
    /// Begins a recording.
    pub(crate) fn new(target: output::Target, head: &Head) -> Outcome<Self> {
        let mut recorder = Self {
            file: BufWriter::new(target.begin()?),
            target,
            entries: 0,
            scaling: None,
        };
        recorder.line(head)?;
        Ok(recorder)
    }

    /// Writes down the state that a board's fit has already, unless it is none that the board's
    /// fingerprint is of; whether it did.
    pub(crate) fn begin(&mut self, recipe: &Recipe<f32>, pulled: &Pulled) -> Outcome<bool> {
        let mut twin = build(recipe).map_err(Failure::input)?;
        let fresh = twin.fingerprint().to_string();
        let restored = twin.restore(&pulled.words, pulled.steps);
        restored.map_err(Failure::input)?;
        let there = twin.fingerprint();
        if pulled.fingerprint != Some(there) {
            return Ok(false);
        }
        let (there, steps) = (there.to_string(), pulled.steps);
        let words = pulled.words.clone();
        self.done(RecordedCommand::Configure(*recipe), 0, &fresh)?;
        self.done(RecordedCommand::Push { at: 0, words }, 0, &fresh)?;
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
        let Some(command) = RecordedCommand::of(command) else {
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
            && twin.observe(&features, &target) == Err(Fault::Scaler)
        {
            let surveyed = twin.fit_scaler(&features, &target);
            surveyed.map_err(Failure::input)?;
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
        self.entries += 1;
        self.line(&entry)
    }

    fn line(&mut self, value: &impl Serialize) -> Outcome {
        let text = serde_json::to_string(value).map_err(Failure::input)?;
        writeln!(self.file, "{text}").map_err(|error| self.target.failed(&error))
    }

    /// Gives the recording its name; returns how many entries it has.
    pub(crate) fn finish(self) -> Outcome<u64> {
        let file = self.file.into_inner();
        let file = file.map_err(|error| self.target.failed(error.error()))?;
        self.target.finish(file)?;
        Ok(self.entries)
    }
}

impl Entry {
    /// Refuses what no recorder writes.
    pub(crate) fn check(&self) -> Result<(), String> {
        let is_digit = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
        let whole = self.fingerprint.len() == 16 && self.fingerprint.chars().all(is_digit);
        match (whole, self.step, self.loss, &self.refused) {
            (false, ..) => Err(format!(
                "`fingerprint` is `{}`, and has 16 digits from 0 to f",
                self.fingerprint.escape_debug()
            )),
            (_, Some(_), Some(_), None) | (_, None, None, Some(_)) => Ok(()),
            (.., Some(_)) => Err("what was refused has neither `step` nor `loss`".into()),
            (.., None) => Err("what was not refused has `step` and `loss`".into()),
        }
    }
}

impl Head {
    pub(crate) fn new(
        device: &downhill_link::Device,
        features: &[String],
        targets: &[String],
    ) -> Self {
        Self {
            format: FORMAT.name(),
            version: FORMAT.version,
            board: device.board.to_string(),
            arithmetic: device.arithmetic,
            features: features.to_vec(),
            targets: targets.to_vec(),
        }
    }

    /// Parses the first line of the recording `name`.
    ///
    /// # Errors
    /// If it is no recording, or one that this program cannot repeat.
    pub(crate) fn parse(name: &Path, line: &str) -> Outcome<Self> {
        FORMAT.check(name, line, Some(1))?;
        let head: Self = FORMAT.parse(name, line, Some(1))?;
        match head.arithmetic == ARITHMETIC {
            true => Ok(head),
            false => Err(Failure::Input(format!(
                "{} has version {} of the core's arithmetic, and this program computes by version \
                 {ARITHMETIC}; replay it with the release of Downhill that recorded it",
                name.display(),
                head.arithmetic
            ))),
        }
    }
}

/// Opens a recording to read it.
pub(crate) fn open(path: &Path) -> Outcome<File> {
    File::open(path)
        .map_err(|error| Failure::Input(format!("{}: {error}; check the path", path.display())))
}
