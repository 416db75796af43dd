use downhill_link::{FRAME, FrameReader, Outcome, Reply, encode};
use embedded_hal::digital::OutputPin;
use embedded_io::{Read, ReadReady, Write};

use crate::Session;
use crate::log::log;

/// Bytes taken from the line at a time.
const CHUNK: usize = 32;

/// Firmware that fits whatever recipe comes over the link.
///
/// It says hello when it starts, takes a recipe and samples, acknowledges each with loss and
/// fingerprint, and hands out the fit's state. Errors of the line and of the pin are counted and
/// otherwise ignored: the link's own rules repair what was lost.
///
/// The status pin is low while there is nothing to do, changes with each sample learned from,
/// and stays high after an order was refused.
///
/// `N` is the longest frame in bytes, of which there are two in memory.
#[derive(Debug)]
pub struct Lab<'a, L, P, const N: usize = FRAME> {
    session: Session<'a>,
    line: L,
    pin: P,
    lit: bool,
    announced: bool,
    reader: FrameReader<N>,
    out: [u8; N],
}

impl<'a, L: Read + ReadReady + Write, P: OutputPin> Lab<'a, L, P> {
    /// Firmware for a board of this name, with a line to the host, a status pin, and memory for
    /// the fit.
    ///
    /// The arena may have any length: a recipe that needs more than seven sixteenths of it is
    /// refused with the number needed (as much receives samples and pushed state, and an eighth
    /// is for what watches the fit).
    pub fn new(board: &'a str, line: L, pin: P, arena: &'a mut [f32]) -> Self {
        Self::with_frame(board, line, pin, arena)
    }
}

impl<'a, L: Read + ReadReady + Write, P: OutputPin, const N: usize> Lab<'a, L, P, N> {
    /// The same with frames of up to `N` bytes: 128 are enough for 24 numbers in a sample.
    pub fn with_frame(board: &'a str, line: L, pin: P, arena: &'a mut [f32]) -> Self {
        const { assert!(N >= 96, "a frame must hold a hello") };
        Self {
            session: Session::new(board, N, arena),
            line,
            pin,
            lit: false,
            announced: false,
            reader: FrameReader::new(),
            out: [0; N],
        }
    }

    /// Lets the host have at most this many orders under way, where the line keeps fewer bytes
    /// while a step is computed than eight frames have.
    #[must_use]
    pub fn window(mut self, orders: u8) -> Self {
        self.session.set_window(orders);
        self
    }

    /// Does this for ever.
    pub fn run(&mut self) -> ! {
        loop {
            self.poll();
        }
    }

    /// Does what has come in, if anything, and says whether there was something. It waits for
    /// the line only to send its answers.
    pub fn poll(&mut self) -> bool {
        if !self.announced {
            self.announced = true;
            self.light(false);
            log!(info, "started");
            let hello = self.session.announce();
            let sent = send(&mut self.line, &mut self.out, &hello);
            self.count_line(sent);
        }
        let mut bytes = [0; CHUNK];
        let read = match self.line.read_ready() {
            Ok(true) => self.line.read(&mut bytes).map_err(drop),
            Ok(false) => return false,
            Err(_) => Err(()),
        };
        self.count_line(read.is_ok());
        let read = read.unwrap_or(0);
        for &byte in bytes.get(..read).unwrap_or(&[]) {
            self.take(byte);
        }
        read > 0
    }

    /// Takes one byte from the line, and answers if it ends a frame.
    fn take(&mut self, byte: u8) {
        let Some(payload) = self.reader.push(byte) else {
            let counters = self.session.counters_mut();
            counters.bad = counters.bad.saturating_add(self.reader.take_bad());
            return;
        };
        let Some(reply) = self.session.answer(payload) else {
            return;
        };
        let light = match reply {
            Reply::Outcome(Outcome { result, .. }) => match result {
                Ok(progress) if progress.step > 0 => Some(!self.lit),
                Ok(_) => Some(false),
                Err(_) => Some(true),
            },
            _ => None,
        };
        let sent = send(&mut self.line, &mut self.out, &reply);
        self.count_line(sent);
        if let Some(on) = light {
            self.light(on);
        }
    }

    fn count_line(&mut self, good: bool) {
        if !good {
            let counters = self.session.counters_mut();
            counters.line = counters.line.saturating_add(1);
        }
    }

    fn light(&mut self, on: bool) {
        self.lit = on;
        if self.pin.set_state(on.into()).is_err() {
            let counters = self.session.counters_mut();
            counters.pin = counters.pin.saturating_add(1);
        }
    }
}

/// Sends a message; whether that went well.
fn send(line: &mut impl Write, buffer: &mut [u8], reply: &Reply<'_>) -> bool {
    match encode(reply, buffer) {
        Ok(frame) => line.write_all(frame).is_ok() && line.flush().is_ok(),
        Err(_) => false,
    }
}
