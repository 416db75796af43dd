//! Sealed frames: a layer beneath all messages, by which a device knows whom it obeys.
//!
//! A [`Channel`] seals payloads and opens them; an [`Opening`] of the host and [`accept`] of the
//! device agree on one by the Noise pattern NNpsk0. What is sealed is a plain link's payload: no
//! message knows whether it was. `SPEC.md` has the bytes.
//!
//! ```
//! use downhill_link::seal::{Key, Opening, accept};
//! use downhill_link::{FrameReader, PROTOCOL, Request, Role, decode};
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let key = Key::new([7; 32]); // from a source of entropy, as the other two are
//! let (mine, its) = ([8; 32], [9; 32]);
//! let (opening, asked) = Opening::new(Role::Write, &key, mine).ok_or("clatter")?;
//! let (mut device, answer) = accept(&asked, |_| Some(&key), its).ok_or("another key")?;
//! let mut host = opening.finish(&answer).ok_or("another device")?;
//!
//! let hello = Request::Hello { version: PROTOCOL, session: 0x5e55_1011 };
//! let mut buffer = [0; 64];
//! let frame = host.encode(&hello, 0, &mut buffer)?;
//! let mut reader = FrameReader::<64>::new();
//! assert!(frame.iter().any(|&byte| reader.push(byte).is_some()));
//! let again = reader.payload_mut().to_vec();
//! let opened = device.open(reader.payload_mut()).ok_or("not sealed by the host")?;
//! let payload = &reader.payload_mut()[opened];
//! assert_eq!(decode(payload), Some((hello, 0)));
//! assert!(device.open(&mut again.clone()).is_none()); // a replay
//! # Ok(())
//! # }
//! ```

mod channel;
mod handshake;
mod key;
mod payload;

pub use channel::Channel;
pub use handshake::{ANSWER_LEN, Opening, REQUEST_LEN, accept};
pub use key::{Key, Keys};
pub use payload::{
    LOCKED, LOCKED_PAYLOAD, OPEN, OPENED, OVERHEAD, PAIR, PAIRED, SEALED, SEALED_REPLY, frame,
};
