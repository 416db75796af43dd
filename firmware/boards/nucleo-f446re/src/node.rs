//! A node on ST's Nucleo-F446RE: it learns to correct a temperature sensor on its I²C bus. It keeps
//! no checkpoints: the chip has no four sectors of one size beside the program's.
#![no_std]
#![no_main]

use nodes::{Correction, once_a_second, thermometer};

#[cortex_m_rt::entry]
fn main() -> ! {
    static mut MEMORY: Correction = Correction::NEW;

    let board = nucleo_f446re::take();
    let due = once_a_second(board.timer, nucleo_f446re::CLOCK);
    let sensor = thermometer(board.i2c);
    nodes::correct_for_good(
        "nucleo-f446re",
        (board.line, sensor, board.led, ()),
        MEMORY,
        due,
    )
}
