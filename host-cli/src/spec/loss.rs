use std::fmt;
use std::str::FromStr;

use downhill::Real;
use downhill::least_squares::Robust;
use downhill::loss::{
    Absolute, AnyLoss, Cauchy, CrossEntropy, FBeta, Focal, Hinge, Huber, LogCosh, Poisson,
    Quantile, SmoothedCrossEntropy, Squared, SquaredHinge, SquaredProbability,
};
use downhill::loss::{Loss, Pool};

use super::{Range, Short, bare, holds_in, numbers, split, unknown};

/// A loss, as `--loss` names it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct LossSpec {
    name: &'static str,
    number: Option<f64>,
}

/// Its name, the number it takes (with its default), and whether it is of classes.
type Known = (&'static str, Option<(&'static str, Range, f64)>, bool);

const KNOWN: &[Known] = &[
    ("squared", None, false),
    ("absolute", None, false),
    ("huber", Some(("DELTA", Range::Positive, 1.0)), false),
    ("cauchy", Some(("SCALE", Range::Positive, 1.0)), false),
    ("log_cosh", None, false),
    ("quantile", Some(("TAU", Range::Between, 0.5)), false),
    ("poisson", None, false),
    ("cross_entropy", None, true),
    ("smoothed", Some(("SHARE", Range::Between, 0.1)), true),
    ("focal", Some(("GAMMA", Range::NotNegative, 2.0)), true),
    ("hinge", None, true),
    ("squared_hinge", None, true),
    ("squared_probability", None, true),
    ("f_beta", Some(("BETA", Range::Beta, 1.0)), true),
];

impl LossSpec {
    /// e².
    pub(crate) const SQUARED: Self = Self {
        name: "squared",
        number: None,
    };
    /// Of the probability of a class.
    pub(crate) const CROSS_ENTROPY: Self = Self {
        name: "cross_entropy",
        number: None,
    };

    /// The core's loss.
    pub(crate) fn build<T: Real>(self) -> AnyLoss<T> {
        let number = T::from_f64(self.number.unwrap_or_default());
        match self.name {
            "absolute" => AnyLoss::Absolute(Absolute),
            "huber" => AnyLoss::Huber(Huber { delta: number }),
            "cauchy" => AnyLoss::Cauchy(Cauchy { scale: number }),
            "log_cosh" => AnyLoss::LogCosh(LogCosh),
            "quantile" => AnyLoss::Quantile(Quantile { tau: number }),
            "poisson" => AnyLoss::Poisson(Poisson),
            "cross_entropy" => AnyLoss::CrossEntropy(CrossEntropy),
            "smoothed" => AnyLoss::SmoothedCrossEntropy(SmoothedCrossEntropy { smoothing: number }),
            "focal" => AnyLoss::Focal(Focal { gamma: number }),
            "hinge" => AnyLoss::Hinge(Hinge),
            "squared_hinge" => AnyLoss::SquaredHinge(SquaredHinge),
            "squared_probability" => AnyLoss::SquaredProbability(SquaredProbability),
            "f_beta" => AnyLoss::FBeta(FBeta { beta: number }),
            _ => AnyLoss::Squared(Squared),
        }
    }

    /// The same as least squares know it; `None` where they do not.
    pub(crate) fn robust<T: Real>(self) -> Option<Robust<T>> {
        let number = T::from_f64(self.number.unwrap_or_default());
        match self.name {
            "squared" => Some(Robust::Squared),
            "huber" => Some(Robust::Huber(number)),
            "cauchy" => Some(Robust::Cauchy(number)),
            _ => None,
        }
    }

    /// Refuses a number that a precision does not have.
    pub(crate) fn holds_in<T: Real>(self) -> Result<(), String> {
        let slot = KNOWN.iter().find(|known| known.0 == self.name);
        match (slot.and_then(|known| known.1), self.number) {
            (Some((what, ..)), Some(number)) => {
                holds_in::<T>(&self, what, number, self.name == "cauchy")
            }
            _ => Ok(()),
        }
    }

    /// Whether its own number makes its slopes next to nothing for all but the smallest errors.
    pub(crate) fn is_flat(self) -> bool {
        let small = self.number.is_some_and(|number| number < Self::SMALL);
        small && matches!(self.name, "huber" | "cauchy")
    }

    /// The error, of targets near 1, below which there is none to speak of.
    const SMALL: f64 = 1e-9;

    /// Whether it takes the target for a class.
    pub(crate) fn is_of_classes(self) -> bool {
        KNOWN.iter().any(|known| known.0 == self.name && known.2)
    }

    /// Whether it knows no more than two classes.
    pub(crate) fn is_of_two_classes(self) -> bool {
        matches!(self.name, "hinge" | "squared_hinge" | "f_beta")
    }

    /// Whether it is the loss of a batch as a whole.
    pub(crate) fn is_of_batches(self) -> bool {
        self.build::<f32>().pooled(&Pool::new()).is_some()
    }

    /// Whether it takes amounts of any sign.
    pub(crate) fn is_of_any_sign(self) -> bool {
        !self.is_of_classes() && Loss::<f64>::scales_target(&self.build())
    }

    /// Names of the losses of classes, or of amounts.
    pub(crate) fn names(of_classes: bool) -> Vec<&'static str> {
        Self::known(|loss| loss.is_of_classes() == of_classes)
    }

    /// Names of the losses of any number of classes.
    pub(crate) fn of_many_classes() -> Vec<&'static str> {
        Self::known(|loss| loss.is_of_classes() && !loss.is_of_two_classes())
    }

    /// Names of the losses of amounts of any sign.
    pub(crate) fn of_any_sign() -> Vec<&'static str> {
        Self::known(Self::is_of_any_sign)
    }

    fn known(is_asked: impl Fn(Self) -> bool) -> Vec<&'static str> {
        let losses = KNOWN.iter().map(|&(name, slot, _)| Self {
            name,
            number: slot.map(|slot| slot.2),
        });
        losses
            .filter(|&loss| is_asked(loss))
            .map(|loss| loss.name)
            .collect()
    }
}

impl FromStr for LossSpec {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, argument) = split(text);
        let Some(&(name, slot, _)) = KNOWN.iter().find(|known| known.0 == name) else {
            let names: Vec<&str> = KNOWN.iter().map(|known| known.0).collect();
            return Err(unknown("loss", name, &names));
        };
        let number = match slot {
            None => bare(name, argument).map(|()| None)?,
            Some((what, range, default)) => {
                let [number] = numbers(name, argument, [(what, range, Some(default))])?;
                Some(number)
            }
        };
        Ok(Self { name, number })
    }
}

impl fmt::Display for LossSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.number {
            None => f.write_str(self.name),
            Some(number) => write!(f, "{}:{}", self.name, Short(number)),
        }
    }
}
