use heapless::Deque;

use crate::{Ack, SessionLost};

/// Default number of commands in flight; a device may offer fewer.
pub const WINDOW: usize = 8;

/// Numbers that a new session leaves out: more than commands can be in flight.
const APART: u32 = 256;

/// Decision of a device about a command, by its session, sequence number and checksum.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Admission {
    /// Next in sequence: execute it and [`record`](Sequencer::record) its ack.
    Execute,
    /// Executed before: send this ack again.
    Repeat(Ack),
    /// Another command was executed under this number.
    Conflict,
    /// Neither next nor among the remembered acks: reply with the number that is expected.
    OutOfOrder {
        /// Sequence number of the next command.
        expected: u32,
    },
    /// Not of the device's session.
    Lost(SessionLost),
}

/// The device's side of sessions: every command of a session is executed once and in order, whatever
/// the line loses, repeats or swaps, and none of another session. The last `W` acks are kept for a
/// host that missed them.
///
/// ```
/// use downhill::Fingerprint;
/// use downhill_link::{Ack, Admission, Progress, Sequencer};
/// let mut sequencer = Sequencer::<8>::new();
/// let (session, checksum) = (0x5e55_1011, 99);
/// assert_eq!(sequencer.greet(session), Ok(true));
/// assert_eq!(sequencer.admit(session, 1, checksum), Admission::Execute);
/// let result = Ok(Progress { step: 1, loss: 0.5 });
/// let ack = Ack { seq: 1, fingerprint: Fingerprint(42), result, verdict: None };
/// sequencer.record(ack, checksum);
/// assert_eq!(sequencer.admit(session, 1, checksum), Admission::Repeat(ack));
/// assert_eq!(sequencer.admit(session, 1, 7), Admission::Conflict);
/// assert_eq!(sequencer.admit(session, 3, 7), Admission::OutOfOrder { expected: 2 });
/// assert!(matches!(sequencer.admit(8, 2, 7), Admission::Lost(lost) if lost.by == session));
/// ```
#[derive(Debug)]
pub struct Sequencer<const W: usize = WINDOW> {
    /// Session that commands are taken from; 0 for none.
    session: u32,
    /// Number of its first command.
    first: u32,
    next: u32,
    /// Acks, each with the checksum of its command.
    kept: Deque<(u32, Ack), W>,
    /// Session before, and the number of its commands.
    before: (u32, u32),
}

impl<const W: usize> Default for Sequencer<W> {
    fn default() -> Self {
        Self::new()
    }
}

impl<const W: usize> Sequencer<W> {
    /// A sequencer without a session.
    pub const fn new() -> Self {
        Self {
            session: 0,
            first: 1,
            next: 1,
            kept: Deque::new(),
            before: (0, 0),
        }
    }

    /// The session that commands are taken from; 0 before a host has said hello.
    pub const fn session(&self) -> u32 {
        self.session
    }

    /// Sequence number of the next command.
    pub const fn next(&self) -> u32 {
        self.next
    }

    /// Begins a session, which ends the one before. Its commands are numbered from
    /// [`next`](Self::next) on, above all numbers of the sessions before, so that an echo of one of
    /// those is never executed, even behind an echo of its hello. The hello of the session that there
    /// is changes nothing: it came twice. Returns whether a session began.
    ///
    /// # Errors
    /// [`SessionLost`] for session 0, and for the session before, which cannot be taken up again.
    pub fn greet(&mut self, session: u32) -> Result<bool, SessionLost> {
        if session == 0 || session == self.before.0 {
            return Err(self.lost(session));
        }
        let begins = session != self.session;
        if begins {
            self.before = (self.session, self.next.wrapping_sub(self.first));
            if self.session != 0 {
                self.next = self.next.wrapping_add(APART);
            }
            (self.session, self.first) = (session, self.next);
            self.kept.clear();
        }
        Ok(begins)
    }

    /// Refuses a request that is not of the device's session.
    ///
    /// # Errors
    /// [`SessionLost`].
    pub fn check(&self, session: u32) -> Result<(), SessionLost> {
        match session != 0 && session == self.session {
            true => Ok(()),
            false => Err(self.lost(session)),
        }
    }

    fn lost(&self, session: u32) -> SessionLost {
        let (before, executed) = self.before;
        SessionLost {
            session,
            by: self.session,
            executed: (session != 0 && session == before).then_some(executed),
        }
    }

    /// Returns true for the next command of the device's session, to be [executed](Admission::Execute).
    pub fn is_next(&self, session: u32, seq: u32) -> bool {
        self.check(session).is_ok() && seq == self.next
    }

    /// Decides about command `seq` of a session, in a frame with this checksum.
    pub fn admit(&self, session: u32, seq: u32, checksum: u32) -> Admission {
        if let Err(lost) = self.check(session) {
            return Admission::Lost(lost);
        }
        if self.is_next(session, seq) {
            return Admission::Execute;
        }
        match self.kept.iter().find(|(_, ack)| ack.seq == seq) {
            Some((known, ack)) if *known == checksum => Admission::Repeat(*ack),
            Some(_) => Admission::Conflict,
            None => Admission::OutOfOrder {
                expected: self.next,
            },
        }
    }

    /// Stores the ack of the command just executed, with the checksum of its frame, and moves on to
    /// the next number.
    pub fn record(&mut self, ack: Ack, checksum: u32) {
        if self.kept.is_full() {
            self.kept.pop_front();
        }
        // Cannot be full now; with W = 0 nothing is ever remembered.
        let _ = self.kept.push_back((checksum, ack));
        self.next = self.next.wrapping_add(1);
    }
}
