//! Parts that the benchmarks share: a clock that counts instructions, where the stack is, and the way
//! they end.
#![no_std]

#[cfg(target_arch = "arm")]
mod arm;
#[cfg(target_arch = "riscv32")]
mod riscv;

#[cfg(target_arch = "arm")]
pub use arm::Clock;
#[cfg(target_arch = "arm")]
pub use cortex_m::interrupt::free as without_interrupts;
#[cfg(target_arch = "arm")]
pub use cortex_m_rt::{entry, heap_start};
#[cfg(target_arch = "riscv32")]
pub use riscv::Clock;
#[cfg(target_arch = "riscv32")]
pub use riscv_rt::{entry, heap_start};

/// Calls: nothing here has interrupts.
#[cfg(target_arch = "riscv32")]
pub fn without_interrupts<A>(call: impl FnOnce(()) -> A) -> A {
    call(())
}

/// The end of the stack.
#[inline(always)]
pub fn stack_pointer() -> usize {
    let top;
    // SAFETY: it reads a register.
    unsafe {
        #[cfg(target_arch = "arm")]
        core::arch::asm!("mov {}, sp", out(reg) top, options(nomem, nostack));
        #[cfg(target_arch = "riscv32")]
        core::arch::asm!("mv {}, sp", out(reg) top, options(nomem, nostack));
    }
    top
}

#[panic_handler]
fn panic(info: &core::panic::PanicInfo) -> ! {
    semihosting::println!("{info}");
    semihosting::process::exit(101)
}
