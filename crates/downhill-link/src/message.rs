//! Messages between host and device. The byte layouts are in `SPEC.md`; new messages and
//! new variants are only ever added at the end.

use core::fmt;

use downhill::health::Verdict;
use downhill::least_squares::{Estimate, Estimation, SolveError, Summary};
use downhill::{Fault, Fingerprint, Recipe};
use serde::{Deserialize, Deserializer, Serialize};

use crate::{Capabilities, Counters, Event, Mode, Numbers, Scores, Signal, Topics};

/// The version of this protocol. A device refuses a host that speaks another.
pub const PROTOCOL: u16 = 3;

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
    /// Greeting that begins a session, and ends the one before. Answered by [`Reply::Hello`],
    /// [`Reply::Mismatch`] or [`Reply::SessionLost`]. It has these fields in every version.
    Hello {
        /// The host's [`PROTOCOL`].
        version: u16,
        /// Random number, not 0, by which host and device know the session from any other.
        session: u32,
    },
    /// A command that changes the device, answered by [`Reply::Ack`], [`Reply::OutOfOrder`],
    /// [`Reply::Conflict`] or [`Reply::SessionLost`].
    Command {
        /// Sequence number: one more than that of the command before.
        seq: u32,
        /// The command.
        #[serde(borrow, deserialize_with = "decode_command")]
        command: Command<'a>,
    },
    /// A query that changes nothing, answered by the reply of the query's name
    /// ([`Query::Pull`] by [`Reply::State`]) or by [`Reply::SessionLost`].
    Query {
        /// Echoed in the answer.
        tag: u32,
        /// The query.
        query: Query,
    },
}

// Not inlined: a command is returned in one piece then, and not copied field by field with the room
// for a recipe, whatever it is.
#[inline(never)]
fn decode_command<'de: 'a, 'a, D: Deserializer<'de>>(from: D) -> Result<Command<'a>, D::Error> {
    Command::deserialize(from)
}

/// A command from the host to a device: a change, executed once, in order of sequence numbers. What
/// of it concerns the fit, the device hands on as a [`downhill::fit::Command`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[allow(
    clippy::large_enum_variant,
    reason = "there is no heap to box the recipe in, and one message lives at a time"
)]
pub enum Command<'a> {
    /// Begin a new fit, and put this signal stage in front of it. Where that is impossible it is
    /// refused, and the fit before goes on.
    Configure(Recipe<f32>, #[serde(skip_deserializing)] Signal<'a>),
    /// Learn from one sample.
    Sample {
        /// Sample weight; finite, at least 0.
        weight: f32,
        /// Features, as many as the model has, in their own units.
        #[serde(borrow)]
        features: Numbers<'a>,
        /// Targets, as many as the loss has.
        target: Numbers<'a>,
    },
    /// Put a piece of a fit's state aside for [`Command::Commit`], or of a checkpoint for
    /// [`Command::Resume`]. Any other command forgets the pieces, as does [`Query::Checkpoint`].
    Push {
        /// Offset of the piece in the state, in words: 0, or the end of the piece before.
        at: u32,
        /// The words.
        #[serde(borrow)]
        words: Numbers<'a>,
    },
    /// Take over the state that was pushed, all of it or nothing.
    Commit {
        /// Updates made by the fit.
        steps: u64,
    },
    /// Forget the fit and the counters.
    Reset,
    /// Let the scaler learn from a sample; the fit does not move.
    FitScaler {
        /// See [`Command::Sample`].
        #[serde(borrow)]
        features: Numbers<'a>,
        /// See [`Command::Sample`].
        target: Numbers<'a>,
    },
    /// Freeze the scaler, so that the fit can learn.
    FreezeScaler,
    /// Make the step of a batch that is not full.
    ApplyBatch,
    /// Take notice of the loss on validation samples, for a schedule that waits for a plateau.
    ReportValidation {
        /// The loss; finite.
        loss: f32,
    },
    /// End the training: put the parameters that the optimizer ends with in place.
    Finish,
    /// Take samples from the device's own sensor.
    Start {
        /// Number of sensor polls before sampling stops by itself; 0 for no end.
        turns: u32,
    },
    /// Take no more samples.
    Stop,
    /// Mode for samples of the device's own sensor.
    Mode(Mode),
    /// The target of a sample that the device took, while it waits.
    Label {
        /// The sample's number.
        sample: u32,
        /// See [`Command::Sample`].
        #[serde(borrow)]
        target: Numbers<'a>,
    },
    /// Subscribe to events; replaces the subscription before.
    Subscribe {
        /// Topics.
        topics: Topics,
        /// Largest number of events until the next subscription.
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
    /// Take a [block](crate::Block) of raw samples, which is packed in these bytes; without any,
    /// forget the samples of windows under way: what comes next is behind a gap, or another
    /// recording.
    Block(#[serde(borrow)] &'a [u8]),
}

impl Command<'_> {
    /// Capabilities that a device needs to execute it, beyond those of every device.
    pub const fn needs(&self) -> Capabilities {
        match self {
            Self::Configure(_, signal) => match signal.bytes() {
                [] => Capabilities::RECIPES,
                [Signal::DETECTOR, ..] => Capabilities::RECIPES.union(Capabilities::DETECTOR),
                _ => Capabilities::RECIPES.union(Capabilities::SIGNAL),
            },
            Self::Estimate(_) | Self::Advance => Capabilities::RECIPES,
            Self::Block(_) => Capabilities::SIGNAL,
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

/// A question that changes nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Query {
    /// A piece of the fit's state.
    Pull {
        /// Offset of the first word.
        at: u32,
        /// Largest number of words; the device may send fewer.
        count: u16,
    },
    /// The counters.
    Counters,
    /// A piece of a [checkpoint](downhill::checkpoint) of the fit as it is now, its bytes taken
    /// as little-endian words.
    Checkpoint {
        /// Offset of the first word.
        at: u32,
        /// Largest number of words; the device may send fewer.
        count: u16,
    },
    /// The recipe of the fit.
    Recipe,
    /// Prequential scores of the predictions, from a device that compares them with targets.
    Scores,
    /// A parameter of a fit by least squares, and how sure it is.
    Estimate {
        /// Index of the parameter, from 0.
        parameter: u16,
        /// Index of the other parameter of the correlation.
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
    /// Identity of the device. Sent unasked at start.
    Hello(#[serde(borrow)] Hello<'a>),
    /// The device speaks another version, and does nothing for this host. It has these fields in
    /// every version.
    Mismatch {
        /// The device's [`PROTOCOL`].
        version: u16,
        /// The request's.
        session: u32,
    },
    /// Result of a command.
    Ack(Ack),
    /// A command was not executed because another has to come first.
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
        /// Recipe of the fit; none where there is no fit.
        recipe: Option<Recipe<f32>>,
        /// Signal stage in front of it.
        #[serde(skip_deserializing)]
        signal: Signal<'a>,
    },
    /// Prequential scores.
    Scores {
        /// The query's.
        tag: u32,
        /// The scores.
        scores: Scores,
    },
    /// An event that the host subscribed to.
    Event {
        /// Its number: one more than that of the event before, those for which the credit did
        /// not suffice included, so that a gap is seen.
        number: u32,
        /// The event.
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
    /// The request is not of the device's session, and was not acted on.
    SessionLost(SessionLost),
    /// Another command was executed under this number: two hosts use the same session.
    Conflict {
        /// The number.
        seq: u32,
    },
}

/// End of a session, as the device tells the host whose it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionLost {
    /// The session of the request, which is not the device's.
    pub session: u32,
    /// The device's session; 0 where no host has said hello since it started.
    pub by: u32,
    /// Number of commands that the lost session had executed, refused ones included; none where
    /// the device does not know it: it was started anew, or the session is not the one before.
    pub executed: Option<u32>,
}

/// Identity and capabilities of a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hello<'a> {
    /// Its [`PROTOCOL`].
    pub version: u16,
    /// The request's, or 0 where nobody asked.
    pub session: u32,
    /// The number of the command that it waits for; 1 in a new session.
    pub next: u32,
    /// Its [`ARITHMETIC`].
    pub arithmetic: u16,
    /// The longest fit it has room for, in words: the most that
    /// [`Recipe::arena_len`] may be.
    pub arena: u32,
    /// The longest frame that it takes, in bytes, the zeros at both ends included.
    pub frame: u16,
    /// Largest number of commands in flight.
    pub window: u8,
    /// Capabilities beyond learning from samples that it is sent.
    pub capabilities: Capabilities,
    /// The board's name.
    pub board: &'a str,
}

/// Result of a command.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ack {
    /// The command's number.
    pub seq: u32,
    /// The fit's fingerprint after it; 0 where there is no fit.
    pub fingerprint: Fingerprint,
    /// Progress of the fit, or the error for which nothing changed.
    pub result: Result<Progress, CommandError>,
    /// The next verdict on the fit, if one is waiting: at most one comes with each command.
    pub verdict: Option<Verdict>,
}

/// Progress of a fit.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// Updates made by the fit.
    pub step: u64,
    /// The loss of the sample, or the mean over the batch that it completed; 0 for a command
    /// that is no sample.
    pub loss: f32,
}

/// Reason for which a command changed nothing.
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
        /// Numbers that a frame holds.
        got: u32,
    },
    /// The device's arithmetic is not in the mode that gives the same bits everywhere
    /// (subnormals are flushed to zero, or it rounds differently).
    FpuMode,
    /// The device has no such [capability](Capabilities).
    Unsupported,
    /// No sample of this number waits for its target: it has it, it expired, or it was never
    /// taken.
    NoSample,
    /// The words pushed are no whole checkpoint: some are missing or changed.
    Corrupt,
    /// The checkpoint is of a version that the device does not read.
    Version {
        /// Its version.
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
    /// The session was opened with a key that does not permit it.
    Role,
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
            Self::Role => f.write_str("the key of this session is for reading only"),
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
    /// Updates made by the fit.
    pub steps: u64,
    /// The fit's fingerprint; 0 where there is no fit.
    pub fingerprint: Fingerprint,
    /// Length of the whole state, in words; 0 where there is no fit.
    pub length: u32,
    /// Offset of the piece, in words.
    pub at: u32,
    /// The words.
    #[serde(borrow)]
    pub words: Numbers<'a>,
}
