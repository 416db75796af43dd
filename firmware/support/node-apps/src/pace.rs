//! The sampling interval and the uptime, by the core's own timer.

use core::sync::atomic::{AtomicU32, Ordering};

use cortex_m::peripheral::SYST;
use cortex_m::peripheral::syst::SystClkSource;

/// Wraps of the timer per second: its 24 bits hold a 20th of a second of every board's clock.
const ROUNDS: u32 = 20;

/// Wraps that were seen since the start, the low word first: one word holds seven years of them.
static SEEN: [AtomicU32; 2] = [AtomicU32::new(0), AtomicU32::new(0)];

/// Milliseconds since the start, as far as [`once_a_second`]'s function was called: wraps that came
/// while a page was erased or a host's commands were executed are not counted.
pub fn uptime() -> u64 {
    seen() * u64::from(1_000 / ROUNDS)
}

/// Wraps that were seen; only the thread that counts them reads them.
fn seen() -> u64 {
    let words = SEEN.each_ref();
    let [low, high] = words.map(|word| u64::from(word.load(Ordering::Relaxed)));
    high << 32 | low
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
        // Nothing else writes them, and a Cortex-M0 has no atomic addition.
        let now = seen() + u64::from(wrapped);
        let [low, high] = &SEEN;
        low.store(now as u32, Ordering::Relaxed);
        high.store((now >> 32) as u32, Ordering::Relaxed);
        rounds += wrapped;
        let due = rounds >= ROUNDS;
        if due {
            rounds = 0;
        }
        due
    }
}
