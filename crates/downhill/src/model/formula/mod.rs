//! Models of one's own: a formula as a Rust function, or as text.
//!
//! - A [`Formula`] is a generic Rust function of parameters and features; [`FormulaModel`] makes
//!   it a [`Model`](crate::model::Model).
//! - [`parse()`] reads a text, `b1*(1 - exp(-b2*x))`, and makes a [`Program`]: a list of stack
//!   operations of bounded length that is a model too. It is data: it goes into a model file, or
//!   over a link to a board that is running, and is checked wherever it arrives.
//!
//! Either way [dual numbers](crate::dual) give exact derivatives, so the model can be trained by a
//! [`Trainer`](crate::Trainer), sample by sample, or fitted by [least
//! squares](crate::least_squares), with standard errors; and both have the same bits on every
//! target.

mod block;
mod equation;
mod error;
mod function;
mod lexer;
mod limits;
mod lower;
mod names;
mod native;
mod op;
mod parse;
mod parsed;
mod program;
mod shift;
#[cfg(feature = "serde")]
mod wire;

pub use error::{Caret, FormulaError, Reason};
pub use function::functions;
pub use limits::{FEATURES, Limits, NUMBERS, OPERATIONS, PARAMETERS, STACK};
pub use names::Names;
pub use native::{Formula, FormulaModel};
pub use op::Op;
pub use parsed::{Parsed, parse, parse_with};
pub use program::Program;

use crate::{Real, Sink};

/// Gives the derivatives on a tape, times the slope of the one output, to a sink.
#[inline(always)]
fn scaled<T: Real>(tape: &[T], slopes: &[T], sink: &mut impl Sink<T>) {
    let slope = slopes.first().copied().unwrap_or(T::ZERO);
    for (strip, tape) in tape.chunks(4).enumerate() {
        let mut deltas = [T::ZERO; 4];
        for (delta, &own) in deltas.iter_mut().zip(tape) {
            *delta = slope * own;
        }
        sink.each(4 * strip, deltas.get(..tape.len()).unwrap_or(&[]));
    }
}
