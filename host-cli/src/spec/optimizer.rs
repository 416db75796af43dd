use std::fmt;
use std::str::FromStr;

use downhill::Real;
use downhill::optimizer::{
    AdaGrad, Adam, AdamW, AmsGrad, AnyOptimizer, AveragedSgd, Momentum, RmsProp, Rprop, Sgd,
};

use super::{Range, ScheduleSpec, bare, numbers, split, unknown};

/// An optimizer, as `--optimizer` names it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct OptimizerSpec {
    name: &'static str,
    /// Momentum, or decay.
    number: Option<f64>,
    variant: &'static str,
}

/// Its name, its learning rate where none is asked for, and the number it takes.
type Known = (&'static str, f64, Option<(&'static str, Range, f64)>);

const KNOWN: &[Known] = &[
    ("sgd", 0.001, None),
    ("momentum", 0.0001, Some(("MU", Range::Between, 0.9))),
    ("nesterov", 0.0001, Some(("MU", Range::Between, 0.9))),
    ("adagrad", 0.05, None),
    ("rmsprop", 0.001, None),
    ("adam", 0.002, None),
    ("amsgrad", 0.002, None),
    ("adamw", 0.002, Some(("DECAY", Range::NotNegative, 0.01))),
    ("averaged", 0.001, None),
    ("rprop", 0.01, None),
];

/// What may stand behind `rmsprop:`.
const VARIANTS: &[&str] = &["centred", "momentum", "centred_momentum"];

impl Default for OptimizerSpec {
    fn default() -> Self {
        Self {
            name: "adam",
            number: None,
            variant: "",
        }
    }
}

impl OptimizerSpec {
    /// The core's optimizer at this learning rate.
    pub(crate) fn build<T: Real>(self, rate: f64) -> AnyOptimizer<T> {
        let rate = T::from_f64(rate);
        let number = T::from_f64(self.number.unwrap_or_default());
        match (self.name, self.variant) {
            ("momentum", _) => AnyOptimizer::Momentum(Momentum {
                momentum: number,
                ..Momentum::new(rate)
            }),
            ("nesterov", _) => AnyOptimizer::Momentum(Momentum {
                momentum: number,
                ..Momentum::nesterov(rate)
            }),
            ("adagrad", _) => AnyOptimizer::AdaGrad(AdaGrad::new(rate)),
            ("rmsprop", "centred") => AnyOptimizer::RmsPropCentered(RmsProp::new(rate)),
            ("rmsprop", "momentum") => AnyOptimizer::RmsPropHeavy(RmsProp::new(rate)),
            ("rmsprop", "centred_momentum") => {
                AnyOptimizer::RmsPropCenteredHeavy(RmsProp::new(rate))
            }
            ("rmsprop", _) => AnyOptimizer::RmsProp(RmsProp::new(rate)),
            ("adam", _) => AnyOptimizer::Adam(Adam::new(rate)),
            ("amsgrad", _) => AnyOptimizer::AmsGrad(AmsGrad::new(rate)),
            ("adamw", _) => AnyOptimizer::AdamW(AdamW {
                decay: number,
                ..AdamW::new(rate)
            }),
            ("averaged", _) => AnyOptimizer::AveragedSgd(AveragedSgd::new(rate)),
            ("rprop", _) => AnyOptimizer::Rprop(Rprop::new(rate)),
            _ => AnyOptimizer::Sgd(Sgd::new(rate)),
        }
    }

    /// The learning rate where none is asked for.
    pub(crate) fn default_rate(self) -> f64 {
        let known = KNOWN.iter().find(|known| known.0 == self.name);
        known.map_or(0.001, |known| known.1)
    }

    /// The schedule where none is asked for: Adam and its kin end a fit in ever smaller steps.
    pub(crate) fn default_schedule(self) -> ScheduleSpec {
        match self.name {
            "adam" | "amsgrad" | "adamw" => ScheduleSpec::COSINE,
            _ => ScheduleSpec::Constant,
        }
    }

    /// Whether it makes sense of whole sets of rows only.
    pub(crate) fn is_full_batch(self) -> bool {
        self.name == "rprop"
    }
}

impl FromStr for OptimizerSpec {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, argument) = split(text);
        let Some(&(name, _, slot)) = KNOWN.iter().find(|known| known.0 == name) else {
            let names: Vec<&str> = KNOWN.iter().map(|known| known.0).collect();
            return Err(unknown("optimizer", name, &names));
        };
        let mut spec = Self {
            name,
            number: None,
            variant: "",
        };
        match (slot, argument) {
            (Some((what, range, default)), _) => {
                let [number] = numbers(name, argument, [(what, range, Some(default))])?;
                spec.number = Some(number);
            }
            (None, Some(variant)) if name == "rmsprop" => {
                let known = VARIANTS.iter().find(|known| **known == variant);
                spec.variant =
                    known.ok_or_else(|| unknown("variant of rmsprop", variant, VARIANTS))?;
            }
            (None, _) => bare(name, argument)?,
        }
        Ok(spec)
    }
}

impl fmt::Display for OptimizerSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)?;
        if !self.variant.is_empty() {
            write!(f, ":{}", self.variant)?;
        }
        match self.number {
            Some(number) => write!(f, ":{number}"),
            None => Ok(()),
        }
    }
}
