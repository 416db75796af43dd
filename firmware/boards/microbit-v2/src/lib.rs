//! The BBC micro:bit v2: its pins and what is on them.
#![no_std]

use core::ops::Range;

use cortex_m::Peripherals;
use cortex_m::peripheral::SYST;
use embassy_nrf::buffered_uarte::{self, BufferedUarte};
use embassy_nrf::gpio::{Level, Output, OutputDrive};
use embassy_nrf::nvmc::Nvmc;
use embassy_nrf::twim::{self, Twim};
use embassy_nrf::{bind_interrupts, config, peripherals, uarte};
use nrf52::Line;
use static_cell::{ConstStaticCell, StaticCell};

bind_interrupts!(struct Interrupts {
    UARTE0 => buffered_uarte::InterruptHandler<peripherals::UARTE0>;
    TWISPI0 => twim::InterruptHandler<peripherals::TWISPI0>;
});

/// Flash for what must outlive a power cut, in bytes from its start: the four pages that
/// `memory.x` leaves.
pub const STORE: Range<u32> = 0x7_C000..0x8_0000;

/// The core's clock in hertz.
pub const CLOCK: u32 = 64_000_000;

/// What the board offers to a firmware.
pub struct Board {
    /// The board's own serial port over USB, 115,200 baud.
    pub line: Line,
    /// The LED in the top left corner.
    pub led: Output<'static>,
    /// The edge connector's I²C, 100 kHz: SCL is pin 19, SDA is pin 20.
    pub i2c: Twim<'static>,
    /// The whole flash.
    pub flash: Nvmc<'static>,
    /// The core's own timer, which nothing here uses.
    pub timer: SYST,
}

static RECEIVED: ConstStaticCell<[u8; 1024]> = ConstStaticCell::new([0; 1024]);
static SENDING: ConstStaticCell<[u8; 256]> = ConstStaticCell::new([0; 256]);
static ON_THE_BUS: ConstStaticCell<[u8; 64]> = ConstStaticCell::new([0; 64]);
/// The LED's other end, held low for ever.
static COLUMN: StaticCell<Output<'static>> = StaticCell::new();

/// Takes the board into use; works once.
pub fn take() -> Board {
    let timer = Peripherals::take().expect("taken here only").SYST;
    let board = embassy_nrf::init(config::Config::default());
    let mut settings = uarte::Config::default();
    settings.baudrate = uarte::Baudrate::Baud115200;
    let uart = BufferedUarte::new(
        board.UARTE0,
        board.TIMER1,
        board.PPI_CH0,
        board.PPI_CH1,
        board.PPI_GROUP0,
        board.P1_08,
        board.P0_06,
        Interrupts,
        settings,
        RECEIVED.take(),
        SENDING.take(),
    );
    COLUMN.init(Output::new(board.P0_28, Level::Low, OutputDrive::Standard));
    let i2c = Twim::new(
        board.TWISPI0,
        Interrupts,
        board.P1_00,
        board.P0_26,
        twim::Config::default(),
        ON_THE_BUS.take(),
    );
    Board {
        line: Line(uart),
        led: Output::new(board.P0_21, Level::Low, OutputDrive::Standard),
        i2c,
        flash: Nvmc::new(board.NVMC),
        timer,
    }
}
