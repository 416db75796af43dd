use heapless::Deque;

use crate::Ack;

/// Default number of commands in flight; a device may offer fewer.
pub const WINDOW: usize = 8;

/// Decision of a device about a command, by its sequence number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Admission {
    /// Next in sequence: execute it and [`record`](Sequencer::record) its ack.
    Execute,
    /// Executed before: send this ack again.
    Repeat(Ack),
    /// Neither next nor among the remembered acks: reply with the number that is expected.
    OutOfOrder {
        /// Sequence number of the next command.
        expected: u32,
    },
}

/// The device's side of sequencing: every command is executed once and in order, whatever the line
/// loses, repeats or swaps. The last `W` acks are kept for a host that missed them.
///
/// ```
/// use downhill::Fingerprint;
/// use downhill_link::{Sequencer, Ack, Progress, Admission};
/// let mut sequencer = Sequencer::<8>::new();
/// assert_eq!(sequencer.admit(1), Admission::Execute);
/// let result = Ok(Progress { step: 1, loss: 0.5 });
/// let ack = Ack { seq: 1, fingerprint: Fingerprint(42), result, verdict: None };
/// sequencer.record(ack);
/// assert_eq!(sequencer.admit(1), Admission::Repeat(ack));
/// assert_eq!(sequencer.admit(3), Admission::OutOfOrder { expected: 2 });
/// ```
#[derive(Debug)]
pub struct Sequencer<const W: usize = WINDOW> {
    next: u32,
    kept: Deque<Ack, W>,
}

impl<const W: usize> Default for Sequencer<W> {
    fn default() -> Self {
        Self::new()
    }
}

impl<const W: usize> Sequencer<W> {
    /// A sequencer that expects command 1.
    pub const fn new() -> Self {
        Self {
            next: 1,
            kept: Deque::new(),
        }
    }

    /// Sequence number of the next command.
    pub const fn next(&self) -> u32 {
        self.next
    }

    /// Decides about command `seq`.
    pub fn admit(&self, seq: u32) -> Admission {
        if seq == self.next {
            return Admission::Execute;
        }
        match self.kept.iter().find(|ack| ack.seq == seq) {
            Some(ack) => Admission::Repeat(*ack),
            None => Admission::OutOfOrder {
                expected: self.next,
            },
        }
    }

    /// Stores the ack of the command just executed and moves on to the next number.
    pub fn record(&mut self, ack: Ack) {
        if self.kept.is_full() {
            self.kept.pop_front();
        }
        // Cannot be full now; with W = 0 nothing is ever remembered.
        let _ = self.kept.push_back(ack);
        self.next = self.next.wrapping_add(1);
    }
}
