//! The Raspberry Pi Pico.
#![no_std]

use core::ops::Range;

/// Bytes of flash.
const FLASH: usize = 2 << 20;

/// Flash for what must outlive a power cut, in bytes from its start: the four sectors that
/// `memory.x` leaves.
pub const STORE: Range<u32> = FLASH as u32 - 0x4000..FLASH as u32;

/// Erasures that each sector of it is rated for.
pub const ENDURANCE: u32 = 100_000;

/// The core's clock in hertz.
pub const CLOCK: u32 = 125_000_000;

/// Takes the board into use; works once.
pub fn take() -> rp::Board<FLASH> {
    rp::take("pico")
}
