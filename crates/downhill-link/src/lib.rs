//! # Downhill's link
//!
//! Messages and frames between a device that learns and its host: `no_std`, no heap, and no
//! panic whatever bytes come. `SPEC.md`, beside this crate, has every byte, for those who write
//! another implementation.
//!
//! A message is a [`Request`] from the host or a [`Reply`] from the device. [`encode`] makes a
//! frame of it; a [`FrameReader`] finds frames in a stream of bytes and skips what is damaged;
//! [`decode`] reads the message.
//!
//! # A session
//!
//! 1. The host greets with its version; the device answers who it is ([`Hello`]), or that it
//!    speaks another version. Nothing else is acted on before.
//! 2. What changes the device is an [`Command`]. Commands are numbered, carried out once, and in the
//!    order of their numbers: [`Sequencer`] is the device's pending of them. Each has an [`Ack`]
//!    with the fit's [fingerprint](downhill::Fingerprint), so a lossy line can never lead host
//!    and device apart unnoticed.
//! 3. What changes nothing is a [`Query`], and may be asked at any time.
//! 4. What happens on a device with a sensor of its own is told in a [`Event`], to a host that
//!    [subscribed](Command::Subscribe).
//!
//! [`Client`] is the whole of the host's side, without a port and without a clock;
//! `downhill-firmware` is the device's. [`fault_injector`] is a bad line for tests.
#![no_std]
#![deny(missing_docs)]

mod client;
mod counters;
mod device;
mod event;
pub mod fault_injector;
mod frame;
mod hash;
mod message;
mod numbers;
mod pending;
mod sequencer;

pub use client::Client;
pub use counters::{Counters, SensorCounters};
pub use device::{ClientEvent, Device, SendError};
pub use event::{Alert, Capabilities, Event, Mode, Scores, SensorFault, Topics};
pub use frame::{
    FRAME, FrameReader, Message, TooLong, decode, encode, frame_len, numbers_in_sample,
    words_in_state,
};
pub use hash::recipe_hash;
pub use message::{
    ARITHMETIC, Ack, Command, CommandError, Hello, PROTOCOL, Progress, Query, Reply, Request, State,
};
pub use numbers::Numbers;
pub use sequencer::{Admission, Sequencer, WINDOW};
