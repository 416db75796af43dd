use core::fmt;

use heapless::String;

use downhill::Recipe;
use downhill::least_squares::{Estimate, Summary};

use crate::{
    Capabilities, Counters, Event, Hello, Scores, SessionLost, Signal, State, TooLong,
    numbers_in_sample,
};

/// The longest board name that a client keeps, in bytes.
const NAME: usize = 32;

/// The device at the other end, from its [`Hello`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// The board's name, cut after 32 bytes.
    pub board: String<NAME>,
    /// Its [`ARITHMETIC`](crate::ARITHMETIC).
    pub arithmetic: u16,
    /// The longest fit it has room for, in words.
    pub arena: u32,
    /// The longest frame that it takes, in bytes.
    pub frame: u16,
    /// Largest number of commands in flight.
    pub window: u8,
    /// Its capabilities.
    pub capabilities: Capabilities,
}

impl Device {
    pub(crate) fn new(hello: &Hello<'_>) -> Self {
        let mut board = String::new();
        for letter in hello.board.chars() {
            if board.push(letter).is_err() {
                break;
            }
        }
        Self {
            board,
            arithmetic: hello.arithmetic,
            arena: hello.arena,
            frame: hello.frame,
            window: hello.window,
            capabilities: hello.capabilities,
        }
    }

    /// Largest number of features and targets together of a sample, and of words of a pushed piece
    /// of state.
    pub fn numbers(&self) -> usize {
        numbers_in_sample(self.frame.into())
    }
}

/// Reason for which a command cannot be sent now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SendError {
    /// The device has not said hello yet.
    NoDevice,
    /// The window is full: wait for an ack.
    Full {
        /// Size of the window.
        window: usize,
    },
    /// The command is longer than the device's frames.
    TooLong(TooLong),
    /// The session is lost: only a new client can go on.
    Lost,
}

impl fmt::Display for SendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoDevice => f.write_str("the device has not said hello"),
            Self::Full { window } => write!(f, "{window} commands are under way already"),
            Self::TooLong(too_long) => too_long.fmt(f),
            Self::Lost => f.write_str("the session is lost"),
        }
    }
}

impl core::error::Error for SendError {}

/// Event at the client, from a byte received; [acks](crate::Client::ack) are taken apart from these.
#[derive(Clone, Copy, Debug, PartialEq)]
#[allow(
    clippy::large_enum_variant,
    reason = "there is no heap to box the recipe in, and one event lives at a time"
)]
pub enum ClientEvent<'a> {
    /// The device said hello: commands may be sent. [`Client::device`](crate::Client::device) tells who it is.
    Ready,
    /// The device speaks another version of the protocol.
    Mismatch {
        /// The device's version.
        version: u16,
    },
    /// The session is lost: the device was started anew, or another host said hello. What was in
    /// flight was executed as far as this says, and only a new client can go on.
    Lost(SessionLost),
    /// The device has executed another command under this number: another host uses the same
    /// session.
    Conflict {
        /// The number.
        seq: u32,
    },
    /// The piece of state that was asked for.
    State(State<'a>),
    /// The counters that were asked for.
    Counters(Counters),
    /// The piece of a checkpoint that was asked for.
    Checkpoint(State<'a>),
    /// The recipe that was asked for, none where there is no fit, and its signal stage.
    Recipe(Option<Recipe<f32>>, Signal<'a>),
    /// The scores that were asked for.
    Scores(Scores),
    /// The parameter that was asked for, and a correlation of it.
    Estimate {
        /// The parameter and its standard error; none where there is no such parameter.
        estimate: Option<Estimate<f32>>,
        /// The correlation; none where there is none.
        correlation: Option<f32>,
    },
    /// The summary that was asked for; none where no fit by least squares has ended.
    Summary(Option<Summary<f32>>),
    /// An event on the device.
    Event(Event<'a>),
}
