//! SysTick as a counter wider than its 24 bits.

use core::sync::atomic::{AtomicU32, Ordering};

use cortex_m::Peripherals;
use cortex_m::peripheral::SYST;
use cortex_m::peripheral::syst::SystClkSource;

/// Ticks between two wraps, as many as the timer can count.
const PERIOD: u32 = 1 << 24;

static WRAPS: AtomicU32 = AtomicU32::new(0);
/// The most ticks that went by between a wrap and its exception's first instructions.
static DELAY: AtomicU32 = AtomicU32::new(0);

/// A running SysTick.
pub struct Clock {
    timer: SYST,
    period: u32,
}

impl Clock {
    /// True: each wrap of the counter is one, whose wait is counted.
    pub const HAS_INTERRUPTS: bool = true;

    /// Starts the counter on the core's clock; `None` for a second one.
    pub fn start() -> Option<Self> {
        let mut timer = Peripherals::take()?.SYST;
        timer.set_clock_source(SystClkSource::Core);
        let mut clock = Self {
            timer,
            period: PERIOD,
        };
        clock.wrap_late();
        clock.timer.enable_interrupt();
        clock.timer.enable_counter();
        Some(clock)
    }

    /// Lets the counter wrap after this many ticks.
    pub fn wrap_after(&mut self, period: u32) {
        self.period = period;
        self.timer.set_reload(period - 1);
        self.timer.clear_current();
    }

    /// The counter as it is unless told otherwise.
    pub fn wrap_late(&mut self) {
        self.wrap_after(PERIOD);
    }

    /// Counts the ticks that `work` takes.
    pub fn ticks(&mut self, work: impl FnOnce()) -> u64 {
        let start = self.now();
        work();
        self.now() - start
    }

    /// Wraps of the counter, each with an interrupt.
    pub fn interrupts(&self) -> u32 {
        WRAPS.load(Ordering::SeqCst)
    }

    /// The most ticks that an interrupt has waited since this was asked before.
    pub fn delay(&mut self) -> u32 {
        let most = DELAY.load(Ordering::SeqCst);
        DELAY.store(0, Ordering::SeqCst);
        most
    }

    fn now(&self) -> u64 {
        loop {
            let wraps = WRAPS.load(Ordering::SeqCst);
            let left = SYST::get_current();
            if WRAPS.load(Ordering::SeqCst) == wraps {
                // A period begins at 0, where the exception is raised, and then counts down.
                let passed = (self.period - left) % self.period;
                return u64::from(wraps) * u64::from(self.period) + u64::from(passed);
            }
        }
    }
}

#[cortex_m_rt::exception]
fn SysTick() {
    let period = SYST::get_reload() + 1;
    let passed = (period - SYST::get_current()) % period;
    // Cortex-M0 has no atomic addition; nothing else writes while this runs.
    DELAY.store(DELAY.load(Ordering::SeqCst).max(passed), Ordering::SeqCst);
    WRAPS.store(WRAPS.load(Ordering::SeqCst) + 1, Ordering::SeqCst);
}
