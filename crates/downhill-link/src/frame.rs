//! Frames: a zero, the COBS encoding of message and checksum, a zero.

use core::fmt;

use crc::{CRC_32_ISO_HDLC, Crc};
use heapless::Vec;
use postcard::ser_flavors::crc::CrcModifier;
use postcard::ser_flavors::{Cobs, Slice};
use serde::{Deserialize, Serialize};

use crate::{Reply, Request};

/// The longest frame, in bytes, unless a device says otherwise: a sample with 64 features and
/// 64 targets fits.
pub const FRAME: usize = 576;

/// The zeros at both ends, COBS's first byte, the checksum.
const ENVELOPE: usize = 2 + 1 + CHECKSUM;
const CHECKSUM: usize = 4;
/// COBS adds a byte to each run of this length.
const RUN: usize = 254;

static CRC: Crc<u32> = Crc::<u32>::new(&CRC_32_ISO_HDLC);

/// A message: a [`Request`] or a [`Reply`].
pub trait Message: Serialize + sealed::Sealed {}

impl Message for Request<'_> {}
impl Message for Reply<'_> {}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::Request<'_> {}
    impl Sealed for super::Reply<'_> {}
}

/// A message is longer than a frame may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLong {
    /// A length that would suffice, in bytes.
    pub need: usize,
    /// The length there is.
    pub got: usize,
}

impl fmt::Display for TooLong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { need, got } = self;
        write!(f, "the message needs a frame of {need} bytes, not {got}")
    }
}

impl core::error::Error for TooLong {}

/// Count of numbers that certainly fit a frame of this length beside a message's other `fields`.
const fn numbers(frame: usize, fields: usize) -> usize {
    frame.saturating_sub(ENVELOPE + frame / RUN + fields) / 4
}

/// Largest number of features and targets together of a sample in a frame of this length; as many
/// words fit an [`Command::Push`](crate::Command::Push).
pub const fn numbers_in_sample(frame: usize) -> usize {
    numbers(frame, 1 + 5 + 1 + 4 + 2 * 3)
}

/// Largest number of words of a [`State`](crate::State) in a frame of this length.
pub const fn words_in_state(frame: usize) -> usize {
    numbers(frame, 1 + 5 + 5 + 10 + 10 + 5 + 5 + 3)
}

/// Writes a message as a frame to the front of `buffer`.
///
/// # Errors
/// [`TooLong`], with the length needed.
///
/// ```
/// use downhill_link::{Query, Request, encode, frame_len};
/// # fn main() -> Result<(), downhill_link::TooLong> {
/// let request = Request::Query { tag: 7, query: Query::Counters };
/// let mut buffer = [0; 32];
/// let frame = encode(&request, &mut buffer)?; // to be written to the line
/// assert!(frame.len() <= frame_len(&request));
/// assert_eq!(frame.iter().filter(|&&byte| byte == 0).count(), 2); // at both ends, nowhere else
/// assert!(encode(&request, &mut [0; 4]).is_err());
/// # Ok(())
/// # }
/// ```
pub fn encode<'b>(message: &impl Message, buffer: &'b mut [u8]) -> Result<&'b [u8], TooLong> {
    let got = buffer.len();
    let written = write(message, buffer).ok_or_else(|| TooLong {
        need: frame_len(message),
        got,
    })?;
    buffer.get(..written).ok_or(TooLong { need: written, got })
}

fn write(message: &impl Message, buffer: &mut [u8]) -> Option<usize> {
    let (first, rest) = buffer.split_first_mut()?;
    *first = 0;
    let flavor = Cobs::try_new(Slice::new(rest)).ok()?;
    let flavor = CrcModifier::new(flavor, CRC.digest());
    let written = postcard::serialize_with_flavor(message, flavor).ok()?;
    Some(1 + written.len())
}

/// A length of frame that certainly holds this message.
pub fn frame_len(message: &impl Message) -> usize {
    let size = postcard::experimental::serialized_size(message).unwrap_or(usize::MAX / 2);
    size + ENVELOPE + (size + CHECKSUM) / RUN
}

/// The message in a frame's payload; none where the device or the host does not know it.
///
/// ```
/// use downhill_link::{FrameReader, Query, Request, decode, encode};
/// # fn main() -> Result<(), downhill_link::TooLong> {
/// let request = Request::Query { tag: 7, query: Query::Counters };
/// let mut buffer = [0; 32];
/// let mut reader = FrameReader::<32>::new();
/// let mut frames = 0;
/// for &byte in encode(&request, &mut buffer)? {
///     if let Some(payload) = reader.push(byte) {
///         assert_eq!(decode(payload), Some(request));
///         frames += 1;
///     }
/// }
/// assert_eq!(frames, 1);
/// assert_eq!(decode::<Request<'_>>(&[200]), None); // of a later version, perhaps
/// # Ok(())
/// # }
/// ```
pub fn decode<'a, M: Message + Deserialize<'a>>(payload: &'a [u8]) -> Option<M> {
    match postcard::take_from_bytes(payload) {
        Ok((message, [])) => Some(message),
        _ => None,
    }
}

/// Finds frames of up to `N` bytes in a stream of bytes. Garbage, damaged frames and frames that
/// are too long are counted and skipped, and the next whole frame is found.
///
/// ```
/// use downhill_link::{FrameReader, PROTOCOL, Request, decode, encode};
/// let hello = Request::Hello { version: PROTOCOL, tag: 1 };
/// let mut buffer = [0; 32];
/// let frame = encode(&hello, &mut buffer).expect("a hello is short");
///
/// let mut reader = FrameReader::<32>::new();
/// let noise = [7, 7, 7];
/// let mut heard = 0;
/// for &byte in noise.iter().chain(frame) {
///     if let Some(payload) = reader.push(byte) {
///         assert_eq!(decode(payload), Some(hello));
///         heard += 1;
///     }
/// }
/// assert_eq!((heard, reader.bad()), (1, 1));
/// ```
#[derive(Debug, Default)]
pub struct FrameReader<const N: usize = FRAME> {
    bytes: Vec<u8, N>,
    /// The frame under way is already too long.
    skipping: bool,
    /// The bytes are those of a frame that was handed out.
    done: bool,
    bad: u32,
}

impl<const N: usize> FrameReader<N> {
    /// A reader at the start of a stream.
    pub const fn new() -> Self {
        Self {
            bytes: Vec::new(),
            skipping: false,
            done: false,
            bad: 0,
        }
    }

    /// Number of frames skipped.
    pub const fn bad(&self) -> u32 {
        self.bad
    }

    /// Number of frames skipped since the last call.
    pub const fn take_bad(&mut self) -> u32 {
        core::mem::replace(&mut self.bad, 0)
    }

    /// Takes one byte. Where it ends a whole and undamaged frame, returns the frame's payload:
    /// the message, for [`decode`].
    pub fn push(&mut self, byte: u8) -> Option<&[u8]> {
        if self.done {
            self.bytes.clear();
            self.done = false;
        }
        if byte != 0 {
            self.skipping |= self.bytes.push(byte).is_err();
            return None;
        }
        self.done = true;
        if self.bytes.is_empty() {
            return None;
        }
        let length = match core::mem::take(&mut self.skipping) {
            false => payload(&mut self.bytes),
            true => None,
        };
        if length.is_none() {
            self.bad = self.bad.saturating_add(1);
        }
        self.bytes.get(..length?)
    }
}

/// Decodes a frame in place; the length of its payload if it is undamaged.
fn payload(frame: &mut [u8]) -> Option<usize> {
    let length = cobs::decode_in_place(frame).ok()?;
    let (payload, checksum) = frame.get(..length)?.split_last_chunk::<CHECKSUM>()?;
    (CRC.checksum(payload) == u32::from_le_bytes(*checksum)).then_some(payload.len())
}
