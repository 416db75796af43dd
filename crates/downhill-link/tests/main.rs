//! The link through its public names. A file here is a module of this one program.

mod client;
mod common;
mod fixed;
mod frames;
mod signal;
mod spec;
