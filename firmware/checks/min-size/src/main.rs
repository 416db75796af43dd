//! Learns from whatever lies in one place of memory, for ever: what a fit costs in flash and RAM
//! where nothing else is there.
#![no_std]
#![no_main]

use core::hint::black_box;
use core::ptr::write_volatile;

use downhill::Trainer;

#[cfg(not(feature = "w4"))]
mod w1 {
    use downhill::loss::Squared;
    use downhill::model::Linear;
    use downhill::optimizer::Sgd;
    use downhill::{Const, Trainer};

    /// Linear, 8 features, squared loss, SGD.
    pub(crate) type Fit<A> = Trainer<Linear<Const<8>>, Squared, Sgd<f32>, (), A>;
    pub(crate) const OPTIMIZER: Sgd<f32> = Sgd::new(0.01);
}
#[cfg(not(feature = "w4"))]
use w1::{Fit, OPTIMIZER};

#[cfg(feature = "w4")]
mod w4 {
    use downhill::loss::CrossEntropy;
    use downhill::model::{Mlp, Tanh};
    use downhill::optimizer::Adam;
    use downhill::{Const, Trainer};

    /// Perceptron 8-16-3, tanh, cross-entropy, Adam.
    pub(crate) type Fit<A> =
        Trainer<Mlp<Const<8>, Const<16>, Const<3>, Tanh>, CrossEntropy, Adam<f32>, (), A>;
    pub(crate) const OPTIMIZER: Adam<f32> = Adam {
        learning_rate: 0.001,
        beta1: 0.9,
        beta2: 0.999,
        epsilon: 1e-8,
    };
}
#[cfg(feature = "w4")]
use w4::{Fit, OPTIMIZER};

type Arena = [f32; Fit::<[f32; 0]>::ARENA];

/// Numbers of the fit.
static mut ARENA: Arena = [0.0; _];
/// Places where an interrupt would put a sample, and find the loss.
static mut FEATURES: [f32; 8] = [0.0; 8];
static mut TARGET: [f32; 1] = [0.0];
static mut LOSS: f32 = 0.0;

#[cortex_m_rt::entry]
fn main() -> ! {
    let arena: *mut Arena = &raw mut ARENA;
    // SAFETY: this is the one reference to it that is ever made.
    let arena: &'static mut Arena = unsafe { &mut *arena };
    let Ok(mut fit) = Trainer::new(Default::default(), Default::default(), OPTIMIZER, arena) else {
        stop()
    };
    // A net that starts at zero never learns; a linear fit starts there.
    if cfg!(feature = "w4") {
        fit.initialize(1);
    }
    run(fit)
}

fn run(mut fit: Fit<&'static mut Arena>) -> ! {
    loop {
        let (features, target) = (&raw const FEATURES, &raw const TARGET);
        // SAFETY: nothing else runs while they are borrowed.
        let (features, target) = unsafe { (&*features, &*target) };
        // The compiler takes it for what a sensor has written.
        let (features, target) = (black_box(features), black_box(target));
        if let Ok(step) = fit.observe(features, target) {
            // SAFETY: nothing else runs; volatile, so that it is not left out.
            unsafe { write_volatile(&raw mut LOSS, step.loss) };
        }
    }
}

fn stop() -> ! {
    loop {
        core::hint::spin_loop();
    }
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    stop()
}
