//! Nodes on these boards.

use downhill_firmware::Connection;
use emulated::stack;
use node_apps::{Correction, Eight, FanMemory};
use static_cell::ConstStaticCell;

use crate::{Board, Led, Uart, seal, thermometer};

/// Learns the correction of the board's thermometer.
pub fn correct(board: &Board) -> ! {
    static MEMORY: ConstStaticCell<Correction> = ConstStaticCell::new(Correction::NEW);
    let stats = stack::paint();
    // SAFETY: a program of a board calls this once, from its entry, with its own board.
    let (uart, led) = unsafe { (Uart::new(board.uart), Led::new(board.leds)) };
    let sensor = thermometer::sensor(board.bus());
    let connection = Connection::new(board.name, uart)
        .board_stats(stats)
        .layer(seal::layer());
    node_apps::correct(connection, (sensor, led), MEMORY.take())
}

/// Learns from samples that a generator makes, as many and as fast as the host likes.
pub fn learn(board: &Board) -> ! {
    static MEMORY: ConstStaticCell<Eight> = ConstStaticCell::new(Eight::NEW);
    let stats = stack::paint();
    // SAFETY: as above.
    let (uart, led) = unsafe { (Uart::new(board.uart), Led::new(board.leds)) };
    node_apps::learn::<_, _, _, _, 160>(board.name, (uart, led, ()), MEMORY.take(), (8, stats))
}

/// Guards a simulated fan.
pub fn guard(board: &Board) -> ! {
    static MEMORY: ConstStaticCell<FanMemory> = ConstStaticCell::new(FanMemory::new());
    let stats = stack::paint();
    // SAFETY: as above.
    let (uart, led) = unsafe { (Uart::new(board.uart), Led::new(board.leds)) };
    node_apps::guard_fan::<_, _, _, 160>(board.name, (uart, led, ()), MEMORY.take(), (8, stats))
}
