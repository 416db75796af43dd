//! The core inside a task of RTIC 2, which learns from what an interrupt of higher priority
//! measures.
#![no_std]
#![no_main]

#[rtic::app(device = lm3s6965, dispatchers = [SSI0])]
mod app {
    use cortex_m::peripheral::syst::SystClkSource;
    use downhill::{Const, Trainer, loss::Squared, model::Linear, optimizer::Adam};

    type Fit = Trainer<Linear<Const<2>>, Squared, Adam<f32>, (), [f32; 12]>;

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
        let fit = Fit::new(Linear::new(), Squared, Adam::new(0.05), [0.0; Fit::ARENA]);
        let fit = fit.expect("the arena has this fit's length");
        (Shared {}, Local { fit })
    }

    /// Stands for a sensor and a reference. While the last sample is learned from, it keeps this
    /// one.
    #[task(binds = SysTick, priority = 2, local = [k: u16 = 0])]
    fn measure(context: measure::Context) {
        let k = context.local.k;
        let (a, b) = (f32::from(*k % 7) / 7.0, f32::from(*k % 5) / 5.0);
        if learn::spawn([a, b], 2.0 * a - b + 0.5).is_ok() {
            *k += 1;
        }
    }

    #[task(priority = 1, local = [fit])]
    async fn learn(context: learn::Context, features: [f32; 2], target: f32) {
        let fit = context.local.fit;
        if let Err(fault) = fit.observe(&features, &[target]) {
            semihosting::println!("{fault}");
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
