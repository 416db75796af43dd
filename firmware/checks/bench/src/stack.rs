//! Peak of a call's stack: the memory below the stack is painted, and looked at afterwards.

use core::ptr::{read_volatile, write_volatile};

use bench::{heap_start, stack_pointer, without_interrupts};

/// Most bytes below the stack that are painted.
const DEPTH: usize = 4096;
const PAINT: u8 = 0xA5;

/// Calls, and returns the most bytes of stack that the call had in use.
#[inline(never)]
pub(crate) fn peak<A>(call: impl FnOnce() -> A) -> (A, usize) {
    // Without interrupts, whose frames would lie on the same stack.
    without_interrupts(|_| {
        let top = stack_pointer();
        let depth = DEPTH.min(top - heap_start() as usize);
        for below in 1..=depth {
            // SAFETY: between the statics and the stack is RAM that nothing uses.
            unsafe { write_volatile((top - below) as *mut u8, PAINT) };
        }
        let answer = call();
        // SAFETY: as above.
        let painted = |below: &usize| unsafe { read_volatile((top - below) as *const u8) } == PAINT;
        let bytes = (1..=depth).rev().find(|below| !painted(below));
        (answer, bytes.unwrap_or_default())
    })
}
