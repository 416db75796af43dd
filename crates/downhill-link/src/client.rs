use crate::pending::{Pending, Slot};
use crate::{
    Ack, ClientEvent, Command, Device, FRAME, FrameReader, Message, Query, Reply, Request,
    SendError, WINDOW, decode, words_in_state,
};

/// The host's side of the line: bytes in, frames out, no clock and no port of its own.
///
/// Up to `W` commands are under way at once, in frames of up to `N` bytes. What the line loses is
/// sent again when the device points out the gap, or when the caller's clock says that an answer
/// is overdue ([`timeout`](Client::timeout)). Acks come out in the order of their numbers,
/// each once.
///
/// ```
/// use downhill_link::{
///     ARITHMETIC, Capabilities, Client, ClientEvent, Command, FrameReader, Hello, PROTOCOL, Reply,
///     Request, decode, encode,
/// };
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let mut client: Client = Client::new(0x5e55_1011); // a random number
/// client.greet();
/// assert!(client.is_waiting() && client.device().is_none());
///
/// // What the device reads from the line, and what it answers.
/// let mut reader: FrameReader = FrameReader::new();
/// let mut session = 0;
/// for &byte in client.transmit().unwrap_or(&[]) {
///     let request = reader.push(byte).and_then(|packet| decode(packet.payload));
///     if let Some((Request::Hello { session: sent, .. }, _)) = request {
///         session = sent;
///     }
/// }
/// let hello = Hello {
///     version: PROTOCOL,
///     session,
///     next: 1,
///     arithmetic: ARITHMETIC,
///     arena: 4_096,
///     frame: 576,
///     window: 4,
///     capabilities: Capabilities::SENSOR.union(Capabilities::STORE),
///     board: "thermometer",
/// };
/// let mut buffer = [0; 64];
/// let answer = encode(&Reply::Hello(hello), session, &mut buffer)?;
///
/// // What the host reads from the line.
/// let ready = answer.iter().any(|&byte| client.receive(byte) == Some(ClientEvent::Ready));
/// assert!(ready && !client.is_waiting());
/// let device = client.device().ok_or("no device")?;
/// assert!(device.board == "thermometer" && device.capabilities.contains(Capabilities::STORE));
/// assert_eq!(client.command(&Command::Save)?, 1); // its number; the ack is due
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Client<const W: usize = WINDOW, const N: usize = FRAME> {
    reader: FrameReader<N>,
    /// Bytes of a frame that commands leave free.
    free: usize,
    pending: Pending<W, N>,
}

impl<const W: usize, const N: usize> Client<W, N> {
    /// A client that knows no device yet: [`greet`](Client::greet) comes first.
    ///
    /// `session` is a random number from the caller's source of entropy, another one for each client:
    /// by it the device tells this client from others on the same line, and from those before. 0 is
    /// none, and taken as 1.
    pub const fn new(session: u32) -> Self {
        Self {
            reader: FrameReader::new(),
            free: 0,
            pending: Pending::new(match session {
                0 => 1,
                session => session,
            }),
        }
    }

    /// Leaves so many bytes of each frame free, for a layer between frames and line that makes them
    /// longer.
    #[must_use]
    pub const fn leave_free(mut self, bytes: usize) -> Self {
        self.free = bytes;
        self
    }

    /// The device, once it has said hello.
    pub const fn device(&self) -> Option<&Device> {
        self.pending.device.as_ref()
    }

    /// Number of damaged frames that were skipped.
    pub const fn bad(&self) -> u32 {
        self.reader.bad()
    }

    /// Number of sound frames skipped for an unknown message.
    pub const fn unknown(&self) -> u32 {
        self.pending.unknown
    }

    /// Number of frames sent again.
    pub const fn resent(&self) -> u32 {
        self.pending.resent
    }

    /// Number of events that did not arrive since the first one, or since the counters were asked
    /// for the first time: by gaps in their numbers, and by the counters that came last. They were
    /// lost by the line, or withheld by the device for want of credit.
    pub const fn missed(&self) -> u32 {
        self.pending.missed
    }

    /// Number of commands in flight: sent, and their ack not taken.
    pub fn under_way(&self) -> usize {
        self.pending.commands.len()
    }

    /// Returns true while an answer is due; call [`timeout`](Self::timeout) when it is overdue.
    pub fn is_waiting(&self) -> bool {
        let pending = &self.pending;
        let waits = pending.greeting.is_some()
            || pending.query.is_some()
            || pending.commands.iter().any(|slot| slot.ack.is_none());
        waits && !pending.lost
    }

    /// The session that all frames belong to.
    pub const fn session(&self) -> u32 {
        self.pending.session
    }

    /// Asks the device who it is, and tells it our version. The session begins, and that of another
    /// host ends.
    pub fn greet(&mut self) {
        self.pending.greet();
    }

    /// Queues a command and returns its sequence number.
    ///
    /// # Errors
    /// [`SendError`]; the command can be queued again later, but for [`SendError::TooLong`].
    pub fn command(&mut self, command: &Command<'_>) -> Result<u32, SendError> {
        let pending = &mut self.pending;
        let session = pending.session;
        if pending.lost {
            return Err(SendError::Lost);
        }
        let device = pending.device.as_ref().ok_or(SendError::NoDevice)?;
        let window = W.min(device.window.into());
        let full = SendError::Full { window };
        if pending.commands.len() >= window {
            return Err(full);
        }
        let seq = pending.first.wrapping_add(pending.commands.len() as u32);
        let command = *command;
        let limit = usize::from(device.frame).saturating_sub(self.free);
        let slot = Slot::new(0, &Request::Command { seq, command }, session, limit);
        let slot = slot.map_err(SendError::TooLong)?;
        pending.commands.push_back(slot).map_err(|_| full)?;
        Ok(seq)
    }

    /// Asks for the fit's state from word `at` on; as much comes as fits a frame. It takes the
    /// place of a query that has no answer yet, as every query does.
    pub fn pull(&mut self, at: u32) {
        let count = self.words();
        self.ask(Query::Pull { at, count });
    }

    /// Asks for the counters, which come as [`ClientEvent::Counters`].
    pub fn ask_counters(&mut self) {
        self.ask(Query::Counters);
    }

    /// Asks for a checkpoint from word `at` on, in the same way. The device forgets pieces of
    /// state that were pushed and not committed.
    pub fn pull_checkpoint(&mut self, at: u32) {
        let count = self.words();
        self.ask(Query::Checkpoint { at, count });
    }

    /// Asks anything.
    pub fn ask(&mut self, query: Query) {
        self.pending.ask(query);
    }

    /// Words of state that fit a frame.
    fn words(&self) -> u16 {
        let frame = self.device().map_or(N, |device| device.frame.into());
        words_in_state(frame.min(N)).min(u16::MAX.into()) as u16
    }

    /// The next frame to write to the line, if any.
    pub fn transmit(&mut self) -> Option<&[u8]> {
        if self.pending.lost {
            return None;
        }
        let slot = self.pending.slots().find(|slot| slot.waits())?;
        slot.sent = true;
        Some(&slot.frame)
    }

    /// Sends everything again that has no answer.
    pub fn timeout(&mut self) {
        self.pending.closed = None;
        let mut again = 0;
        for slot in self.pending.slots() {
            slot.hurried = false;
            again += u32::from(slot.again());
        }
        self.pending.resent = self.pending.resent.saturating_add(again);
    }

    /// The ack of the next command, once it is known.
    pub fn ack(&mut self) -> Option<Ack> {
        let pending = &mut self.pending;
        let ack = pending.commands.front()?.ack?;
        pending.commands.pop_front();
        pending.first = pending.first.wrapping_add(1);
        Some(ack)
    }

    /// Takes one byte from the line. What the device says to another host is left unread.
    pub fn receive(&mut self, byte: u8) -> Option<ClientEvent<'_>> {
        let Self {
            reader, pending, ..
        } = self;
        let Some((reply, session)) = decode::<Reply<'_>>(reader.push(byte)?.payload) else {
            pending.unknown = pending.unknown.saturating_add(1);
            return None;
        };
        if reply.in_session() && session != pending.session {
            return None;
        }
        match reply {
            Reply::Hello(hello) => pending.hello(&hello),
            Reply::Mismatch { version, session } => {
                (session == pending.session).then_some(ClientEvent::Mismatch { version })
            }
            Reply::SessionLost(lost) => pending.lose(lost),
            Reply::Conflict { seq } => Some(ClientEvent::Conflict { seq }),
            Reply::Ack(ack) => {
                pending.answered(ack);
                None
            }
            Reply::OutOfOrder { expected, .. } => pending.gap(expected),
            Reply::State(state) => pending
                .asked(state.tag)
                .then_some(ClientEvent::State(state)),
            Reply::Counters { tag, counters } => pending.asked(tag).then(|| {
                // An event that is told of and did not come was sent before.
                pending.awaits_event(counters.events.wrapping_add(1));
                ClientEvent::Counters(counters)
            }),
            Reply::Checkpoint(state) => pending
                .asked(state.tag)
                .then_some(ClientEvent::Checkpoint(state)),
            Reply::Recipe {
                tag,
                recipe,
                signal,
            } => pending
                .asked(tag)
                .then_some(ClientEvent::Recipe(recipe, signal)),
            Reply::Scores { tag, scores } => {
                pending.asked(tag).then_some(ClientEvent::Scores(scores))
            }
            Reply::Estimate {
                tag,
                estimate,
                correlation,
            } => pending.asked(tag).then_some(ClientEvent::Estimate {
                estimate,
                correlation,
            }),
            Reply::Summary { tag, summary } => {
                pending.asked(tag).then_some(ClientEvent::Summary(summary))
            }
            Reply::Event { number, event } => {
                pending.noticed(number).then_some(ClientEvent::Event(event))
            }
        }
    }
}
