//! Boards at the other end of a line: emulated ones, serial ports, TCP.

mod emulator;
mod events;
mod firmware;
mod key_file;
mod launch;
mod line;
mod machine;
mod port;
pub(crate) mod recording;
mod refusal;
mod session;
mod setup;
mod wire;

use crate::support::failure::Outcome;

pub(crate) use events::{Learned, Pulled, coarse};
pub(crate) use firmware::Firmware;
pub(crate) use key_file::KeyFile;
pub(crate) use line::Line;
pub(crate) use machine::Machine;
pub(crate) use port::Port;
pub(crate) use setup::Setup;
pub(crate) use wire::Wire;

/// Refuses a board that cannot be emulated here: without QEMU, or without a firmware for it.
pub(crate) fn can_emulate(board: &str) -> Outcome {
    emulator::find(board)?;
    firmware::find(board)
}
