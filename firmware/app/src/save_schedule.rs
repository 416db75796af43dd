/// Rules by which a checkpoint is due. Times are uptimes, in milliseconds of the board's clock, or
/// in turns where it has none.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct SaveSchedule {
    /// Steps after which one is due; 0 for never.
    pub(crate) steps: u64,
    /// Time after which one is due, if a step was made; 0 for never.
    pub(crate) within: u64,
    /// Time in which none is due.
    pub(crate) apart: u64,
    /// Steps of the fit at the last checkpoint, and the time.
    last: (u64, u64),
}

impl SaveSchedule {
    /// Begins anew, at so many steps of the fit and this time.
    pub(crate) fn begin(&mut self, steps: u64, time: u64) {
        self.last = (steps, time);
    }

    /// Returns true when a checkpoint is due, at so many steps of the fit and this time.
    pub(crate) fn is_due(&self, steps: u64, time: u64) -> bool {
        let passed = |span: u64, now: u64, then: u64| span > 0 && now.abs_diff(then) >= span;
        let (last_steps, last_time) = self.last;
        let by_steps = passed(self.steps, steps, last_steps);
        let by_time = steps != last_steps && passed(self.within, time, last_time);
        (by_steps || by_time) && time.abs_diff(last_time) >= self.apart
    }
}
