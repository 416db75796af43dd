use heapless::Deque;

use crate::Outcome;

/// How many orders may be under way at once, unless a device says fewer.
pub const WINDOW: usize = 8;

/// What a device does with an order of some number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Turn {
    /// It is the order's turn: carry it out and [`record`](Ledger::record) what became of it.
    Now,
    /// It was carried out before: send this again.
    Again(Outcome),
    /// It is not the order's turn, and what became of it is no longer known if it ever had been
    /// carried out: say which one is expected.
    OutOfTurn {
        /// The number of the order that comes next.
        expected: u32,
    },
}

/// The device's book of orders: each is carried out once, and none before its turn, whatever the
/// line loses, repeats or swaps. It remembers the last `W` outcomes, for a host that missed them.
///
/// ```
/// use downhill::Fingerprint;
/// use downhill_link::{Ledger, Outcome, Progress, Turn};
/// let mut ledger = Ledger::<8>::new();
/// assert_eq!(ledger.turn(1), Turn::Now);
/// let result = Ok(Progress { step: 1, loss: 0.5 });
/// let outcome = Outcome { seq: 1, fingerprint: Fingerprint(42), result, verdict: None };
/// ledger.record(outcome);
/// assert_eq!(ledger.turn(1), Turn::Again(outcome));
/// assert_eq!(ledger.turn(3), Turn::OutOfTurn { expected: 2 });
/// ```
#[derive(Debug)]
pub struct Ledger<const W: usize = WINDOW> {
    next: u32,
    kept: Deque<Outcome, W>,
}

impl<const W: usize> Default for Ledger<W> {
    fn default() -> Self {
        Self::new()
    }
}

impl<const W: usize> Ledger<W> {
    /// An empty book: order 1 comes first.
    pub const fn new() -> Self {
        Self {
            next: 1,
            kept: Deque::new(),
        }
    }

    /// The number of the order that comes next.
    pub const fn next(&self) -> u32 {
        self.next
    }

    /// What to do with order `seq`.
    pub fn turn(&self, seq: u32) -> Turn {
        if seq == self.next {
            return Turn::Now;
        }
        match self.kept.iter().find(|outcome| outcome.seq == seq) {
            Some(outcome) => Turn::Again(*outcome),
            None => Turn::OutOfTurn {
                expected: self.next,
            },
        }
    }

    /// Writes down what became of the order that came next.
    pub fn record(&mut self, outcome: Outcome) {
        if self.kept.is_full() {
            self.kept.pop_front();
        }
        // Cannot be full now; with W = 0 nothing is ever remembered.
        let _ = self.kept.push_back(outcome);
        self.next = self.next.wrapping_add(1);
    }
}
