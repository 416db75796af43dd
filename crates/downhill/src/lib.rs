// Where README.md links to a file, these pages link to the item: the first definition holds.
//! [model]: model
//! [loss]: loss
//! [optimizer]: optimizer
//! [rules]: rules
//! [losses]: loss::LOSSES
//! [optimizers]: optimizer::OPTIMIZERS
//! [fit]: fit
//! [fixed]: fixed
//! [signal]: signal
//! [normal]: normal
//! [interval]: interval
//! [guard]: guard
//! [sensor]: sensor
//! [prototypes]: prototypes
//! [replay]: replay
//! [early_stopping]: early_stopping
//! [checkpoint]: checkpoint
//! [Predictor]: Predictor
//! [Recipe]: Recipe
//! [health]: health
//! [`Trainer`]: Trainer
//! [metrics]: metrics
//! [`ApproxF32`]: ApproxF32
//! [`Const`]: Const
//! [`Dyn`]: Dyn
//! [`Fault`]: Fault
//!
#![doc = include_str!("../README.md")]
#![no_std]
#![deny(missing_docs)]
#![allow(
    clippy::neg_cmp_op_on_partial_ord,
    reason = "`!(a < b)` is how a NaN is refused together with what is too large"
)]

pub mod aggregate;
#[cfg(feature = "approx")]
mod approx;
mod arch;
mod arena;
mod block;
mod bounded_list;
mod caret;
#[cfg(feature = "checkpoint")]
pub mod checkpoint;
pub mod dual;
pub mod early_stopping;
mod error;
mod fast_math;
mod fingerprint;
#[cfg(feature = "monitor")]
pub mod fit;
pub mod fixed;
pub mod guard;
pub mod health;
mod internal;
pub mod interval;
mod kernel;
mod lanes;
pub mod least_squares;
pub mod loss;
pub mod metrics;
pub mod missing;
pub mod model;
pub mod normal;
pub mod optimizer;
mod predictor;
pub mod prototypes;
pub mod random;
mod real;
pub mod recipe;
pub mod registry;
#[cfg(feature = "monitor")]
pub mod replay;
pub mod rules;
mod scalar;
pub mod scaler;
pub mod sensor;
mod shape;
pub mod signal;
mod sink;
mod special;
mod special_scalar;
pub mod split;
mod trainer;

#[cfg(feature = "approx")]
pub use approx::ApproxF32;
pub use arena::Arena;
pub use error::{Fault, MAX_STEPS, Setting};
pub use fingerprint::{Fingerprint, Hasher};
pub use predictor::Predictor;
pub use real::Real;
pub use recipe::{NumberType, Recipe};
pub use shape::{Const, Dyn, Shape};
pub use sink::Sink;
pub use special::Special;
pub use trainer::{Step, Trainer};
