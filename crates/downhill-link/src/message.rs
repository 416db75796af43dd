//! What host and device say to each other. The byte layouts are in `SPEC.md`; new messages and
//! new variants are only ever added at the end.

use core::fmt;

use downhill::health::Verdict;
use downhill::{Fault, Fingerprint, Recipe};
use serde::{Deserialize, Serialize};

use crate::Numbers;

/// The version of this protocol. A device refuses a host that speaks another.
pub const PROTOCOL: u16 = 1;

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
    /// Something that changes the device, answered by [`Reply::Outcome`] or
    /// [`Reply::OutOfTurn`].
    Order {
        /// Its number: one more than that of the order before.
        seq: u32,
        /// What to do.
        #[serde(borrow)]
        order: Order<'a>,
    },
    /// Something that changes nothing, answered by [`Reply::State`] or [`Reply::Counters`].
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
pub enum Order<'a> {
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
    /// Put a piece of a fit's state aside for [`Order::Commit`]. Any other order forgets the
    /// pieces.
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
    Survey {
        /// As in [`Order::Sample`].
        #[serde(borrow)]
        features: Numbers<'a>,
        /// As in [`Order::Sample`].
        target: Numbers<'a>,
    },
    /// Freeze the scaler, so that the fit can learn.
    Freeze,
    /// Make the step of a batch that is not full.
    Apply,
    /// Take notice of the loss on held-out samples, for a schedule that waits for a plateau.
    Report {
        /// The loss; finite.
        loss: f32,
    },
    /// End the training: put the parameters that the optimizer ends with in place.
    Finish,
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
}

/// From the device to the host.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
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
    /// What became of an order.
    Outcome(Outcome),
    /// An order was not done, for another has to come first.
    OutOfTurn {
        /// The number of the order that the device waits for.
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
}

/// Who a device is and what it can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hello<'a> {
    /// Its [`PROTOCOL`].
    pub version: u16,
    /// The request's, or 0 where nobody asked.
    pub tag: u32,
    /// The number of the order that it waits for; 1 after a start.
    pub next: u32,
    /// Its [`ARITHMETIC`].
    pub arithmetic: u16,
    /// The longest fit it has room for, in words: the most that
    /// [`Recipe::arena_len`] may be.
    pub arena: u32,
    /// The longest frame that it takes, in bytes, the zeros at both ends included.
    pub frame: u16,
    /// How many orders may be under way.
    pub window: u8,
    /// The board's name.
    pub board: &'a str,
}

/// What became of an order.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// The order's number.
    pub seq: u32,
    /// The fit's fingerprint after it; 0 where there is no fit.
    pub fingerprint: Fingerprint,
    /// How far the fit is, or why the order was refused and nothing changed.
    pub result: Result<Progress, Refusal>,
    /// The next verdict on the fit, if one is waiting: at most one comes with each order.
    pub verdict: Option<Verdict>,
}

/// How far a fit is.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// How many steps it has made.
    pub step: u64,
    /// The loss of the sample, or the mean over the batch that it completed; 0 for an order
    /// that is no sample.
    pub loss: f32,
}

/// Why an order changed nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Refusal {
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
    Arithmetic,
}

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl fmt::Display for Refusal {
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
            Self::Arithmetic => f.write_str("the arithmetic is not in its default mode"),
        }
    }
}

impl core::error::Error for Refusal {}

/// A piece of a fit's state: parameters, the optimizer's state, the scaler.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct State<'a> {
    /// The query's.
    pub tag: u32,
    /// The number of the order that the device waits for: pieces with the same one belong
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

/// What a device counts. All begin at 0 with a start or a reset, and stop at the largest number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counters {
    /// Samples learned from, those that wait in a batch included; a weight of 0 does not count.
    pub samples: u64,
    /// Steps made since the start or the reset.
    pub steps: u64,
    /// Orders refused.
    pub refused: u32,
    /// Frames skipped for a wrong checksum, length or encoding.
    pub bad: u32,
    /// Frames skipped for a message that the device does not know.
    pub unknown: u32,
    /// Orders that came again.
    pub repeated: u32,
    /// Orders that came before their turn, or after they were forgotten.
    pub out_of_turn: u32,
    /// Errors of the line itself.
    pub line: u32,
    /// Errors of the status pin.
    pub pin: u32,
}
