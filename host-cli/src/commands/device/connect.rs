//! The line to a board.

use std::time::Duration;

use super::info;
use crate::arguments::device::LineArguments;
use crate::device::{Firmware, Line, Machine, Port};
use crate::support::failure::Outcome;
use crate::support::interrupt;

/// Opens the line that was asked for, or the only one there is. What is read before, such as rows
/// from standard input, is given up at once where somebody interrupts.
pub(super) fn open(arguments: &LineArguments) -> Outcome<Port> {
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
    Port::open(line, timeout)
}
