//! Support of the boards of Arm's MPS2 family.
//!
//! A board crate names its [`Board`] and its memory; everything else is here.
#![no_std]

mod i2c;
mod led;
pub mod node;
mod seal;
pub mod thermometer;
mod uart;

use downhill_firmware::{Connection, Lab};
use emulated as _;
use static_cell::ConstStaticCell;

pub use i2c::Bus;
pub use led::Led;
pub use uart::Uart;

/// Addresses of a board's peripherals.
#[derive(Debug)]
pub struct Board {
    name: &'static str,
    uart: usize,
    leds: usize,
    i2c: usize,
}

/// Cortex-M3.
pub const AN385: Board = first_map("mps2-an385");
/// Cortex-M4F.
pub const AN386: Board = first_map("mps2-an386");
/// Cortex-M7.
pub const AN500: Board = first_map("mps2-an500");
/// Cortex-M33, whose firmware runs in the secure world.
pub const AN505: Board = Board {
    name: "mps2-an505",
    uart: 0x5020_0000,
    leds: 0x5030_2000,
    i2c: 0x5020_d000,
};

const fn first_map(name: &'static str) -> Board {
    Board {
        name,
        uart: 0x4000_4000,
        leds: 0x4002_8000,
        i2c: 0x4002_a000,
    }
}

impl Board {
    /// The I²C bus of the second shield connector, where QEMU's `-device tmp105,bus=i2c` is.
    fn bus(&self) -> Bus {
        // SAFETY: each program of a board calls this once, from its entry, with its own board.
        unsafe { Bus::new(self.i2c) }
    }
}

/// Memory for fits: a megabyte of the boards' four.
static ARENA: ConstStaticCell<[f32; 1 << 18]> = ConstStaticCell::new([0.0; 1 << 18]);

/// Memory for signal stages.
static SIGNAL: ConstStaticCell<[f32; 1 << 16]> = ConstStaticCell::new([0.0; 1 << 16]);

/// The firmware, on this board.
pub fn run(board: &Board) -> ! {
    // SAFETY: a board crate calls this once, from its entry, with its own board.
    let (uart, led) = unsafe { (Uart::new(board.uart), Led::new(board.leds)) };
    let connection = Connection::new(board.name, uart).layer(seal::layer());
    Lab::new(connection, led, ARENA.take())
        .signal_memory(SIGNAL.take())
        .run()
}
