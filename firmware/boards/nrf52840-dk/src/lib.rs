//! Nordic's nRF52840 development kit: its pins and what is on them.
#![no_std]

mod led;

use core::ops::Range;

use cortex_m::Peripherals;
use cortex_m::peripheral::SYST;
use embassy_nrf::buffered_uarte::{self, BufferedUarte};
use embassy_nrf::gpio::{Level, Output, OutputDrive};
use embassy_nrf::nvmc::Nvmc;
use embassy_nrf::twim::{self, Twim};
use embassy_nrf::{bind_interrupts, config, peripherals, uarte};
use nrf52::Line;
use static_cell::ConstStaticCell;

pub use led::ActiveLow;

bind_interrupts!(struct Interrupts {
    UARTE0 => buffered_uarte::InterruptHandler<peripherals::UARTE0>;
    TWISPI0 => twim::InterruptHandler<peripherals::TWISPI0>;
});

/// Flash for what must outlive a power cut, in bytes from its start: the four pages that
/// `memory.x` leaves.
pub const STORE: Range<u32> = 0xF_C000..0x10_0000;

/// The core's clock in hertz.
pub const CLOCK: u32 = 64_000_000;

/// What the kit offers to a firmware.
pub struct Board {
    /// The kit's own serial port over USB, 115,200 baud, with flow control.
    pub line: Line,
    /// LED 1.
    pub led: ActiveLow,
    /// The Arduino header's I²C, 100 kHz: SDA is P0.26, SCL is P0.27.
    pub i2c: Twim<'static>,
    /// The whole flash.
    pub flash: Nvmc<'static>,
    /// The core's own timer, which nothing here uses.
    pub timer: SYST,
}

static RECEIVED: ConstStaticCell<[u8; 1024]> = ConstStaticCell::new([0; 1024]);
static SENDING: ConstStaticCell<[u8; 256]> = ConstStaticCell::new([0; 256]);
static ON_THE_BUS: ConstStaticCell<[u8; 64]> = ConstStaticCell::new([0; 64]);

/// Takes the kit into use; works once.
pub fn take() -> Board {
    let timer = Peripherals::take().expect("taken here only").SYST;
    let board = embassy_nrf::init(config::Config::default());
    let mut settings = uarte::Config::default();
    settings.baudrate = uarte::Baudrate::Baud115200;
    // The kit's interface chip carries this port over USB, with flow control.
    let uart = BufferedUarte::new_with_rtscts(
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
    let i2c = Twim::new(
        board.TWISPI0,
        Interrupts,
        board.P0_26,
        board.P0_27,
        twim::Config::default(),
        ON_THE_BUS.take(),
    );
    Board {
        line: Line(uart),
        led: ActiveLow(led),
        i2c,
        flash: Nvmc::new(board.NVMC),
        timer,
    }
}
