//! The sampling interval, by the core's own timer.

use cortex_m::peripheral::SYST;
use cortex_m::peripheral::syst::SystClkSource;

/// Wraps of the timer per second: its 24 bits hold a 20th of a second of every board's clock.
const ROUNDS: u32 = 20;

/// Returns a function that says once a second that a sample is due; call it more often than 20 times
/// a second.
pub fn once_a_second(mut timer: SYST, clock: u32) -> impl FnMut() -> bool {
    timer.set_clock_source(SystClkSource::Core);
    timer.set_reload(clock / ROUNDS - 1);
    timer.clear_current();
    timer.enable_counter();
    let mut rounds = 0;
    move || {
        rounds += u32::from(timer.has_wrapped());
        let due = rounds >= ROUNDS;
        if due {
            rounds = 0;
        }
        due
    }
}
