//! The `lab` firmware on Nordic's nRF52840 development kit.
#![no_std]
#![no_main]

use downhill_firmware::{Connection, Lab};
use static_cell::ConstStaticCell;

/// Memory for fits: half of what there is.
static ARENA: ConstStaticCell<[f32; 1 << 15]> = ConstStaticCell::new([0.0; 1 << 15]);
/// Memory for signal stages.
static SIGNAL: ConstStaticCell<[f32; 1 << 13]> = ConstStaticCell::new([0.0; 1 << 13]);

#[cortex_m_rt::entry]
fn main() -> ! {
    let board = nrf52840_dk::take();
    Lab::new(
        Connection::new("nrf52840-dk", board.line),
        board.led,
        ARENA.take(),
    )
    .signal_memory(SIGNAL.take())
    .run()
}
