use downhill::Real;
use downhill::registry::Choice;
use downhill::rules::{Curve, SCHEDULES, Schedule, ScheduleFacts};

use super::choice::{Chosen, Family};

/// How the learning rate goes on, as `--schedule` names it.
pub(crate) type ScheduleSpec = Chosen<ScheduleFacts>;

impl Family for ScheduleFacts {
    const WHAT: &'static str = "schedule";
    const CHOICES: &'static [Choice<Self>] = SCHEDULES;
}

impl ScheduleSpec {
    /// The core's schedule for a fit of `steps` steps.
    pub(crate) fn build<T: Real>(self, warmup: u32, steps: u64) -> Schedule<T> {
        let after = steps.saturating_sub(warmup.into());
        let after = after.clamp(1, u32::MAX.into()) as u32;
        let curve = Curve::named(self.choice.name, self.numbers(), after);
        let curve = curve.expect("a name of the registry");
        Schedule { warmup, curve }
    }

    /// True where it leaves the rate as it is.
    pub(crate) fn is_constant(self) -> bool {
        self == Self::usual("constant")
    }

    /// True where it goes by the validation rows.
    pub(crate) fn needs_validation(self) -> bool {
        self.choice.facts.needs_validation
    }
}
