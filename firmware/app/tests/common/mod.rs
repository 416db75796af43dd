//! A line in memory, and a host at its other end.
#![allow(missing_docs, dead_code)]

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use downhill::Dyn;
use downhill::Recipe;
use downhill::loss::{AnyLoss, Squared};
use downhill::model::{AnyModel, Linear};
use downhill::optimizer::{Adam, AnyOptimizer};
use downhill::random::Random;
use downhill::rules::AnyRules;
use downhill_firmware::Lab;
use downhill_link::injector::{Injector, Rates};
use downhill_link::{Client, Counters, Event, Numbers, Order, Outcome};
use embedded_hal::digital::OutputPin;
use embedded_io::{ErrorKind, ErrorType, Read, ReadReady, Write};

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

/// A host and a lab with a line between them.
pub(crate) struct Host<P: OutputPin = NoPin> {
    pub(crate) wire: Wire,
    pub(crate) lab: Lab<'static, Wire, P>,
    pub(crate) client: Client<8>,
    pub(crate) up: Injector,
    pub(crate) down: Injector,
}

impl Host {
    /// With memory for two fits of half of `arena` words each, and for a monitor.
    pub(crate) fn new(arena: usize) -> Self {
        Self::with_pin(arena, NoPin)
    }

    pub(crate) fn bad(mut self, seed: u64, share: f32) -> Self {
        self.up = Injector::new(seed, Rates::all(share));
        self.down = Injector::new(!seed, Rates::all(share));
        self
    }
}

impl<P: OutputPin> Host<P> {
    pub(crate) fn with_pin(arena: usize, pin: P) -> Self {
        let wire = Wire::default();
        let arena = Box::leak(vec![f32::NAN; arena * 8 / 7 + 1].into_boxed_slice());
        Self {
            lab: Lab::new("test", wire.clone(), pin, arena),
            wire,
            client: Client::new(),
            up: Injector::new(0, Rates::default()),
            down: Injector::new(0, Rates::default()),
        }
    }

    /// Sends what there is, lets the lab work, and gives what it says to `hear`.
    pub(crate) fn exchange(&mut self, mut hear: impl FnMut(Event<'_>)) {
        while let Some(frame) = self.client.transmit() {
            self.up.pass(frame, |bytes| self.wire.send(bytes));
        }
        while self.lab.poll() {}
        // What the lab wrote is whole frames, each with a zero at both ends.
        let said: Vec<u8> = self.wire.to_host.borrow_mut().drain(..).collect();
        let mut heard = Vec::new();
        for frame in said.split(|&byte| byte == 0).filter(|f| !f.is_empty()) {
            let frame = [&[0], frame, &[0]].concat();
            self.down
                .pass(&frame, |bytes| heard.extend_from_slice(bytes));
        }
        for byte in heard {
            if let Some(event) = self.client.receive(byte) {
                hear(event);
            }
        }
    }

    /// Exchanges, with time-outs, until everything is answered.
    pub(crate) fn settle(&mut self, mut hear: impl FnMut(Event<'_>)) {
        for _ in 0..1_000 {
            self.exchange(&mut hear);
            if !self.client.expects() {
                return;
            }
            self.client.timeout();
        }
        panic!("the device does not answer");
    }

    pub(crate) fn greet(&mut self) {
        self.client.greet();
        self.settle(|event| assert_eq!(event, Event::Ready));
    }

    /// One order, alone, and its outcome.
    pub(crate) fn order(&mut self, order: &Order<'_>) -> Outcome {
        self.client.order(order).unwrap();
        self.settle(|event| panic!("{event:?}"));
        self.client.outcome().unwrap()
    }

    pub(crate) fn sample(&mut self, features: &[f32], target: &[f32]) -> Outcome {
        self.order(&sample(features, target))
    }

    pub(crate) fn counters(&mut self) -> Counters {
        let mut found = None;
        self.client.count();
        self.settle(|event| match event {
            Event::Counters(counters) => found = Some(counters),
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
                Event::State(piece) => {
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

    pub(crate) fn push(&mut self, state: &[f32], steps: u64) -> Outcome {
        let most = self.client.device().unwrap().numbers();
        let mut at = 0;
        for words in state.chunks(most) {
            let words = Numbers::new(words);
            let outcome = self.order(&Order::Push { at, words });
            assert!(outcome.result.is_ok());
            at += words.len() as u32;
        }
        self.order(&Order::Commit { steps })
    }
}

pub(crate) fn sample<'a>(features: &'a [f32], target: &'a [f32]) -> Order<'a> {
    Order::Sample {
        weight: 1.0,
        features: Numbers::new(features),
        target: Numbers::new(target),
    }
}

/// A linear fit by Adam of three features.
pub(crate) fn recipe() -> Recipe<f32> {
    Recipe {
        model: AnyModel::Linear(Linear::with_shape(Dyn(3), Dyn(1), Dyn(1))),
        loss: AnyLoss::Squared(Squared),
        optimizer: AnyOptimizer::Adam(Adam::rate(0.01)),
        rules: AnyRules::default(),
        batch: 1,
        seed: 11,
        threshold: None,
    }
}

/// Samples to fit, always the same.
pub(crate) fn samples() -> impl Iterator<Item = ([f32; 3], [f32; 1])> {
    let mut random = Random::seed(5);
    std::iter::repeat_with(move || {
        let x: [f32; 3] = std::array::from_fn(|_| random.unit());
        (x, [2.0 * x[0] - x[1] + 0.25])
    })
}
