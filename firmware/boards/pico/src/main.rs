//! The `lab` firmware on the Raspberry Pi Pico.
#![no_std]
#![no_main]

use downhill_firmware::{Connection, Lab};
use static_cell::ConstStaticCell;

/// Memory for fits: half of what there is.
static ARENA: ConstStaticCell<[f32; 1 << 15]> = ConstStaticCell::new([0.0; 1 << 15]);
/// Memory for signal stages.
static SIGNAL: ConstStaticCell<[f32; 1 << 12]> = ConstStaticCell::new([0.0; 1 << 12]);

#[cortex_m_rt::entry]
fn main() -> ! {
    let board = pico::take();
    Lab::new(Connection::new("pico", board.line), board.led, ARENA.take())
        .signal_memory(SIGNAL.take())
        .run()
}
