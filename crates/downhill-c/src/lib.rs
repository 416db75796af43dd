//! Downhill for C and C++: fits in the caller's buffer, from recipes that `downhill recipe` writes.
//!
//! `include/downhill.h` is what users read. This crate is its other side: every call checks what it
//! was given, hands it to the core, and returns a [`Status`]. There is no heap, no panic, no state
//! but in the caller's buffers.
//!
//! With the environment variable `DOWNHILL_RECIPE`, the path of a recipe's bytes, the archive is
//! built for that recipe alone: the same calls, at a fraction of the flash and of the instructions.
#![no_std]

mod calls;
mod fit;
mod size;
mod status;
mod verdict;

#[cfg(not(one_recipe))]
mod any;
#[cfg(not(one_recipe))]
use any as built;
#[cfg(one_recipe)]
mod one;
#[cfg(one_recipe)]
use one as built;

pub use calls::*;
pub use fit::Fit;
pub use size::DOWNHILL_FIT_BYTES;
pub use status::Status;
pub use verdict::{Finding, Verdict};

/// Named by the compiler's own library for hosted targets, and never called: nothing unwinds.
#[cfg(not(target_os = "none"))]
#[allow(unsafe_code, reason = "the border to C")]
#[unsafe(no_mangle)]
extern "C" fn rust_eh_personality() {}

/// Cannot be reached: the search for panics goes over the archive.
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    loop {
        core::hint::spin_loop();
    }
}
