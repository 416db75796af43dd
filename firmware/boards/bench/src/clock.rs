//! SysTick as a counter wider than its 24 bits.

use core::sync::atomic::{AtomicU32, Ordering};

use cortex_m::Peripherals;
use cortex_m::peripheral::SYST;
use cortex_m::peripheral::syst::SystClkSource;

/// Ticks between two wraps, as many as the timer can count.
const PERIOD: u32 = 1 << 24;

static WRAPS: AtomicU32 = AtomicU32::new(0);

/// A running SysTick.
pub(crate) struct Clock {
    timer: SYST,
    period: u32,
}

impl Clock {
    /// Starts the counter on the core's clock; `None` for a second one.
    pub(crate) fn start() -> Option<Self> {
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
    pub(crate) fn wrap_after(&mut self, period: u32) {
        self.period = period;
        self.timer.set_reload(period - 1);
        self.timer.clear_current();
    }

    /// The counter as it is unless told otherwise.
    pub(crate) fn wrap_late(&mut self) {
        self.wrap_after(PERIOD);
    }

    /// How many ticks `work` takes.
    pub(crate) fn ticks(&mut self, work: impl FnOnce()) -> u64 {
        let start = self.now();
        work();
        self.now() - start
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
    // Cortex-M0 has no atomic addition; nothing else writes.
    WRAPS.store(WRAPS.load(Ordering::SeqCst) + 1, Ordering::SeqCst);
}
