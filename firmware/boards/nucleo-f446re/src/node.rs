//! A node on ST's Nucleo-F446RE: it learns to correct a temperature sensor on its I²C bus.
#![no_std]
#![no_main]

use downhill_firmware::FlashStore;
use node_apps::{Correction, must, once_a_second, thermometer};

#[cortex_m_rt::entry]
fn main() -> ! {
    static mut MEMORY: Correction = Correction::NEW;

    let board = nucleo_f446re::take();
    let store = must(FlashStore::<_, 256>::new(board.flash, nucleo_f446re::STORE));
    let store = store.rated_for(nucleo_f446re::ENDURANCE);
    let due = once_a_second(board.timer, nucleo_f446re::CLOCK);
    let sensor = thermometer(board.i2c);
    node_apps::correct_for_good(
        "nucleo-f446re",
        (board.line, sensor, board.led, store),
        MEMORY,
        due,
    )
}
