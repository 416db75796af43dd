//! Fingerprint of a thousand windows, and the instructions that some take.
//!
//! Prints `windows NUMBER FINGERPRINT`, then figures as the other benchmarks do.
#![no_std]
#![no_main]

mod windows;

use core::hint::black_box;

use bench::Clock;
use downhill::random::Random;
use downhill::signal::{Description, Stage};

/// Windows that are counted.
const COUNTED: usize = 64;

#[bench::entry]
fn main() -> ! {
    let Some(mut clock) = Clock::start() else {
        semihosting::process::exit(1)
    };
    let Some((windows, fingerprint)) = windows::fingerprint() else {
        semihosting::println!("a stage is not as it was meant");
        semihosting::process::exit(1)
    };
    semihosting::println!("windows {windows} {fingerprint}");
    if cfg!(target_abi = "eabihf") {
        let alone = count(&mut clock, "window=128: lag:0");
        for (name, text) in [
            ("bands8", "window=128: bands:8"),
            ("moments2", "window=128: mean,std"),
            ("moments4", "window=128: mean,std,skew,kurtosis"),
        ] {
            semihosting::println!("{name} {} {alone}", count(&mut clock, text));
        }
    }
    semihosting::process::exit(0)
}

/// Ticks of some windows of one channel, with the samples that they take.
#[inline(never)]
fn count(clock: &mut Clock, text: &str) -> u64 {
    let mut room = [0.0f32; 128 + 128 + 65];
    let mut features = [0.0f32; 8];
    let Ok(description) = Description::<f32>::parse(text, &["a"], None) else {
        semihosting::process::exit(1)
    };
    let features = &mut features[..description.len()];
    let Ok(mut stage) = Stage::new(description, &mut room[..]) else {
        semihosting::process::exit(1)
    };
    let mut random = Random::seed(1);
    let mut samples = [0.0f32; 128];
    samples.fill_with(|| random.unit::<f32>() - 0.5);
    clock.ticks(|| {
        for _ in 0..COUNTED {
            for &sample in black_box(&samples) {
                let _ = black_box(stage.push(&[sample], features));
            }
        }
    })
}
