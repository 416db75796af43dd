//! The sampling interval and the uptime, by the core's own timer.

use core::sync::atomic::{AtomicU32, Ordering};

use cortex_m::peripheral::SYST;
use cortex_m::peripheral::syst::SystClkSource;

/// Wraps of the timer per second: its 24 bits hold a 20th of a second of every board's clock.
const ROUNDS: u32 = 20;

/// Wraps that were seen since the start.
static SEEN: AtomicU32 = AtomicU32::new(0);

/// Milliseconds since the start, as far as [`once_a_second`]'s function was called: wraps that came
/// while a page was erased or a host's commands were executed are not counted.
pub fn uptime() -> u64 {
    u64::from(SEEN.load(Ordering::Relaxed)) * u64::from(1_000 / ROUNDS)
}

/// Returns a function that says once a second that a sample is due; call it more often than 20 times
/// a second.
pub fn once_a_second(mut timer: SYST, clock: u32) -> impl FnMut() -> bool {
    timer.set_clock_source(SystClkSource::Core);
    timer.set_reload(clock / ROUNDS - 1);
    timer.clear_current();
    timer.enable_counter();
    let mut rounds = 0;
    move || {
        let wrapped = u32::from(timer.has_wrapped());
        // Nothing else writes it, and a Cortex-M0 could not add in one go.
        SEEN.store(
            SEEN.load(Ordering::Relaxed).wrapping_add(wrapped),
            Ordering::Relaxed,
        );
        rounds += wrapped;
        let due = rounds >= ROUNDS;
        if due {
            rounds = 0;
        }
        due
    }
}
