//! A line in memory, and a host at its other end.

pub(crate) mod flash;
pub(crate) mod node;

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use downhill::Dyn;
use downhill::Recipe;
use downhill::loss::{AnyLoss, Squared};
use downhill::model::{AnyModel, Linear};
use downhill::optimizer::{Adam, AnyOptimizer};
use downhill::random::Random;
use downhill_firmware::{Connection, Lab, Node, Worker};
use downhill_link::fault_injector::{FaultInjector, Rates};
use downhill_link::{
    Ack, Client, ClientEvent, Command, Counters, FrameReader, Numbers, Request, decode,
};
use embedded_hal::digital::OutputPin;
use embedded_io::{ErrorKind, ErrorType, Read, ReadReady, Write};

/// Session of a host that is alone on its line.
pub(crate) const SESSION: u32 = 0x5e55_1011;

/// The device's end of a line.
#[derive(Clone, Default)]
pub(crate) struct Wire {
    pub(crate) to_device: Rc<RefCell<VecDeque<u8>>>,
    pub(crate) to_host: Rc<RefCell<VecDeque<u8>>>,
    /// Every read and write fails.
    pub(crate) broken: Rc<RefCell<bool>>,
}

impl Wire {
    fn check(&self) -> Result<(), ErrorKind> {
        match *self.broken.borrow() {
            true => Err(ErrorKind::BrokenPipe),
            false => Ok(()),
        }
    }

    pub(crate) fn send(&self, bytes: &[u8]) {
        self.to_device.borrow_mut().extend(bytes);
    }
}

impl ErrorType for Wire {
    type Error = ErrorKind;
}

impl ReadReady for Wire {
    fn read_ready(&mut self) -> Result<bool, ErrorKind> {
        self.check()?;
        Ok(!self.to_device.borrow().is_empty())
    }
}

impl Read for Wire {
    fn read(&mut self, bytes: &mut [u8]) -> Result<usize, ErrorKind> {
        self.check()?;
        let mut queue = self.to_device.borrow_mut();
        let length = bytes.len().min(queue.len()).min(7);
        for (byte, queued) in bytes.iter_mut().zip(queue.drain(..length)) {
            *byte = queued;
        }
        Ok(length)
    }
}

impl Write for Wire {
    fn write(&mut self, bytes: &[u8]) -> Result<usize, ErrorKind> {
        self.check()?;
        self.to_host.borrow_mut().extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> Result<(), ErrorKind> {
        self.check()
    }
}

/// A pin that nobody looks at.
pub(crate) struct NoPin;

impl embedded_hal::digital::ErrorType for NoPin {
    type Error = std::convert::Infallible;
}

impl OutputPin for NoPin {
    fn set_low(&mut self) -> Result<(), Self::Error> {
        Ok(())
    }

    fn set_high(&mut self) -> Result<(), Self::Error> {
        Ok(())
    }
}

/// Firmware at the other end of the line.
pub(crate) trait Device {
    fn poll(&mut self) -> bool;
}

impl<P: OutputPin> Device for Lab<'_, Wire, P> {
    fn poll(&mut self) -> bool {
        Lab::poll(self)
    }
}

impl<W: Worker> Device for Node<'_, W, Wire> {
    fn poll(&mut self) -> bool {
        Node::poll(self)
    }
}

/// A host and a device with a line between them.
pub(crate) struct Host<D = Lab<'static, Wire, NoPin>> {
    pub(crate) wire: Wire,
    pub(crate) device: D,
    pub(crate) client: Client<8>,
    pub(crate) up: FaultInjector,
    pub(crate) down: FaultInjector,
    /// Number of hellos sent.
    pub(crate) hellos: u32,
}

impl Host {
    /// With memory for two fits of half of `arena` words each, and for a monitor.
    pub(crate) fn new(arena: usize) -> Self {
        Self::with_pin(arena, NoPin)
    }
}

impl<P: OutputPin> Host<Lab<'static, Wire, P>> {
    pub(crate) fn with_pin(arena: usize, pin: P) -> Self {
        let arena = Box::leak(vec![f32::NAN; arena * 8 / 7 + 1].into_boxed_slice());
        Self::of(|wire| Lab::new(Connection::new("test", wire), pin, arena))
    }
}

impl<D: Device> Host<D> {
    pub(crate) fn of(device: impl FnOnce(Wire) -> D) -> Self {
        let wire = Wire::default();
        Self {
            device: device(wire.clone()),
            wire,
            client: Client::new(SESSION),
            up: FaultInjector::new(0, Rates::default()),
            down: FaultInjector::new(0, Rates::default()),
            hellos: 0,
        }
    }

    /// Sends what there is, lets the device work, and gives what it says to `on_event`.
    pub(crate) fn exchange(&mut self, mut on_event: impl FnMut(ClientEvent<'_>)) {
        while let Some(frame) = self.client.transmit() {
            self.hellos += u32::from(is_hello(frame));
            self.up.pass(frame, |bytes| self.wire.send(bytes));
        }
        while self.device.poll() {}
        // What the device wrote is whole frames, each with a zero at both ends.
        let said: Vec<u8> = self.wire.to_host.borrow_mut().drain(..).collect();
        let mut heard = Vec::new();
        for frame in said.split(|&byte| byte == 0).filter(|f| !f.is_empty()) {
            let frame = [&[0], frame, &[0]].concat();
            self.down
                .pass(&frame, |bytes| heard.extend_from_slice(bytes));
        }
        for byte in heard {
            if let Some(event) = self.client.receive(byte) {
                on_event(event);
            }
        }
    }

    /// Exchanges, with time-outs, until everything is answered.
    pub(crate) fn settle(&mut self, mut on_event: impl FnMut(ClientEvent<'_>)) {
        for _ in 0..1_000 {
            self.exchange(&mut on_event);
            if !self.client.is_waiting() {
                return;
            }
            self.client.timeout();
        }
        panic!("the device does not answer");
    }

    pub(crate) fn greet(&mut self) {
        self.client.greet();
        self.settle(|event| assert_eq!(event, ClientEvent::Ready));
    }

    /// One command, alone, and its outcome.
    pub(crate) fn command(&mut self, command: &Command<'_>) -> Ack {
        self.client.command(command).unwrap();
        self.settle(|event| panic!("{event:?}"));
        self.client.ack().unwrap()
    }

    pub(crate) fn sample(&mut self, features: &[f32], target: &[f32]) -> Ack {
        self.command(&sample(features, target))
    }

    pub(crate) fn counters(&mut self) -> Counters {
        let mut found = None;
        self.client.ask_counters();
        self.settle(|event| match event {
            ClientEvent::Counters(counters) => found = Some(counters),
            event => panic!("{event:?}"),
        });
        found.unwrap()
    }

    /// The fit's state and its number of steps.
    pub(crate) fn pull(&mut self) -> (Vec<f32>, u64) {
        let (mut state, mut total, mut at) = (Vec::new(), 1, 0);
        let mut made = 0;
        while state.len() < total {
            self.client.pull(at);
            self.settle(|event| match event {
                ClientEvent::State(piece) => {
                    assert_eq!(piece.at as usize, state.len());
                    state.extend(piece.words.iter());
                    (total, made) = (piece.length as usize, piece.steps);
                }
                event => panic!("{event:?}"),
            });
            at = state.len() as u32;
        }
        (state, made)
    }

    /// A checkpoint of the fit, as the words it comes in.
    pub(crate) fn checkpoint(&mut self) -> Vec<f32> {
        let (mut words, mut total) = (Vec::new(), 1);
        while words.len() < total {
            self.client.pull_checkpoint(words.len() as u32);
            self.settle(|event| match event {
                ClientEvent::Checkpoint(piece) => {
                    assert_eq!(piece.at as usize, words.len());
                    assert!(!piece.words.is_empty());
                    words.extend(piece.words.iter());
                    total = piece.length as usize;
                }
                event => panic!("{event:?}"),
            });
        }
        words
    }

    pub(crate) fn push(&mut self, state: &[f32], steps: u64) -> Ack {
        self.put(state);
        self.command(&Command::Commit { steps })
    }

    /// Pushes words, without taking them over.
    pub(crate) fn put(&mut self, words: &[f32]) {
        let most = self.client.device().unwrap().numbers();
        let mut at = 0;
        for words in words.chunks(most) {
            let words = Numbers::new(words);
            let outcome = self.command(&Command::Push { at, words });
            assert!(outcome.result.is_ok());
            at += words.len() as u32;
        }
    }
}

fn is_hello(frame: &[u8]) -> bool {
    let mut reader = FrameReader::<576>::new();
    frame.iter().any(|&byte| {
        let request = reader.push(byte).and_then(|packet| decode(packet.payload));
        matches!(request, Some((Request::Hello { .. }, _)))
    })
}

pub(crate) fn sample<'a>(features: &'a [f32], target: &'a [f32]) -> Command<'a> {
    Command::Sample {
        weight: 1.0,
        features: Numbers::new(features),
        target: Numbers::new(target),
    }
}

/// A linear fit by Adam of three features.
pub(crate) fn recipe() -> Recipe<f32> {
    Recipe::new(
        AnyModel::Linear(Linear::with_shape(Dyn(3), Dyn(1), Dyn(1))),
        AnyLoss::Squared(Squared),
        AnyOptimizer::Adam(Adam::new(0.01)),
    )
    .seed(11)
}

/// Samples to fit, always the same.
pub(crate) fn samples() -> impl Iterator<Item = ([f32; 3], [f32; 1])> {
    let mut random = Random::seed(5);
    std::iter::repeat_with(move || {
        let x: [f32; 3] = std::array::from_fn(|_| random.unit());
        (x, [2.0 * x[0] - x[1] + 0.25])
    })
}
