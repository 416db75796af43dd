//! Support of Raspberry Pi's Picos: their pins and what is on them, logs over RTT, and panics that
//! are logged.
#![no_std]

mod line;

use cortex_m::Peripherals;
use cortex_m::peripheral::SYST;
use defmt_rtt as _;
use embassy_rp::flash::{Blocking, Flash};
use embassy_rp::gpio::{Level, Output};
use embassy_rp::i2c::{self, I2c};
use embassy_rp::{config, peripherals};
use panic_probe as _;

pub use line::Line;

/// Parts of a Pico with this many bytes of flash.
pub struct Board<const FLASH: usize> {
    /// A serial port over the board's own USB.
    pub line: Line,
    /// The LED beside the USB connector.
    pub led: Output<'static>,
    /// 100 kHz; SDA is GP4, SCL is GP5.
    pub i2c: I2c<'static, peripherals::I2C0, i2c::Blocking>,
    /// The whole flash.
    pub flash: Flash<'static, peripherals::FLASH, Blocking, FLASH>,
    /// The core's own timer, free for the firmware.
    pub timer: SYST,
}

/// Takes a board of this name into use; works once.
pub fn take<const FLASH: usize>(name: &'static str) -> Board<FLASH> {
    let timer = Peripherals::take().expect("taken here only").SYST;
    let board = embassy_rp::init(config::Config::default());
    Board {
        line: Line::start(board.USB, name),
        led: Output::new(board.PIN_25, Level::Low),
        i2c: I2c::new_blocking(board.I2C0, board.PIN_5, board.PIN_4, i2c::Config::default()),
        flash: Flash::new_blocking(board.FLASH),
        timer,
    }
}
