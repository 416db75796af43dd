//! Support of the boards of QEMU's machine `virt`, which has no counterpart in hardware.
#![no_std]

mod pin;
mod uart;

use downhill_firmware::{Connection, Lab};
use emulated as _;
use portable_atomic as _;
use static_cell::ConstStaticCell;

pub use pin::Pin;
pub use uart::Uart;

/// Memory for fits: a megabyte.
static ARENA: ConstStaticCell<[f32; 1 << 18]> = ConstStaticCell::new([0.0; 1 << 18]);

/// Memory for signal stages.
static SIGNAL: ConstStaticCell<[f32; 1 << 16]> = ConstStaticCell::new([0.0; 1 << 16]);

/// The `lab` firmware, on the board of this name.
pub fn run(board: &'static str) -> ! {
    // SAFETY: a board crate calls this once, from its entry.
    let uart = unsafe { Uart::new() };
    Lab::new(Connection::new(board, uart), Pin, ARENA.take())
        .signal_memory(SIGNAL.take())
        .run()
}
