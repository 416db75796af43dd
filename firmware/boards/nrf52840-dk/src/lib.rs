//! Nordic's nRF52840 development kit: its pins, and what is on them.
#![no_std]

mod led;

use core::ops::Range;

use embassy_nrf::config::Config;
use embassy_nrf::gpio::{Level, Output, OutputDrive};
use nrf52::{Pins, parts};

pub use led::ActiveLow;
pub use nrf52::CLOCK;

/// Flash for what must outlive a power cut, in bytes from its start: the four pages that
/// `memory.x` leaves.
pub const STORE: Range<u32> = 0xF_C000..0x10_0000;

/// Erasures that each page of it is rated for.
pub const ENDURANCE: u32 = 10_000;

/// The kit; its LED is LED 1.
pub type Board = nrf52::Board<ActiveLow>;

/// Takes the kit into use; works once.
pub fn take() -> Board {
    let chip = embassy_nrf::init(Config::default());
    let pins = Pins {
        receive: chip.P0_08.into(),
        send: chip.P0_06.into(),
        flow: Some((chip.P0_07.into(), chip.P0_05.into())),
        // Of the Arduino header.
        sda: chip.P0_26.into(),
        scl: chip.P0_27.into(),
    };
    let led = Output::new(chip.P0_13, Level::High, OutputDrive::Standard);
    Board::new(parts!(chip), pins, ActiveLow(led))
}
