#[cfg(feature = "serde")]
use serde::{Deserialize, Serialize};

use super::{Rules, is_not_negative};
use crate::registry::{Argument, Choice, Range};
use crate::{Real, Setting};

/// Every schedule by its name, in the order of [`Curve`].
pub const SCHEDULES: &[Choice<ScheduleFacts>] = &[
    Choice::new("constant", &[], "1", PLAIN),
    Choice::new(
        "step",
        &[
            Argument::required("EVERY", Range::Count(1)),
            Argument::required("FACTOR", FACTOR),
        ],
        "FACTOR to the power of ⌊t / EVERY⌋",
        PLAIN,
    ),
    Choice::new(
        "exponential",
        &[Argument::required("DECAY", FACTOR)],
        "DECAYᵗ",
        PLAIN,
    ),
    Choice::new(
        "inverse_time",
        &[Argument::required("DECAY", Range::NotNegative), FLOOR],
        "1 / (1 + DECAY t), not below FLOOR",
        PLAIN,
    ),
    Choice::new(
        "cosine",
        &[FLOOR],
        "half a wave from 1 to FLOOR over the whole fit",
        PLAIN,
    ),
    Choice::new(
        "plateau",
        &[
            Argument::new("PATIENCE", Range::Count(1), 3.0),
            Argument::new("FACTOR", Range::Between(0.0, 1.0), 0.5),
            FLOOR,
        ],
        "times FACTOR, not below FLOOR, whenever the validation objective has no new best for \
         PATIENCE epochs",
        ScheduleFacts {
            needs_validation: true,
        },
    ),
];

const FACTOR: Range = Range::AboveTo(0.0, 1.0);
const FLOOR: Argument = Argument::new("FLOOR", Range::Within(0.0, 1.0), 0.0);
const PLAIN: ScheduleFacts = ScheduleFacts {
    needs_validation: false,
};

/// Facts about a schedule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ScheduleFacts {
    /// Returns `true` if it goes by losses [reported](crate::Trainer::report) to the fit.
    pub needs_validation: bool,
}

/// The learning rate over the steps, as a factor of the optimizer's rate: a linear warm-up, and
/// then a curve.
///
/// During the first `warmup` steps the factor is (t + 1) / warmup with t the step, counted from
/// 0; from then on it is the curve's, with t counted from there.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
pub struct Schedule<T> {
    /// Steps of warm-up; 0 for none.
    pub warmup: u32,
    /// Curve after the warm-up.
    pub curve: Curve<T>,
}

/// How a learning rate goes on, t steps after the warm-up.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Curve<T> {
    /// 1.
    #[default]
    Constant,
    /// factor^⌊t / every⌋.
    Step {
        /// Steps of each level; at least 1.
        every: u32,
        /// Factor from each level to the next; above 0 and at most 1.
        factor: T,
    },
    /// decayᵗ.
    Exponential {
        /// Factor from each step to the next; above 0 and at most 1.
        decay: T,
    },
    /// 1 / (1 + decay t), but never below the floor: a stream never ends, and a rate that has
    /// gone to nothing learns nothing (Robbins and Monro 1951 for the curve).
    InverseTime {
        /// How fast it falls; at least 0.
        decay: T,
        /// The least factor; between 0 and 1.
        floor: T,
    },
    /// floor + (1 − floor) ½ (1 + cos(π t / steps)), and the floor after that (Loshchilov and
    /// Hutter 2017, without restarts).
    Cosine {
        /// Steps of the half wave; at least 1.
        steps: u32,
        /// The least factor; between 0 and 1.
        floor: T,
    },
    /// factorᵏ with k how often the validation loss has not fallen for `patience` reports in a
    /// row, but never below the floor. See [`report`](crate::Trainer::report).
    Plateau {
        /// Reports without a new best that are waited for; at least 1.
        patience: u32,
        /// Factor of each reduction; above 0 and below 1.
        factor: T,
        /// The least factor; between 0 and 1.
        floor: T,
    },
}

impl<T: Real> Curve<T> {
    /// The curve of this name in [`SCHEDULES`] with these numbers, for a fit of `steps` steps
    /// after its warm-up; `None` where there is no such name, or one number too few.
    pub fn named(name: &str, numbers: &[f64], steps: u32) -> Option<Self> {
        let real = |at: usize| numbers.get(at).map(|&number| T::from_f64(number));
        let count = |at: usize| numbers.get(at).map(|&number| number as u32);
        Some(match name {
            "constant" => Self::Constant,
            "step" => Self::Step {
                every: count(0)?,
                factor: real(1)?,
            },
            "exponential" => Self::Exponential { decay: real(0)? },
            "inverse_time" => Self::InverseTime {
                decay: real(0)?,
                floor: real(1)?,
            },
            "cosine" => Self::Cosine {
                steps,
                floor: real(0)?,
            },
            "plateau" => Self::Plateau {
                patience: count(0)?,
                factor: real(1)?,
                floor: real(2)?,
            },
            _ => return None,
        })
    }
}

impl<T: Real> Schedule<T> {
    /// A constant rate.
    pub const fn constant() -> Self {
        Self {
            warmup: 0,
            curve: Curve::Constant,
        }
    }

    /// Returns `true` if the rate is constant from the first step on.
    #[inline]
    pub(super) fn is_constant(&self) -> bool {
        self.warmup == 0 && matches!(self.curve, Curve::Constant)
    }

    /// A rate that falls as 1 / (1 + decay t), down to a floor.
    pub const fn inverse_time(decay: T, floor: T) -> Self {
        Self {
            warmup: 0,
            curve: Curve::InverseTime { decay, floor },
        }
    }

    /// A half wave of the cosine over this many steps, down to a floor.
    pub const fn cosine(steps: u32, floor: T) -> Self {
        Self {
            warmup: 0,
            curve: Curve::Cosine { steps, floor },
        }
    }
}

/// baseⁿ by repeated squaring, in one stated order.
pub(super) fn power<T: Real>(base: T, mut exponent: u32) -> T {
    let (mut product, mut square) = (T::ONE, base);
    while exponent > 0 {
        if exponent & 1 == 1 {
            product *= square;
        }
        square *= square;
        exponent >>= 1;
    }
    product
}

impl<T: Real> Rules<T> for Schedule<T> {
    /// For [`Curve::Plateau`]: whether a loss was seen, the best, reports since, reductions.
    const WORDS: usize = 4;

    #[inline]
    fn words(&self) -> usize {
        if matches!(self.curve, Curve::Plateau { .. }) {
            4
        } else {
            0
        }
    }

    #[inline]
    fn rate_factor(&self, words: &[T], step: u64) -> T {
        let t = match step.checked_sub(u64::from(self.warmup)) {
            Some(t) => t.min(u64::from(u32::MAX)) as u32,
            None => return T::from_u32(step as u32 + 1) / T::from_u32(self.warmup),
        };
        match self.curve {
            Curve::Constant => T::ONE,
            Curve::Step { every, factor } => power(factor, t.checked_div(every).unwrap_or(0)),
            Curve::Exponential { decay } => power(decay, t),
            Curve::InverseTime { decay, floor } => {
                (T::ONE / (T::ONE + decay * T::from_u32(t))).larger(floor)
            }
            Curve::Cosine { steps, floor } => {
                if t >= steps {
                    return floor;
                }
                let turn = T::from_u32(t) / T::from_u32(steps);
                let wave = T::ONE + (T::from_f64(core::f64::consts::PI) * turn).cos();
                floor + (T::ONE - floor) * (T::HALF * wave)
            }
            Curve::Plateau { factor, floor, .. } => {
                let reductions = words.get(3).map_or(0, |&count| count.to_f64() as u32);
                power(factor, reductions).larger(floor)
            }
        }
    }

    #[inline(always)]
    fn is_noop_per_parameter(&self) -> bool {
        true
    }

    fn report(&self, words: &mut [T], loss: T) {
        let Curve::Plateau { patience, .. } = self.curve else {
            return;
        };
        let [seen, best, since, reductions] = words else {
            return;
        };
        if *seen == T::ZERO || loss < *best {
            (*seen, *best, *since) = (T::ONE, loss, T::ZERO);
            return;
        }
        *since += T::ONE;
        if *since >= T::from_u32(patience) {
            *since = T::ZERO;
            *reductions = (*reductions + T::ONE).smaller(T::from_u32(1000));
        }
    }

    fn check(&self) -> Result<(), Setting> {
        let share = |x: T| x >= T::ZERO && x <= T::ONE;
        let fine = match self.curve {
            Curve::Constant => true,
            Curve::Step { every, factor } => every > 0 && factor > T::ZERO && share(factor),
            Curve::Exponential { decay } => decay > T::ZERO && share(decay),
            Curve::InverseTime { decay, floor } => is_not_negative(decay) && share(floor),
            Curve::Cosine { steps, floor } => steps > 0 && share(floor),
            Curve::Plateau {
                patience,
                factor,
                floor,
            } => patience > 0 && factor > T::ZERO && factor < T::ONE && share(floor),
        };
        if fine { Ok(()) } else { Err(Setting::Schedule) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plateau_lowers_the_rate_and_a_new_best_does_not() {
        let curve = Curve::Plateau {
            patience: 2,
            factor: 0.5,
            floor: 0.2,
        };
        let schedule = Schedule { warmup: 0, curve };
        let mut words = [0.0f64; 4];
        let mut factors = [0.0; 8];
        for (factor, loss) in factors
            .iter_mut()
            .zip([3.0, 2.0, 2.5, 2.0, 1.0, 1.0, 1.0, 1.0])
        {
            schedule.report(&mut words, loss);
            *factor = schedule.rate_factor(&words, 0);
        }
        assert_eq!(factors, [1.0, 1.0, 1.0, 0.5, 0.5, 0.5, 0.25, 0.25]);
        schedule.report(&mut words, 1.0);
        assert_eq!(schedule.rate_factor(&words, 0), 0.2);
    }

    #[test]
    fn a_warm_up_leads_to_the_start_of_the_curve() {
        let schedule = Schedule {
            warmup: 4,
            curve: Curve::Step {
                every: 2,
                factor: 0.5f64,
            },
        };
        let factors: [f64; 8] = core::array::from_fn(|t| schedule.rate_factor(&[], t as u64));
        assert_eq!(factors, [0.25, 0.5, 0.75, 1.0, 1.0, 1.0, 0.5, 0.5]);
    }
}
