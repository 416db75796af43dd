//! What every emulated board does with its logs and its panics: both go to the emulator, so that
//! the UART carries the link and nothing else.
#![no_std]

pub mod stack;

use cortex_m as _;
use defmt_semihosting as _;

/// Logs the panic and ends the emulation, so that a host never waits for a dead board.
#[panic_handler]
fn panic(info: &core::panic::PanicInfo) -> ! {
    defmt::error!("{}", defmt::Display2Format(info));
    semihosting::process::exit(101)
}
