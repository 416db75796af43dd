//! Downhill on the BBC micro:bit (the first), a Cortex-M0 without an FPU.
#![no_std]
#![no_main]

use downhill_firmware::{Connection, Lab};
use emulated::stack;
use microbit::Board;

#[cortex_m_rt::entry]
fn main() -> ! {
    // What the stack leaves, most of which is for a recipe on its way in; the entry's own statics
    // are handed out once.
    static mut ARENA: [f32; 1024] = [0.0; 1024];

    let stats = stack::paint();
    let Board { line, led, .. } = microbit::board();
    let connection = Connection::new("microbit", line)
        .window(1)
        .board_stats(stats);
    Lab::new(connection.frame::<128>(), led, ARENA).run()
}
