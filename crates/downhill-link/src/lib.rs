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
//! 2. What changes the device is an [`Order`]. Orders are numbered, carried out once, and in the
//!    order of their numbers: [`Ledger`] is the device's book of them. Each has an [`Outcome`]
//!    with the fit's [fingerprint](downhill::Fingerprint), so a lossy line can never lead host
//!    and device apart unnoticed.
//! 3. What changes nothing is a [`Query`], and may be asked at any time.
//! 4. What happens on a device with a sensor of its own is told in a [`Notice`], to a host that
//!    [subscribed](Order::Subscribe).
//!
//! [`Client`] is the whole of the host's side, without a port and without a clock;
//! `downhill-firmware` is the device's. [`injector`] is a bad line for tests.
#![no_std]
#![deny(missing_docs)]

mod book;
mod client;
mod counters;
mod device;
mod frame;
mod hash;
pub mod injector;
mod ledger;
mod message;
mod notice;
mod numbers;

pub use client::Client;
pub use counters::{Counters, SensorCounters};
pub use device::{Device, Event, NotSent};
pub use frame::{
    FRAME, FrameReader, Message, TooLong, decode, encode, frame_len, numbers_in_sample,
    words_in_state,
};
pub use hash::recipe_hash;
pub use ledger::{Ledger, Turn, WINDOW};
pub use message::{
    ARITHMETIC, Hello, Order, Outcome, PROTOCOL, Progress, Query, Refusal, Reply, Request, State,
};
pub use notice::{Abilities, Alert, Mode, Notice, Scores, SensorFault, Topics};
pub use numbers::Numbers;
