//! The core inside an Embassy task, which learns from what another task measures.
#![no_std]
#![no_main]

use cortex_m as _;
use downhill::rules::Scaling;
use downhill::{Const, Fault, Trainer, loss::Squared, model::Linear, optimizer::Adam};
use embassy_executor::Spawner;
use embassy_sync::blocking_mutex::raw::ThreadModeRawMutex;
use embassy_sync::channel::Channel;

type Fit = Trainer<Linear<Const<2>>, Squared, Adam<f32>, Scaling, [f32; 23]>;

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

/// Stands for a gas sensor of 600 to 1,560 counts, a thermometer in °C, and a reference.
#[embassy_executor::task]
async fn measure() {
    for k in 0..1035 {
        let (counts, celsius) = (600.0 + 160.0 * (k % 7) as f32, 15.0 + 2.0 * (k % 5) as f32);
        let sample = Sample {
            features: [counts, celsius],
            target: 0.01 * counts - 0.5 * celsius + 3.0,
        };
        MEASURED.send(sample).await;
    }
}

async fn learn() -> Result<Fit, Fault> {
    let (scaling, arena) = (Scaling::STANDARD_WITH_TARGET, [0.0; Fit::ARENA]);
    let mut fit = Fit::with_rules(Linear::new(), Squared, Adam::new(0.05), scaling, arena)?;
    for _ in 0..35 {
        let sample = MEASURED.receive().await;
        fit.fit_scaler(&sample.features, &[sample.target])?;
    }
    fit.freeze_scaler();
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
