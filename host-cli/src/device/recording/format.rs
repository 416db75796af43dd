//! The lines of a recording.

use std::path::Path;

use downhill::fit;
use downhill::normal;
use downhill::signal::Description;
use downhill::{NumberType, Recipe};
use downhill_link::{ARITHMETIC, Block, Command, Raw};
use serde::{Deserialize, Serialize};

use crate::support::failure::{Failure, Outcome};
use crate::support::file_format::FileFormat;

/// Recordings. Version 1, which is read too, has `health` in the recipe's rules, older names of
/// commands, and no end mark.
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

/// The last line, of a recording that is whole.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LastLine {
    pub(crate) end: End,
}

/// End mark: nothing that the board was told is missing.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct End {
    /// Number of entries.
    pub(crate) entries: u64,
}

/// A command that changes a fit, under the name that recordings have for it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(clippy::large_enum_variant, reason = "one lives at a time")]
pub(crate) enum RecordedCommand {
    Configure(#[serde(deserialize_with = "crate::model::recipe_text::deserialize")] Recipe<f32>),
    /// A recipe, and the signal stage in front of its fit.
    ConfigureSignal {
        #[serde(deserialize_with = "crate::model::recipe_text::deserialize")]
        recipe: Recipe<f32>,
        signal: Description<f32>,
    },
    /// A recipe, the signal stage in front of its detector, if there is one, and the detector.
    ConfigureDetector {
        #[serde(deserialize_with = "crate::model::recipe_text::deserialize")]
        recipe: Recipe<f32>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        signal: Option<Description<f32>>,
        detector: normal::Description<f32>,
    },
    Block {
        weight: f32,
        scale: f32,
        fits_scaler: bool,
        samples: RecordedSamples,
        target: Vec<f32>,
    },
    Gap,
    Sample {
        weight: f32,
        features: Vec<f32>,
        target: Vec<f32>,
    },
    Push {
        at: u32,
        words: Vec<f32>,
    },
    /// State of a fit in fixed point.
    PushIntegers {
        at: u32,
        words: Vec<i32>,
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

/// Raw samples, as they were sent.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RecordedSamples {
    I16(Vec<i16>),
    I32(Vec<i32>),
    F32(Vec<f32>),
}

impl RecordedSamples {
    fn of(raw: Raw<'_>) -> Self {
        match raw {
            Raw::I16(all) => Self::I16(all.iter().map(|one| i16::from_le_bytes(*one)).collect()),
            Raw::I32(all) => Self::I32(all.iter().map(|one| i32::from_le_bytes(*one)).collect()),
            Raw::F32(all) => Self::F32(all.iter().map(|one| f32::from_le_bytes(*one)).collect()),
        }
    }

    /// The numbers that they stand for, with this scale.
    pub(crate) fn numbers(&self, scale: f32) -> Vec<f32> {
        let bytes = |words: Vec<[u8; 4]>, of: fn(&[[u8; 4]]) -> Raw<'_>| {
            of(&words).numbers(scale).collect()
        };
        match self {
            Self::I16(all) => {
                let words: Vec<_> = all.iter().map(|one| one.to_le_bytes()).collect();
                Raw::I16(&words).numbers(scale).collect()
            }
            Self::I32(all) => bytes(all.iter().map(|one| one.to_le_bytes()).collect(), |words| {
                Raw::I32(words)
            }),
            Self::F32(all) => bytes(all.iter().map(|one| one.to_le_bytes()).collect(), |words| {
                Raw::F32(words)
            }),
        }
    }
}

impl RecordedCommand {
    /// State that was pushed to a fit of this number type.
    pub(crate) fn push(at: u32, words: impl Iterator<Item = f32>, number: NumberType) -> Self {
        match number {
            NumberType::Q15 => Self::PushIntegers {
                at,
                words: words.map(|word| word.to_bits() as i32).collect(),
            },
            _ => Self::Push {
                at,
                words: words.collect(),
            },
        }
    }

    /// A command to a fit of this number type as it is written down; `None` of one that changes no
    /// fit.
    pub(crate) fn of(command: &Command<'_>, number: NumberType) -> Option<Self> {
        Some(match command {
            Command::Configure(recipe, sections) => {
                let recipe = *recipe;
                match sections.read().unwrap_or_default() {
                    (signal, Some(detector)) => Self::ConfigureDetector {
                        recipe,
                        signal,
                        detector,
                    },
                    (Some(signal), None) => Self::ConfigureSignal { recipe, signal },
                    (None, None) => Self::Configure(recipe),
                }
            }
            Command::Block([]) => Self::Gap,
            Command::Block(bytes) => {
                let block = Block::unpack(bytes)?;
                Self::Block {
                    weight: block.weight,
                    scale: block.scale,
                    fits_scaler: block.fits_scaler,
                    samples: RecordedSamples::of(block.samples),
                    target: block.target.iter().collect(),
                }
            }
            Command::Sample {
                weight,
                features,
                target,
            } => Self::Sample {
                weight: *weight,
                features: features.iter().collect(),
                target: target.iter().collect(),
            },
            Command::Push { at, words } => Self::push(*at, words.iter(), number),
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
            Self::Configure(_)
            | Self::ConfigureSignal { .. }
            | Self::ConfigureDetector { .. }
            | Self::Block { .. }
            | Self::Gap
            | Self::Push { .. }
            | Self::PushIntegers { .. }
            | Self::Reset => return None,
        })
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
    /// Returns true where a whole recording has an end mark.
    pub(crate) const fn is_marked(&self) -> bool {
        self.version > 1
    }

    pub(crate) fn new(
        board: &str,
        device: &downhill_link::Device,
        features: &[String],
        targets: &[String],
    ) -> Self {
        Self {
            format: FORMAT.name(),
            version: FORMAT.version,
            board: board.into(),
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

impl RecordedCommand {
    /// Returns true for a command that a fit or its scaler learns from.
    pub(crate) const fn learns(&self) -> bool {
        matches!(
            self,
            Self::Sample { .. } | Self::FitScaler { .. } | Self::Block { .. }
        )
    }
}
