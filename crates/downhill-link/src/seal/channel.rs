use core::fmt;
use core::ops::Range;

use clatter::cipherstate::{CipherState, CipherStates};
use clatter::crypto::cipher::ChaChaPoly;

use super::payload::{COUNTER, OVERHEAD, SEALED, SEALED_REPLY, TAG};
use crate::frame::{finish, put};
use crate::{Message, Role, TooLong, frame_len};

/// Two ends of a line that share a key: it seals what one says and opens what the other does. Each
/// payload has a counter, its nonce, which only rises: one that came before, or that a later one has
/// overtaken, is not opened.
pub struct Channel {
    role: Role,
    sends: CipherState<ChaChaPoly>,
    receives: CipherState<ChaChaPoly>,
    /// First byte of what is sent, and of what is received.
    numbers: (u8, u8),
}

impl fmt::Debug for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Channel")
            .field("role", &self.role)
            .finish_non_exhaustive()
    }
}

impl Channel {
    pub(super) fn of_host(role: Role, states: CipherStates<ChaChaPoly>) -> Self {
        Self {
            role,
            sends: states.initiator_to_responder,
            receives: states.responder_to_initiator,
            numbers: (SEALED, SEALED_REPLY),
        }
    }

    pub(super) fn of_device(role: Role, states: CipherStates<ChaChaPoly>) -> Self {
        Self {
            role,
            sends: states.responder_to_initiator,
            receives: states.initiator_to_responder,
            numbers: (SEALED_REPLY, SEALED),
        }
    }

    /// Role of the key that it was opened with.
    pub const fn role(&self) -> Role {
        self.role
    }

    /// Writes a message of a session as a sealed frame to the front of `buffer`.
    ///
    /// # Errors
    /// [`TooLong`], with a length that suffices.
    pub fn encode<'b>(
        &mut self,
        message: &impl Message,
        session: u32,
        buffer: &'b mut [u8],
    ) -> Result<&'b [u8], TooLong> {
        let long = TooLong {
            need: frame_len(message) + OVERHEAD,
            got: buffer.len(),
        };
        let sealed = self.seal(buffer, |buffer, at| put(message, session, buffer, at));
        buffer.get(..sealed.ok_or(long)?).ok_or(long)
    }

    /// Writes a payload as a sealed frame to the front of `buffer`.
    ///
    /// # Errors
    /// [`TooLong`], with a length that suffices.
    pub fn frame<'b>(&mut self, payload: &[u8], buffer: &'b mut [u8]) -> Result<&'b [u8], TooLong> {
        let long = TooLong {
            need: payload.len() + payload.len() / 254 + 8 + OVERHEAD,
            got: buffer.len(),
        };
        let sealed = self.seal(buffer, |buffer, at| {
            let end = at + payload.len();
            buffer.get_mut(at..end)?.copy_from_slice(payload);
            Some(end)
        });
        buffer.get(..sealed.ok_or(long)?).ok_or(long)
    }

    /// Seals what `put` writes from its place on to where it returns; returns the frame's length.
    fn seal(
        &mut self,
        buffer: &mut [u8],
        put: impl FnOnce(&mut [u8], usize) -> Option<usize>,
    ) -> Option<usize> {
        let (first, rest) = buffer.split_first_mut()?;
        *first = 0;
        *rest.get_mut(1)? = self.numbers.0;
        let at = put_counter(self.sends.get_nonce(), rest, 2)?;
        let end = put(rest, at)?;
        let sealed = rest.get_mut(at..end + TAG)?;
        self.sends
            .encrypt_with_ad_in_place(&[], sealed, end - at)
            .ok()?;
        finish(rest, end + TAG)
    }

    /// Opens a payload in place and returns where in it the one is that was sealed. None, and nothing
    /// has changed, where it was not sealed by the other end, or came before.
    pub fn open(&mut self, payload: &mut [u8]) -> Option<Range<usize>> {
        let (number, rest) = payload.split_first()?;
        if *number != self.numbers.1 {
            return None;
        }
        let (counter, length) = take_counter(rest)?;
        let lowest = self.receives.get_nonce();
        let at = 1 + length;
        let sealed = payload.get_mut(at..)?;
        let length = sealed.len();
        if counter < lowest || length < TAG {
            return None;
        }
        self.receives.set_nonce(counter);
        let opened = self
            .receives
            .decrypt_with_ad_in_place(&[], sealed, length)
            .ok();
        if opened.is_none() {
            self.receives.set_nonce(lowest);
        }
        Some(at..at + opened?)
    }
}

/// Writes a counter from `at` on and returns where it ends; none where there are no more of them.
fn put_counter(mut counter: u64, buffer: &mut [u8], mut at: usize) -> Option<usize> {
    if counter >> (7 * COUNTER) != 0 {
        return None;
    }
    loop {
        let more = counter > 127;
        *buffer.get_mut(at)? = (counter & 127) as u8 | u8::from(more) << 7;
        at += 1;
        counter >>= 7;
        if !more {
            return Some(at);
        }
    }
}

/// A counter and the number of its bytes; none where it is not as short as it can be.
fn take_counter(bytes: &[u8]) -> Option<(u64, usize)> {
    let mut counter = 0;
    for (at, &byte) in bytes.iter().take(COUNTER).enumerate() {
        counter |= u64::from(byte & 127) << (7 * at);
        if byte < 128 {
            return (byte != 0 || at == 0).then_some((counter, at + 1));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_counter_has_one_form_and_an_end() {
        for counter in [0, 1, 127, 128, 300, 1 << 20, (1 << 49) - 1] {
            let mut buffer = [0; 9];
            let end = put_counter(counter, &mut buffer, 1).unwrap();
            assert_eq!(take_counter(&buffer[1..]), Some((counter, end - 1)));
            assert_eq!(take_counter(&buffer[1..end - 1]), None);
            buffer[end - 1] |= 128;
            assert_eq!(take_counter(&buffer[1..]), None, "{counter}");
        }
        assert_eq!(put_counter(1 << 49, &mut [0; 9], 1), None);
    }
}
