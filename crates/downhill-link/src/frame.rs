//! Frames: a zero, the COBS encoding of message and checksum, a zero.

use core::fmt;

use crc::{CRC_32_ISO_HDLC, Crc};
use postcard::ser_flavors::Flavor;
use serde::{Deserialize, Serialize};

use downhill::Recipe;

use crate::cobs::{self, Decoder};
use crate::sections::take_sections;
use crate::{Command, Reply, Request, Signal};

/// The longest frame, in bytes, unless a device says otherwise: a sample with 64 features and
/// 64 targets fits.
pub const FRAME: usize = 576;

/// The zeros at both ends, COBS's first byte, the session, the checksum.
const ENVELOPE: usize = 2 + 1 + SESSION + CHECKSUM;
const SESSION: usize = 4;
const CHECKSUM: usize = 4;
/// Kept free for the counter and the tag of an authenticated link, so that what fits a plain frame
/// fits a sealed one.
const SEAL: usize = 8 + 16;
/// COBS adds a byte to each run of this length.
const RUN: usize = 254;

static CRC: Crc<u32> = Crc::<u32>::new(&CRC_32_ISO_HDLC);

/// Checksum of a message. Not inlined: its loop is as short wherever it is called from.
#[inline(never)]
fn crc(bytes: &[u8]) -> u32 {
    CRC.checksum(bytes)
}

/// A message: a [`Request`] or a [`Reply`].
pub trait Message: Serialize + sealed::Sealed {
    /// Returns true for a message of a session, whose frame has the session behind it. Others name
    /// the session themselves: they begin one or deny one.
    fn in_session(&self) -> bool;
}

/// A message that a recipe may be the last field of: sections may stand behind that.
pub trait Sections<'a>: sealed::Sealed {
    /// The recipe that it ends with, if it does, and its signal stage.
    fn recipe(&mut self) -> Option<(&mut Recipe<f32>, &mut Signal<'a>)>;
}

impl Message for Request<'_> {
    fn in_session(&self) -> bool {
        !matches!(self, Request::Hello { .. })
    }
}

impl<'a> Sections<'a> for Request<'a> {
    fn recipe(&mut self) -> Option<(&mut Recipe<f32>, &mut Signal<'a>)> {
        match self {
            Request::Command {
                command: Command::Configure(recipe, signal),
                ..
            } => Some((recipe, signal)),
            _ => None,
        }
    }
}

impl Message for Reply<'_> {
    fn in_session(&self) -> bool {
        !matches!(
            self,
            Reply::Hello(_) | Reply::Mismatch { .. } | Reply::SessionLost(_)
        )
    }
}

impl<'a> Sections<'a> for Reply<'a> {
    fn recipe(&mut self) -> Option<(&mut Recipe<f32>, &mut Signal<'a>)> {
        match self {
            Reply::Recipe { recipe, signal, .. } => Some((recipe.as_mut()?, signal)),
            _ => None,
        }
    }
}

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
    frame.saturating_sub(ENVELOPE + SEAL + frame / RUN + fields) / 4
}

/// Largest number of features and targets together of a sample in a frame of this length; as many
/// words fit an [`Command::Push`](crate::Command::Push).
pub const fn numbers_in_sample(frame: usize) -> usize {
    numbers(frame, 1 + 5 + 1 + 4 + 2 * 3)
}

/// Largest number of bytes of raw samples of a [`Command::Block`](crate::Command::Block) in a frame of
/// this length, beside so many targets.
pub const fn bytes_in_block(frame: usize, targets: usize) -> usize {
    numbers(frame, 1 + 5 + 1 + 3 + 4 + 4 + 1 + 1 + 2 * 3).saturating_sub(targets) * 4
}

/// Largest number of words of a [`State`](crate::State) in a frame of this length.
pub const fn words_in_state(frame: usize) -> usize {
    numbers(frame, 1 + 5 + 5 + 10 + 10 + 5 + 5 + 3)
}

/// Writes a message of a session as a frame to the front of `buffer`.
///
/// # Errors
/// [`TooLong`], with the length needed.
///
/// ```
/// use downhill_link::{Query, Request, encode, frame_len};
/// # fn main() -> Result<(), downhill_link::TooLong> {
/// let session = 0x5e55_1011; // that of the hello
/// let request = Request::Query { tag: 7, query: Query::Counters };
/// let mut buffer = [0; 32];
/// let frame = encode(&request, session, &mut buffer)?; // to be written to the line
/// assert!(frame.len() <= frame_len(&request));
/// assert_eq!(frame.iter().filter(|&&byte| byte == 0).count(), 2); // at both ends, nowhere else
/// assert!(encode(&request, session, &mut [0; 4]).is_err());
/// # Ok(())
/// # }
/// ```
pub fn encode<'b>(
    message: &impl Message,
    session: u32,
    buffer: &'b mut [u8],
) -> Result<&'b [u8], TooLong> {
    let got = buffer.len();
    let written = write(message, session, buffer).ok_or_else(|| TooLong {
        need: frame_len(message),
        got,
    })?;
    buffer.get(..written).ok_or(TooLong { need: written, got })
}

fn write(message: &impl Message, session: u32, buffer: &mut [u8]) -> Option<usize> {
    let (first, rest) = buffer.split_first_mut()?;
    *first = 0;
    // Behind COBS's first byte, so that it is encoded where it is.
    let end = put(message, session, rest, 1)?;
    finish(rest, end)
}

/// Writes a message and its session from `at` on; returns where they end.
pub(crate) fn put(
    message: &impl Message,
    session: u32,
    buffer: &mut [u8],
    at: usize,
) -> Option<usize> {
    let output = Output { buffer, at };
    let mut serializer = postcard::Serializer { output };
    message.serialize(&mut serializer).ok()?;
    let Output { buffer, mut at } = serializer.output;
    if message.in_session() {
        *buffer.get_mut(at..)?.first_chunk_mut()? = session.to_le_bytes();
        at += SESSION;
    }
    Some(at)
}

/// Makes a frame of the payload behind the first byte, up to `end`; returns its length with the zero
/// before it.
pub(crate) fn finish(buffer: &mut [u8], end: usize) -> Option<usize> {
    let sum = crc(buffer.get(1..end)?);
    *buffer.get_mut(end..)?.first_chunk_mut()? = sum.to_le_bytes();
    let end = cobs::encode(buffer, end + CHECKSUM)?;
    *buffer.get_mut(end)? = 0;
    Some(end + 2)
}

/// A buffer, and where in it the next byte goes.
struct Output<'a> {
    buffer: &'a mut [u8],
    at: usize,
}

impl Flavor for Output<'_> {
    type Output = ();

    // Not inlined: a message has many fields, and a small board no room for as many copies.
    #[inline(never)]
    fn try_push(&mut self, byte: u8) -> postcard::Result<()> {
        let place = self.buffer.get_mut(self.at);
        *place.ok_or(postcard::Error::SerializeBufferFull)? = byte;
        self.at += 1;
        Ok(())
    }

    fn try_extend(&mut self, bytes: &[u8]) -> postcard::Result<()> {
        let end = self.at + bytes.len();
        let place = self.buffer.get_mut(self.at..end);
        let place = place.ok_or(postcard::Error::SerializeBufferFull)?;
        place.copy_from_slice(bytes);
        self.at = end;
        Ok(())
    }

    fn finalize(self) -> postcard::Result<()> {
        Ok(())
    }
}

/// A length of frame that certainly holds this message.
pub fn frame_len(message: &impl Message) -> usize {
    let size = postcard::experimental::serialized_size(message).unwrap_or(usize::MAX / 2);
    let session = if message.in_session() { SESSION } else { 0 };
    size + session + ENVELOPE - SESSION + (size + session + CHECKSUM) / RUN
}

/// The message in a frame's payload, and the session that it is of, 0 for one that names it itself;
/// none where the device or the host does not know the message.
///
/// ```
/// use downhill_link::{FrameReader, Query, Request, decode, encode};
/// # fn main() -> Result<(), downhill_link::TooLong> {
/// let session = 0x5e55_1011; // that of the hello
/// let request = Request::Query { tag: 7, query: Query::Counters };
/// let mut buffer = [0; 32];
/// let mut reader = FrameReader::<32>::new();
/// let mut frames = 0;
/// for &byte in encode(&request, session, &mut buffer)? {
///     if let Some(packet) = reader.push(byte) {
///         assert_eq!(decode(packet.payload), Some((request, session)));
///         frames += 1;
///     }
/// }
/// assert_eq!(frames, 1);
/// assert_eq!(decode::<Request<'_>>(&[200]), None); // of a later version, perhaps
/// # Ok(())
/// # }
/// ```
pub fn decode<'a, M: Message + Sections<'a> + Deserialize<'a>>(
    payload: &'a [u8],
) -> Option<(M, u32)> {
    let mut deserializer = postcard::Deserializer::from_bytes(payload);
    let mut message = M::deserialize(&mut deserializer).ok()?;
    let rest = deserializer.finalize().ok()?;
    if !message.in_session() {
        return rest.is_empty().then_some((message, 0));
    }
    let (sections, session) = rest.split_last_chunk()?;
    let session = u32::from_le_bytes(*session);
    if sections.is_empty() {
        return Some((message, session));
    }
    let (recipe, signal) = message.recipe()?;
    take_sections(recipe, signal, sections);
    Some((message, session))
}

/// An undamaged frame, without zeros and COBS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Packet<'a> {
    /// The message and its session, for [`decode`].
    pub payload: &'a [u8],
    /// CRC-32 of the payload: frames of one session that differ have different ones, but for one
    /// in four billion.
    pub checksum: u32,
}

#[cfg(feature = "sealed")]
impl<'a> Packet<'a> {
    /// The packet of a payload that came in another way than as a plain frame.
    pub fn of(payload: &'a [u8]) -> Self {
        let checksum = crc(payload);
        Self { payload, checksum }
    }
}

/// Finds frames of up to `N` bytes in a stream of bytes. Garbage, damaged frames and frames that
/// are too long are counted and skipped, and the next whole frame is found.
///
/// ```
/// use downhill_link::{FrameReader, PROTOCOL, Request, decode, encode};
/// let hello = Request::Hello { version: PROTOCOL, session: 0x5e55_1011 };
/// let mut buffer = [0; 32];
/// let frame = encode(&hello, 0, &mut buffer).expect("a hello is short");
///
/// let mut reader = FrameReader::<32>::new();
/// let noise = [7, 7, 7];
/// let mut heard = 0;
/// for &byte in noise.iter().chain(frame) {
///     if let Some(packet) = reader.push(byte) {
///         assert_eq!(decode(packet.payload), Some((hello, 0)));
///         heard += 1;
///     }
/// }
/// assert_eq!((heard, reader.bad()), (1, 1));
/// ```
#[derive(Debug, Default)]
pub struct FrameReader<const N: usize = FRAME> {
    decoder: Decoder<N>,
    /// The frame was handed out, or skipped.
    done: bool,
    bad: u32,
}

impl<const N: usize> FrameReader<N> {
    /// A reader at the start of a stream.
    pub const fn new() -> Self {
        Self {
            decoder: Decoder::new(),
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

    /// The payload of the frame that [`push`](Self::push) returned last, to be opened in place; of
    /// no meaning where it returned none.
    #[cfg(feature = "sealed")]
    pub fn payload_mut(&mut self) -> &mut [u8] {
        let bytes = self.decoder.bytes_mut();
        let end = bytes.len().saturating_sub(CHECKSUM);
        bytes.get_mut(..end).unwrap_or(&mut [])
    }

    /// Takes one byte. Where it ends a whole and undamaged frame, returns it.
    pub fn push(&mut self, byte: u8) -> Option<Packet<'_>> {
        if self.done {
            self.decoder.clear();
            self.done = false;
        }
        if byte != 0 {
            self.decoder.push(byte);
            return None;
        }
        if self.decoder.is_empty() {
            return None;
        }
        self.done = true;
        let packet = self.decoder.decoded().and_then(open);
        if packet.is_none() {
            self.bad = self.bad.saturating_add(1);
        }
        packet
    }
}

/// Opens a frame whose checksum is right.
fn open(frame: &[u8]) -> Option<Packet<'_>> {
    let (payload, checksum) = frame.split_last_chunk::<CHECKSUM>()?;
    let checksum = u32::from_le_bytes(*checksum);
    (crc(payload) == checksum).then_some(Packet { payload, checksum })
}
