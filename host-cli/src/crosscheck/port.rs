use std::io::{ErrorKind, Read, Write};
use std::time::{Duration, Instant};

use downhill::Recipe;
use downhill::health::Verdict;
use downhill_link::{ARITHMETIC, Client, Event, NotSent, Numbers, Order, PROTOCOL};

use super::machine::Machine;
use crate::failure::{Failure, Outcome};

/// After how long without a byte everything unanswered is sent again.
const PATIENCE: Duration = Duration::from_millis(500);
/// After how long without an answer a board is given up: long enough for a busy machine that
/// emulates several boards at once.
const SILENCE: Duration = Duration::from_secs(300);

/// The line to a board.
pub(super) struct Port {
    machine: Machine,
    client: Client,
    /// The state that is being pulled.
    pulled: Vec<f32>,
    /// How long it will be.
    length: usize,
    /// What the board has said of the fit.
    verdicts: Vec<Verdict>,
}

impl Port {
    /// Says hello to a board that has booted.
    pub(super) fn open(machine: Machine) -> Outcome<Self> {
        let patience = machine.uart.set_read_timeout(Some(PATIENCE));
        patience.map_err(Failure::input)?;
        let mut port = Self {
            machine,
            client: Client::new(),
            pulled: Vec::new(),
            length: 0,
            verdicts: Vec::new(),
        };
        port.client.greet();
        port.until(|port| port.client.device().map(|_| ()))?;
        Ok(port)
    }

    /// Refuses a fit that the board cannot hold, or would compute differently.
    pub(super) fn check_room(&self, recipe: &Recipe<f32>) -> Outcome {
        let Some(device) = self.client.device() else {
            return Ok(());
        };
        if device.arithmetic != ARITHMETIC {
            return Err(Failure::Input(format!(
                "the firmware computes by version {} of the core's arithmetic and this program \
                 by version {ARITHMETIC}; build both from the same sources",
                device.arithmetic
            )));
        }
        let need = recipe.arena_len();
        if need > device.arena as usize {
            return Err(Failure::Input(format!(
                "this fit needs {need} words of memory and {} has {}; use fewer features with \
                 `--features`, or `--batch 1`",
                device.board, device.arena
            )));
        }
        Ok(())
    }

    /// Gives an order and waits for what becomes of it.
    pub(super) fn order(&mut self, order: &Order<'_>) -> Outcome<downhill_link::Outcome> {
        match self.client.order(order) {
            Ok(_) => {
                let outcome = self.until(|port| port.client.outcome())?;
                self.verdicts.extend(outcome.verdict);
                Ok(outcome)
            }
            Err(NotSent::TooLong(_)) => Err(Failure::Input(
                "a row of this fit is longer than the board's frames; use fewer features with \
                 `--features`"
                    .into(),
            )),
            Err(error) => Err(Failure::input(error)),
        }
    }

    /// What the board has said of the fit since it was forgotten.
    pub(super) fn verdicts(&self) -> &[Verdict] {
        &self.verdicts
    }

    /// Forgets what the board has said: another fit begins.
    pub(super) fn forget_verdicts(&mut self) {
        self.verdicts.clear();
    }

    /// Gives an order that the board must accept.
    pub(super) fn demand(&mut self, order: &Order<'_>) -> Outcome<downhill_link::Outcome> {
        let outcome = self.order(order)?;
        match outcome.result {
            Ok(_) => Ok(outcome),
            Err(refusal) => Err(Failure::Input(format!("the board refuses: {refusal}"))),
        }
    }

    /// Hands the whole state of a fit that has made `steps` steps to the board.
    pub(super) fn push(&mut self, state: &[f32], steps: u64) -> Outcome<downhill_link::Outcome> {
        let piece = self
            .client
            .device()
            .map_or(1, |device| device.numbers())
            .max(1);
        for (index, words) in state.chunks(piece).enumerate() {
            self.demand(&Order::Push {
                at: (index * piece) as u32,
                words: Numbers::new(words),
            })?;
        }
        self.demand(&Order::Commit { steps })
    }

    /// Asks the board for its whole state.
    pub(super) fn pull(&mut self) -> Outcome<Vec<f32>> {
        self.pulled.clear();
        loop {
            let have = self.pulled.len();
            self.client.pull(have as u32);
            self.until(|port| (!port.client.expects()).then_some(()))?;
            if self.pulled.len() >= self.length || self.pulled.len() == have {
                return Ok(std::mem::take(&mut self.pulled));
            }
        }
    }

    /// Writes what there is to write and reads until `done` has a result.
    fn until<T>(&mut self, mut done: impl FnMut(&mut Self) -> Option<T>) -> Outcome<T> {
        let start = Instant::now();
        let mut bytes = [0; 1024];
        loop {
            while let Some(frame) = self.client.transmit() {
                self.machine.uart.write_all(frame).map_err(Failure::input)?;
            }
            match self.machine.uart.read(&mut bytes) {
                Ok(0) => return Err(self.lost("has gone")),
                Ok(count) => self.take(&bytes[..count])?,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error)
                    if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) =>
                {
                    self.client.timeout();
                }
                Err(error) => return Err(Failure::input(error)),
            }
            if let Some(result) = done(self) {
                return Ok(result);
            }
            if start.elapsed() > SILENCE {
                return Err(self.lost("does not answer"));
            }
        }
    }

    fn take(&mut self, bytes: &[u8]) -> Outcome {
        for &byte in bytes {
            match self.client.receive(byte) {
                Some(Event::Mismatch { version }) => {
                    return Err(Failure::Input(format!(
                        "the firmware speaks version {version} of the protocol and this program \
                         version {PROTOCOL}; build both from the same sources"
                    )));
                }
                Some(Event::Lost { .. }) => {
                    return Err(Failure::Input(
                        "the board was started anew in the middle of the fit; look at its log"
                            .into(),
                    ));
                }
                Some(Event::State(state)) if state.at as usize == self.pulled.len() => {
                    self.length = state.length as usize;
                    self.pulled.extend(state.words.iter());
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn lost(&mut self, how: &str) -> Failure {
        let emulator = match self.machine.ended() {
            Some(status) => format!("the emulator ended with {status}"),
            None => "the emulator still runs".into(),
        };
        Failure::Input(format!(
            "the board {how} ({emulator}); `cargo xtask test` checks the firmware"
        ))
    }
}
