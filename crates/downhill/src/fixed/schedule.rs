//! Schedules in integers.

use super::rate::Significand;
use super::tables::wave;
use crate::rules::{self, Curve as Real};

/// 1 as a factor.
const WHOLE: u32 = 1 << 31;

/// The learning rate over the steps, as a factor of 31 bits behind the point; the curves are those
/// of [`rules::Schedule`], but for the plateau's, which goes by losses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Schedule {
    warmup: u32,
    curve: Curve,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Curve {
    Constant,
    /// The factor of each level, and the steps of one: an exponential curve has levels of one step.
    Step {
        every: u32,
        factor: u32,
    },
    InverseTime {
        decay: Option<Significand>,
        floor: u32,
    },
    Cosine {
        steps: u32,
        floor: u32,
    },
}

impl Schedule {
    pub(super) const CONSTANT: Self = Self {
        warmup: 0,
        curve: Curve::Constant,
    };

    /// The schedule of floats, in integers; `None` for one that goes by losses.
    pub(super) fn of(schedule: &rules::Schedule<f32>) -> Option<Self> {
        let curve = match schedule.curve {
            Real::Constant => Curve::Constant,
            Real::Step { every, factor } => Curve::Step {
                every,
                factor: share(factor),
            },
            Real::Exponential { decay } => Curve::Step {
                every: 1,
                factor: share(decay),
            },
            Real::InverseTime { decay, floor } => Curve::InverseTime {
                decay: Significand::of(decay, 1, 1),
                floor: share(floor),
            },
            Real::Cosine { steps, floor } => Curve::Cosine {
                steps,
                floor: share(floor),
            },
            _ => return None,
        };
        Some(Self {
            warmup: schedule.warmup,
            curve,
        })
    }

    /// Factor at a step, counted from 0, in 2⁻³¹; at most 1.
    pub(super) fn factor(&self, step: u64) -> u32 {
        let Some(t) = step.checked_sub(self.warmup.into()) else {
            return ratio(step as u32 + 1, self.warmup);
        };
        let t = t.min(u32::MAX.into()) as u32;
        match self.curve {
            Curve::Constant => WHOLE,
            Curve::Step { every, factor } => power(factor, t.checked_div(every).unwrap_or(0)),
            Curve::InverseTime { decay, floor } => {
                decay.map_or(WHOLE, |decay| inverse(decay, t)).max(floor)
            }
            Curve::Cosine { steps, floor } => {
                let turn = ratio(t, steps) >> 16;
                product((wave(turn as i32) as u32) << 16, WHOLE - floor) + floor
            }
        }
    }

    /// Words that a fingerprint takes in.
    pub(super) fn words(&self) -> [u32; 4] {
        let [kind, first, second] = match self.curve {
            Curve::Constant => [0; 3],
            Curve::Step { every, factor } => [1, every, factor],
            Curve::InverseTime { decay, floor } => [2, decay.map_or(0, Significand::word), floor],
            Curve::Cosine { steps, floor } => [3, steps, floor],
        };
        [self.warmup, kind, first, second]
    }
}

/// A number from 0 to 1 in 2⁻³¹, exactly but for bits below that.
#[inline(never)]
fn share(number: f32) -> u32 {
    match Significand::of(number, 1, 1) {
        // A float from 0 to 1 has 24 bits, so this is the integer below the product.
        Some(_) if number < 1.0 => (number * 2_147_483_648.0) as u32,
        Some(_) => WHOLE,
        None => 0,
    }
}

/// The product of two factors, rounded.
#[inline(never)]
fn product(a: u32, b: u32) -> u32 {
    ((u64::from(a) * u64::from(b) + (1 << 30)) >> 31) as u32
}

/// baseⁿ by repeated squaring, from the lowest bit of n on.
fn power(base: u32, mut exponent: u32) -> u32 {
    let (mut whole, mut square) = (WHOLE, base);
    while exponent > 0 {
        if exponent & 1 == 1 {
            whole = product(whole, square);
        }
        square = product(square, square);
        exponent >>= 1;
    }
    whole
}

/// a / b, at most 1, with 16 significant bits of b and one division of 32 bits.
#[inline(never)]
fn ratio(a: u32, b: u32) -> u32 {
    if a >= b {
        return WHOLE;
    }
    let zeros = b.leading_zeros();
    let quotient = (a << zeros).checked_div((b << zeros) >> 16);
    quotient.unwrap_or(0).min(1 << 16) << 15
}

/// 1 / (1 + decay t), with 16 significant bits of the sum.
fn inverse(decay: Significand, t: u32) -> u32 {
    if t == 0 {
        return WHOLE;
    }
    let product = u64::from(decay.mantissa) * u64::from(t);
    // The sum with 31 bits behind the point; beyond 63 bits in all the factor is 0.
    let places = decay.places - 31;
    let fall = match places {
        0..64 => product >> places,
        ..0 if product.leading_zeros() as i32 > 1 - places => product << -places,
        ..0 => return 0,
        _ => 0,
    };
    let sum = fall.saturating_add(WHOLE.into());
    let zeros = sum.leading_zeros();
    // 16 bits of the sum, from 2¹⁵ on: the quotient is from 2¹⁵ to 2¹⁶.
    let top = (sum << zeros) >> 48;
    let quotient = WHOLE.checked_div(top as u32).unwrap_or(0);
    (quotient << 15).checked_shr(32 - zeros).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Rules;

    /// Every curve over its steps, against that of floats.
    #[test]
    fn factors_are_those_of_floats() {
        let curves: [(Real<f32>, f64); 7] = [
            (Real::Constant, 1e-9),
            (
                Real::Step {
                    every: 100,
                    factor: 0.5,
                },
                1e-9,
            ),
            (
                Real::Step {
                    every: 7,
                    factor: 0.9,
                },
                1e-5,
            ),
            (Real::Exponential { decay: 0.9999 }, 1e-4),
            (
                Real::InverseTime {
                    decay: 0.01,
                    floor: 0.001,
                },
                7e-5,
            ),
            (
                Real::InverseTime {
                    decay: 3.0,
                    floor: 0.0,
                },
                7e-5,
            ),
            (
                Real::Cosine {
                    steps: 50_000,
                    floor: 0.05,
                },
                7e-4,
            ),
        ];
        for (curve, bound) in curves {
            for warmup in [0, 1, 300] {
                let float = rules::Schedule {
                    warmup,
                    curve: match curve {
                        Real::Constant => Real::Constant,
                        Real::Step { every, factor } => Real::Step {
                            every,
                            factor: f64::from(factor),
                        },
                        Real::Exponential { decay } => Real::Exponential {
                            decay: decay.into(),
                        },
                        Real::InverseTime { decay, floor } => Real::InverseTime {
                            decay: decay.into(),
                            floor: floor.into(),
                        },
                        Real::Cosine { steps, floor } => Real::Cosine {
                            steps,
                            floor: floor.into(),
                        },
                        _ => unreachable!(),
                    },
                };
                let own = Schedule::of(&rules::Schedule { warmup, curve }).unwrap();
                for step in (0..60_000u64).step_by(13).chain([u64::MAX >> 1]) {
                    let exact = float.rate_factor(&[], step);
                    let factor = f64::from(own.factor(step)) / 2_147_483_648.0;
                    let near = (factor - exact).abs() <= bound.max(2e-5);
                    assert!(near, "{curve:?} {warmup} {step}: {factor} {exact}");
                }
            }
        }
    }

    #[test]
    fn one_that_goes_by_losses_is_none_of_integers() {
        let curve = Real::Plateau {
            patience: 2,
            factor: 0.5,
            floor: 0.1,
        };
        assert_eq!(Schedule::of(&rules::Schedule { warmup: 0, curve }), None);
    }

    #[test]
    fn extremes_stay_between_zero_and_one() {
        let every = [0.0, f32::MIN_POSITIVE, 1e-30, 0.5, 1.0, 1e30, f32::MAX];
        for decay in every {
            let floor = 0.0;
            let curve = Real::InverseTime { decay, floor };
            let own = Schedule::of(&rules::Schedule { warmup: 0, curve }).unwrap();
            for step in [0, 1, 77, u64::from(u32::MAX), u64::MAX] {
                let exact = 1.0 / (1.0 + f64::from(decay) * (step.min(u32::MAX.into()) as f64));
                let factor = f64::from(own.factor(step)) / 2_147_483_648.0;
                assert!(
                    (factor - exact).abs() < 7e-5,
                    "{decay} {step}: {factor} {exact}"
                );
            }
        }
    }
}
