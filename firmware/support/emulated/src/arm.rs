//! Cortex-M: where its stack is, and an emulator without semihosting, as whoever does not trust a
//! firmware starts it: what asks for it gets an error instead of a halt, so that a program runs
//! without logs.

use core::arch::{asm, naked_asm};

use cortex_m as _;

#[inline(always)]
pub(crate) fn stack_pointer() -> usize {
    let here;
    // SAFETY: it reads a register.
    unsafe { asm!("mov {}, sp", out(reg) here, options(nomem, nostack)) };
    here
}

/// The address behind the statics, above which the stack ends.
pub(crate) fn end_of_statics() -> usize {
    cortex_m_rt::heap_start() as usize
}

/// Answers a `bkpt 0xab`, which is a fault where nobody serves it, with −1. An exit that nobody
/// serves, and any other fault, stops the emulator: a fault while one is handled does.
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
        // SYS_EXIT and SYS_EXIT_EXTENDED.
        "ldr r2, [r0]",
        "cmp r2, #0x18",
        "beq 3f",
        "cmp r2, #0x20",
        "beq 3f",
        // On behind it, with -1 in its r0.
        "adds r1, #2",
        "str r1, [r0, #24]",
        "movs r1, #0",
        "mvns r1, r1",
        "str r1, [r0]",
        "bx lr",
        "3:",
        "udf #0",
    )
}
