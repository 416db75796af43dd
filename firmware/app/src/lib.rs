//! # Downhill's firmware
//!
//! What lies between a board and the learning core: it knows `embedded-hal` and `embedded-io`
//! traits and no register, so that all of it is tested on the host. A board brings a UART, a
//! status pin and memory, and starts it:
//!
//! ```
//! use downhill_firmware::Lab;
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
//! let mut lab = Lab::new("my-board", uart, pin, arena);
//! // Then `lab.run()`, which never returns, or, beside other work:
//! lab.poll();
//! ```
//!
//! [`Lab`] takes any recipe over the link. [`Session`] is what it does, without the line and the
//! pin.
//!
//! # Logs
//!
//! With the feature `defmt`, events (started, greeted, configured, first step, refused) are
//! logged; the board brings the transport, and the link's UART carries nothing else.
#![no_std]
#![deny(missing_docs, unsafe_code)]

mod arithmetic;
mod bench;
mod lab;
mod log;
mod session;

pub use arithmetic::is_default as arithmetic_is_default;
pub use lab::Lab;
pub use session::Session;
