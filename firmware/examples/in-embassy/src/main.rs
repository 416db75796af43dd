//! The core inside an Embassy task, which learns from what another task measures.
#![no_std]
#![no_main]

use cortex_m as _;
use downhill::{Const, Fault, Trainer, loss::Squared, model::Linear, optimizer::Adam};
use embassy_executor::Spawner;
use embassy_sync::blocking_mutex::raw::ThreadModeRawMutex;
use embassy_sync::channel::Channel;

type Fit = Trainer<Linear<Const<2>>, Squared, Adam<f32>, (), [f32; 12]>;

struct Sample {
    features: [f32; 2],
    target: f32,
}

static MEASURED: Channel<ThreadModeRawMutex, Sample, 4> = Channel::new();

#[embassy_executor::main]
async fn main(spawner: Spawner) {
    spawner.spawn(measure().expect("spawned once"));
    match learn().await {
        Ok(fit) => semihosting::println!("{} steps, {}", fit.steps(), fit.fingerprint()),
        Err(fault) => semihosting::println!("{fault}"),
    }
    semihosting::process::exit(0)
}

/// Stands for a sensor and a reference.
#[embassy_executor::task]
async fn measure() {
    for k in 0..1000 {
        let (a, b) = ((k % 7) as f32 / 7.0, (k % 5) as f32 / 5.0);
        let sample = Sample {
            features: [a, b],
            target: 2.0 * a - b + 0.5,
        };
        MEASURED.send(sample).await;
    }
}

async fn learn() -> Result<Fit, Fault> {
    let mut fit = Fit::new(Linear::new(), Squared, Adam::new(0.05), [0.0; Fit::ARENA])?;
    while fit.steps() < 1000 {
        let sample = MEASURED.receive().await;
        fit.observe(&sample.features, &[sample.target])?;
    }
    Ok(fit)
}

#[panic_handler]
fn panic(info: &core::panic::PanicInfo) -> ! {
    semihosting::println!("{info}");
    semihosting::process::exit(101)
}
