//! The processor's own count of instructions.

use ::riscv::register::minstret;

/// The counter, which runs from the start.
pub struct Clock(());

impl Clock {
    /// False: there is no interrupt whose wait is counted.
    pub const HAS_INTERRUPTS: bool = false;

    /// The counter; there is one for all.
    pub fn start() -> Option<Self> {
        Some(Self(()))
    }

    /// It has 64 bits, and never wraps.
    pub fn wrap_after(&mut self, _: u32) {}

    /// As above.
    pub fn wrap_late(&mut self) {}

    /// Counts the instructions that `work` takes.
    pub fn ticks(&mut self, work: impl FnOnce()) -> u64 {
        let start = minstret::read64();
        work();
        minstret::read64() - start
    }

    /// None.
    pub fn interrupts(&self) -> u32 {
        0
    }

    /// None.
    pub fn delay(&mut self) -> u32 {
        0
    }
}
