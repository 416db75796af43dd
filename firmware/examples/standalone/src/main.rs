//! A program that learns from samples: all of its own that this takes is in `learn.rs`.
#![no_std]
#![no_main]

mod learn;

/// Stands for a sensor and a reference.
fn samples() -> impl Iterator<Item = ([f32; 2], f32)> {
    (0..1000).map(|k| {
        let (a, b) = ((k % 7) as f32 / 7.0, (k % 5) as f32 / 5.0);
        ([a, b], 2.0 * a - b + 0.5)
    })
}

#[cortex_m_rt::entry]
fn main() -> ! {
    match learn::learn(samples()) {
        Ok(fit) => semihosting::println!("{} steps, {}", fit.steps(), fit.fingerprint()),
        Err(fault) => semihosting::println!("{fault}"),
    }
    semihosting::process::exit(0)
}

#[panic_handler]
fn panic(info: &core::panic::PanicInfo) -> ! {
    semihosting::println!("{info}");
    semihosting::process::exit(101)
}
