//! Fixed point: fits in integers, for cores without an FPU.
//!
//! **Decision.** A sibling of [`crate::Trainer`] and not a third [`Real`](crate::Real): that trait
//! is one number with `+ - * /` and `sqrt`, and its rules are proofs about floats (poison by
//! `x * 0`, credit in exponents). Fixed point has three widths with three binary points, and where
//! each stands is the arithmetic. A `Real` of 32 bits would multiply 32 × 32 everywhere, five times
//! slower on Cortex-M0. So loops, losses, optimizers and the trainer are written again, in
//! integers, each as small as the table below allows; what is no arithmetic is shared: the shapes
//! ([`Linear`](crate::model::Linear), [`Mlp`](crate::model::Mlp)), [`Fault`](crate::Fault),
//! [`Step`](crate::Step), the generator, the hash. Neither side costs the other anything.
//!
//! | number | type | bits behind the point | range |
//! |---|---|---|---|
//! | feature, target, prediction, unit, slope | 16 bits | [12](POINT) | −8 to 8 − 2⁻¹² |
//! | parameter, velocity | `i32` | [28](PARAMETER_POINT) | ±([`PARAMETER_MAX`] 2⁻²⁸), just below 8 |
//! | loss, product | 32 bits | [24](LOSS_POINT) | 0 to 256 (a loss) |
//! | sum | `i64` | 24 | exact |
//!
//! **Rounding.** To the nearest, half-way up: (x + 2ⁿ⁻¹) >> n. Every shift to the right rounds so.
//!
//! **A step.** An output is Σ upper(w) x + b, rounded to 16 bits, where upper(w) is a weight
//! rounded to its upper half. A slope is multiplied with the rate's mantissa, carried back through
//! upper(w), and moves a parameter by slope × input, shifted by the rate's power of two and
//! rounded. So a parameter takes in movements of 2⁻²⁸ that no prediction shows yet.
//!
//! **Ranges.** |upper(w)| ≤ 2¹⁵ − 1, since |w| ≤ [`PARAMETER_MAX`]; an input has 16 bits. Two
//! products make at most 2 (2¹⁵ − 1) 2¹⁵ < 2³¹; [`MAX_INPUTS`] of them and a bias less than 2⁴²,
//! so that an output is less than 2³⁰ in size. Outputs and slopes that must have 16 bits are
//! checked. A product of slope and input is at most 2³⁰, the half that rounds it less than 2³⁰.
//! A movement is at most 2¹⁵ × slope, shifted, and 1; a parameter moves only where the sum of all
//! movements since the parameters were last looked at is less than what they had left. Debug
//! builds check every operation.
//!
//! **Cortex-M0** has one product, 32 × 32 to 32 bits. Nothing here needs another: products are of
//! 16 × 16 bits, and that of a velocity and its momentum is made of two.

mod activation;
mod any;
mod column;
#[cfg(feature = "monitor")]
mod fit;
mod kernel;
mod loss;
mod model;
mod nlms;
mod norm;
mod number;
mod optimizer;
mod rate;
mod real;
mod rules;
pub mod scaler;
mod schedule;
mod tables;
mod trainer;
mod unsupported;

pub use activation::Activation;
#[cfg(feature = "monitor")]
pub use any::AnyFit;
pub use any::{AnyLoss, AnyModel, AnyOptimizer, AnyTrainer, arena_len};
pub use column::Column;
#[cfg(feature = "monitor")]
pub use fit::Fit;
pub use loss::{Huber, Loss, probabilities};
pub use model::{Model, Sink};
pub use nlms::Nlms;
pub use number::{LOSS_POINT, MAX_INPUTS, Narrow, ONE, PARAMETER_MAX, PARAMETER_POINT, POINT};
pub use optimizer::{Momentum, Optimizer, Sgd};
pub use rate::Rate;
pub use rules::{AnyRules, AnyStep, Rules, StepRules};
pub use scaler::{Scaler, Unscaled};
pub use trainer::Trainer;
pub use unsupported::{Refused, Unsupported};
