//! The client against a device that only keeps its book, over a bad line.

use downhill::Fingerprint;
use downhill::least_squares::Estimate;
use downhill_link::fault_injector::{FaultInjector, Injected, Rates};
use downhill_link::{
    ARITHMETIC, Ack, Admission, Alert, Capabilities, Client, ClientEvent, Command, Counters, Event,
    FrameReader, Hello, Numbers, PROTOCOL, Progress, Query, Reply, Request, Scores, SendError,
    Sequencer, SessionLost, Signal, State, decode, encode,
};

const SESSION: u32 = 0x5e55_1011;
const OTHER: u32 = 0x07e5_0000;

/// A device whose fit is the list of the numbers it was given.
struct Mock {
    version: u16,
    reader: FrameReader,
    sequencer: Sequencer,
    window: u8,
    learned: Vec<f32>,
}

impl Mock {
    fn new() -> Self {
        Self {
            version: PROTOCOL,
            reader: FrameReader::new(),
            sequencer: Sequencer::new(),
            window: 8,
            learned: Vec::new(),
        }
    }

    fn receive(&mut self, bytes: &[u8]) -> Vec<Vec<u8>> {
        let mut answers = Vec::new();
        for &byte in bytes {
            let packet = self.reader.push(byte);
            let packet = packet.map(|packet| (packet.payload.to_vec(), packet.checksum));
            if let Some((payload, checksum)) = packet
                && let Some((request, session)) = decode(&payload)
            {
                let mut buffer = [0; 576];
                let reply = self.answer(request, session, checksum);
                let frame = encode(&reply, self.sequencer.session(), &mut buffer);
                answers.push(frame.unwrap().to_vec());
            }
        }
        answers
    }

    fn hello(&self, session: u32) -> Reply<'static> {
        Reply::Hello(Hello {
            version: self.version,
            session,
            next: self.sequencer.next(),
            arithmetic: ARITHMETIC,
            arena: 100,
            frame: 576,
            window: self.window,
            capabilities: Capabilities::SENSOR,
            board: "a board whose name is rather longer than thirty-two bytes",
        })
    }

    fn piece(&self, tag: u32, at: u32) -> State<'static> {
        State {
            tag,
            next: self.sequencer.next(),
            steps: self.learned.len() as u64,
            fingerprint: Fingerprint(0),
            length: 3,
            at,
            words: Numbers::new(&[7.0]),
        }
    }

    fn answer(&mut self, request: Request<'_>, session: u32, checksum: u32) -> Reply<'static> {
        match request {
            Request::Hello { version, session } if version != self.version => Reply::Mismatch {
                version: self.version,
                session,
            },
            Request::Hello { session, .. } => match self.sequencer.greet(session) {
                Ok(_) => self.hello(session),
                Err(lost) => Reply::SessionLost(lost),
            },
            Request::Command { seq, command } => match self.sequencer.admit(session, seq, checksum)
            {
                Admission::Execute => {
                    if let Command::Sample { features, .. } = command {
                        self.learned.push(features.get(0).unwrap());
                    }
                    let step = self.learned.len() as u64;
                    let ack = Ack {
                        seq,
                        fingerprint: Fingerprint(step),
                        result: Ok(Progress { step, loss: 0.0 }),
                        verdict: None,
                    };
                    self.sequencer.record(ack, checksum);
                    Reply::Ack(ack)
                }
                Admission::Repeat(ack) => Reply::Ack(ack),
                Admission::OutOfOrder { expected } => Reply::OutOfOrder { expected, got: seq },
                Admission::Conflict => Reply::Conflict { seq },
                Admission::Lost(lost) => Reply::SessionLost(lost),
            },
            Request::Query { .. } if self.sequencer.check(session).is_err() => {
                Reply::SessionLost(self.sequencer.check(session).unwrap_err())
            }
            Request::Query { tag, query } => match query {
                Query::Counters => Reply::Counters {
                    tag,
                    counters: Counters::default(),
                },
                Query::Pull { at, .. } => Reply::State(self.piece(tag, at)),
                Query::Checkpoint { at, .. } => Reply::Checkpoint(self.piece(tag, at)),
                Query::Recipe => Reply::Recipe {
                    tag,
                    recipe: None,
                    signal: Signal::NONE,
                },
                Query::Estimate { parameter, .. } => Reply::Estimate {
                    tag,
                    estimate: Some(Estimate {
                        value: parameter.into(),
                        standard_error: None,
                    }),
                    correlation: None,
                },
                Query::Summary => Reply::Summary { tag, summary: None },
                Query::Scores => Reply::Scores {
                    tag,
                    scores: Scores {
                        count: 4.0,
                        mae: 0.0,
                        rmse: 0.0,
                        max_error: 0.0,
                    },
                },
            },
        }
    }
}

fn sample_of(event: &Event<'_>) -> u32 {
    match event {
        Event::SampleTaken { sample, .. }
        | Event::Learned { sample, .. }
        | Event::Alert { sample, .. }
        | Event::Verdict { sample, .. } => *sample,
    }
}

/// A client and a device with a line between them that harms frames both ways.
struct Bench {
    client: Client<8>,
    device: Mock,
    up: FaultInjector,
    down: FaultInjector,
}

#[derive(Debug, PartialEq)]
enum Heard {
    Ready,
    Mismatch(u16),
    Lost(SessionLost),
    Conflict(u32),
    State(u32, f32),
    Counters,
    Checkpoint(u32),
    Recipe(bool),
    Scores(f32),
    Estimate(f32),
    Summary(bool),
    Event(u32),
}

impl Bench {
    fn new(seed: u64, share: f32) -> Self {
        Self {
            client: Client::new(SESSION),
            device: Mock::new(),
            up: FaultInjector::new(seed, Rates::all(share)),
            down: FaultInjector::new(seed ^ 0xFFFF, Rates::all(share)),
        }
    }

    /// Sends what there is to send, and hears what comes back.
    fn exchange(&mut self) -> Vec<Heard> {
        let mut heard = Vec::new();
        let mut sent = 0;
        while let Some(frame) = self.client.transmit() {
            sent += 1;
            assert!(sent < 10_000, "it goes on and on");
            let mut arrived = Vec::new();
            self.up
                .pass(frame, |bytes| arrived.extend_from_slice(bytes));
            let mut back = Vec::new();
            for answer in self.device.receive(&arrived) {
                self.down
                    .pass(&answer, |bytes| back.extend_from_slice(bytes));
            }
            for byte in back {
                heard.extend(self.client.receive(byte).map(|event| match event {
                    ClientEvent::Ready => Heard::Ready,
                    ClientEvent::Mismatch { version } => Heard::Mismatch(version),
                    ClientEvent::Lost(lost) => Heard::Lost(lost),
                    ClientEvent::Conflict { seq } => Heard::Conflict(seq),
                    ClientEvent::State(state) => {
                        Heard::State(state.at, state.words.get(0).unwrap())
                    }
                    ClientEvent::Counters(_) => Heard::Counters,
                    ClientEvent::Checkpoint(piece) => Heard::Checkpoint(piece.at),
                    ClientEvent::Recipe(recipe, _) => Heard::Recipe(recipe.is_some()),
                    ClientEvent::Scores(scores) => Heard::Scores(scores.count),
                    ClientEvent::Estimate { estimate, .. } => {
                        Heard::Estimate(estimate.unwrap().value)
                    }
                    ClientEvent::Summary(summary) => Heard::Summary(summary.is_some()),
                    ClientEvent::Event(event) => Heard::Event(sample_of(&event)),
                }));
            }
        }
        heard
    }

    fn until(&mut self, wanted: Heard) {
        for _ in 0..1_000 {
            if self.exchange().contains(&wanted) {
                return;
            }
            self.client.timeout();
        }
        panic!("never heard {wanted:?}");
    }

    fn greet(&mut self) {
        self.client.greet();
        self.until(Heard::Ready);
    }

    /// Gives one sample with this feature, and takes the acks there are.
    fn sample(&mut self, number: f32) -> (Result<u32, SendError>, Vec<Ack>) {
        let given = self.client.command(&Command::Sample {
            weight: 1.0,
            features: Numbers::new(&[number]),
            target: Numbers::new(&[]),
        });
        assert_eq!(self.exchange(), []);
        let acks = std::iter::from_fn(|| self.client.ack()).collect();
        (given, acks)
    }
}

#[test]
fn each_order_is_done_once_and_in_turn_whatever_the_line_does() {
    let mut hits = Injected::default();
    for (seed, percent) in [(1, 0), (2, 1), (3, 3), (4, 10), (5, 20), (6, 30), (7, 50)] {
        let mut bench = Bench::new(seed, percent as f32 / 100.0);
        bench.greet();
        let (mut given, mut taken, mut rounds) = (0, 0, 0);
        while taken < 2_000 {
            rounds += 1;
            assert!(rounds < 50_000, "it goes on and on");
            let (command, acks) = match given < 2_000 {
                true => bench.sample(given as f32),
                false => {
                    assert_eq!(bench.exchange(), []);
                    let acks = std::iter::from_fn(|| bench.client.ack()).collect();
                    (Err(SendError::NoDevice), acks)
                }
            };
            given += u32::from(command.is_ok());
            for ack in &acks {
                taken += 1;
                assert_eq!(ack.seq, taken);
                assert_eq!(ack.fingerprint, Fingerprint(taken.into()));
            }
            if command.is_err() && acks.is_empty() {
                bench.client.timeout();
            }
        }
        let wanted: Vec<_> = (0..2_000).map(|k| k as f32).collect();
        assert!(bench.device.learned == wanted, "{percent} %");
        assert!(!bench.client.is_waiting());
        assert_eq!(percent == 0, bench.client.resent() == 0);
        let up = bench.up.injected();
        let bad = bench.device.reader.bad();
        assert_eq!(bad, up.corrupted + up.cut, "{percent} %");
        hits.dropped += up.dropped;
        hits.duplicated += up.duplicated;
        hits.reordered += up.reordered;
    }
    assert!(hits.dropped > 100 && hits.duplicated > 100 && hits.reordered > 100);
}

#[test]
fn a_device_that_was_started_anew_is_noticed() {
    let mut bench = Bench::new(1, 0.0);
    bench.greet();
    for k in 0..5 {
        bench.sample(k as f32).0.unwrap();
    }
    bench.device = Mock::new();
    bench.client.command(&Command::Reset).unwrap();
    bench.until(Heard::Lost(SessionLost {
        session: SESSION,
        by: 0,
        executed: None,
    }));
    assert!(bench.device.learned.is_empty());
}

#[test]
fn an_echo_of_an_old_hello_changes_nothing() {
    let mut bench = Bench::new(1, 0.0);
    let mut buffer = [0; 576];
    let old = encode(&bench.device.hello(0), 0, &mut buffer)
        .unwrap()
        .to_vec();
    bench.greet();
    bench.sample(1.0).0.unwrap();
    for &byte in &old {
        assert_eq!(bench.client.receive(byte), None);
    }
    assert_eq!(bench.exchange(), []);
    let (given, acks) = bench.sample(2.0);
    assert_eq!((given, acks.len()), (Ok(2), 1));
}

#[test]
fn a_device_that_greets_first_is_asked_back() {
    let mut bench = Bench::new(1, 0.0);
    let mut buffer = [0; 576];
    let hello = bench.device.hello(0);
    for &byte in encode(&hello, 0, &mut buffer).unwrap() {
        assert_eq!(bench.client.receive(byte), None);
    }
    bench.until(Heard::Ready);
    let device = bench.client.device().unwrap();
    assert_eq!(device.board, "a board whose name is rather lon");
    assert_eq!((device.arena, device.frame), (100, 576));
}

#[test]
fn a_second_client_goes_on_where_the_first_left_off() {
    let mut bench = Bench::new(1, 0.0);
    bench.greet();
    bench.sample(1.0).0.unwrap();
    bench.client = Client::new(OTHER);
    bench.greet();
    assert_eq!(bench.sample(2.0).0, Ok(258));
    assert_eq!(bench.device.learned, [1.0, 2.0]);
}

#[test]
fn another_version_is_a_mismatch() {
    let mut bench = Bench::new(1, 0.0);
    bench.device.version = 9;
    bench.client.greet();
    bench.until(Heard::Mismatch(9));
    assert_eq!(
        bench.client.command(&Command::Reset),
        Err(SendError::NoDevice)
    );
}

#[test]
fn no_more_orders_are_under_way_than_either_side_takes() {
    let mut bench = Bench::new(1, 0.0);
    bench.device.window = 2;
    bench.greet();
    assert_eq!(bench.client.command(&Command::Reset), Ok(1));
    assert_eq!(bench.client.command(&Command::Reset), Ok(2));
    let full = SendError::Full { window: 2 };
    assert_eq!(bench.client.command(&Command::Reset), Err(full));
    bench.exchange();
    assert_eq!(bench.client.command(&Command::Reset), Err(full));
    assert_eq!(bench.client.ack().map(|o| o.seq), Some(1));
    assert_eq!(bench.client.command(&Command::Reset), Ok(3));
}

#[test]
fn an_order_longer_than_a_frame_is_not_given() {
    let mut bench = Bench::new(1, 0.0);
    bench.greet();
    let command = Command::Push {
        at: 0,
        words: Numbers::new(&[1.0; 200]),
    };
    let Err(SendError::TooLong(too_long)) = bench.client.command(&command) else {
        panic!()
    };
    assert!(too_long.need > 800 && too_long.got == 576);
    assert_eq!(bench.client.under_way(), 0);
}

#[test]
fn queries_are_answered_over_a_bad_line_and_stale_answers_dropped() {
    let mut bench = Bench::new(3, 0.3);
    bench.greet();
    for at in 0..50 {
        bench.client.pull(at);
        bench.until(Heard::State(at, 7.0));
        bench.client.ask_counters();
        bench.until(Heard::Counters);
    }
    assert!(!bench.client.is_waiting());
}

#[test]
fn a_ledger_forgets_what_is_older_than_its_window() {
    let mut sequencer = Sequencer::<2>::new();
    assert_eq!(sequencer.greet(SESSION), Ok(true));
    for seq in 1..=3 {
        assert_eq!(sequencer.admit(SESSION, seq, seq), Admission::Execute);
        let ack = Ack {
            seq,
            fingerprint: Fingerprint(0),
            result: Err(downhill_link::CommandError::NoFit),
            verdict: None,
        };
        sequencer.record(ack, seq);
    }
    assert_eq!(
        sequencer.admit(SESSION, 1, 1),
        Admission::OutOfOrder { expected: 4 }
    );
    assert!(matches!(sequencer.admit(SESSION, 2, 2), Admission::Repeat(o) if o.seq == 2));
    assert_eq!(
        sequencer.admit(SESSION, 0, 0),
        Admission::OutOfOrder { expected: 4 }
    );
}

#[test]
fn every_query_is_answered_by_its_own_reply() {
    let mut bench = Bench::new(21, 0.2);
    bench.greet();
    let device = bench.client.device().unwrap();
    assert!(device.capabilities.contains(Capabilities::SENSOR));
    assert!(!device.capabilities.contains(Capabilities::STORE));
    bench.client.pull_checkpoint(2);
    bench.until(Heard::Checkpoint(2));
    bench.client.ask(Query::Recipe);
    bench.until(Heard::Recipe(false));
    bench.client.ask(Query::Scores);
    bench.until(Heard::Scores(4.0));
    bench.client.ask(Query::Estimate {
        parameter: 3,
        other: 0,
    });
    bench.until(Heard::Estimate(3.0));
    bench.client.ask(Query::Summary);
    bench.until(Heard::Summary(false));
}

#[test]
fn notices_are_heard_once_and_those_that_are_missing_are_counted() {
    let mut client = Client::<8>::new(SESSION);
    let mut hear = |number| {
        let event = Event::Alert {
            sample: number,
            alert: Alert::Recovered,
        };
        let mut buffer = [0; 64];
        let frame = encode(&Reply::Event { number, event }, SESSION, &mut buffer).unwrap();
        let heard = (frame.iter())
            .filter_map(|&byte| {
                client
                    .receive(byte)
                    .map(|found| found == ClientEvent::Event(event))
            })
            .collect::<Vec<_>>();
        (heard, client.missed())
    };
    assert_eq!(hear(u32::MAX), (vec![true], 0));
    assert_eq!(hear(0), (vec![true], 0));
    assert_eq!(hear(0), (vec![], 0));
    assert_eq!(hear(4), (vec![true], 3));
    assert_eq!(hear(2), (vec![], 3));
    assert_eq!(hear(5), (vec![true], 3));
}

/// The first event, with nothing before it, and the last, with nothing behind it.
#[test]
fn counters_tell_of_events_that_did_not_arrive() {
    let mut client = Client::<8>::new(SESSION);
    let mut buffer = [0; 256];
    let mut hear = |client: &mut Client<8>, reply: Reply<'_>| {
        for &byte in encode(&reply, SESSION, &mut buffer).unwrap() {
            client.receive(byte);
        }
        client.missed()
    };
    let counters = |tag, events| Reply::Counters {
        tag,
        counters: Counters {
            events,
            ..Counters::default()
        },
    };
    let event = |number| Reply::Event {
        number,
        event: Event::Alert {
            sample: 1,
            alert: Alert::Recovered,
        },
    };
    client.ask_counters();
    assert_eq!(hear(&mut client, counters(1, u32::MAX)), 0);
    assert_eq!(hear(&mut client, event(1)), 1);
    assert_eq!(hear(&mut client, event(2)), 1);
    client.ask_counters();
    assert_eq!(hear(&mut client, counters(2, 4)), 3);
    // An answer that nobody waits for, and an event that comes too late.
    assert_eq!(hear(&mut client, counters(2, 9)), 3);
    assert_eq!(hear(&mut client, event(4)), 3);
    assert_eq!(hear(&mut client, event(5)), 3);
}
