use downhill_link::{Counters, FRAME};
use embedded_io::{Read, ReadReady, Write};

use crate::Connection;
use crate::port::Port;
use crate::worker::Worker;

/// Firmware that lives with a sensor of its own: a [`Desk`](crate::Desk), at a line to a host.
///
/// It needs no host: it samples and learns from the start, or once it is told. It has no clock:
/// whoever owns it says when the sensor is asked ([`sample`](Node::sample)) and when the core may
/// stall ([`tend`](Node::tend)); [`run`](Node::run) does all in turn.
///
/// `FRAME` is the longest frame in bytes, of which there are two in memory.
#[derive(Debug)]
pub struct Node<'a, W, L, const N: usize = FRAME> {
    port: Port<'a, W, L, N>,
}

impl<'a, W: Worker, L: Read + ReadReady + Write, const N: usize> Node<'a, W, L, N> {
    /// Firmware for a board that is connected to a host.
    #[inline(always)]
    pub fn new(connection: Connection<'a, L, N>, worker: W) -> Self {
        Self {
            port: Port::new(connection, worker),
        }
    }

    /// The worker.
    pub fn worker(&self) -> &W {
        self.port.session.worker()
    }

    /// The worker.
    pub fn worker_mut(&mut self) -> &mut W {
        self.port.session.worker_mut()
    }

    /// What has been counted.
    pub fn counters(&self) -> Counters {
        self.port.session.counters()
    }

    /// Does what the host says, if anything has come in; whether there was something.
    pub fn poll(&mut self) -> bool {
        self.port.announce();
        self.port.poll(|_, _| {})
    }

    /// Asks the sensor, unless it was stopped, and does what follows; whether it was asked.
    pub fn sample(&mut self) -> bool {
        self.port.turn()
    }

    /// Writes a checkpoint if one is due. On most chips that stalls the core while flash is
    /// written or erased, for up to tens of milliseconds: call it when that does no harm.
    pub fn tend(&mut self) {
        self.port.tend();
    }

    /// Does all of this for ever: what the host says first, and then, whenever `due` says so, a
    /// sample and the checkpoint that it makes due.
    pub fn run(&mut self, mut due: impl FnMut() -> bool) -> ! {
        loop {
            if !self.poll() && due() {
                self.sample();
                self.tend();
            }
        }
    }
}
