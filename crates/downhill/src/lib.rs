#![doc = include_str!("../README.md")]
#![no_std]
#![deny(missing_docs)]
#![allow(
    clippy::neg_cmp_op_on_partial_ord,
    reason = "`!(a < b)` is how a NaN is refused together with what is too large"
)]

mod arena;
pub mod checkpoint;
pub mod dual;
mod elementary;
mod error;
mod fingerprint;
pub mod fit;
pub mod formula;
pub mod health;
mod kernel;
pub mod least_squares;
pub mod loss;
pub mod memory;
pub mod metrics;
pub mod model;
pub mod optimizer;
mod predictor;
mod processor;
mod quick;
pub mod random;
mod real;
pub mod recipe;
pub mod rules;
mod scalar;
pub mod scaler;
mod shape;
mod sink;
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
