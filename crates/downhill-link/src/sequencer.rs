use heapless::Deque;

use crate::Ack;

/// How many commands may be under way at once, unless a device says fewer.
pub const WINDOW: usize = 8;

/// What a device does with a command of some number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Admission {
    /// It is the command's turn: carry it out and [`record`](Sequencer::record) what became of it.
    Execute,
    /// It was carried out before: send this again.
    Repeat(Ack),
    /// It is not the command's turn, and what became of it is no longer known if it ever had been
    /// carried out: say which one is expected.
    OutOfOrder {
        /// The number of the command that comes next.
        expected: u32,
    },
}

/// The device's pending of commands: each is carried out once, and none before its turn, whatever the
/// line loses, repeats or swaps. It remembers the last `W` acks, for a host that missed them.
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
    /// An empty pending: command 1 comes first.
    pub const fn new() -> Self {
        Self {
            next: 1,
            kept: Deque::new(),
        }
    }

    /// The number of the command that comes next.
    pub const fn next(&self) -> u32 {
        self.next
    }

    /// What to do with command `seq`.
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

    /// Writes down what became of the command that came next.
    pub fn record(&mut self, ack: Ack) {
        if self.kept.is_full() {
            self.kept.pop_front();
        }
        // Cannot be full now; with W = 0 nothing is ever remembered.
        let _ = self.kept.push_back(ack);
        self.next = self.next.wrapping_add(1);
    }
}
