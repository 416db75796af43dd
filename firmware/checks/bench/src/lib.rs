//! Parts that the benchmarks share: a clock that counts instructions, and the way they end.
#![no_std]

mod clock;

pub use clock::Clock;

#[panic_handler]
fn panic(info: &core::panic::PanicInfo) -> ! {
    semihosting::println!("{info}");
    semihosting::process::exit(101)
}
