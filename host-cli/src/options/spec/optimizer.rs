use downhill::Real;
use downhill::optimizer::{AnyOptimizer, Batch, OPTIMIZERS, OptimizerFacts};
use downhill::registry::Choice;

use super::ScheduleSpec;
use super::choice::{Chosen, Family};

/// An optimizer, as `--optimizer` names it.
pub(crate) type OptimizerSpec = Chosen<OptimizerFacts>;

impl Family for OptimizerFacts {
    const WHAT: &'static str = "optimizer";
    const CHOICES: &'static [Choice<Self>] = OPTIMIZERS;
}

impl Default for OptimizerSpec {
    fn default() -> Self {
        Self::usual("adam")
    }
}

impl OptimizerSpec {
    /// The core's optimizer at this learning rate.
    pub(crate) fn build<T: Real>(self, rate: f64) -> AnyOptimizer<T> {
        let Choice { name, variant, .. } = *self.choice;
        AnyOptimizer::named(name, variant, rate, self.numbers()).expect("a name of the registry")
    }

    /// The learning rate where none is asked for.
    pub(crate) fn default_rate(self) -> f64 {
        self.choice.facts.rate
    }

    /// The schedule where none is asked for.
    pub(crate) fn default_schedule(self) -> ScheduleSpec {
        ScheduleSpec::usual(self.choice.facts.schedule)
    }

    /// True of Adam and its kin: steps are as large as the rate, whatever the gradient's size, and fall
    /// to nothing over the fit.
    pub(crate) fn scales_gradients(self) -> bool {
        self.choice.facts.schedule == "cosine"
    }

    /// True where it makes sense of whole sets of rows only.
    pub(crate) fn is_full_batch(self) -> bool {
        self.choice.facts.batch == Batch::All
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn former_spellings_are_read_and_the_present_one_is_written() {
        for (former, present) in [
            ("centred", "centered"),
            ("centred_momentum", "centered_momentum"),
        ] {
            let spec: OptimizerSpec = format!("rmsprop:{former}").parse().unwrap();
            assert_eq!(spec.to_string(), format!("rmsprop:{present}"));
            assert_eq!(format!("rmsprop:{present}").parse(), Ok(spec));

            let written = serde_json::to_string(&spec.build::<f32>(0.01)).unwrap();
            assert!(written.contains("rms_prop_centered"), "{written}");
            let before = written.replace("centered", "centred");
            let read: AnyOptimizer<f32> = serde_json::from_str(&before).unwrap();
            assert_eq!(read, spec.build(0.01));
            let named = AnyOptimizer::named("rmsprop", Some(former), 0.01, &[]);
            assert_eq!(named, Some(read));
        }
    }
}
