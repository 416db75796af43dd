//! # Downhill
//!
//! Gradient-descent fitting of sensor data on the microcontroller that reads the sensor:
//! `no_std`, no heap, no panic, and the same bits on every target.
//!
//! A [`Trainer`] owns one fit: a [`Model`](model::Model), a [`Loss`](loss::Loss), an
//! [`Optimizer`](optimizer::Optimizer) and one arena of numbers. Samples go in one at a time.
//!
//! ```
//! use downhill::{Const, Trainer, loss::Squared, model::Linear, optimizer::Adam};
//!
//! type Fit = Trainer<Linear<Const<2>>, Squared, Adam<f32>, (), [f32; 12]>;
//! # fn main() -> Result<(), downhill::Fault> {
//! assert_eq!(Fit::ARENA, 12); // the memory of a fit is a constant of its type
//! let mut fit = Fit::new(Linear::new(), Squared, Adam::rate(0.05), [0.0; Fit::ARENA])?;
//! for k in 0..2_000 {
//!     let (a, b) = ((k % 7) as f32 / 7.0, (k % 5) as f32 / 5.0);
//!     fit.observe(&[a, b], &[2.0 * a - b + 0.5])?;
//! }
//! let learned = fit.predict(&[1.0, 1.0])?[0];
//! assert!((learned - 1.5).abs() < 1e-2);
//! # Ok(())
//! # }
//! ```
//!
//! # The rules of this crate
//!
//! 1. Shapes live in types ([`Const`], [`Dyn`]); values live at run time, in one arena.
//! 2. All arithmetic is written once, over slices, from `+ - * /`, `sqrt` and `libm`.
//! 3. Every sum has one order: see [`kernel`](crate#the-order-of-a-sum).
//! 4. A [`Fault`] changes nothing: parameters, state and step are as they were.
//! 5. Nothing here panics, allocates, or reads a clock.
//!
//! # The order of a sum
//!
//! A dot product sends product *i* to lane *i* mod 4; the first four products start the lanes,
//! a lane without a product is zero, the lanes fold as (0 + 1) + (2 + 3), and then the bias is
//! added. Every other sum runs in index order.
#![no_std]
#![deny(missing_docs)]
#![allow(
    clippy::neg_cmp_op_on_partial_ord,
    reason = "`!(a < b)` is how a NaN is refused together with what is too large"
)]

mod arena;
pub mod checkpoint;
mod error;
mod fingerprint;
mod kernel;
pub mod loss;
pub mod memory;
pub mod metrics;
pub mod model;
pub mod optimizer;
mod predictor;
mod quick;
pub mod random;
mod real;
pub mod recipe;
pub mod rules;
pub mod scaler;
mod shape;
mod sink;
mod sqrt;
pub mod stopping;
mod trainer;

pub use arena::Arena;
pub use error::{Fault, Setting};
pub use fingerprint::{Fingerprint, Hasher};
pub use predictor::Predictor;
pub use quick::Quick;
pub use real::Real;
pub use recipe::Recipe;
pub use shape::{Const, Dyn, Shape};
pub use sink::Sink;
pub use trainer::{Step, Trainer};
