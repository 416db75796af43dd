//! The BBC micro:bit (the first): its line, its LED and its flash.
#![no_std]

mod nvmc;

use embedded_io::WriteReady;
use emulated as _;
use nrf51_hal::gpio::p0::{self, P0_13};
use nrf51_hal::gpio::{Level, Output, PushPull};
use nrf51_hal::pac;
use nrf51_hal::uart::{Baudrate, Parity, Pins, Uart};

pub use nvmc::{ENDURANCE, Flash, PAGES};

/// A board's parts, ready for a program.
pub struct Board {
    /// The line to the host. The UART keeps six bytes while a step is computed: one order at a
    /// time.
    pub line: Uart<pac::UART0>,
    /// An LED.
    pub led: P0_13<Output<PushPull>>,
    /// The pages of flash that no program is in.
    pub flash: Flash,
}

/// Takes the board into use, once.
pub fn board() -> Board {
    let board = pac::Peripherals::take().expect("taken here only");
    let pins = p0::Parts::new(board.GPIO);
    let mut line = Uart::new(
        board.UART0,
        Pins {
            rxd: pins.p0_25.into_floating_input().degrade(),
            txd: pins.p0_24.into_push_pull_output(Level::High).degrade(),
            cts: None,
            rts: None,
        },
        Parity::EXCLUDED,
        Baudrate::BAUD115200,
    );
    if line.write_ready() == Ok(false) {
        // The emulated UART forgets the byte that the driver starts itself with; a zero is
        // nothing but an empty frame to the host.
        // SAFETY: the driver holds this UART and is not at work.
        unsafe { (*pac::UART0::ptr()).txd.write(|w| w.bits(0)) };
    }
    Board {
        line,
        led: pins.p0_13.into_push_pull_output(Level::Low),
        flash: Flash::new(board.NVMC),
    }
}
