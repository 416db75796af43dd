//! Counts the instructions of each workload's calls, and the memory that they need.
//!
//! QEMU's `-icount shift=0` gives every instruction one virtual nanosecond, so SysTick counts
//! them. Prints `workload.shape what ticks base repetitions`, one figure a line: `base` is what
//! the same loop takes without the call. The first line is a loop of known length, which shows
//! that ticks are what the reader takes them for. Memory is `workload.shape what bytes`.
#![no_std]
#![no_main]

mod clock;
mod stack;

use core::hint::black_box;

use downhill::Fault;
use downhill::random::Random;
use fits::Workload;

use clock::Clock;

/// Fewer where arithmetic is software and a call takes a hundred times as long.
const REPETITIONS: usize = if cfg!(target_abi = "eabihf") {
    2000
} else {
    250
};
const SAMPLES: usize = 16;

#[cortex_m_rt::entry]
fn main() -> ! {
    let mut clock = Clock::start();
    known(&mut clock);
    let result = all(&mut clock);
    if let Err(fault) = result {
        semihosting::println!("{fault}");
    }
    semihosting::process::exit(result.is_err().into())
}

/// The table of what is measured, most of it only where there is an FPU.
fn all(clock: &mut Clock) -> Result<(), Fault> {
    measure::<fits::W1>(clock)?;
    measure::<fits::W2>(clock)?;
    if cfg!(not(target_abi = "eabihf")) {
        return Ok(());
    }
    measure::<fits::W1Dyn>(clock)?;
    measure::<fits::W1Any>(clock)?;
    measure::<fits::W1Wide>(clock)?;
    measure::<fits::W1WideDyn>(clock)?;
    measure::<fits::W1WideAny>(clock)?;
    measure::<fits::W2Dyn>(clock)?;
    measure::<fits::W2Any>(clock)?;
    measure::<fits::W3>(clock)?;
    measure::<fits::W4>(clock)?;
    measure::<fits::W4Dyn>(clock)?;
    measure::<fits::W4Any>(clock)?;
    Ok(())
}

/// A loop of two instructions.
fn known(clock: &mut Clock) {
    const TURNS: u32 = 100_000;
    let ticks = clock.ticks(|| {
        // SAFETY: it counts its own register down and touches nothing else.
        unsafe {
            core::arch::asm!(
                "2:",
                "subs {turns}, {turns}, #1",
                "bne 2b",
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
    time::<W, _>(clock, "instructions", &samples, |sample| {
        workload.call(sample)
    });
    time::<W, _>(clock, "inference", &samples, |sample| {
        workload.predict(sample)
    });
    if W::NAME.ends_with(".const") {
        semihosting::println!("{} ram {}", W::NAME, size_of::<W>());
    }
    let (result, bytes) = stack::peak(|| workload.call(black_box(&samples[0])));
    semihosting::println!("{} stack {}", W::NAME, bytes);
    result.map(drop)
}

/// Counts one call, made again and again.
#[inline(always)]
fn time<W: Workload, A>(
    clock: &mut Clock,
    what: &str,
    samples: &[W::Sample; SAMPLES],
    mut call: impl FnMut(&W::Sample) -> Result<A, Fault>,
) {
    let base = clock.ticks(|| {
        for at in 0..REPETITIONS {
            black_box(&samples[at % SAMPLES]);
        }
    });
    let mut faults = 0;
    let ticks = clock.ticks(|| {
        for at in 0..REPETITIONS {
            let answer = call(black_box(&samples[at % SAMPLES]));
            faults += usize::from(answer.is_err());
        }
    });
    if faults > 0 {
        semihosting::println!("{} faults in {}", faults, W::NAME);
        semihosting::process::exit(1);
    }
    semihosting::println!("{} {} {} {} {}", W::NAME, what, ticks, base, REPETITIONS);
}

#[panic_handler]
fn panic(info: &core::panic::PanicInfo) -> ! {
    semihosting::println!("{info}");
    semihosting::process::exit(101)
}
