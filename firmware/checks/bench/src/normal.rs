//! Cost of a detector of anomalies by k-means.

use core::hint::black_box;

use bench::Clock;
use downhill::Fault;
use downhill::random::Random;
use workloads::KMeans8;

use crate::stack;
use crate::timing::{SAMPLES, time};

/// Counts what a window costs while the centers learn, and while it is watched.
pub(crate) fn measure(clock: &mut Clock) -> Result<(), Fault> {
    let mut random = Random::seed(1);
    let windows: [_; SAMPLES] = core::array::from_fn(|_| KMeans8::window(&mut random));
    for (what, is_whole) in [("learn", false), ("instructions", true)] {
        let mut detector = KMeans8::new()?;
        detector.prepare(&mut random, is_whole)?;
        if is_whole {
            let (result, peak) = stack::peak(|| detector.observe(black_box(&windows[0])));
            result?;
            semihosting::println!("kmeans8.const stack {}", peak);
        }
        time(clock, ("kmeans8.const", what), &windows, |window| {
            detector.observe(window)
        });
    }
    semihosting::println!("kmeans8.const ram {}", size_of::<KMeans8>());
    Ok(())
}
