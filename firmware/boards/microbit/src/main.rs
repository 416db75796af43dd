//! Downhill on the BBC micro:bit (the first), a Cortex-M0 without an FPU.
#![no_std]
#![no_main]

use emulated as _;

use embedded_io::WriteReady;
use nrf51_hal::gpio::{Level, p0};
use nrf51_hal::pac;
use nrf51_hal::uart::{Baudrate, Parity, Pins, Uart};

#[cortex_m_rt::entry]
fn main() -> ! {
    assert!(
        support::arithmetic_is_default(),
        "subnormals are flushed: no fit would match its host's"
    );
    let board = pac::Peripherals::take().expect("taken here only");
    let pins = p0::Parts::new(board.GPIO);
    let mut uart = Uart::new(
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
    if uart.write_ready() == Ok(false) {
        // The emulated UART forgets the byte that the driver starts itself with; a zero is
        // nothing but an empty frame to the host.
        // SAFETY: the driver holds this UART and is not at work.
        unsafe { (*pac::UART0::ptr()).txd.write(|w| w.bits(0)) };
    }
    let led = pins.p0_13.into_push_pull_output(Level::Low);
    let _ = (uart, led);
    defmt::info!("microbit is up");
    panic!("nothing to do yet")
}
