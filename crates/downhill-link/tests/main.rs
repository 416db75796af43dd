//! The link through its public names. A file here is a module of this one program.

mod client;
mod common;
mod fixed;
mod frames;
#[cfg(feature = "sealed")]
mod seal;
mod signal;
mod spec;
