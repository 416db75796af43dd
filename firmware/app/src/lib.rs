//! # Downhill's firmware
//!
//! The layer between a board and the learning core: it knows `embedded-hal` and `embedded-io`
//! traits and no register, so that all of it is tested on the host. A board brings a UART, a
//! status pin and memory, and starts it:
//!
//! ```
//! use downhill_firmware::{Connection, Lab};
//! # use core::convert::Infallible;
//! # struct Nothing;
//! # impl embedded_io::ErrorType for Nothing { type Error = Infallible; }
//! # impl embedded_io::Read for Nothing {
//! #     fn read(&mut self, _: &mut [u8]) -> Result<usize, Infallible> { Ok(0) }
//! # }
//! # impl embedded_io::ReadReady for Nothing {
//! #     fn read_ready(&mut self) -> Result<bool, Infallible> { Ok(false) }
//! # }
//! # impl embedded_io::Write for Nothing {
//! #     fn write(&mut self, bytes: &[u8]) -> Result<usize, Infallible> { Ok(bytes.len()) }
//! #     fn flush(&mut self) -> Result<(), Infallible> { Ok(()) }
//! # }
//! # impl embedded_hal::digital::ErrorType for Nothing { type Error = Infallible; }
//! # impl embedded_hal::digital::OutputPin for Nothing {
//! #     fn set_low(&mut self) -> Result<(), Infallible> { Ok(()) }
//! #     fn set_high(&mut self) -> Result<(), Infallible> { Ok(()) }
//! # }
//! # let (uart, pin) = (Nothing, Nothing);
//! # let arena: &'static mut [f32] = Box::leak(Box::new([0.0; 1024]));
//! // On a board: `static ARENA: StaticCell<[f32; 1024]>`, and `ARENA.init([0.0; 1024])`.
//! let mut lab = Lab::new(Connection::new("my-board", uart), pin, arena);
//! // Then `lab.run()`, which never returns, or, beside other work:
//! lab.poll();
//! ```
//!
//! [`Lab`] takes any recipe over the link. [`Session`] is the same without line and pin.
//!
//! # A device with a sensor of its own
//!
//! A [`Node`] has its recipe compiled in, samples its own [`Sensor`], learns from the targets of a
//! [`Reference`] or of the host, and keeps checkpoints in a [`Store`], by steps and by time:
//!
//! ```
//! use downhill::fit::Fit;
//! use downhill::loss::Squared;
//! use downhill::model::Linear;
//! use downhill::optimizer::Sgd;
//! use downhill::rules::Scaling;
//! use downhill::{Const, Trainer};
//! use downhill_firmware::{DeferredLabels, Learner, SensorFault};
//! # use core::convert::Infallible;
//! # struct Pin;
//! # impl embedded_hal::digital::ErrorType for Pin { type Error = Infallible; }
//! # impl embedded_hal::digital::OutputPin for Pin {
//! #     fn set_low(&mut self) -> Result<(), Infallible> { Ok(()) }
//! #     fn set_high(&mut self) -> Result<(), Infallible> { Ok(()) }
//! # }
//! # fn main() -> Result<(), downhill::Fault> {
//! # let alarm = Pin;
//! type Line = Trainer<Linear<Const<1>>, Squared, Sgd<f32>, Scaling>;
//! # let arena: &'static mut [f32] = Box::leak(Box::new([0.0; Line::ARENA]));
//! let (model, optimizer) = (Linear::new(), Sgd::new(0.01));
//! let line = Line::with_rules(model, Squared, optimizer, Scaling::STANDARD, arena)?;
//! let fit = Fit::new(line, 1);
//! let sensor = || Ok::<_, SensorFault>(Some([20.0])); // any closure that reads a driver
//! // One feature, one target; up to eight samples are pending until their target comes.
//! let learner = Learner::<_, _, _, _, 1, 1, 8>::new(fit, sensor, DeferredLabels, alarm)?
//!     .fit_scaler(40); // the first samples, which are not learned from
//! # let _ = learner;
//! # Ok(())
//! # }
//! ```
//!
//! A [`NodeWorker`] adds the store and the host's commands, and a [`Node`] the line.
//!
//! # Whom a board obeys
//!
//! Whoever has the line of a plain [`Connection`] may command the board. With the feature `sealed`,
//! `Connection::sealed` takes keys from a host, and from then on obeys only who has them.
//!
//! # Logs
//!
//! With the feature `defmt`, events (started, greeted, configured, first step, refused) are
//! logged; the board brings the transport, and the link's UART carries nothing else.
#![no_std]
#![deny(missing_docs, unsafe_code)]

mod connection;
mod detector;
mod estimate;
pub mod faulty_sensor;
mod fit;
#[cfg(feature = "q15")]
mod fixed;
mod fpu_mode;
mod lab;
mod lab_worker;
mod layer;
mod learner;
mod log;
mod node;
mod node_worker;
mod pending_samples;
mod port;
mod save_schedule;
#[cfg(feature = "sealed")]
pub mod seal;
mod sensor;
mod sensor_limits;
mod session;
#[cfg(feature = "signal")]
mod signal_stage;
mod staging;
mod store;
pub mod synthetic;
mod windows;
mod words;
mod worker;

pub use connection::Connection;
pub use detector::{Guard, Unlabelled};
pub use downhill_link::{Alert, Counters, Event, Mode, SensorFault, Topics};
pub use fit::ErasedFit;
pub use fpu_mode::is_default as fpu_mode_is_default;
pub use lab::Lab;
pub use lab_worker::LabWorker;
pub use layer::{Layer, Plain, Taken};
pub use learner::Learner;
pub use node::Node;
pub use node_worker::NodeWorker;
pub use sensor::{
    Button, DeferredLabels, Reference, ReferenceSensor, Sensor, i2c_fault, spi_fault,
};
pub use sensor_limits::SensorLimits;
pub use session::{BoardStats, Send, Session};
pub use store::{FlashStore, Restored, Store, Wear, Write};
pub use windows::Windows;
pub use worker::{EventSink, Worker};
