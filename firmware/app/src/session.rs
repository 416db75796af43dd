use downhill::Fingerprint;
use downhill::least_squares::Estimate;
use downhill_link::{
    ARITHMETIC, Ack, Admission, Command, CommandError, Counters, Event, Hello, Numbers, PROTOCOL,
    Packet, Query, Reply, Request, Role, Scores, Sequencer, State, Topics, WINDOW, decode,
    numbers_in_sample, words_in_state,
};

use crate::lab_worker::LabWorker;
use crate::log::log;
use crate::worker::{EventSink, Worker, count};

/// Device's side of a session: messages in, answers out, and a [`Worker`] that executes the
/// commands. It knows neither line nor pin.
#[derive(Debug)]
pub struct Session<'a, W = LabWorker<'a>> {
    board: &'a str,
    frame: u16,
    window: u8,
    worker: W,
    sequencer: Sequencer,
    counters: Counters,
    subscription: Subscription,
    stats: BoardStats,
    /// The clock's time at the last reset.
    reset_at: u64,
}

/// Sends an event to the line.
pub type Send<'a> = dyn FnMut(&Reply<'_>) + 'a;

/// Figures that only a board can measure.
#[derive(Clone, Copy, Debug, Default)]
pub struct BoardStats {
    /// Peak of the stack in bytes.
    pub stack: Option<fn() -> u32>,
    /// Milliseconds since the start.
    pub clock: Option<fn() -> u64>,
}

/// Topics that the host wants events of.
#[derive(Debug, Default)]
struct Subscription {
    topics: Topics,
    credit: u32,
    /// Number of the event that was due last.
    number: u32,
    withheld: u32,
}

impl Subscription {
    /// Sends an event, if the credit suffices.
    fn offer(&mut self, event: Event<'_>, send: &mut Send<'_>) {
        self.number = self.number.wrapping_add(1);
        match self.credit.checked_sub(1) {
            Some(left) => {
                self.credit = left;
                let number = self.number;
                send(&Reply::Event { number, event });
            }
            None => count(&mut self.withheld),
        }
    }
}

impl<'a> Session<'a> {
    /// A lab's session on a board of this name, with frames of up to `frame` bytes.
    ///
    /// An eighth of the arena is for what a [monitor](downhill::health::Monitor) needs. Half of
    /// the rest holds the fit, and the other half receives the samples, and the state that a host
    /// pushes, so that a push which is never finished leaves the fit as it was.
    pub fn new(board: &'a str, frame: usize, arena: &'a mut [f32]) -> Self {
        Self::with_worker(
            board,
            frame,
            LabWorker::new(numbers_in_sample(frame), arena),
        )
    }
}

impl<'a> Session<'a> {
    /// Lets fits have a signal stage, in a memory of its own.
    #[cfg(feature = "signal")]
    #[must_use]
    pub fn signal_memory(mut self, numbers: &'a mut [f32]) -> Self {
        self.worker.set_signal_memory(numbers);
        self
    }
}

impl<'a, W: Worker> Session<'a, W> {
    /// A session on a board of this name, with frames of up to `frame` bytes.
    #[inline(always)]
    pub fn with_worker(board: &'a str, frame: usize, worker: W) -> Self {
        Self {
            board,
            frame: frame.min(u16::MAX.into()) as u16,
            window: WINDOW as u8,
            worker,
            sequencer: Sequencer::new(),
            counters: Counters::default(),
            subscription: Subscription::default(),
            stats: BoardStats::default(),
            reset_at: 0,
        }
    }

    /// Lets the host have at most this many commands under way, from 1 to [`WINDOW`].
    pub fn set_window(&mut self, window: u8) {
        self.window = window.clamp(1, WINDOW as u8);
    }

    /// Sets the board's own figures, for the counters.
    pub fn set_board_stats(&mut self, stats: BoardStats) {
        self.stats = stats;
    }

    /// Executor of the commands.
    pub fn worker(&self) -> &W {
        &self.worker
    }

    /// Executor of the commands.
    pub fn worker_mut(&mut self) -> &mut W {
        &mut self.worker
    }

    /// Counters of the session.
    pub fn counters(&self) -> Counters {
        let wear = self.worker.wear();
        Counters {
            erases: wear.erases,
            rated_erases: wear.rated_erases,
            saves_per_erase: wear.saves_per_erase,
            withheld: self.subscription.withheld,
            events: self.subscription.number,
            stack: self.stats.stack.map_or(0, |stack| stack()),
            uptime: self.uptime(),
            ..self.counters
        }
    }

    /// Milliseconds since the start or the reset, or turns.
    fn uptime(&self) -> u64 {
        match self.stats.clock {
            Some(clock) => clock().saturating_sub(self.reset_at),
            None => self.counters.turns,
        }
    }

    /// Counters of the session; those of line and pin are their owners'.
    pub fn counters_mut(&mut self) -> &mut Counters {
        &mut self.counters
    }

    /// The session of the host that said hello last; 0 before one has. All that is sent belongs to
    /// it, but for answers that name another.
    pub fn id(&self) -> u32 {
        self.sequencer.session()
    }

    /// Hello that a device sends when it starts.
    pub fn announce(&self) -> Reply<'a> {
        self.hello(0)
    }

    fn hello(&self, session: u32) -> Reply<'a> {
        Reply::Hello(Hello {
            version: PROTOCOL,
            session,
            next: self.sequencer.next(),
            arithmetic: ARITHMETIC,
            arena: self.worker.room() as u32,
            frame: self.frame,
            window: self.window,
            capabilities: self.worker.capabilities(),
            board: self.board,
        })
    }

    /// Lets the worker read its sensor; returns whether it did. Events go to a host that
    /// subscribed.
    pub fn poll(&mut self, send: &mut Send<'_>) -> bool {
        let subscription = &mut self.subscription;
        let topics = subscription.topics;
        let listener = &mut |event: Event<'_>| subscription.offer(event, send);
        self.worker
            .poll(&mut self.counters, &mut EventSink::new(topics, listener))
    }

    /// Lets the worker write the checkpoint that is due.
    pub fn maintain(&mut self, send: &mut Send<'_>) {
        self.counters.uptime = self.uptime();
        let subscription = &mut self.subscription;
        let topics = subscription.topics;
        let listener = &mut |event: Event<'_>| subscription.offer(event, send);
        self.worker
            .maintain(&mut self.counters, &mut EventSink::new(topics, listener));
    }

    /// Executes the message in a frame; returns the answer, none to an unknown message. Events are
    /// sent before the answer.
    pub fn answer(&mut self, packet: Packet<'_>, send: &mut Send<'_>) -> Option<Reply<'_>> {
        self.answer_in(packet, Role::Write, send)
    }

    /// Does so for a host of this role: a command that it does not permit is refused.
    pub fn answer_in(
        &mut self,
        packet: Packet<'_>,
        role: Role,
        send: &mut Send<'_>,
    ) -> Option<Reply<'_>> {
        // Looked at where it is: a recipe is large, and a small board has no room for copies.
        let request = read(packet.payload);
        let Some((request, session)) = &request else {
            count(&mut self.counters.unknown);
            return None;
        };
        Some(match request {
            Request::Hello { version, session } => self.greet(*version, *session),
            Request::Command { seq, .. } if !self.sequencer.is_next(*session, *seq) => {
                self.refuse(*session, *seq, packet.checksum)
            }
            Request::Command { seq, command } => {
                let ack = self.execute(*seq, command, role, send);
                self.sequencer.record(ack, packet.checksum);
                Reply::Ack(ack)
            }
            Request::Query { tag, query } => match self.sequencer.check(*session) {
                Ok(()) => self.query(*tag, *query),
                Err(lost) => Reply::SessionLost(lost),
            },
        })
    }

    #[inline(never)]
    fn greet(&mut self, version: u16, session: u32) -> Reply<'a> {
        if version != PROTOCOL {
            log!(warn, "a host speaks version {}", version);
            let version = PROTOCOL;
            return Reply::Mismatch { version, session };
        }
        match self.sequencer.greet(session) {
            Err(lost) => return Reply::SessionLost(lost),
            Ok(false) => {}
            Ok(true) => {
                log!(info, "a host says hello");
                // What the host before subscribed to and pushed was its own.
                self.subscription.topics = Topics::default();
                self.worker.forget_pushed();
            }
        }
        self.hello(session)
    }

    /// Answers a command that is not executed now.
    #[inline(never)]
    fn refuse(&mut self, session: u32, seq: u32, checksum: u32) -> Reply<'a> {
        let counters = &mut self.counters;
        match self.sequencer.admit(session, seq, checksum) {
            Admission::Repeat(ack) => {
                count(&mut counters.repeated);
                Reply::Ack(ack)
            }
            Admission::Lost(lost) => Reply::SessionLost(lost),
            Admission::OutOfOrder { expected } => {
                count(&mut counters.out_of_order);
                Reply::OutOfOrder { expected, got: seq }
            }
            Admission::Execute | Admission::Conflict => {
                count(&mut counters.out_of_order);
                Reply::Conflict { seq }
            }
        }
    }

    #[inline(never)]
    fn execute(&mut self, seq: u32, command: &Command<'_>, role: Role, send: &mut Send<'_>) -> Ack {
        let subscription = &mut self.subscription;
        let result = if !role.permits(command) {
            Err(CommandError::Role)
        } else if !self.worker.capabilities().contains(command.needs()) {
            Err(CommandError::Unsupported)
        } else {
            if let Command::Subscribe { topics, credit } = command {
                (subscription.topics, subscription.credit) = (*topics, *credit);
            }
            if let Command::Reset = command {
                subscription.withheld = 0;
                self.reset_at = self.stats.clock.map_or(0, |clock| clock());
            }
            let topics = subscription.topics;
            let listener = &mut |event: Event<'_>| subscription.offer(event, send);
            let events = &mut EventSink::new(topics, listener);
            self.worker.execute(command, &mut self.counters, events)
        };
        if let Err(refusal) = result {
            log!(warn, "command {} refused: {}", seq, refusal);
            count(&mut self.counters.refused);
        }
        Ack {
            seq,
            fingerprint: self.fingerprint(),
            result,
            verdict: self.worker.verdict(),
        }
    }

    /// The fingerprint of the fit, 0 if there is none.
    pub fn fingerprint(&self) -> Fingerprint {
        self.worker.fingerprint()
    }

    #[inline(never)]
    fn query(&mut self, tag: u32, query: Query) -> Reply<'_> {
        match query {
            Query::Pull { at, count } => {
                let state = self.piece(tag, at);
                let words = self.worker.state();
                Reply::State(fill(state, words, count, self.frame))
            }
            Query::Checkpoint { at, count } => {
                let (state, frame) = (self.piece(tag, at), self.frame);
                Reply::Checkpoint(match self.worker.checkpoint() {
                    Ok(words) => fill(state, words, count, frame),
                    Err(length) => State {
                        length: length as u32,
                        ..state
                    },
                })
            }
            Query::Counters => Reply::Counters {
                tag,
                counters: self.counters(),
            },
            Query::Recipe => Reply::Recipe {
                tag,
                recipe: self.worker.recipe(),
                signal: self.worker.signal(),
            },
            Query::Estimate { parameter, other } => {
                let (at, other) = (usize::from(parameter), usize::from(other));
                let solver = self.worker.estimator().and_then(|fit| fit.solver());
                Reply::Estimate {
                    tag,
                    estimate: match (solver, self.worker.estimator()) {
                        (Some(solver), _) => solver.estimate(at),
                        (None, Some(fit)) => fit.parameters().get(at).map(|&value| Estimate {
                            value,
                            standard_error: None,
                        }),
                        (None, None) => None,
                    },
                    correlation: solver
                        .and_then(|solver| solver.uncertainty().correlation(at, other)),
                }
            }
            Query::Summary => Reply::Summary {
                tag,
                summary: self
                    .worker
                    .estimator()
                    .and_then(|fit| fit.solver()?.summary()),
            },
            Query::Scores => Reply::Scores {
                tag,
                scores: self.worker.scores().unwrap_or(NO_SCORES),
            },
        }
    }

    /// Header of a piece of state, without its words.
    fn piece(&self, tag: u32, at: u32) -> State<'static> {
        State {
            tag,
            next: self.sequencer.next(),
            steps: self.worker.steps(),
            fingerprint: self.fingerprint(),
            length: 0,
            at,
            words: Numbers::new(&[]),
        }
    }
}

/// A request and its session, in a stack frame of its own that is gone when it is acted on.
#[inline(never)]
fn read(payload: &[u8]) -> Option<(Request<'_>, u32)> {
    decode(payload)
}

const NO_SCORES: Scores = Scores {
    count: 0.0,
    mae: f32::NAN,
    rmse: f32::NAN,
    max_error: 0.0,
};

/// A piece with as many of the words from its place on as are asked for and fit a frame.
fn fill<'w>(state: State<'_>, all: &'w [f32], count: u16, frame: u16) -> State<'w> {
    let most = words_in_state(frame.into()).min(count.into());
    let words = all.get(state.at as usize..).unwrap_or(&[]);
    State {
        tag: state.tag,
        next: state.next,
        steps: state.steps,
        fingerprint: state.fingerprint,
        length: all.len() as u32,
        at: state.at,
        words: Numbers::new(words.get(..most).unwrap_or(words)),
    }
}
