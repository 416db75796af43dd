//! What the boards of Arm's MPS2 family share.
//!
//! A board crate names its [`Board`] and its memory; everything else is here. Logs go through
//! `defmt` over semihosting, so that the UART carries the link and nothing else.
#![no_std]

mod led;
mod uart;

use cortex_m as _;
use defmt_semihosting as _;

pub use led::Led;
pub use uart::Uart;

/// Where a board keeps what the firmware uses.
#[derive(Debug)]
pub struct Board {
    /// The name it gives in the link's hello.
    pub name: &'static str,
    uart: usize,
    leds: usize,
}

/// Cortex-M4F.
pub const AN386: Board = Board::first_kind("mps2-an386");

impl Board {
    const fn first_kind(name: &'static str) -> Self {
        Self {
            name,
            uart: 0x4000_4000,
            leds: 0x4002_8000,
        }
    }

    /// The link's UART and the status LED.
    ///
    /// # Safety
    /// To be called once, on the very board this describes.
    pub unsafe fn peripherals(&self) -> (Uart, Led) {
        // SAFETY: the addresses are this board's, and the caller takes them only once.
        unsafe { (Uart::new(self.uart), Led::new(self.leds)) }
    }
}

/// Logs the panic and ends the emulation, so that a host never waits for a dead board.
#[panic_handler]
fn panic(info: &core::panic::PanicInfo) -> ! {
    defmt::error!("{}", defmt::Display2Format(info));
    semihosting::process::exit(101)
}
