//! The `lab` firmware on the BBC micro:bit v2.
#![no_std]
#![no_main]

use downhill_firmware::{Connection, Lab};
use static_cell::ConstStaticCell;

/// Memory for fits: half of what there is.
static ARENA: ConstStaticCell<[f32; 1 << 14]> = ConstStaticCell::new([0.0; 1 << 14]);
/// Memory for signal stages.
static SIGNAL: ConstStaticCell<[f32; 1 << 12]> = ConstStaticCell::new([0.0; 1 << 12]);

#[cortex_m_rt::entry]
fn main() -> ! {
    let board = microbit_v2::take();
    Lab::new(
        Connection::new("microbit-v2", board.line),
        board.led,
        ARENA.take(),
    )
    .signal_memory(SIGNAL.take())
    .run()
}
