//! Nodes on these boards.

use emulated::stack;
use node_apps::{Correction, Eight};
use static_cell::ConstStaticCell;

use crate::{Board, Led, Uart, thermometer};

/// Learns the correction of the board's thermometer.
pub fn correct(board: &Board) -> ! {
    static MEMORY: ConstStaticCell<Correction> = ConstStaticCell::new(Correction::NEW);
    let stats = stack::paint();
    // SAFETY: a program of a board calls this once, from its entry, with its own board.
    let (uart, led) = unsafe { (Uart::new(board.uart), Led::new(board.leds)) };
    let sensor = thermometer::sensor(board.bus());
    node_apps::correct(board.name, (uart, sensor, led), MEMORY.take(), stats)
}

/// Learns from samples that a generator makes, as many and as fast as the host likes.
pub fn learn(board: &Board) -> ! {
    static MEMORY: ConstStaticCell<Eight> = ConstStaticCell::new(Eight::NEW);
    let stats = stack::paint();
    // SAFETY: as above.
    let (uart, led) = unsafe { (Uart::new(board.uart), Led::new(board.leds)) };
    node_apps::learn::<_, _, _, _, 160>(board.name, (uart, led, ()), MEMORY.take(), (8, stats))
}
