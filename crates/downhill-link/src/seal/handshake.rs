//! The Noise handshake `Noise_NNpsk0_25519_ChaChaPoly_BLAKE2s`: a message from the host, one from the
//! device, and both have the keys of a channel.

use clatter::bytearray::{ByteArray, SensitiveByteArray};
use clatter::crypto::cipher::ChaChaPoly;
use clatter::crypto::dh::X25519;
use clatter::crypto::hash::Blake2s;
use clatter::handshakepattern::noise_nn_psk0;
use clatter::rand_core::{CryptoRng, Error, RngCore};
use clatter::traits::Dh;
use clatter::{Handshaker, KeyPair, NqHandshakeCore};

use super::channel::Channel;
use super::key::Key;
use super::payload::{OPEN, OPENED};
use crate::{PROTOCOL, Role};

/// Bytes of a message of the handshake: an ephemeral key and a tag.
const MESSAGE: usize = 32 + 16;
/// Bytes of the host's payload: number, version, role, message.
pub const REQUEST_LEN: usize = HEAD + MESSAGE;
/// Bytes of the device's payload: number, message.
pub const ANSWER_LEN: usize = 1 + MESSAGE;
/// Bytes of the host's payload before the message.
const HEAD: usize = 3;
/// Bytes that both sides hash first; the head of the host's payload follows.
const NAME: &[u8; 8] = b"downhill";
/// The u-coordinate of X25519's base point.
const BASE: [u8; 32] = {
    let mut base = [0; 32];
    base[0] = 9;
    base
};

type Noise = NqHandshakeCore<X25519, ChaChaPoly, Blake2s, NoRng>;

/// A generator that is never asked: ephemeral keys are given to the handshake.
#[derive(Clone, Default)]
struct NoRng;

impl RngCore for NoRng {
    fn next_u32(&mut self) -> u32 {
        0
    }

    fn next_u64(&mut self) -> u64 {
        0
    }

    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        bytes.fill(0);
    }

    fn try_fill_bytes(&mut self, _: &mut [u8]) -> Result<(), Error> {
        Err(core::num::NonZeroU32::MIN.into())
    }
}

impl CryptoRng for NoRng {}

type Ephemeral = KeyPair<[u8; 32], SensitiveByteArray<[u8; 32]>>;

/// The ephemeral keys of a secret.
fn ephemeral(secret: &[u8; 32]) -> Option<Ephemeral> {
    let secret = SensitiveByteArray::from_slice(secret);
    // By the ladder that the handshake needs anyway, and not by a table.
    let public = X25519::dh(&secret, &BASE).ok()?;
    let public = <[u8; 32]>::from_slice(public.as_slice());
    Some(KeyPair { public, secret })
}

/// A handshake with this head and key.
fn begin(head: [u8; HEAD], key: &Key, keys: Option<Ephemeral>, initiator: bool) -> Option<Noise> {
    let mut prologue = [0; NAME.len() + HEAD];
    let (name, rest) = prologue.split_at_mut(NAME.len());
    name.copy_from_slice(NAME);
    rest.copy_from_slice(&head);
    let pattern = noise_nn_psk0();
    let mut noise = Noise::new(pattern, &prologue, initiator, None, keys, None, None).ok()?;
    noise.push_psk(key.bytes());
    Some(noise)
}

/// A handshake that the host has begun.
#[derive(Clone)]
pub struct Opening {
    role: Role,
    noise: Noise,
}

impl core::fmt::Debug for Opening {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Opening")
            .field("role", &self.role)
            .finish_non_exhaustive()
    }
}

impl Opening {
    /// Begins a handshake with 32 bytes from a source of entropy, others each time; returns the
    /// payload for the device, too.
    pub fn new(role: Role, key: &Key, secret: [u8; 32]) -> Option<(Self, [u8; REQUEST_LEN])> {
        let head = [OPEN, PROTOCOL as u8, role.number()];
        let mut noise = begin(head, key, ephemeral(&secret), true)?;
        let mut payload = [0; REQUEST_LEN];
        let (front, message) = payload.split_at_mut(HEAD);
        front.copy_from_slice(&head);
        noise.write_message(&[], message).ok()?;
        Some((Self { role, noise }, payload))
    }

    /// The channel, by the device's answer; none where that is no answer to this, or of another key.
    pub fn finish(&self, payload: &[u8]) -> Option<Channel> {
        let (&number, message) = payload.split_first()?;
        if number != OPENED || message.len() != MESSAGE {
            return None;
        }
        let mut noise = self.noise.clone();
        noise.read_message(message, &mut []).ok()?;
        let states = noise.finalize().ok()?.take();
        Some(Channel::of_host(self.role, states))
    }
}

/// Accepts a host's handshake by the key of its role, with 32 bytes from a source of entropy; returns
/// the channel and the answer. The channel counts once the host has sealed something: who repeats
/// another's handshake cannot.
///
/// A host without the key is found out before any work on curves.
pub fn accept<'k>(
    payload: &[u8],
    key: impl FnOnce(Role) -> Option<&'k Key>,
    secret: [u8; 32],
) -> Option<(Channel, [u8; ANSWER_LEN])> {
    let (&head, message) = payload.split_first_chunk::<HEAD>()?;
    let [OPEN, version, role] = head else {
        return None;
    };
    let role = Role::from_number(role)?;
    if version != PROTOCOL as u8 || message.len() != MESSAGE {
        return None;
    }
    let key = key(role)?;
    begin(head, key, None, false)?
        .read_message(message, &mut [])
        .ok()?;
    let mut noise = begin(head, key, ephemeral(&secret), false)?;
    noise.read_message(message, &mut []).ok()?;
    let mut answer = [0; ANSWER_LEN];
    let (number, rest) = answer.split_first_mut()?;
    *number = OPENED;
    noise.write_message(&[], rest).ok()?;
    let states = noise.finalize().ok()?.take();
    Some((Channel::of_device(role, states), answer))
}
