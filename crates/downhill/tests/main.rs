//! The core through its public names. A file here is a module of this one program.

mod checkpoints;
mod common;
mod faults;
mod first_programs;
mod fixed;
mod memory;
mod same_bits;
mod signal;
mod steps;
