//! A host at an emulated board's line.

use std::io::{ErrorKind, Read, Write};
use std::os::unix::net::UnixStream;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::{Duration, Instant};

use downhill::{Fingerprint, Recipe};
use downhill_link::fault_injector::{FaultInjector, Rates};
use downhill_link::{Ack, Client, ClientEvent, Command, Counters, Query, Scores};

use crate::emulator::Emulator;

/// After how long without a byte everything unanswered is sent again.
const QUIET: Duration = Duration::from_millis(200);
/// After how long without an answer a board is given up.
const SILENCE: Duration = Duration::from_secs(120);

/// Session of the next host: no two are the same.
static SESSIONS: AtomicU32 = AtomicU32::new(1);

/// A client, and a line that can be made a bad one.
pub struct Host {
    uart: UnixStream,
    /// The link's own client.
    pub client: Client<8>,
    /// Faults of the line to the board.
    pub up: FaultInjector,
    /// Faults of the line from the board.
    pub down: FaultInjector,
    /// A frame under way.
    frame: Vec<u8>,
}

impl Host {
    /// At an emulated board's line, having said hello.
    pub fn greet(emulator: &Emulator) -> Self {
        Self::at(&emulator.uart)
    }

    /// At a board's line, having said hello.
    pub fn at(uart: &UnixStream) -> Self {
        let uart = uart.try_clone().expect("another handle");
        uart.set_read_timeout(Some(QUIET)).expect("a timeout");
        let mut host = Self {
            uart,
            client: Client::new(SESSIONS.fetch_add(1, Relaxed)),
            up: FaultInjector::new(0, Rates::default()),
            down: FaultInjector::new(0, Rates::default()),
            frame: Vec::new(),
        };
        host.client.greet();
        host.settle(|_| {});
        assert!(host.client.device().is_some());
        host
    }

    /// Sends what there is to send, and hears what comes; whether anything did.
    pub fn exchange(&mut self, mut hear: impl FnMut(ClientEvent<'_>)) -> bool {
        while let Some(frame) = self.client.transmit() {
            let uart = &mut self.uart;
            self.up.pass(frame, |bytes| {
                uart.write_all(bytes).expect("the board reads")
            });
        }
        let mut bytes = [0; 1024];
        let count = match self.uart.read(&mut bytes) {
            Ok(0) => panic!("the board has gone"),
            Ok(count) => count,
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => 0,
            Err(error) => panic!("{error}"),
        };
        for &byte in &bytes[..count] {
            self.frame.push(byte);
            if byte != 0 || self.frame.len() == 1 {
                continue;
            }
            let mut heard = Vec::new();
            self.down
                .pass(&self.frame, |bytes| heard.extend_from_slice(bytes));
            // The zero that ends a frame may be the one that begins the next.
            self.frame.clear();
            self.frame.push(0);
            for byte in heard {
                if let Some(event) = self.client.receive(byte) {
                    hear(event);
                }
            }
        }
        count > 0
    }

    /// Exchanges until everything is answered.
    pub fn settle(&mut self, mut hear: impl FnMut(ClientEvent<'_>)) {
        let start = Instant::now();
        while self.client.is_waiting() {
            if !self.exchange(&mut hear) {
                self.client.timeout();
            }
            assert!(start.elapsed() < SILENCE, "the board does not answer");
        }
    }

    /// A command, alone, and its outcome; notices go to `hear`.
    pub fn command(&mut self, command: &Command<'_>, hear: impl FnMut(ClientEvent<'_>)) -> Ack {
        self.client.command(command).expect("nothing is under way");
        self.settle(hear);
        self.client.ack().expect("it was answered")
    }

    /// The counters.
    pub fn counters(&mut self) -> Counters {
        self.counters_and(|_| {})
    }

    /// The counters; what else is said goes to `hear`.
    pub fn counters_and(&mut self, mut hear: impl FnMut(ClientEvent<'_>)) -> Counters {
        let mut found = None;
        self.client.ask_counters();
        self.settle(|event| match event {
            ClientEvent::Counters(counters) => found = Some(counters),
            event => hear(event),
        });
        found.expect("counters")
    }

    /// Recipe of the board's fit.
    pub fn recipe(&mut self) -> Recipe<f32> {
        let mut found = None;
        self.client.ask(Query::Recipe);
        self.settle(|event| {
            if let ClientEvent::Recipe(recipe, _) = event {
                found = recipe;
            }
        });
        found.expect("a fit")
    }

    /// Scores of the predictions that were compared with their targets.
    pub fn scores(&mut self) -> Scores {
        let mut found = None;
        self.client.ask(Query::Scores);
        self.settle(|event| {
            if let ClientEvent::Scores(scores) = event {
                found = Some(scores);
            }
        });
        found.expect("scores")
    }

    /// The fit's steps, its fingerprint, and its state, as far as one frame holds it.
    pub fn state(&mut self) -> (u64, Fingerprint, Vec<f32>) {
        let mut found = None;
        self.client.pull(0);
        self.settle(|event| {
            if let ClientEvent::State(state) = event {
                let words = state.words.iter().collect();
                found = Some((state.steps, state.fingerprint, words));
            }
        });
        found.expect("a state")
    }
}
