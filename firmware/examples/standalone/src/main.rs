//! A program that learns from samples: all of its own that this takes is in `learn.rs`.
#![no_std]
#![no_main]

mod learn;

/// Stands for a gas sensor of 600 to 1,560 counts, a thermometer in °C, and a reference.
fn samples() -> impl Iterator<Item = ([f32; 2], f32)> {
    (0..1035).map(|k| {
        let (counts, celsius) = (600.0 + 160.0 * (k % 7) as f32, 15.0 + 2.0 * (k % 5) as f32);
        ([counts, celsius], 0.01 * counts - 0.5 * celsius + 3.0)
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
