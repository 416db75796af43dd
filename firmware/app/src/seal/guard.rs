use clatter::rand_core::{CryptoRng, RngCore};
use downhill_link::seal::{
    Channel, Key, Keys, LOCKED_PAYLOAD, OPEN, PAIR, PAIRED, SEALED, accept, frame,
};
use downhill_link::{Capabilities, FrameReader, Hello, Packet, Reply, Role, TooLong, encode};

use super::KeyStore;
use crate::layer::{Layer, Taken};
use crate::log::log;

/// Layer of a board that takes keys: its link is plain until it has some, and sealed from then on.
///
/// `entropy` makes the ephemeral keys of each session, and nothing else: a generator in hardware.
#[derive(Debug)]
pub struct Guard<E, K> {
    entropy: E,
    store: K,
    keys: Option<Keys>,
    /// Channel of the host that sealed something last.
    channel: Option<Channel>,
    /// Channel of a host that has not sealed anything yet: an echo of a handshake has one too, and
    /// ends nobody's.
    opened: Option<Channel>,
}

impl<E: RngCore + CryptoRng, K: KeyStore> Guard<E, K> {
    /// A guard with the keys of the store.
    pub fn new(entropy: E, mut store: K) -> Self {
        Self {
            keys: store.load(),
            entropy,
            store,
            channel: None,
            opened: None,
        }
    }

    /// Answers a host's handshake. It has no answer where the host has no key.
    #[inline(never)]
    fn open(&mut self, payload: &[u8], out: &mut [u8]) -> Option<usize> {
        let mut secret = [0; 32];
        self.entropy.fill_bytes(&mut secret);
        let key = |role| match &self.keys {
            Some(keys) => keys.of(role),
            None => (role == Role::Pair).then_some(&Key::KNOWN),
        };
        let (channel, answer) = accept(payload, key, secret)?;
        self.opened = Some(channel);
        frame(&answer, out).ok().map(<[u8]>::len)
    }

    /// Takes keys from a host that may give them.
    #[inline(never)]
    fn pair(&mut self, keys: &[u8], out: &mut [u8]) -> Option<usize> {
        let keys = Keys::from_bytes(keys.try_into().ok()?);
        let kept = self.store.keep(&keys);
        if kept {
            log!(info, "paired");
            self.keys = Some(keys);
        }
        let channel = self.channel.as_mut()?;
        let answer = channel.frame(&[PAIRED, kept.into()], out).ok()?.len();
        if kept {
            // Whoever has the new keys may open a channel with them, and nobody goes on with others.
            (self.channel, self.opened) = (None, None);
        }
        Some(answer)
    }

    /// Opens a sealed payload in place, by the channel in use or by the one that was opened last,
    /// which then takes its place.
    #[inline(never)]
    fn unseal(&mut self, payload: &mut [u8]) -> Option<(core::ops::Range<usize>, Role)> {
        if let Some(channel) = &mut self.channel
            && let Some(opened) = channel.open(payload)
        {
            return Some((opened, channel.role()));
        }
        let channel = self.opened.as_mut()?;
        let (opened, role) = (channel.open(payload)?, channel.role());
        self.channel = self.opened.take();
        Some((opened, role))
    }
}

/// The frame that says that the board has keys.
fn locked(out: &mut [u8]) -> usize {
    frame(&LOCKED_PAYLOAD, out).map_or(0, <[u8]>::len)
}

impl<E: RngCore + CryptoRng, K: KeyStore> Layer for Guard<E, K> {
    fn take<'r, const N: usize>(
        &mut self,
        reader: &'r mut FrameReader<N>,
        byte: u8,
        out: &mut [u8],
    ) -> Taken<'r> {
        if reader.push(byte).is_none() {
            return Taken::Nothing;
        }
        let payload = reader.payload_mut();
        match payload.first() {
            Some(&OPEN) => match self.open(payload, out) {
                Some(length) => Taken::Answer(length),
                None => Taken::Refusal(locked(out)),
            },
            Some(&SEALED) => {
                let Some((opened, role)) = self.unseal(payload) else {
                    return Taken::Refusal(locked(out));
                };
                match (payload.get(opened).unwrap_or(&[]), role) {
                    ([PAIR, keys @ ..], Role::Pair | Role::Write) => match self.pair(keys, out) {
                        Some(length) => Taken::Answer(length),
                        None => Taken::Refusal(0),
                    },
                    (_, Role::Pair) => Taken::Refusal(0),
                    (payload, role) => Taken::Packet(Packet::of(payload), role),
                }
            }
            _ if self.keys.is_none() => {
                // What it is answered is plain, too.
                self.channel = None;
                Taken::Packet(Packet::of(payload), Role::Write)
            }
            _ => Taken::Refusal(locked(out)),
        }
    }

    fn encode<'b>(
        &mut self,
        reply: &Reply<'_>,
        session: u32,
        buffer: &'b mut [u8],
    ) -> Result<&'b [u8], TooLong> {
        let hello;
        let reply = match reply {
            Reply::Hello(said) => {
                let capabilities = said.capabilities.union(Capabilities::SEALED);
                hello = Reply::Hello(Hello {
                    capabilities,
                    ..*said
                });
                &hello
            }
            reply => reply,
        };
        match (&mut self.channel, &self.keys) {
            (Some(channel), _) => channel.encode(reply, session, buffer),
            (None, Some(_)) => frame(&LOCKED_PAYLOAD, buffer),
            (None, None) => encode(reply, session, buffer),
        }
    }
}
