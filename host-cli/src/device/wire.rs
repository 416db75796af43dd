//! Layer between a line and the messages on it: nothing, or a seal.

use std::collections::VecDeque;
use std::io;
use std::time::{Duration, Instant};

use downhill_link::seal::{Channel, Key, Keys, LOCKED, Opening, PAIR, PAIRED, frame};
use downhill_link::{FRAME, FrameReader, Role};

use super::{KeyFile, Line};
use crate::support::failure::{Failure, Outcome};
use crate::support::interrupt;

/// After how long without an answer a board is given up.
const SILENCE: Duration = Duration::from_secs(10);
/// Silence of an emulated board: long enough for a busy machine that emulates several at once.
const EMULATED_SILENCE: Duration = Duration::from_secs(300);
/// How long a board may compute a handshake before it is asked again: the smallest takes seconds.
const HANDSHAKE: Duration = Duration::from_secs(5);
/// How long a read waits during a handshake.
const PATIENCE: Duration = Duration::from_millis(100);

/// A line, and the channel that seals what is on it, where the board has keys.
pub(crate) struct Wire {
    line: Line,
    /// Total time of an exchange.
    silence: Duration,
    channel: Option<Channel>,
    /// Finds the frames in what is read.
    reader: FrameReader,
    /// Bytes that were opened and not yet read.
    opened: VecDeque<u8>,
    /// The board said that it does not take what came.
    refused: bool,
    patience: Duration,
}

impl Wire {
    /// A plain link over this line, to a board that is given up after so long without an answer.
    pub(crate) fn new(mut line: Line, timeout: Option<Duration>) -> Outcome<Self> {
        let silence = timeout.unwrap_or(match line {
            Line::Emulated(_) => EMULATED_SILENCE,
            _ => SILENCE,
        });
        let patience = PATIENCE.min(silence / 2);
        line.set_patience(patience).map_err(Failure::input)?;
        Ok(Self {
            line,
            silence,
            channel: None,
            reader: FrameReader::new(),
            opened: VecDeque::new(),
            refused: false,
            patience,
        })
    }

    /// Total time that an exchange may take.
    pub(super) const fn silence(&self) -> Duration {
        self.silence
    }

    /// Role of the key that the channel was opened with.
    pub(super) const fn role(&self) -> Option<Role> {
        match &self.channel {
            Some(channel) => Some(channel.role()),
            None => None,
        }
    }

    /// Returns true where the board has said that it does not take what came.
    pub(super) const fn is_refused(&self) -> bool {
        self.refused
    }

    /// Refuses to go on in plain with a board that has keys.
    pub(super) fn check_plain(&self) -> Outcome {
        match self.refused && self.channel.is_none() {
            true => Err(Failure::Input(
                "the board was paired, and answers only who has a key; give the file that \
                 `downhill device pair` wrote with `--key`"
                    .into(),
            )),
            false => Ok(()),
        }
    }

    /// Opens a channel with a key; all that follows is sealed.
    pub(crate) fn unlock(&mut self, file: &KeyFile) -> Outcome {
        self.open(file.role, &file.key, || {
            "the board does not take this key: it was paired with others, or not at all \
             (`downhill device pair`)"
                .into()
        })
    }

    /// Opens a channel with a board that has no keys, to give it the first.
    pub(crate) fn unlock_unpaired(&mut self) -> Outcome {
        self.open(Role::Pair, &Key::KNOWN, || {
            "the board was paired already; give its write key with `--key` to replace its keys"
                .into()
        })
    }

    /// Gives the board keys and closes the channel; returns whether the board keeps them, none where
    /// its answer did not come.
    pub(crate) fn pair(&mut self, keys: &Keys) -> Outcome<Option<bool>> {
        let mut payload = vec![PAIR];
        payload.extend(keys.to_bytes());
        let mut buffer = [0; FRAME];
        for _ in 0..3 {
            let Some(channel) = &mut self.channel else {
                break;
            };
            let sealed = channel.frame(&payload, &mut buffer);
            let sealed = sealed.map_err(Failure::input)?;
            self.line
                .write(sealed, self.silence)
                .map_err(Failure::input)?;
            let answer = self.hear(HANDSHAKE, |channel, payload| {
                let opened = channel.as_mut()?.open(payload)?;
                match payload.get(opened)? {
                    [PAIRED, kept] => Some(*kept != 0),
                    _ => None,
                }
            })?;
            if answer.is_some() {
                self.channel = None;
                return Ok(answer);
            }
        }
        self.channel = None;
        Ok(None)
    }

    /// Asks for a channel until the board answers.
    fn open(&mut self, role: Role, key: &Key, refused: impl FnOnce() -> String) -> Outcome {
        let start = Instant::now();
        let mut refusals = 0;
        while start.elapsed() < self.silence {
            let mut secret = [0; 32];
            getrandom::fill(&mut secret).map_err(Failure::input)?;
            let (opening, payload) = Opening::new(role, key, secret)
                .ok_or_else(|| Failure::Input("no handshake can be begun".into()))?;
            let mut buffer = [0; 128];
            let asked = frame(&payload, &mut buffer).map_err(Failure::input)?;
            self.line
                .write(asked, self.silence)
                .map_err(Failure::input)?;
            self.refused = false;
            let heard = self.hear(HANDSHAKE, |_, payload| match payload.first() {
                Some(&LOCKED) => Some(None),
                _ => opening.finish(payload).map(Some),
            })?;
            match heard {
                Some(Some(channel)) => {
                    self.channel = Some(channel);
                    return Ok(());
                }
                Some(None) => refusals += 1,
                None => {}
            }
            // A board that has just started says so, too, before it is asked.
            if refusals > 2 {
                return Err(Failure::Input(refused()));
            }
        }
        Err(self.no_answer())
    }

    /// Shows each frame that comes to `take` until it has a result; none where none comes in time.
    fn hear<T>(
        &mut self,
        time: Duration,
        mut take: impl FnMut(&mut Option<Channel>, &mut [u8]) -> Option<T>,
    ) -> Outcome<Option<T>> {
        let start = Instant::now();
        let mut bytes = [0; 256];
        while start.elapsed() < time.min(self.silence) {
            if interrupt::asked() {
                return Err(Failure::Input(
                    "interrupted before the board answered".into(),
                ));
            }
            let count = self.line.read(&mut bytes).map_err(|error| {
                let ending = self.line.ending(&error);
                Failure::Input(format!("the board has gone ({ending})"))
            })?;
            for &byte in &bytes[..count] {
                if self.reader.push(byte).is_some()
                    && let Some(taken) = take(&mut self.channel, self.reader.payload_mut())
                {
                    return Ok(Some(taken));
                }
            }
        }
        Ok(None)
    }

    fn no_answer(&mut self) -> Failure {
        let state = self.line.state();
        Failure::Input(format!(
            "the board does not answer ({state}); was its firmware built with the feature `sealed`, \
             and is it alone on the line?"
        ))
    }

    /// How long a read waits for a byte.
    pub(super) fn set_patience(&mut self, patience: Duration) -> io::Result<()> {
        self.patience = patience;
        self.line.set_patience(patience)
    }

    /// Writes a frame, sealed where there is a channel, in this time.
    pub(super) fn write(&mut self, bytes: &[u8], time: Duration) -> io::Result<()> {
        let Some(channel) = &mut self.channel else {
            return self.line.write(bytes, time);
        };
        let mut reader = FrameReader::<FRAME>::new();
        for &byte in bytes {
            if let Some(packet) = reader.push(byte) {
                let mut buffer = [0; FRAME + 2];
                let sealed = channel.frame(packet.payload, &mut buffer);
                self.line.write(sealed.map_err(io::Error::other)?, time)?;
            }
        }
        Ok(())
    }

    /// Reads what there is, opened where there is a channel: 0 bytes where nothing came in time, an
    /// error where the line ended.
    pub(super) fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        if self.channel.is_none() {
            let count = self.line.read(bytes)?;
            for &byte in &bytes[..count] {
                let packet = self.reader.push(byte);
                self.refused |=
                    packet.is_some_and(|packet| packet.payload.first() == Some(&LOCKED));
            }
            return Ok(count);
        }
        let start = Instant::now();
        while self.opened.is_empty() {
            let count = self.line.read(bytes)?;
            for &byte in &bytes[..count] {
                if self.reader.push(byte).is_some() {
                    self.unseal();
                }
            }
            if count == 0 || start.elapsed() > self.patience {
                break;
            }
        }
        io::Read::read(&mut self.opened, bytes)
    }

    /// Opens the frame that was read last.
    fn unseal(&mut self) {
        let payload = self.reader.payload_mut();
        let opened = self
            .channel
            .as_mut()
            .and_then(|channel| channel.open(payload));
        let Some(opened) = opened else {
            self.refused |= payload.first() == Some(&LOCKED);
            return;
        };
        self.refused = false;
        let mut buffer = [0; FRAME + 2];
        if let Ok(plain) = frame(&payload[opened], &mut buffer) {
            self.opened.extend(plain);
        }
    }

    /// Description of the other end, for a message about its silence.
    pub(super) fn state(&mut self) -> String {
        self.line.state()
    }

    /// Description of a line that ended by an error.
    pub(super) fn ending(&mut self, error: &io::Error) -> String {
        self.line.ending(error)
    }

    /// Advice about a board that has said nothing at all.
    pub(super) fn advice(&self) -> &'static str {
        self.line.advice()
    }

    /// Advice about a board of which nothing can be read.
    pub(super) fn advice_on_noise(&self) -> String {
        self.line.advice_on_noise()
    }
}
