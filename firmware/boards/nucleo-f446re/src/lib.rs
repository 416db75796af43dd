//! ST's Nucleo-F446RE: its clock, its pins and what is on them.
#![no_std]

use core::ops::Range;

use cortex_m::Peripherals;
use cortex_m::peripheral::SYST;
use defmt_rtt as _;
use embassy_stm32::flash::{Bank1Region3, Blocking, Flash};
use embassy_stm32::gpio::{Level, Output, Speed};
use embassy_stm32::i2c::{self, I2c, Master};
use embassy_stm32::rcc::{
    AHBPrescaler, APBPrescaler, Pll, PllMul, PllPDiv, PllPreDiv, PllSource, Sysclk,
};
use embassy_stm32::usart::{self, BufferedUart};
use embassy_stm32::{Config, bind_interrupts, mode, peripherals};
use panic_probe as _;
use static_cell::ConstStaticCell;

bind_interrupts!(struct Interrupts {
    USART2 => usart::BufferedInterruptHandler<peripherals::USART2>;
});

/// Flash for what must outlive a power cut, in bytes from the start of [`Board::flash`]: the three
/// sectors that the node's `memory.x` leaves.
pub const STORE: Range<u32> = 0..3 * 128 * 1024;

/// Erasures that each sector of it is rated for.
pub const ENDURANCE: u32 = 10_000;

/// The core's clock in hertz.
pub const CLOCK: u32 = 168_000_000;

/// A board's parts, ready for a firmware.
pub struct Board {
    /// The serial port of the ST-LINK, 115,200 baud.
    pub line: BufferedUart<'static>,
    /// LD2.
    pub led: Output<'static>,
    /// The Arduino header's I²C, 100 kHz: SCL is D15, SDA is D14.
    pub i2c: I2c<'static, mode::Blocking, Master>,
    /// The three sectors of 128 KiB. To erase one stalls the core for a second or two.
    pub flash: Bank1Region3<'static, Blocking>,
    /// The core's own timer, free for the firmware.
    pub timer: SYST,
}

static RECEIVED: ConstStaticCell<[u8; 1024]> = ConstStaticCell::new([0; 1024]);
static SENDING: ConstStaticCell<[u8; 256]> = ConstStaticCell::new([0; 256]);

/// Takes the board into use, at 168 MHz; works once.
pub fn take() -> Board {
    let timer = Peripherals::take().expect("taken here only").SYST;
    let board = embassy_stm32::init(at_168_megahertz());
    let line = BufferedUart::new(
        board.USART2,
        board.PA3,
        board.PA2,
        SENDING.take(),
        RECEIVED.take(),
        Interrupts,
        usart::Config::default(),
    )
    .expect("115,200 baud is within what this clock gives");
    Board {
        line,
        led: Output::new(board.PA5, Level::Low, Speed::Low),
        i2c: I2c::new_blocking(board.I2C1, board.PB8, board.PB9, i2c::Config::default()),
        flash: Flash::new_blocking(board.FLASH)
            .into_blocking_regions()
            .bank1_region3,
        timer,
    }
}

/// The chip's own oscillator of 16 MHz, halved and times 168, halved again.
fn at_168_megahertz() -> Config {
    let mut config = Config::default();
    config.rcc.hsi = true;
    config.rcc.pll_src = PllSource::HSI;
    config.rcc.pll = Some(Pll {
        prediv: PllPreDiv::DIV8,
        mul: PllMul::MUL168,
        divp: Some(PllPDiv::DIV2),
        divq: None,
        divr: None,
    });
    config.rcc.sys = Sysclk::PLL1_P;
    config.rcc.ahb_pre = AHBPrescaler::DIV1;
    config.rcc.apb1_pre = APBPrescaler::DIV4;
    config.rcc.apb2_pre = APBPrescaler::DIV2;
    config
}
