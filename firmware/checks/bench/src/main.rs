//! Counts the instructions of each workload's calls, and the memory that they need.
//!
//! QEMU's `-icount shift=0` gives every instruction one virtual nanosecond, so SysTick counts
//! them; RISC-V counts them itself. Prints `workload.shape what ticks base repetitions`, one figure a line: `base` is what
//! the same loop takes without the call. The first line is a loop of known length, which shows
//! that ticks are what the reader takes them for. Memory is `workload.shape what bytes`.
#![no_std]
#![no_main]

mod least_squares;
mod link;
mod normal;
mod stack;
mod timing;

use core::hint::black_box;

use downhill::loss::{CrossEntropy, Squared};
use downhill::model::{Linear, Mlp};
use downhill::optimizer::{Adam, Sgd};
use downhill::random::Random;
use downhill::{Fault, Step};
use workloads::Workload;

use bench::Clock;
use timing::{SAMPLES, time};

#[bench::entry]
fn main() -> ! {
    let Some(mut clock) = Clock::start() else {
        semihosting::process::exit(1)
    };
    known(&mut clock);
    // The same while the counter wraps hundreds of times.
    clock.wrap_after(1 << 12);
    known(&mut clock);
    clock.wrap_late();
    let result = all(&mut clock);
    if let Err(fault) = result {
        semihosting::println!("{fault}");
    }
    semihosting::process::exit(result.is_err().into())
}

/// The table of what is measured, most of it only where there is an FPU.
fn all(clock: &mut Clock) -> Result<(), Fault> {
    measure::<workloads::W1>(clock)?;
    measure::<workloads::W2>(clock)?;
    bare(clock);
    fixed::<workloads::W1Fixed>(clock)?;
    fixed::<workloads::NlmsFixed>(clock)?;
    fixed::<workloads::W4Fixed>(clock)?;
    if cfg!(not(target_abi = "eabihf")) {
        return Ok(());
    }
    bare_large(clock);
    link::measure(clock);
    measure::<workloads::W1Dyn>(clock)?;
    measure::<workloads::W1Any>(clock)?;
    measure::<workloads::W1Wide>(clock)?;
    measure::<workloads::W1WideDyn>(clock)?;
    measure::<workloads::W1WideAny>(clock)?;
    measure::<workloads::W2Dyn>(clock)?;
    measure::<workloads::W2Any>(clock)?;
    measure::<workloads::W3>(clock)?;
    measure::<workloads::W4>(clock)?;
    measure::<workloads::W4Sgd>(clock)?;
    measure::<workloads::W4Dyn>(clock)?;
    measure::<workloads::W4Any>(clock)?;
    health(clock)?;
    measure::<workloads::Formula3>(clock)?;
    measure::<workloads::Formula3Any>(clock)?;
    least_squares::measure(clock)?;
    normal::measure(clock)
}

/// A loop of two instructions.
fn known(clock: &mut Clock) {
    const TURNS: u32 = 1_000_000;
    let ticks = clock.ticks(|| {
        // SAFETY: it counts its own register down and touches nothing else.
        unsafe {
            core::arch::asm!(
                "2:",
                #[cfg(target_arch = "arm")]
                "subs {turns}, {turns}, #1",
                #[cfg(target_arch = "arm")]
                "bne 2b",
                #[cfg(target_arch = "riscv32")]
                "addi {turns}, {turns}, -1",
                #[cfg(target_arch = "riscv32")]
                "bnez {turns}, 2b",
                turns = inout(reg) TURNS => _,
                options(nomem, nostack),
            );
        }
    });
    semihosting::println!("known instructions {} 0 {}", ticks, TURNS);
}

#[inline(never)]
fn measure<W: Workload>(clock: &mut Clock) -> Result<(), Fault> {
    let mut random = Random::seed(1);
    let samples: [W::Sample; SAMPLES] = core::array::from_fn(|_| W::sample(&mut random));
    let mut workload = W::new()?;
    // Whatever happens only at first is not what a step costs.
    for sample in &samples {
        workload.call(sample)?;
    }
    time(clock, (W::NAME, "instructions"), &samples, |sample| {
        workload.call(sample)
    });
    time(clock, (W::NAME, "inference"), &samples, |sample| {
        workload.predict(sample)
    });
    if !W::NAME.ends_with("any") && !W::NAME.ends_with("dyn") {
        semihosting::println!("{} ram {}", W::NAME, size_of::<W>());
    }
    if W::NAME.ends_with(".const") {
        checkpoint(clock, &mut workload, &samples);
    }
    // A step that looks at all parameters, as the first does, and a sample that is refused.
    let mut fresh = W::new()?;
    let (result, step) = stack::peak(|| fresh.call(black_box(&samples[0])));
    let (refused, refusal) = stack::peak(|| fresh.call(black_box(&W::wild())));
    if refused.is_ok() {
        semihosting::println!("{} took a wild sample", W::NAME);
        semihosting::process::exit(1);
    }
    semihosting::println!("{} stack {}", W::NAME, step.max(refusal));
    result.map(drop)
}

/// Counts a workload in fixed point, if it has the host's bits at every step.
fn fixed<W: workloads::SameBits>(clock: &mut Clock) -> Result<(), Fault> {
    let bits = W::bits()?;
    if bits != W::BITS {
        semihosting::println!("{} has other bits: {:016x}", W::NAME, bits);
        semihosting::process::exit(1);
    }
    measure::<W>(clock)
}

/// Counts updates without a trainer around them.
#[inline(never)]
fn bare(clock: &mut Clock) {
    let (linear, sgd) = (Linear::new(), Sgd::new(0.01));
    let mut w1 = workloads::BareW1::new(linear, Squared, sgd);
    let mut w2 = workloads::BareW2::new(linear, CrossEntropy, sgd);
    step::<workloads::W1>(clock, "w1.bare", |(features, target)| {
        w1.step(features, target)
    });
    step::<workloads::W2>(clock, "w2.bare", |(features, target)| {
        w2.step(features, target)
    });
}

fn bare_large(clock: &mut Clock) {
    let mut wide = workloads::BareW1Wide::new(Linear::new(), Squared, Sgd::new(0.01));
    let mut w4 = workloads::BareW4::new(Mlp::new(), CrossEntropy, Adam::new(0.001));
    step::<workloads::W1Wide>(clock, "w1_64.bare", |(features, target)| {
        wide.step(features, target)
    });
    step::<workloads::W4>(clock, "w4.bare", |(features, target)| {
        w4.step(features, target)
    });
}

/// Counts updates with a monitor beside them.
fn health(clock: &mut Clock) -> Result<(), Fault> {
    let (mut w1, mut w4) = (workloads::W1Health::new()?, workloads::W4Health::new()?);
    let mut random = Random::seed(1);
    // A monitor looks at all of the first steps, which is not what a step costs.
    for _ in 0..SAMPLES {
        let (features, target) = workloads::W1::sample(&mut random);
        w1.step(&features, &target)?;
        let (features, target) = workloads::W4::sample(&mut random);
        w4.step(&features, &target)?;
    }
    let loss = |step: Result<Step<f32>, Fault>| step.map_or(f32::NAN, |step| step.loss);
    step::<workloads::W1>(clock, "w1_health.const", |(features, target)| {
        loss(w1.step(features, target))
    });
    step::<workloads::W4>(clock, "w4_health.const", |(features, target)| {
        loss(w4.step(features, target))
    });
    Ok(())
}

/// Counts one of them, on the samples of a workload.
fn step<W: Workload>(clock: &mut Clock, name: &str, mut call: impl FnMut(&W::Sample) -> f32) {
    let mut random = Random::seed(1);
    let samples = core::array::from_fn(|_| W::sample(&mut random));
    time(clock, (name, "instructions"), &samples, |sample| {
        Ok(black_box(call(sample)))
    });
}

/// Counts what a fit's state costs to hash, to save and to take up again.
fn checkpoint<W: Workload>(clock: &mut Clock, workload: &mut W, samples: &[W::Sample; SAMPLES]) {
    let mut saved = [0; 4096];
    time(clock, (W::NAME, "fingerprint"), samples, |_| {
        black_box(workload.fingerprint());
        Ok(())
    });
    time(clock, (W::NAME, "save"), samples, |_| {
        workload.save(black_box(&mut saved)).ok_or(Fault::Update)
    });
    let length = workload.save(&mut saved).unwrap_or_default();
    time(clock, (W::NAME, "resume"), samples, |_| {
        workload
            .resume(black_box(&saved[..length]))
            .ok_or(Fault::Update)
    });
}
