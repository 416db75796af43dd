use downhill_link::{FRAME, numbers_in_sample};
use embedded_hal::digital::OutputPin;
use embedded_io::{Read, ReadReady, Write};

use crate::Connection;
use crate::lab_worker::LabWorker;
use crate::layer::{Layer, Plain};
use crate::port::{Port, Sent};
use crate::worker::count;

/// Firmware that fits any recipe that comes over the link.
///
/// It says hello when it starts, takes a recipe and samples, acknowledges each with loss and
/// fingerprint, and hands out the fit's state. Errors of the line and of the pin are counted and
/// otherwise ignored: the link's own rules repair what was lost.
///
/// The status pin is low while there is nothing to do, changes with each sample learned from,
/// and stays high after a command was refused.
///
/// `N` is the longest frame in bytes, of which there are two in memory.
#[derive(Debug)]
pub struct Lab<'a, L, P, const N: usize = FRAME, Y = Plain> {
    port: Port<'a, LabWorker<'a>, L, N, Y>,
    pin: Pin<P>,
}

#[derive(Debug)]
struct Pin<P> {
    pin: P,
    lit: bool,
}

impl<P: OutputPin> Pin<P> {
    /// Sets the pin; returns whether that succeeded.
    fn light(&mut self, on: bool) -> bool {
        self.lit = on;
        self.pin.set_state(on.into()).is_ok()
    }
}

impl<'a, L, P, const N: usize, Y> Lab<'a, L, P, N, Y>
where
    L: Read + ReadReady + Write,
    P: OutputPin,
    Y: Layer,
{
    /// Firmware for a board that is connected to a host, with a status pin and memory for the fit.
    ///
    /// The arena may have any length: a recipe that needs more than seven sixteenths of it is
    /// refused with the number needed (as much receives samples and pushed state, and an eighth
    /// is for what watches the fit).
    pub fn new(connection: Connection<'a, L, N, Y>, pin: P, arena: &'a mut [f32]) -> Self {
        let bench = LabWorker::new(numbers_in_sample(N), arena);
        Self {
            port: Port::new(connection, bench),
            pin: Pin { pin, lit: false },
        }
    }

    /// Lets fits have a signal stage, in a memory of its own: a recipe whose stage holds more
    /// numbers is refused with the number needed.
    #[cfg(feature = "signal")]
    #[must_use]
    pub fn signal_memory(mut self, numbers: &'a mut [f32]) -> Self {
        self.port.session.worker_mut().set_signal_memory(numbers);
        self
    }

    /// Polls for ever.
    pub fn run(&mut self) -> ! {
        loop {
            self.poll();
        }
    }

    /// Executes the commands that have come in; returns whether there was anything on the line. It
    /// waits for the line only to send its answers.
    pub fn poll(&mut self) -> bool {
        let Self { port, pin } = self;
        if port.announce() && !pin.light(false) {
            count(&mut port.session.counters_mut().pin);
        }
        port.poll(|session, sent| {
            let Sent::Ack(result) = sent else { return };
            let on = match result {
                Ok(steps) => *steps > 0 && !pin.lit,
                Err(_) => true,
            };
            if !pin.light(on) {
                count(&mut session.counters_mut().pin);
            }
        })
    }
}
