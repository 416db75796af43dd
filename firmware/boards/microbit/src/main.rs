//! Downhill on the BBC micro:bit (the first), a Cortex-M0 without an FPU.
#![no_std]
#![no_main]

use downhill_firmware::Lab;
use embedded_io::WriteReady;
use emulated as _;
use nrf51_hal::gpio::{Level, p0};
use nrf51_hal::pac;
use nrf51_hal::uart::{Baudrate, Parity, Pins, Uart};

#[cortex_m_rt::entry]
fn main() -> ! {
    // Half of the memory there is; the entry's own statics are handed out once.
    static mut ARENA: [f32; 2048] = [0.0; 2048];

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
    // The UART keeps six bytes while a step is computed: one order at a time.
    Lab::<_, _, 128>::with_frame("microbit", uart, led, ARENA)
        .window(1)
        .run()
}
