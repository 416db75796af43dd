//! Downhill on Nordic's nRF52840 development kit.
#![no_std]
#![no_main]

mod led;
mod link;

use defmt_rtt as _;
use downhill_firmware::Lab;
use embassy_nrf::gpio::{Level, Output, OutputDrive};
use embassy_nrf::{bind_interrupts, buffered_uarte, config, peripherals, uarte};
use panic_probe as _;
use static_cell::ConstStaticCell;

use led::ActiveLow;
use link::Link;

bind_interrupts!(struct Interrupts {
    UARTE0 => buffered_uarte::InterruptHandler<peripherals::UARTE0>;
});

/// Memory for fits: half of what there is.
static ARENA: ConstStaticCell<[f32; 1 << 15]> = ConstStaticCell::new([0.0; 1 << 15]);
static RECEIVED: ConstStaticCell<[u8; 1024]> = ConstStaticCell::new([0; 1024]);
static SENDING: ConstStaticCell<[u8; 256]> = ConstStaticCell::new([0; 256]);

#[cortex_m_rt::entry]
fn main() -> ! {
    let board = embassy_nrf::init(config::Config::default());
    let mut settings = uarte::Config::default();
    settings.baudrate = uarte::Baudrate::Baud115200;
    // The kit's interface chip carries this port over USB, with flow control.
    let uart = buffered_uarte::BufferedUarte::new_with_rtscts(
        board.UARTE0,
        board.TIMER1,
        board.PPI_CH0,
        board.PPI_CH1,
        board.PPI_GROUP0,
        board.P0_08,
        board.P0_06,
        board.P0_07,
        board.P0_05,
        Interrupts,
        settings,
        RECEIVED.take(),
        SENDING.take(),
    );
    let led = Output::new(board.P0_13, Level::High, OutputDrive::Standard);
    Lab::new("nrf52840-dk", Link(uart), ActiveLow(led), ARENA.take()).run()
}
