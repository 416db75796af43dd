//! Instructions of a call, counted over many.

use core::hint::black_box;

use bench::Clock;
use downhill::Fault;

/// Repetitions of a call: fewer where arithmetic is software and a call takes a hundred times as long.
const REPETITIONS: usize = if cfg!(target_abi = "eabihf") {
    2000
} else {
    250
};
/// Samples that the calls go over.
pub(crate) const SAMPLES: usize = 16;

/// Counts one call, made again and again.
#[inline(always)]
pub(crate) fn time<S, A>(
    clock: &mut Clock,
    names: (&str, &str),
    samples: &[S; SAMPLES],
    call: impl FnMut(&S) -> Result<A, Fault>,
) {
    time_parts(clock, names, samples, 1, call);
}

/// Counts one of the parts that a call has.
#[inline(always)]
pub(crate) fn time_parts<S, A>(
    clock: &mut Clock,
    (name, what): (&str, &str),
    samples: &[S; SAMPLES],
    parts: usize,
    mut call: impl FnMut(&S) -> Result<A, Fault>,
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
        semihosting::println!("{} faults in {}", faults, name);
        semihosting::process::exit(1);
    }
    let count = REPETITIONS * parts;
    semihosting::println!("{} {} {} {} {}", name, what, ticks, base, count);
}
