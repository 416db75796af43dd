//! A node on the BBC micro:bit v2: it learns to correct a temperature sensor on its I²C bus.
#![no_std]
#![no_main]

use downhill_firmware::FlashStore;
use node_apps::{Correction, must, once_a_second, thermometer};

#[cortex_m_rt::entry]
fn main() -> ! {
    static mut MEMORY: Correction = Correction::NEW;

    let board = microbit_v2::take();
    let store = must(FlashStore::<_, 256>::new(board.flash, microbit_v2::STORE));
    let store = store.rated_for(microbit_v2::ENDURANCE);
    let due = once_a_second(board.timer, microbit_v2::CLOCK);
    let sensor = thermometer(board.i2c);
    node_apps::correct_for_good(
        "microbit-v2",
        (board.line, sensor, board.led, store),
        MEMORY,
        due,
    )
}
