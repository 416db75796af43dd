//! Counts the instructions of each workload's call.
//!
//! QEMU's `-icount shift=0` gives every instruction one virtual nanosecond, so SysTick counts
//! them. Prints `workload.shape ticks base repetitions`, one workload a line: `base` is what the
//! same loop takes without the call. The first line is a loop of known length, which shows that
//! ticks are what the reader takes them for.
#![no_std]
#![no_main]

mod clock;

use core::hint::black_box;

use downhill::Fault;
use downhill::random::Random;
use fits::Workload;

use clock::Clock;

const REPETITIONS: usize = 2000;
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

/// The table of what is measured.
fn all(clock: &mut Clock) -> Result<(), Fault> {
    measure::<fits::W1>(clock)?;
    measure::<fits::W1Dyn>(clock)?;
    measure::<fits::W1Any>(clock)?;
    measure::<fits::W1Wide>(clock)?;
    measure::<fits::W1WideDyn>(clock)?;
    measure::<fits::W1WideAny>(clock)?;
    measure::<fits::W2>(clock)?;
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
    semihosting::println!("known {} 0 {}", ticks, TURNS);
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
    let base = clock.ticks(|| {
        for at in 0..REPETITIONS {
            black_box(&samples[at % SAMPLES]);
        }
    });
    let mut faults = 0;
    let ticks = clock.ticks(|| {
        for at in 0..REPETITIONS {
            let answer = workload.call(black_box(&samples[at % SAMPLES]));
            faults += usize::from(answer.is_err());
        }
    });
    if faults > 0 {
        semihosting::println!("{} faults in {}", faults, W::NAME);
        semihosting::process::exit(1);
    }
    semihosting::println!("{} {} {} {}", W::NAME, ticks, base, REPETITIONS);
    Ok(())
}

#[panic_handler]
fn panic(info: &core::panic::PanicInfo) -> ! {
    semihosting::println!("{info}");
    semihosting::process::exit(101)
}
