//! RISC-V: where its stack is, and an emulator without semihosting, as whoever does not trust a
//! firmware starts it: what asks for it gets an error, so that a program runs without logs.

use core::arch::asm;
use core::ptr::with_exposed_provenance_mut;

use ::riscv::interrupt::Exception;
use ::riscv::register::mepc;
use riscv_rt::TrapFrame;

/// The register of QEMU's `virt` that ends the emulation.
const FINISHER: usize = 0x10_0000;
/// Its value for an end with exit code 101.
const FAILED: u32 = 101 << 16 | 0x3333;

/// `SYS_EXIT` and `SYS_EXIT_EXTENDED`.
const EXITS: [usize; 2] = [0x18, 0x20];
/// Bytes of the `ebreak` that asks for semihosting, which is never compressed.
const EBREAK: usize = 4;

#[inline(always)]
pub(crate) fn stack_pointer() -> usize {
    let here;
    // SAFETY: it reads a register.
    unsafe { asm!("mv {}, sp", out(reg) here, options(nomem, nostack)) };
    here
}

/// The address behind the statics, above which the stack ends.
pub(crate) fn end_of_statics() -> usize {
    riscv_rt::heap_start() as usize
}

/// Answers an `ebreak` that nobody serves with −1.
#[riscv_rt::exception(Exception::Breakpoint)]
fn unserved(frame: &mut TrapFrame) {
    if EXITS.contains(&frame.a0) {
        abort();
    }
    frame.a0 = usize::MAX;
    // SAFETY: on behind it.
    unsafe { mepc::write(mepc::read() + EBREAK) };
}

/// Stops the emulator, after any other exception too: nothing here asks for one.
// SAFETY: `riscv-rt` has this symbol for what never returns.
#[unsafe(no_mangle)]
extern "C" fn abort() -> ! {
    // SAFETY: nothing else writes this register.
    unsafe { with_exposed_provenance_mut::<u32>(FINISHER).write_volatile(FAILED) };
    loop {
        core::hint::spin_loop();
    }
}
