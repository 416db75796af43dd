//! What host and device say to each other. The byte layouts are in `SPEC.md`; new messages and
//! new variants are only ever added at the end.

use core::fmt;

use downhill::health::Verdict;
use downhill::least_squares::{Estimate, Estimation, SolveError, Summary};
use downhill::{Fault, Fingerprint, Recipe};
use serde::{Deserialize, Serialize};

use crate::{Capabilities, Counters, Event, Mode, Numbers, Scores, Topics};

/// The version of this protocol. A device refuses a host that speaks another.
pub const PROTOCOL: u16 = 2;

/// The version of the core's arithmetic: raised with any change after which the same recipe and
/// samples give other bits. Fingerprints are comparable only where it is equal.
pub const ARITHMETIC: u16 = 1;

/// From the host to the device.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[allow(
    clippy::large_enum_variant,
    reason = "there is no heap to box the recipe in, and one message lives at a time"
)]
pub enum Request<'a> {
    /// Who are you, and do you speak this version? Answered by [`Reply::Hello`] or
    /// [`Reply::Mismatch`]; anything else is acted on only after.
    Hello {
        /// The host's [`PROTOCOL`].
        version: u16,
        /// Comes back in the answer; not 0.
        tag: u32,
    },
    /// Something that changes the device, answered by [`Reply::Ack`] or
    /// [`Reply::OutOfOrder`].
    Command {
        /// Its number: one more than that of the command before.
        seq: u32,
        /// What to do.
        #[serde(borrow)]
        command: Command<'a>,
    },
    /// Something that changes nothing, answered by the reply of the query's name;
    /// [`Query::Pull`] by [`Reply::State`].
    Query {
        /// Comes back in the answer.
        tag: u32,
        /// What to tell.
        query: Query,
    },
}

/// What changes the device: done once, in the order of its numbers.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[allow(
    clippy::large_enum_variant,
    reason = "there is no heap to box the recipe in, and one message lives at a time"
)]
pub enum Command<'a> {
    /// Begin a new fit. Where that is impossible it is refused, and the fit before goes on.
    Configure(Recipe<f32>),
    /// Learn from one sample.
    Sample {
        /// How much it counts.
        weight: f32,
        /// As many as the recipe's model takes, in their own units.
        #[serde(borrow)]
        features: Numbers<'a>,
        /// As many as its loss takes.
        target: Numbers<'a>,
    },
    /// Put a piece of a fit's state aside for [`Command::Commit`], or of a checkpoint for
    /// [`Command::Resume`]. Any other command forgets the pieces, as does [`Query::Checkpoint`].
    Push {
        /// Which word of the state the piece begins with: 0, or the end of the piece before.
        at: u32,
        /// The words.
        #[serde(borrow)]
        words: Numbers<'a>,
    },
    /// Take over the state that was pushed, all of it or nothing.
    Commit {
        /// How many steps the fit has made.
        steps: u64,
    },
    /// Forget the fit and the counters.
    Reset,
    /// Let the scaler learn from a sample; the fit does not move.
    FitScaler {
        /// As in [`Command::Sample`].
        #[serde(borrow)]
        features: Numbers<'a>,
        /// As in [`Command::Sample`].
        target: Numbers<'a>,
    },
    /// Freeze the scaler, so that the fit can learn.
    FreezeScaler,
    /// Make the step of a batch that is not full.
    ApplyBatch,
    /// Take notice of the loss on held-out samples, for a schedule that waits for a plateau.
    ReportValidation {
        /// The loss; finite.
        loss: f32,
    },
    /// End the training: put the parameters that the optimizer ends with in place.
    Finish,
    /// Take samples from the device's own sensor.
    Start {
        /// How many turns the sensor gets before it stops by itself; 0 for no end.
        turns: u32,
    },
    /// Take no more samples.
    Stop,
    /// What to do with the samples of the device's own sensor.
    Mode(Mode),
    /// The target of a sample that the device took, while it waits.
    Label {
        /// The sample's number.
        sample: u32,
        /// As in [`Command::Sample`].
        #[serde(borrow)]
        target: Numbers<'a>,
    },
    /// Say unasked what happens. It takes the place of the subscription before.
    Subscribe {
        /// About what.
        topics: Topics,
        /// How many events at most, until the next subscription.
        credit: u32,
    },
    /// Go on where the checkpoint that was pushed stopped, all of it or nothing.
    Resume,
    /// Write a checkpoint to the device's own store, now: done when it is safe there.
    Save,
    /// Forget all checkpoints in the device's own store.
    Wipe,
    /// Begin a fit by least squares. Where that is impossible it is refused, and the fit before
    /// goes on. Samples are then learned from one by one, or kept until there is a fit's worth of
    /// them, as its settings need.
    Estimate(Estimation<f32>),
    /// Go once through the samples that were kept, and improve the parameters. No sample is taken
    /// any more from the first time on.
    Advance,
}

impl Command<'_> {
    /// What a device must be able to do to carry it out, beyond what every device can.
    pub const fn needs(&self) -> Capabilities {
        match self {
            Self::Configure(_) | Self::Estimate(_) | Self::Advance => Capabilities::RECIPES,
            Self::Start { .. }
            | Self::Stop
            | Self::Mode(_)
            | Self::Label { .. }
            | Self::Subscribe { .. } => Capabilities::SENSOR,
            Self::Save | Self::Wipe => Capabilities::STORE,
            _ => Capabilities(0),
        }
    }
}

/// What changes nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Query {
    /// A piece of the fit's state.
    Pull {
        /// Which word it begins with.
        at: u32,
        /// How many words at most; the device may send fewer.
        count: u16,
    },
    /// The counters.
    Counters,
    /// A piece of a [checkpoint](downhill::checkpoint) of the fit as it is now, its bytes taken
    /// as little-endian words.
    Checkpoint {
        /// Which word it begins with.
        at: u32,
        /// How many words at most; the device may send fewer.
        count: u16,
    },
    /// The recipe of the fit.
    Recipe,
    /// How good the predictions were, of a device that labels its predictions.
    Scores,
    /// A parameter of a fit by least squares, and how sure it is.
    Estimate {
        /// Which, counted from 0.
        parameter: u16,
        /// Which other one its correlation is asked for.
        other: u16,
    },
    /// A fit by least squares in a few numbers.
    Summary,
}

/// From the device to the host.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[allow(
    clippy::large_enum_variant,
    reason = "there is no heap to box the recipe in, and one message lives at a time"
)]
pub enum Reply<'a> {
    /// Who the device is. It says so unasked when it starts, and to any request that comes
    /// before a [`Request::Hello`].
    Hello(#[serde(borrow)] Hello<'a>),
    /// The device speaks another version, and does nothing for this host.
    Mismatch {
        /// The device's [`PROTOCOL`].
        version: u16,
        /// The request's.
        tag: u32,
    },
    /// What became of a command.
    Ack(Ack),
    /// A command was not done, for another has to come first.
    OutOfOrder {
        /// The number of the command that the device waits for.
        expected: u32,
        /// The number that came.
        got: u32,
    },
    /// A piece of the fit's state.
    State(State<'a>),
    /// The counters.
    Counters {
        /// The query's.
        tag: u32,
        /// The counters.
        counters: Counters,
    },
    /// A piece of a checkpoint; its words are a checkpoint's bytes, not numbers.
    Checkpoint(State<'a>),
    /// The recipe.
    Recipe {
        /// The query's.
        tag: u32,
        /// What the fit was built from; none where there is no fit.
        recipe: Option<Recipe<f32>>,
    },
    /// How good the predictions were.
    Scores {
        /// The query's.
        tag: u32,
        /// The scores.
        scores: Scores,
    },
    /// Something happened that the host subscribed to.
    Event {
        /// Its number: one more than that of the event before, those for which the credit did
        /// not suffice included, so that a gap is seen.
        number: u32,
        /// What.
        event: Event<'a>,
    },
    /// A parameter of a fit by least squares.
    Estimate {
        /// The query's.
        tag: u32,
        /// The parameter and its standard error; none where there is no such parameter.
        estimate: Option<Estimate<f32>>,
        /// Its correlation with the other one; none where one of them has no standard error.
        correlation: Option<f32>,
    },
    /// A fit by least squares in a few numbers.
    Summary {
        /// The query's.
        tag: u32,
        /// The summary; none where there is no such fit, or where it has not ended.
        summary: Option<Summary<f32>>,
    },
}

/// Who a device is and what it can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hello<'a> {
    /// Its [`PROTOCOL`].
    pub version: u16,
    /// The request's, or 0 where nobody asked.
    pub tag: u32,
    /// The number of the command that it waits for; 1 after a start.
    pub next: u32,
    /// Its [`ARITHMETIC`].
    pub arithmetic: u16,
    /// The longest fit it has room for, in words: the most that
    /// [`Recipe::arena_len`] may be.
    pub arena: u32,
    /// The longest frame that it takes, in bytes, the zeros at both ends included.
    pub frame: u16,
    /// How many commands may be under way.
    pub window: u8,
    /// What it can do beyond learning from what it is sent.
    pub capabilities: Capabilities,
    /// The board's name.
    pub board: &'a str,
}

/// What became of a command.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ack {
    /// The command's number.
    pub seq: u32,
    /// The fit's fingerprint after it; 0 where there is no fit.
    pub fingerprint: Fingerprint,
    /// How far the fit is, or why the command was refused and nothing changed.
    pub result: Result<Progress, CommandError>,
    /// The next verdict on the fit, if one is waiting: at most one comes with each command.
    pub verdict: Option<Verdict>,
}

/// How far a fit is.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// How many steps it has made.
    pub step: u64,
    /// The loss of the sample, or the mean over the batch that it completed; 0 for a command
    /// that is no sample.
    pub loss: f32,
}

/// Why a command changed nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum CommandError {
    /// The core refused it.
    Fault(Fault),
    /// There is no fit yet.
    NoFit,
    /// A piece of state does not begin where the one before ended.
    Piece {
        /// The word it should begin with, if not 0.
        expected: u32,
    },
    /// A sample of this recipe has more numbers than a frame of the device takes.
    Columns {
        /// Features and targets of the recipe.
        need: u32,
        /// What a frame takes.
        got: u32,
    },
    /// The device's arithmetic is not in the mode that gives the same bits everywhere
    /// (subnormals are flushed to zero, or it rounds differently).
    FpuMode,
    /// The device has no such [ability](Capabilities).
    Unsupported,
    /// No sample of this number waits for its target: it has it, it expired, or it was never
    /// taken.
    NoSample,
    /// The words pushed are no whole checkpoint: some are missing or changed.
    Corrupt,
    /// The checkpoint is of a version that the device does not read.
    Version {
        /// Which.
        version: u16,
    },
    /// The checkpoint is of a fit by another recipe.
    Recipe,
    /// A checkpoint has as many bytes as `need`, and there is room for `got`.
    Room {
        /// Bytes of the checkpoint.
        need: u32,
        /// Bytes there is room for.
        got: u32,
    },
    /// The flash failed.
    Flash,
    /// The fit by least squares cannot start, or its samples are not enough.
    Solve(SolveError),
    /// The fit by least squares has begun with the samples it has.
    AlreadyStarted,
}

impl From<SolveError> for CommandError {
    fn from(error: SolveError) -> Self {
        Self::Solve(error)
    }
}

impl From<Fault> for CommandError {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl fmt::Display for CommandError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fault(fault) => fault.fmt(f),
            Self::NoFit => f.write_str("there is no fit: configure one first"),
            Self::Piece { expected } => {
                write!(f, "the next piece of state begins at word {expected}, or 0")
            }
            Self::Columns { need, got } => {
                write!(f, "a sample has {need} numbers and a frame takes {got}")
            }
            Self::FpuMode => f.write_str("the arithmetic is not in its default mode"),
            Self::Unsupported => {
                f.write_str("the device cannot do that: see what its hello offers")
            }
            Self::NoSample => f.write_str("no sample of this number waits for a target"),
            Self::Corrupt => f.write_str("words of the checkpoint are missing or changed"),
            Self::Version { version } => {
                write!(
                    f,
                    "the checkpoint is of version {version}, which is not read here"
                )
            }
            Self::Recipe => f.write_str("the checkpoint is of a fit by another recipe"),
            Self::Room { need, got } => {
                write!(
                    f,
                    "a checkpoint has {need} bytes, and there is room for {got}"
                )
            }
            Self::Flash => f.write_str("the flash failed"),
            Self::Solve(error) => error.fmt(f),
            Self::AlreadyStarted => f.write_str("the fit has begun, and takes no more samples"),
        }
    }
}

impl core::error::Error for CommandError {}

/// A piece of a fit's state: parameters, the optimizer's state, the scaler.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct State<'a> {
    /// The query's.
    pub tag: u32,
    /// The number of the command that the device waits for: pieces with the same one belong
    /// together.
    pub next: u32,
    /// How many steps the fit has made.
    pub steps: u64,
    /// The fit's fingerprint; 0 where there is no fit.
    pub fingerprint: Fingerprint,
    /// How many words the whole state has; 0 where there is no fit.
    pub length: u32,
    /// Which word the piece begins with.
    pub at: u32,
    /// The words.
    #[serde(borrow)]
    pub words: Numbers<'a>,
}
