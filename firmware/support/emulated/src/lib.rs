//! Logs and panics of emulated boards: both go to the emulator, so that
//! the UART carries the link and nothing else. Where the emulator serves no semihosting there are
//! no logs, and a panic stops it.
#![no_std]

#[cfg(target_arch = "arm")]
mod arm;
#[cfg(target_arch = "riscv32")]
mod riscv;
pub mod stack;

#[cfg(target_arch = "arm")]
use arm as processor;
#[cfg(target_arch = "riscv32")]
use riscv as processor;

use defmt_semihosting as _;

/// Logs the panic and ends the emulation, so that a host never waits for a dead board. What a panic
/// says takes several KiB of flash; without the feature `messages` there is only where it was.
#[panic_handler]
fn panic(info: &core::panic::PanicInfo) -> ! {
    #[cfg(feature = "messages")]
    defmt::error!("{}", defmt::Display2Format(info));
    #[cfg(not(feature = "messages"))]
    say_where(info.location());
    semihosting::process::exit(101)
}

/// Out of line, so that the panic handler is short enough to be inlined, which lets the linker
/// see that nobody reads the messages.
#[cfg(not(feature = "messages"))]
#[inline(never)]
fn say_where(place: Option<&core::panic::Location<'_>>) {
    if let Some(place) = place {
        defmt::error!("panic at {=str}:{=u32}", place.file(), place.line());
    }
}
