//! A node on Nordic's nRF52840 development kit: it learns to correct a temperature sensor on its
//! I²C bus.
#![no_std]
#![no_main]

use downhill_firmware::FlashStore;
use node_apps::{Correction, must, once_a_second, thermometer};

#[cortex_m_rt::entry]
fn main() -> ! {
    static mut MEMORY: Correction = Correction::NEW;

    let board = nrf52840_dk::take();
    let store = must(FlashStore::<_, 256>::new(board.flash, nrf52840_dk::STORE));
    let store = store.rated_for(nrf52840_dk::ENDURANCE);
    let due = once_a_second(board.timer, nrf52840_dk::CLOCK);
    let sensor = thermometer(board.i2c);
    node_apps::correct_for_good(
        "nrf52840-dk",
        (board.line, sensor, board.led, store),
        MEMORY,
        due,
    )
}
