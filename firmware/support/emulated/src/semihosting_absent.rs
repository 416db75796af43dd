//! An emulator without semihosting, as whoever does not trust a firmware starts it: what asks for it
//! gets an error instead of a halt, so that a program runs without logs.

use core::arch::naked_asm;
use core::sync::atomic::{AtomicBool, Ordering};

/// Set where a request went to nobody.
static ABSENT: AtomicBool = AtomicBool::new(false);

/// True where a request of semihosting, such as a log's, was answered by nobody.
pub(crate) fn is_absent() -> bool {
    ABSENT.load(Ordering::Relaxed)
}

/// Ends the emulation: a fault while one is handled stops the processor, and the emulator with it.
pub(crate) fn halt() -> ! {
    loop {
        cortex_m::asm::udf();
    }
}

/// Answers a `bkpt 0xab`, which is a fault where nobody serves it, with −1. Any other fault ends the
/// emulation.
#[unsafe(naked)]
// SAFETY: the vector table of `cortex-m-rt` has this symbol, and its handler has no arguments.
#[unsafe(no_mangle)]
extern "C" fn HardFault() {
    naked_asm!(
        // The frame of what was interrupted, by the stack that it used.
        "mov r0, lr",
        "movs r1, #4",
        "tst r0, r1",
        "bne 1f",
        "mrs r0, MSP",
        "b 2f",
        "1:",
        "mrs r0, PSP",
        "2:",
        "ldr r1, [r0, #24]",
        "ldrh r2, [r1]",
        "movs r3, #0xbe",
        "lsls r3, r3, #8",
        "adds r3, #0xab",
        "cmp r2, r3",
        "bne 3f",
        // On behind it, with -1 in its r0.
        "adds r1, #2",
        "str r1, [r0, #24]",
        "movs r1, #0",
        "mvns r1, r1",
        "str r1, [r0]",
        "ldr r2, 4f",
        "movs r3, #1",
        "strb r3, [r2]",
        "bx lr",
        "3:",
        "udf #0",
        ".align 2",
        "4:",
        ".word {absent}",
        absent = sym ABSENT,
    )
}
