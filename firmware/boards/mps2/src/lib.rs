//! What the boards of Arm's MPS2 family share.
//!
//! A board crate names its [`Board`] and its memory; everything else is here.
#![no_std]

mod led;
mod uart;

use emulated as _;

pub use led::Led;
pub use uart::Uart;

/// Where a board keeps what the firmware uses.
#[derive(Debug)]
pub struct Board {
    name: &'static str,
    uart: usize,
    leds: usize,
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
};

const fn first_map(name: &'static str) -> Board {
    Board {
        name,
        uart: 0x4000_4000,
        leds: 0x4002_8000,
    }
}

/// The firmware, on this board.
pub fn run(board: &Board) -> ! {
    assert!(
        support::arithmetic_is_default(),
        "the FPU flushes subnormals or rounds in another way: no fit would match its host's"
    );
    // SAFETY: a board crate calls this once, from its entry, with its own board.
    let (_uart, _led) = unsafe { (Uart::new(board.uart), Led::new(board.leds)) };
    defmt::info!("{=str} is up", board.name);
    panic!("nothing to do yet")
}
