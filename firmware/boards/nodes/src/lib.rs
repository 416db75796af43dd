//! The nodes of emulated boards: their fits, whose shapes are compiled in, and what they live with.
#![no_std]

mod correction;
mod eight;

pub use correction::{Correction, correct};
pub use eight::{Eight, learn};
