use downhill_link::{Counters, FRAME};
use embedded_io::{Read, ReadReady, Write};

use crate::Connection;
use crate::layer::{Layer, Plain};
use crate::port::Port;
use crate::worker::Worker;

/// Firmware with a sensor of its own: a [`NodeWorker`](crate::NodeWorker) on a line to a host.
///
/// It needs no host: it samples and learns from the start, or once it is told. It has no clock: its
/// owner decides when the sensor is read ([`sample`](Node::sample)) and when the core may stall
/// ([`maintain`](Node::maintain)); [`run`](Node::run) does all of it.
///
/// `FRAME` is the longest frame in bytes, of which there are two in memory.
#[derive(Debug)]
pub struct Node<'a, W, L, const N: usize = FRAME, Y = Plain> {
    port: Port<'a, W, L, N, Y>,
}

impl<'a, W, L, const N: usize, Y> Node<'a, W, L, N, Y>
where
    W: Worker,
    L: Read + ReadReady + Write,
    Y: Layer,
{
    /// Firmware for a board that is connected to a host.
    #[inline(always)]
    pub fn new(connection: Connection<'a, L, N, Y>, worker: W) -> Self {
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

    /// Counters of the session.
    pub fn counters(&self) -> Counters {
        self.port.session.counters()
    }

    /// Executes the host's commands that have come in; returns whether there was anything.
    pub fn poll(&mut self) -> bool {
        self.port.announce();
        self.port.poll(|_, _| {})
    }

    /// Reads the sensor and learns, unless the node was stopped; returns whether it was read.
    pub fn sample(&mut self) -> bool {
        self.port.sample()
    }

    /// Writes a checkpoint if one is due. On most chips that stalls the core while flash is
    /// written or erased, for up to tens of milliseconds: call it when that does no harm.
    pub fn maintain(&mut self) {
        self.port.maintain();
    }

    /// Runs for ever: executes the host's commands first, and then, whenever `due` says so, takes a
    /// sample and writes the checkpoint that is due.
    pub fn run(&mut self, mut due: impl FnMut() -> bool) -> ! {
        loop {
            if !self.poll() && due() {
                self.sample();
                self.maintain();
            }
        }
    }
}
