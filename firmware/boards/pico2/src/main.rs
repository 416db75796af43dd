//! The `lab` firmware on the Raspberry Pi Pico 2.
#![no_std]
#![no_main]

use downhill_firmware::{Connection, Lab};
use static_cell::ConstStaticCell;

/// Memory for fits: half of what there is.
static ARENA: ConstStaticCell<[f32; 1 << 16]> = ConstStaticCell::new([0.0; 1 << 16]);
/// Memory for signal stages.
static SIGNAL: ConstStaticCell<[f32; 1 << 13]> = ConstStaticCell::new([0.0; 1 << 13]);

#[cortex_m_rt::entry]
fn main() -> ! {
    let board = pico2::take();
    Lab::new(
        Connection::new("pico2", board.line),
        board.led,
        ARENA.take(),
    )
    .signal_memory(SIGNAL.take())
    .run()
}
