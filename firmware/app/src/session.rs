use downhill::Fingerprint;
use downhill_link::{
    ARITHMETIC, Counters, Hello, Ledger, Numbers, Order, Outcome, PROTOCOL, Query, Reply, Request,
    State, Turn, WINDOW, decode, numbers_in_sample, words_in_state,
};

use crate::bench::Bench;
use crate::log::log;

/// A device's side of a session: messages in, answers out, and the fit in between. It owns the
/// memory and knows neither line nor pin.
///
/// An eighth of the arena is for what a [monitor](downhill::health::Monitor) needs. Half of the
/// rest holds the fit, and the other half receives the samples, and the state that a host pushes,
/// so that a push which is never finished leaves the fit as it was.
#[derive(Debug)]
pub struct Session<'a> {
    board: &'a str,
    frame: u16,
    window: u8,
    bench: Bench<'a>,
    ledger: Ledger,
    greeted: bool,
    counters: Counters,
}

impl<'a> Session<'a> {
    /// A session on a board of this name, with frames of up to `frame` bytes.
    pub fn new(board: &'a str, frame: usize, arena: &'a mut [f32]) -> Self {
        let frame = frame.min(u16::MAX.into()) as u16;
        Self {
            board,
            frame,
            window: WINDOW as u8,
            bench: Bench::new(numbers_in_sample(frame.into()), arena),
            ledger: Ledger::new(),
            greeted: false,
            counters: Counters::default(),
        }
    }

    /// Lets the host have at most this many orders under way, from 1 to [`WINDOW`].
    pub fn set_window(&mut self, window: u8) {
        self.window = window.clamp(1, WINDOW as u8);
    }

    /// What has been counted; line and pin are counted by whoever owns them.
    pub fn counters_mut(&mut self) -> &mut Counters {
        &mut self.counters
    }

    /// What the device says unasked when it starts.
    pub fn announce(&self) -> Reply<'a> {
        self.hello(0)
    }

    fn hello(&self, tag: u32) -> Reply<'a> {
        Reply::Hello(Hello {
            version: PROTOCOL,
            tag,
            next: self.ledger.next(),
            arithmetic: ARITHMETIC,
            arena: self.bench.room() as u32,
            frame: self.frame,
            window: self.window,
            board: self.board,
        })
    }

    /// Does what a frame's payload says, and answers; no answer where the message is unknown.
    pub fn answer(&mut self, payload: &[u8]) -> Option<Reply<'_>> {
        let Some(request) = decode::<Request<'_>>(payload) else {
            count(&mut self.counters.unknown);
            return None;
        };
        Some(match request {
            Request::Hello { version, tag } => self.greet(version, tag),
            _ if !self.greeted => self.announce(),
            Request::Order { seq, order } => self.order(seq, &order),
            Request::Query { tag, query } => match query {
                Query::Pull { at, count } => self.pull(tag, at, count),
                Query::Counters => Reply::Counters {
                    tag,
                    counters: self.counters,
                },
            },
        })
    }

    fn greet(&mut self, version: u16, tag: u32) -> Reply<'a> {
        self.greeted = version == PROTOCOL;
        if self.greeted {
            log!(info, "a host says hello");
            return self.hello(tag);
        }
        log!(warn, "a host speaks version {}", version);
        Reply::Mismatch {
            version: PROTOCOL,
            tag,
        }
    }

    fn order(&mut self, seq: u32, order: &Order<'_>) -> Reply<'a> {
        match self.ledger.turn(seq) {
            Turn::Now => {}
            Turn::Again(outcome) => {
                count(&mut self.counters.repeated);
                return Reply::Outcome(outcome);
            }
            Turn::OutOfTurn { expected } => {
                count(&mut self.counters.out_of_turn);
                return Reply::OutOfTurn { expected, got: seq };
            }
        }
        let result = self.bench.carry_out(order, &mut self.counters);
        if let Err(refusal) = result {
            log!(warn, "order {} refused: {}", seq, refusal);
            count(&mut self.counters.refused);
        }
        let outcome = Outcome {
            seq,
            fingerprint: self.fingerprint(),
            result,
            verdict: self.bench.verdict(),
        };
        self.ledger.record(outcome);
        Reply::Outcome(outcome)
    }

    /// The fingerprint of the fit, 0 if there is none.
    pub fn fingerprint(&self) -> Fingerprint {
        self.bench.fingerprint()
    }

    fn pull(&self, tag: u32, at: u32, count: u16) -> Reply<'_> {
        let state = self.bench.state();
        let most = words_in_state(self.frame.into()).min(count.into());
        let words = state.get(at as usize..).unwrap_or(&[]);
        Reply::State(State {
            tag,
            next: self.ledger.next(),
            steps: self.bench.steps(),
            fingerprint: self.fingerprint(),
            length: state.len() as u32,
            at,
            words: Numbers::new(words.get(..most).unwrap_or(words)),
        })
    }
}

/// One more.
fn count(counter: &mut u32) {
    *counter = counter.saturating_add(1);
}
