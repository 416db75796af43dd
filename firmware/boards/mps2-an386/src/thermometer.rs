//! Prints the readings of a temperature sensor on this board's I²C bus.
#![no_std]
#![no_main]

#[cortex_m_rt::entry]
fn main() -> ! {
    mps2::thermometer::show(&mps2::AN386)
}
