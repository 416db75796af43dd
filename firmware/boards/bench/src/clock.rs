//! SysTick as a counter wider than its 24 bits.

use core::sync::atomic::{AtomicU32, Ordering};

use cortex_m::Peripherals;
use cortex_m::peripheral::SYST;
use cortex_m::peripheral::syst::SystClkSource;

/// Ticks between two wraps.
const PERIOD: u32 = 1 << 24;

static WRAPS: AtomicU32 = AtomicU32::new(0);

/// A running SysTick.
pub(crate) struct Clock(());

impl Clock {
    /// Starts the counter on the core's clock. Later calls get the same counter.
    pub(crate) fn start() -> Self {
        if let Some(peripherals) = Peripherals::take() {
            let mut timer = peripherals.SYST;
            timer.set_clock_source(SystClkSource::Core);
            timer.set_reload(PERIOD - 1);
            timer.clear_current();
            timer.enable_interrupt();
            timer.enable_counter();
        }
        Self(())
    }

    /// How many ticks `work` takes.
    pub(crate) fn ticks(&mut self, work: impl FnOnce()) -> u64 {
        let start = now();
        work();
        now() - start
    }
}

fn now() -> u64 {
    loop {
        let wraps = WRAPS.load(Ordering::SeqCst);
        let left = SYST::get_current();
        if WRAPS.load(Ordering::SeqCst) == wraps {
            // A period begins at 0, where the exception is raised, and goes on at PERIOD - 1.
            let passed = (PERIOD - left) % PERIOD;
            return u64::from(wraps) * u64::from(PERIOD) + u64::from(passed);
        }
    }
}

#[cortex_m_rt::exception]
fn SysTick() {
    // Cortex-M0 has no atomic addition; nothing else writes.
    WRAPS.store(WRAPS.load(Ordering::SeqCst) + 1, Ordering::SeqCst);
}
