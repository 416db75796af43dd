//! Learns in fixed point from whatever lies in one place of memory, for ever.
#![no_std]
#![no_main]

use core::hint::black_box;
use core::ptr::write_volatile;

use downhill::Const;
use downhill::fixed::{Rate, Sgd, Trainer};

#[cfg(not(feature = "w4"))]
mod w1 {
    use super::*;

    /// Linear, 8 features, squared loss, SGD.
    pub(crate) type Fit<A> =
        Trainer<downhill::model::Linear<Const<8>>, downhill::loss::Squared, Sgd, A>;
    pub(crate) const RATE: Rate = Rate::scaled(0.01, 2, 1).unwrap();
}
#[cfg(not(feature = "w4"))]
use w1::{Fit, RATE};

#[cfg(feature = "w4")]
mod w4 {
    use super::*;
    use downhill::loss::CrossEntropy;
    use downhill::model::{Mlp, Tanh};

    /// Perceptron 8-16-3, tanh, cross-entropy, SGD.
    pub(crate) type Fit<A> =
        Trainer<Mlp<Const<8>, Const<16>, Const<3>, Tanh>, CrossEntropy, Sgd, A>;
    pub(crate) const RATE: Rate = Rate::new(0.01).unwrap();
}
#[cfg(feature = "w4")]
use w4::{Fit, RATE};

type Arena = [i32; Fit::<[i32; 0]>::ARENA];

/// Numbers of the fit.
static mut ARENA: Arena = [0; _];
/// Places where an interrupt would put a sample, and find the loss.
static mut FEATURES: [i16; 8] = [0; 8];
static mut TARGET: [i16; 1] = [0];
static mut LOSS: u32 = 0;

#[cortex_m_rt::entry]
fn main() -> ! {
    let arena: *mut Arena = &raw mut ARENA;
    // SAFETY: this is the one reference to it that is ever made.
    let arena: &'static mut Arena = unsafe { &mut *arena };
    let optimizer = Sgd { rate: RATE };
    let Ok(mut fit) = Trainer::new(Default::default(), Default::default(), optimizer, arena) else {
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
