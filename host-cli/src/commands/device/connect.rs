//! The line to a board.

use std::time::Duration;

use super::info;
use crate::arguments::device::LineArguments;
use crate::device::{Firmware, KeyFile, Line, Machine, Port, Wire};
use crate::support::failure::Outcome;
use crate::support::interrupt;

/// Opens the line that was asked for, or the only one there is. What is read before, such as rows
/// from standard input, is given up at once where somebody interrupts.
pub(super) fn open(arguments: &LineArguments) -> Outcome<Port> {
    let key = arguments.key.as_deref().map(KeyFile::read).transpose()?;
    let mut wire = open_wire(arguments)?;
    if let Some(key) = key {
        wire.unlock(&key)?;
    }
    Port::open(wire)
}

/// Opens the same line, and says nothing.
pub(super) fn open_wire(arguments: &LineArguments) -> Outcome<Wire> {
    interrupt::listen();
    let line = match (&arguments.board, &arguments.line) {
        (Some(board), _) => {
            let (given, trusted) = (arguments.firmware.as_deref(), arguments.trust_firmware);
            let firmware = Firmware::of(board, given, trusted)?;
            Line::Emulated(Machine::boot(board, &firmware)?)
        }
        (None, Some(line)) => Line::open(line, arguments.baud)?,
        (None, None) => Line::open(&info::only_port()?, arguments.baud)?,
    };
    let timeout = arguments.timeout.map(Duration::from_secs_f64);
    Wire::new(line, timeout)
}
