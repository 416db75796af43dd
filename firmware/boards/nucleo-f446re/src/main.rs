//! The `lab` firmware on ST's Nucleo-F446RE.
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
    let board = nucleo_f446re::take();
    Lab::new(
        Connection::new("nucleo-f446re", board.line),
        board.led,
        ARENA.take(),
    )
    .signal_memory(SIGNAL.take())
    .run()
}
