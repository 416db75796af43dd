#![doc = include_str!("../README.md")]
#![cfg_attr(not(test), no_std)]
#![deny(missing_docs)]

mod client;
mod cobs;
mod counters;
mod device;
mod event;
pub mod fault_injector;
mod frame;
mod from_fit;
mod hash;
mod message;
mod numbers;
mod pending;
mod raw;
mod recipe;
mod role;
#[cfg(feature = "sealed")]
pub mod seal;
mod sections;
mod sequencer;
mod signal;

pub use client::Client;
pub use counters::{Counters, SensorCounters};
pub use device::{ClientEvent, Device, SendError};
pub use event::{Alert, Capabilities, Event, Mode, Scores, SensorFault, Topics};
pub use frame::{
    FRAME, FrameReader, Message, Packet, Sections, TooLong, bytes_in_block, decode, encode,
    frame_len, numbers_in_sample, words_in_state,
};
pub use hash::{recipe_hash, staged_hash};
pub use message::{
    ARITHMETIC, Ack, Command, CommandError, Hello, PROTOCOL, Progress, Query, Reply, Request,
    SessionLost, State,
};
pub use numbers::Numbers;
pub use raw::{Block, Raw};
pub use recipe::{RECIPE_VERSION, RecipeError, read_recipe, write_recipe};
pub use role::Role;
pub use sequencer::{Admission, Sequencer, WINDOW};
pub use signal::{DETECTOR, SECTIONS, SIGNAL, Signal};
