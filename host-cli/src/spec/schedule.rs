use std::fmt;
use std::str::FromStr;

use downhill::Real;
use downhill::rules::{Curve, Schedule};

use super::{Range, bare, numbers, split, unknown};

/// How the learning rate goes on, as `--schedule` names it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum ScheduleSpec {
    Constant,
    Step {
        every: u32,
        factor: f64,
    },
    Exponential {
        decay: f64,
    },
    InverseTime {
        decay: f64,
        floor: f64,
    },
    /// Over the whole fit.
    Cosine {
        floor: f64,
    },
    Plateau {
        patience: u32,
        factor: f64,
        floor: f64,
    },
}

impl ScheduleSpec {
    /// Its names.
    const NAMES: &[&str] = &[
        "constant",
        "step",
        "exponential",
        "inverse_time",
        "cosine",
        "plateau",
    ];

    /// Down to nothing at the end of the fit.
    pub(crate) const COSINE: Self = Self::Cosine { floor: 0.0 };

    /// The core's schedule for a fit of `steps` steps.
    pub(crate) fn build<T: Real>(self, warmup: u32, steps: u64) -> Schedule<T> {
        let after = steps.saturating_sub(warmup.into());
        let curve = match self {
            Self::Constant => Curve::Constant,
            Self::Step { every, factor } => Curve::Step {
                every,
                factor: T::from_f64(factor),
            },
            Self::Exponential { decay } => Curve::Exponential {
                decay: T::from_f64(decay),
            },
            Self::InverseTime { decay, floor } => Curve::InverseTime {
                decay: T::from_f64(decay),
                floor: T::from_f64(floor),
            },
            Self::Cosine { floor } => Curve::Cosine {
                steps: after.clamp(1, u32::MAX.into()) as u32,
                floor: T::from_f64(floor),
            },
            Self::Plateau {
                patience,
                factor,
                floor,
            } => Curve::Plateau {
                patience,
                factor: T::from_f64(factor),
                floor: T::from_f64(floor),
            },
        };
        Schedule { warmup, curve }
    }

    /// Whether it goes by the held-out rows.
    pub(crate) fn needs_held_out(self) -> bool {
        matches!(self, Self::Plateau { .. })
    }
}

impl FromStr for ScheduleSpec {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, argument) = split(text);
        let floor = ("FLOOR", Range::Share, Some(0.0));
        Ok(match name {
            "constant" => bare(name, argument).map(|()| Self::Constant)?,
            "step" => {
                let slots = [
                    ("EVERY", Range::Count, None),
                    ("FACTOR", Range::Factor, None),
                ];
                let [every, factor] = numbers(name, argument, slots)?;
                Self::Step {
                    every: every as u32,
                    factor,
                }
            }
            "exponential" => {
                let [decay] = numbers(name, argument, [("DECAY", Range::Factor, None)])?;
                Self::Exponential { decay }
            }
            "inverse_time" => {
                let slots = [("DECAY", Range::NotNegative, None), floor];
                let [decay, floor] = numbers(name, argument, slots)?;
                Self::InverseTime { decay, floor }
            }
            "cosine" => {
                let [floor] = numbers(name, argument, [floor])?;
                Self::Cosine { floor }
            }
            "plateau" => {
                let slots = [
                    ("PATIENCE", Range::Count, Some(3.0)),
                    ("FACTOR", Range::Between, Some(0.5)),
                    floor,
                ];
                let [patience, factor, floor] = numbers(name, argument, slots)?;
                Self::Plateau {
                    patience: patience as u32,
                    factor,
                    floor,
                }
            }
            _ => return Err(unknown("schedule", name, Self::NAMES)),
        })
    }
}

impl fmt::Display for ScheduleSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Constant => f.write_str("constant"),
            Self::Step { every, factor } => write!(f, "step:{every},{factor}"),
            Self::Exponential { decay } => write!(f, "exponential:{decay}"),
            Self::InverseTime { decay, floor } => write!(f, "inverse_time:{decay},{floor}"),
            Self::Cosine { floor: 0.0 } => f.write_str("cosine"),
            Self::Cosine { floor } => write!(f, "cosine:{floor}"),
            Self::Plateau {
                patience,
                factor,
                floor,
            } => write!(f, "plateau:{patience},{factor},{floor}"),
        }
    }
}
