//! The core inside a task of RTIC 2, which learns from what an interrupt of higher priority
//! measures.
#![no_std]
#![no_main]

#[rtic::app(device = lm3s6965, dispatchers = [SSI0])]
mod app {
    use cortex_m::peripheral::syst::SystClkSource;
    use downhill::rules::Scaling;
    use downhill::{Const, Trainer, loss::Squared, model::Linear, optimizer::Adam};

    type Fit = Trainer<Linear<Const<2>>, Squared, Adam<f32>, Scaling, [f32; 23]>;

    /// Samples that the scaler is fitted to, before the model.
    const SCALER_SAMPLES: u16 = 35;

    #[shared]
    struct Shared {}

    #[local]
    struct Local {
        fit: Fit,
    }

    #[init]
    fn init(context: init::Context) -> (Shared, Local) {
        let mut timer = context.core.SYST;
        timer.set_clock_source(SystClkSource::Core);
        timer.set_reload(1200);
        timer.enable_interrupt();
        timer.enable_counter();
        let (scaling, arena) = (Scaling::STANDARD_WITH_TARGET, [0.0; Fit::ARENA]);
        let fit = Fit::with_rules(Linear::new(), Squared, Adam::new(0.05), scaling, arena);
        let fit = fit.expect("the arena has this fit's length");
        (Shared {}, Local { fit })
    }

    /// Stands for a gas sensor of 600 to 1,560 counts, a thermometer in °C, and a reference. While
    /// the last sample is learned from, it keeps this one.
    #[task(binds = SysTick, priority = 2, local = [k: u16 = 0])]
    fn measure(context: measure::Context) {
        let k = context.local.k;
        let counts = 600.0 + 160.0 * f32::from(*k % 7);
        let celsius = 15.0 + 2.0 * f32::from(*k % 5);
        if learn::spawn([counts, celsius], 0.01 * counts - 0.5 * celsius + 3.0).is_ok() {
            *k += 1;
        }
    }

    #[task(priority = 1, local = [fit, seen: u16 = 0])]
    async fn learn(context: learn::Context, features: [f32; 2], target: f32) {
        let (fit, seen) = (context.local.fit, context.local.seen);
        let outcome = match *seen < SCALER_SAMPLES {
            true => fit.fit_scaler(&features, &[target]),
            false => fit.observe(&features, &[target]).map(drop),
        };
        if let Err(fault) = outcome {
            semihosting::println!("{fault}");
        }
        *seen += 1;
        if *seen == SCALER_SAMPLES {
            fit.freeze_scaler();
        }
        if fit.steps() == 1000 {
            semihosting::println!("{} steps, {}", fit.steps(), fit.fingerprint());
            semihosting::process::exit(0)
        }
    }
}

#[panic_handler]
fn panic(info: &core::panic::PanicInfo) -> ! {
    semihosting::println!("{info}");
    semihosting::process::exit(101)
}
