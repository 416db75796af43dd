//! Prints what exported models predict, for a test to compare: `cargo xtask exported FOLDER`
//! says where the models are, and `cases.rs` in that folder has the function that goes through
//! them.
#![no_std]
#![no_main]

include!(concat!(env!("DOWNHILL_EXPORTED"), "/cases.rs"));

#[cortex_m_rt::entry]
fn main() -> ! {
    cases();
    semihosting::process::exit(0)
}

#[panic_handler]
fn panic(info: &core::panic::PanicInfo) -> ! {
    semihosting::println!("{info}");
    semihosting::process::exit(101)
}
