//! Support of boards with Nordic's nRF52: serial line, I²C, flash, logs over RTT, and panics that
//! are logged.
//!
//! A board crate chooses the chip by a feature of `embassy-nrf`, and names its pins.
#![no_std]

mod line;

use cortex_m::Peripherals;
use cortex_m::peripheral::SYST;
use defmt_rtt as _;
use embassy_nrf::buffered_uarte::{self, BufferedUarte};
use embassy_nrf::gpio::AnyPin;
use embassy_nrf::nvmc::Nvmc;
use embassy_nrf::twim::{self, Twim};
use embassy_nrf::{Peri, bind_interrupts, peripherals as chip, uarte};
use panic_probe as _;
use static_cell::ConstStaticCell;

pub use line::Line;

bind_interrupts!(struct Interrupts {
    UARTE0 => buffered_uarte::InterruptHandler<chip::UARTE0>;
    TWISPI0 => twim::InterruptHandler<chip::TWISPI0>;
});

/// Frequency of the core's clock in hertz.
pub const CLOCK: u32 = 64_000_000;

/// A board's parts, ready for a firmware.
pub struct Board<LED> {
    /// Serial port over the USB of the board's interface chip, 115,200 baud.
    pub line: Line,
    /// Status LED.
    pub led: LED,
    /// I²C at 100 kHz.
    pub i2c: Twim<'static>,
    /// The whole flash.
    pub flash: Nvmc<'static>,
    /// The core's own timer, free for the firmware.
    pub timer: SYST,
}

/// Pins of a board.
pub struct Pins {
    /// Receives from the host.
    pub receive: Pin,
    /// Sends to the host.
    pub send: Pin,
    /// Flow control, where there is one: clear to send, and request to send.
    pub flow: Option<(Pin, Pin)>,
    /// I²C data.
    pub sda: Pin,
    /// I²C clock.
    pub scl: Pin,
}

/// Any pin of the chip.
pub type Pin = Peri<'static, AnyPin>;

/// Peripherals that every board uses; [`parts!`] takes them out of the chip's.
#[allow(missing_docs, reason = "each is the chip's peripheral of its name")]
pub struct Parts {
    pub uarte: Peri<'static, chip::UARTE0>,
    pub timer: Peri<'static, chip::TIMER1>,
    pub channels: (Peri<'static, chip::PPI_CH0>, Peri<'static, chip::PPI_CH1>),
    pub group: Peri<'static, chip::PPI_GROUP0>,
    pub twi: Peri<'static, chip::TWISPI0>,
    pub flash: Peri<'static, chip::NVMC>,
}

/// Takes the [`Parts`] out of the peripherals that `embassy_nrf::init` returns.
#[macro_export]
macro_rules! parts {
    ($chip:expr) => {
        $crate::Parts {
            uarte: $chip.UARTE0,
            timer: $chip.TIMER1,
            channels: ($chip.PPI_CH0, $chip.PPI_CH1),
            group: $chip.PPI_GROUP0,
            twi: $chip.TWISPI0,
            flash: $chip.NVMC,
        }
    };
}

static RECEIVED: ConstStaticCell<[u8; 1024]> = ConstStaticCell::new([0; 1024]);
static SENDING: ConstStaticCell<[u8; 256]> = ConstStaticCell::new([0; 256]);
static ON_THE_BUS: ConstStaticCell<[u8; 64]> = ConstStaticCell::new([0; 64]);

impl<LED> Board<LED> {
    /// Connects the parts with a board's pins.
    ///
    /// # Panics
    /// The second time: there is one board.
    pub fn new(parts: Parts, pins: Pins, led: LED) -> Self {
        let mut settings = uarte::Config::default();
        settings.baudrate = uarte::Baudrate::Baud115200;
        let Parts {
            uarte,
            timer,
            channels: (one, two),
            group,
            ..
        } = parts;
        let (received, sending) = (RECEIVED.take(), SENDING.take());
        let uart = match pins.flow {
            Some((cts, rts)) => BufferedUarte::new_with_rtscts(
                uarte,
                timer,
                one,
                two,
                group,
                pins.receive,
                pins.send,
                cts,
                rts,
                Interrupts,
                settings,
                received,
                sending,
            ),
            None => BufferedUarte::new(
                uarte,
                timer,
                one,
                two,
                group,
                pins.receive,
                pins.send,
                Interrupts,
                settings,
                received,
                sending,
            ),
        };
        let i2c = twim::Config::default();
        Self {
            line: Line(uart),
            led,
            i2c: Twim::new(
                parts.twi,
                Interrupts,
                pins.sda,
                pins.scl,
                i2c,
                ON_THE_BUS.take(),
            ),
            flash: Nvmc::new(parts.flash),
            timer: Peripherals::take().expect("taken here only").SYST,
        }
    }
}
