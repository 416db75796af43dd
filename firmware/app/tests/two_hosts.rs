//! Two hosts on one line: each hears all that the device says, to whichever of them it is said.

use crate::common::{NoPin, Wire, recipe, sample, samples};
use downhill_firmware::{Connection, Lab};
use downhill_link::fault_injector::{FaultInjector, Rates};
use downhill_link::{
    Ack, Client, ClientEvent, Command, CommandError, Counters, Numbers, SendError, SessionLost,
    Signal,
};
use proptest::prelude::*;

const A: u32 = 0x5e55_1011;
const B: u32 = 0x07e5_0000;

/// A host, the samples that it gave, and what it heard of them.
struct Host {
    client: Client<8>,
    given: Vec<([f32; 3], [f32; 1])>,
    acks: Vec<Ack>,
    heard: Vec<String>,
    lost: Option<SessionLost>,
    counters: Option<Counters>,
    up: FaultInjector,
    down: FaultInjector,
}

impl Host {
    fn new(session: u32, seed: u64, share: f32) -> Self {
        Self {
            client: Client::new(session),
            given: Vec::new(),
            acks: Vec::new(),
            heard: Vec::new(),
            lost: None,
            counters: None,
            up: FaultInjector::new(seed, Rates::all(share)),
            down: FaultInjector::new(!seed, Rates::all(share)),
        }
    }

    fn give(&mut self, (x, y): ([f32; 3], [f32; 1])) -> bool {
        let given = self.client.command(&sample(&x, &y)).is_ok();
        if given {
            self.given.push((x, y));
        }
        given
    }

    fn hear(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            match self.client.receive(byte) {
                Some(ClientEvent::Lost(lost)) => self.lost = Some(lost),
                Some(ClientEvent::Counters(counters)) => self.counters = Some(counters),
                Some(event) => self.heard.push(format!("{event:?}")),
                None => {}
            }
        }
        self.acks.extend(std::iter::from_fn(|| self.client.ack()));
    }
}

/// A lab, and two hosts at the other end of its line.
struct Line {
    wire: Wire,
    lab: Lab<'static, Wire, NoPin>,
    hosts: [Host; 2],
    /// Every frame that a host sent.
    sent: Vec<Vec<u8>>,
}

impl Line {
    fn new(seed: u64, share: f32) -> Self {
        let wire = Wire::default();
        let arena = Box::leak(vec![0.0; 300].into_boxed_slice());
        let mut lab = Lab::new(Connection::new("test", wire.clone()), NoPin, arena);
        lab.poll();
        wire.to_host.borrow_mut().clear();
        let hosts = [Host::new(A, seed, share), Host::new(B, seed ^ 77, share)];
        let sent = Vec::new();
        Self {
            wire,
            lab,
            hosts,
            sent,
        }
    }

    /// Lets one host send what it has to send, and both hear the answers.
    fn exchange(&mut self, index: usize) {
        let host = &mut self.hosts[index];
        while let Some(frame) = host.client.transmit() {
            self.sent.push(frame.to_vec());
            host.up.pass(frame, |bytes| self.wire.send(bytes));
        }
        self.listen();
    }

    fn listen(&mut self) {
        while self.lab.poll() {}
        let said: Vec<u8> = self.wire.to_host.borrow_mut().drain(..).collect();
        for frame in said.split(|&byte| byte == 0).filter(|f| !f.is_empty()) {
            let frame = [&[0], frame, &[0]].concat();
            for host in &mut self.hosts {
                let mut arrived = Vec::new();
                host.down
                    .pass(&frame, |bytes| arrived.extend_from_slice(bytes));
                host.hear(&arrived);
            }
        }
    }

    /// Exchanges until a host has an answer to all that it asked, or has lost its session.
    fn settle(&mut self, index: usize) {
        for _ in 0..2_000 {
            self.exchange(index);
            if !self.hosts[index].client.is_waiting() {
                return;
            }
            self.hosts[index].client.timeout();
        }
        panic!("host {index} waits for ever");
    }

    fn greet(&mut self, index: usize) {
        self.hosts[index].client.greet();
        self.settle(index);
    }

    fn command(&mut self, index: usize, command: &Command<'_>) -> Ack {
        self.hosts[index].client.command(command).unwrap();
        self.settle(index);
        *self.hosts[index].acks.last().unwrap()
    }

    fn counters(&mut self, index: usize) -> Counters {
        self.hosts[index].client.ask_counters();
        self.settle(index);
        self.hosts[index].counters.unwrap()
    }
}

#[test]
fn the_host_that_was_there_first_learns_how_many_of_its_commands_were_executed() {
    let mut line = Line::new(1, 0.0);
    let mut rows = samples();
    line.greet(0);
    line.command(0, &Command::Configure(recipe(), Signal::NONE));
    for _ in 0..57 {
        assert!(line.hosts[0].give(rows.next().unwrap()));
        line.settle(0);
    }
    line.greet(1);
    for _ in 0..20 {
        assert!(line.hosts[1].give(rows.next().unwrap()));
        line.settle(1);
        assert!(line.hosts[0].give(rows.next().unwrap()) == line.hosts[0].lost.is_none());
        line.settle(0);
    }
    let lost = SessionLost {
        session: A,
        by: B,
        executed: Some(58),
    };
    let [first, second] = &line.hosts;
    assert_eq!((first.lost, second.lost), (Some(lost), None));
    // Neither takes the other's acks for its own, and both were let in.
    assert_eq!((first.acks.len(), second.acks.len()), (58, 20));
    assert_eq!(first.heard, ["Ready"]);
    assert_eq!(second.heard, ["Ready"]);
    assert_eq!(line.counters(1).samples, 57 + 20);
}

#[test]
fn a_host_that_lost_its_session_is_silent_from_then_on() {
    let mut line = Line::new(1, 0.0);
    line.greet(0);
    line.greet(1);
    let first = &mut line.hosts[0];
    first.client.command(&Command::Reset).unwrap();
    line.settle(0);
    let first = &mut line.hosts[0];
    assert!(first.lost.is_some());
    assert_eq!(first.client.command(&Command::Reset), Err(SendError::Lost));
    first.client.greet();
    first.client.ask_counters();
    first.client.timeout();
    assert_eq!(first.client.transmit(), None);
    assert!(!first.client.is_waiting());
}

#[test]
fn no_frame_of_a_session_that_is_lost_does_anything() {
    let mut line = Line::new(1, 0.0);
    line.greet(0);
    line.command(0, &Command::Configure(recipe(), Signal::NONE));
    for row in samples().take(5) {
        line.hosts[0].give(row);
        line.settle(0);
    }
    line.greet(1);
    let before = line.counters(1);
    let sent = std::mem::take(&mut line.sent);
    for frame in &sent[..7] {
        line.wire.send(frame);
    }
    line.listen();
    let after = line.counters(1);
    assert_eq!((before.samples, after.samples), (5, 5));
    assert_eq!(line.hosts[1].lost, None);
    // Not even after the second has gone on: the device knows the hello that came before it.
    line.hosts[1].give(samples().next().unwrap());
    line.settle(1);
    for frame in &sent[..7] {
        line.wire.send(frame);
    }
    line.listen();
    assert_eq!(line.counters(1).samples, 6);
    assert_eq!(line.hosts[1].lost, None);
}

/// All that one host sent, those that the device had not executed included, comes again after so
/// many other sessions: its hello is believed, its commands are not.
#[test]
fn no_command_of_an_earlier_session_is_executed_again() {
    for others in 2..6 {
        let mut line = Line::new(1, 0.0);
        line.greet(0);
        line.command(0, &Command::Configure(recipe(), Signal::NONE));
        let mut rows = samples();
        for row in rows.by_ref().take(5) {
            line.hosts[0].give(row);
            line.settle(0);
        }
        let mut sent = std::mem::take(&mut line.sent);
        for row in rows.by_ref().take(3) {
            line.hosts[0].give(row);
        }
        let host = &mut line.hosts[0].client;
        sent.extend(std::iter::from_fn(|| host.transmit().map(<[u8]>::to_vec)));
        for other in 0..others {
            line.hosts[1] = Host::new(B + other, 1, 0.0);
            line.greet(1);
            line.hosts[1].give(rows.next().unwrap());
            line.settle(1);
        }
        sent.iter().for_each(|frame| line.wire.send(frame));
        line.listen();
        line.hosts[1].client.ask_counters();
        line.settle(1);
        let lost = SessionLost {
            session: B + others - 1,
            by: A,
            executed: Some(1),
        };
        assert_eq!(line.hosts[1].lost, Some(lost));
        line.hosts[1] = Host::new(B - 1, 1, 0.0);
        line.greet(1);
        assert_eq!(line.counters(1).samples, 5 + u64::from(others));
    }
}

#[test]
fn state_that_a_lost_session_pushed_is_not_taken_over_by_the_next() {
    let mut line = Line::new(1, 0.0);
    line.greet(0);
    line.command(0, &Command::Configure(recipe(), Signal::NONE));
    let words = vec![0.5; recipe().arena_len()];
    let words = Numbers::new(&words);
    let pushed = line.command(0, &Command::Push { at: 0, words });
    line.greet(1);
    let committed = line.command(1, &Command::Commit { steps: 3 });
    let CommandError::Fault(downhill::Fault::Length { got: 0, .. }) = committed.result.unwrap_err()
    else {
        panic!("{committed:?}");
    };
    assert_eq!(committed.fingerprint, pushed.fingerprint);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Whenever the second comes, and whatever the line does: the device learned what the first
    /// is told was executed, and then what the second had acknowledged.
    #[test]
    fn what_both_are_told_is_what_the_device_learned(
        seed in any::<u64>(),
        percent in prop::sample::select(vec![0u8, 5, 20]),
        before in 0usize..12,
        turns in prop::collection::vec(0usize..3, 1..40),
    ) {
        let mut line = Line::new(seed, f32::from(percent) / 100.0);
        let mut rows = samples();
        line.greet(0);
        line.command(0, &Command::Configure(recipe(), Signal::NONE));
        for _ in 0..before {
            if line.hosts[0].give(rows.next().unwrap()) {
                line.exchange(0);
            }
        }
        line.greet(1);
        for turn in turns {
            let index = turn % 2;
            line.hosts[index].give(rows.next().unwrap());
            line.exchange(index);
            if turn == 2 {
                line.hosts[index].client.timeout();
            }
        }
        line.settle(1);
        line.hosts[0].client.ask_counters();
        line.settle(0);

        let [first, second] = &line.hosts;
        let lost = first.lost.unwrap();
        prop_assert_eq!((lost.session, lost.by, second.lost), (A, B, None));
        // Its first command was the recipe.
        let executed = lost.executed.unwrap() as usize - 1;
        prop_assert!(executed < first.given.len() + 1);
        prop_assert!(first.acks.len() <= executed + 1);
        prop_assert_eq!(second.acks.len(), second.given.len());
        let mut arena = vec![0.0; recipe().arena_len()];
        let mut twin = recipe().build(&mut arena[..]).unwrap();
        for (x, y) in first.given[..executed].iter().chain(&second.given) {
            twin.observe(x, y).unwrap();
        }
        if let Some(last) = second.acks.last() {
            prop_assert_eq!(last.fingerprint, twin.fingerprint());
        }
        let samples = line.counters(1).samples;
        prop_assert_eq!(samples, twin.steps());
    }
}
