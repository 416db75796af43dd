//! The BBC micro:bit v2: its pins, and what is on them.
#![no_std]

use core::ops::Range;

use embassy_nrf::config::Config;
use embassy_nrf::gpio::{Level, Output, OutputDrive};
use nrf52::{Pins, parts};
use static_cell::StaticCell;

pub use nrf52::CLOCK;

/// Flash for what must outlive a power cut, in bytes from its start: the four pages that
/// `memory.x` leaves.
pub const STORE: Range<u32> = 0x7_C000..0x8_0000;

/// Erasures that each page of it is rated for.
pub const ENDURANCE: u32 = 10_000;

/// The board; its LED is the one in the top left corner.
pub type Board = nrf52::Board<Output<'static>>;

/// The LED's other end, held low for ever.
static COLUMN: StaticCell<Output<'static>> = StaticCell::new();

/// Takes the board into use; works once.
pub fn take() -> Board {
    let chip = embassy_nrf::init(Config::default());
    COLUMN.init(Output::new(chip.P0_28, Level::Low, OutputDrive::Standard));
    let pins = Pins {
        receive: chip.P1_08.into(),
        send: chip.P0_06.into(),
        flow: None,
        // Pins 20 and 19 of the edge connector.
        sda: chip.P1_00.into(),
        scl: chip.P0_26.into(),
    };
    let led = Output::new(chip.P0_21, Level::Low, OutputDrive::Standard);
    Board::new(parts!(chip), pins, led)
}
