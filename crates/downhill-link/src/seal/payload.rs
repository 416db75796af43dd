//! First bytes of payloads, and their frames.

use crate::frame::finish;
use crate::{PROTOCOL, TooLong};

/// First byte of a payload that the host sealed.
pub const SEALED: u8 = 3;
/// First byte of the host's message of the handshake.
pub const OPEN: u8 = 4;
/// First byte of new [`Keys`](super::Keys), within a sealed payload.
pub const PAIR: u8 = 5;
/// First byte of a payload that the device sealed.
pub const SEALED_REPLY: u8 = 14;
/// First byte of the device's message of the handshake.
pub const OPENED: u8 = 15;
/// First byte of the answer to what a device with keys does not take.
pub const LOCKED: u8 = 16;
/// First byte of the answer to new keys, within a sealed payload; 1 behind it where they are kept,
/// and 0 where they are not.
pub const PAIRED: u8 = 17;

/// The payload of [`LOCKED`], with the device's version.
pub const LOCKED_PAYLOAD: [u8; 2] = [LOCKED, PROTOCOL as u8];

/// Bytes by which a sealed frame is longer than a plain one, at most.
pub const OVERHEAD: usize = 1 + COUNTER + TAG + 1;

/// Bytes of a tag.
pub(super) const TAG: usize = 16;
/// Bytes of a counter at most, seven bits each.
pub(super) const COUNTER: usize = 7;

/// Writes a payload as a frame to the front of `buffer`.
///
/// # Errors
/// [`TooLong`], with a length that suffices.
pub fn frame<'b>(payload: &[u8], buffer: &'b mut [u8]) -> Result<&'b [u8], TooLong> {
    let got = buffer.len();
    let need = payload.len() + payload.len() / 254 + 8;
    let long = TooLong { need, got };
    let written = write(payload, buffer).ok_or(long)?;
    buffer.get(..written).ok_or(long)
}

fn write(payload: &[u8], buffer: &mut [u8]) -> Option<usize> {
    let (first, rest) = buffer.split_first_mut()?;
    *first = 0;
    let end = 1 + payload.len();
    rest.get_mut(1..end)?.copy_from_slice(payload);
    finish(rest, end)
}
