//! Rules around the optimizer in integers: schedule, penalty, clips, bounds.

use super::norm::Squares;
use super::number::{PARAMETER_MAX, PARAMETER_POINT, part, round};
use super::rate::{Rate, Significand};
use super::schedule::Schedule;
use super::unsupported::Unsupported;
use crate::Hasher;
use crate::model::ParameterKind;
use crate::rules::{AnyRules as Floats, Bound as RealBound};

/// Rules of a fit. The empty bundle, `()`, costs nothing; [`AnyRules`] are chosen at run time.
pub trait Rules {
    /// Rules of one step, at its learning rate.
    type Step<'a>: StepRules
    where
        Self: 'a;

    /// The learning rate of a step, counted from 0.
    #[inline(always)]
    fn rate(&self, rate: Rate, step: u64) -> Rate {
        let _ = step;
        rate
    }

    /// Rules of a step at this rate.
    fn step(&self, rate: Rate) -> Self::Step<'_>;

    /// Largest size that bounds may give a parameter however small it is.
    #[inline(always)]
    fn forced(&self) -> u32 {
        0
    }

    /// Hashes the rules; nothing of rules that do nothing.
    fn hash(&self, hasher: &mut Hasher) {
        let _ = hasher;
    }
}

/// Rules at the learning rate of one step. Movements have [`PARAMETER_POINT`] bits behind the
/// point.
pub trait StepRules {
    /// True where the gradient's norm may have a limit.
    const CLIPS_NORM: bool = false;

    /// Begins to measure the gradient's norm, where that has a limit; returns whether it does.
    #[inline(always)]
    fn measure(&mut self) -> bool {
        false
    }

    /// The norm that is being measured, while nothing moves.
    #[inline(always)]
    fn squares(&mut self) -> Option<&mut Squares> {
        None
    }

    /// Ends that, and returns the factor by which slopes have to be smaller, where they have to; their
    /// products are movements shifted by so many places.
    #[inline(always)]
    fn share(&mut self, places: u32) -> Option<u16> {
        let _ = places;
        None
    }

    /// The movement that a parameter makes, of the one that its gradient asks for.
    #[inline(always)]
    fn movement(&self, kind: ParameterKind, parameter: i32, movement: i32) -> i32 {
        let _ = (kind, parameter);
        movement
    }

    /// A bound of the size of [`movement`](StepRules::movement), of one of its argument.
    #[inline(always)]
    fn reach(&self, movement: u32) -> u32 {
        movement
    }

    /// Parameter `at` after its movement, put back between its bounds.
    #[inline(always)]
    fn bounded(&self, at: usize, parameter: i32) -> i32 {
        let _ = at;
        parameter
    }
}

impl StepRules for () {}

impl Rules for () {
    type Step<'a> = ();

    #[inline(always)]
    fn step(&self, _rate: Rate) {}
}

/// Limits of a run of parameters, as [`rules::Bound`](crate::rules::Bound).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Bound {
    first: u32,
    last: u32,
    low: i32,
    high: i32,
}

impl Bound {
    const NONE: Self = Self {
        first: 0,
        last: 0,
        low: 0,
        high: 0,
    };

    /// The bound in integers: a limit beyond the range of parameters is that range's end.
    fn of(bound: &RealBound<f32>) -> Option<Self> {
        let most = PARAMETER_MAX as i32;
        let [low, high] = [bound.low, bound.high].map(|limit| {
            // A power of two: exact, but for the bits below the last.
            let scaled = limit * (1u32 << PARAMETER_POINT) as f32;
            (scaled as i32).max(-most).min(most)
        });
        (bound.low < 8.0 && bound.high > -8.0).then_some(Self {
            first: bound.first,
            last: bound.last,
            low,
            high,
        })
    }
}

/// All rules of fixed point, chosen at run time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AnyRules {
    schedule: Schedule,
    /// λ of the square, by what a slope lacks.
    penalty: Option<Significand>,
    /// Largest size of a number of the gradient, by what a slope lacks.
    value: Option<Significand>,
    /// Largest norm of the gradient, by what a slope lacks.
    norm: Option<Significand>,
    bounds: [Bound; 8],
    /// Bounds that there are.
    count: usize,
    /// Largest size that bounds may give a parameter however small it is.
    forced: u32,
}

impl AnyRules {
    /// No rules.
    pub const NONE: Self = Self {
        schedule: Schedule::CONSTANT,
        penalty: None,
        value: None,
        norm: None,
        bounds: [Bound::NONE; 8],
        count: 0,
        forced: 0,
    };

    /// The rules of floats in integers. `rate` is the fit's, which has taken in the factor
    /// `times` / `over` of its [loss](super::Loss::scale).
    ///
    /// # Errors
    /// The part of the rules that fixed point does not have.
    pub fn of(
        rules: &Floats<f32>,
        rate: Rate,
        (times, over): (u16, u16),
    ) -> Result<Self, Unsupported> {
        let given = |number: f32, unsupported| match number {
            0.0 => Ok(None),
            number => significand(number, over, times)
                .map(Some)
                .ok_or(unsupported),
        };
        if rules.penalty.l1 != 0.0 || rules.penalty.decay != 0.0 {
            return Err(Unsupported::Penalty);
        }
        let penalty = given(rules.penalty.l2, Unsupported::Penalty)?;
        if penalty.is_some_and(|penalty| shrinkage(penalty, rate).is_none()) {
            return Err(Unsupported::Penalty);
        }
        let (mut bounds, mut count, mut forced) = ([Bound::NONE; 8], 0, 0);
        for (own, bound) in bounds.iter_mut().zip(rules.bounds.iter().flatten()) {
            *own = Bound::of(bound).ok_or(Unsupported::Bounds)?;
            forced = forced.max(own.low).max(-own.high);
            count += 1;
        }
        Ok(Self {
            schedule: Schedule::of(&rules.schedule).ok_or(Unsupported::Schedule)?,
            penalty,
            value: given(rules.clip.value.unwrap_or(0.0), Unsupported::Clip)?,
            norm: given(rules.clip.norm.unwrap_or(0.0), Unsupported::Clip)?,
            bounds,
            count,
            forced: forced as u32,
        })
    }

    fn bounds(&self) -> &[Bound] {
        self.bounds.get(..self.count).unwrap_or(&[])
    }
}

/// [`Significand::of`], once in flash.
#[inline(never)]
fn significand(number: f32, times: u16, over: u16) -> Option<Significand> {
    Significand::of(number, times, over)
}

/// Part of a weight that a penalty takes away in a step, in 2⁻¹⁶ of 2 to −`places`.
#[derive(Clone, Copy, Debug)]
struct Shrinkage {
    share: u16,
    places: u32,
}

/// The penalty's part at a rate: η λ, which must be below a quarter.
fn shrinkage(penalty: Significand, rate: Rate) -> Option<Shrinkage> {
    let rate = rate.significand();
    let product = u32::from(penalty.mantissa) * u32::from(rate.mantissa);
    let places = penalty.places + rate.places;
    let quarter = match places - 2 {
        exponent @ 0..32 => 1 << exponent,
        exponent if exponent < 0 => return None,
        _ => u32::MAX,
    };
    // The product is at least 2²⁸, so that below a quarter there are at least 31 places.
    (product < quarter).then_some(Shrinkage {
        share: ((product + (1 << 14)) >> 15) as u16,
        places: (places - 31) as u32,
    })
}

/// A gradient of this size as a movement at a rate; at most 2³⁰.
fn limit(size: Significand, rate: Rate) -> u32 {
    let rate = rate.significand();
    let product = u32::from(size.mantissa) * u32::from(rate.mantissa);
    let places = size.places + rate.places - PARAMETER_POINT as i32;
    let most = 1 << 30;
    match u32::try_from(places) {
        Ok(places) => product.checked_shr(places).unwrap_or(0).min(most),
        Err(_) if product.leading_zeros() as i32 > 1 - places => (product << -places).min(most),
        Err(_) if product == 0 => 0,
        Err(_) => most,
    }
}

/// [`AnyRules`] at the rate of a step.
#[derive(Debug)]
pub struct AnyStep<'a> {
    shrinkage: Option<Shrinkage>,
    value: Option<u32>,
    norm: Option<u32>,
    squares: Option<Squares>,
    bounds: &'a [Bound],
}

impl StepRules for AnyStep<'_> {
    const CLIPS_NORM: bool = true;

    fn measure(&mut self) -> bool {
        self.squares = self.norm.map(|_| Squares::default());
        self.squares.is_some()
    }

    fn squares(&mut self) -> Option<&mut Squares> {
        self.squares.as_mut()
    }

    fn share(&mut self, places: u32) -> Option<u16> {
        let (squares, norm) = (self.squares.take()?, self.norm?);
        squares.share(u64::from(norm) << places)
    }

    #[inline(never)]
    fn movement(&self, kind: ParameterKind, parameter: i32, movement: i32) -> i32 {
        let movement = match self.value {
            Some(most) => movement.max(-(most as i32)).min(most as i32),
            None => movement,
        };
        match self.shrinkage {
            Some(Shrinkage { share, places }) if kind == ParameterKind::Weight && places < 31 => {
                movement - round(part(parameter, share), places)
            }
            _ => movement,
        }
    }

    fn reach(&self, movement: u32) -> u32 {
        let movement = self.value.map_or(movement, |most| movement.min(most));
        match self.shrinkage {
            Some(Shrinkage { share, places }) if places < 31 => {
                movement + (part(PARAMETER_MAX as i32, share) as u32 >> places) + 1
            }
            _ => movement,
        }
    }

    #[inline(never)]
    fn bounded(&self, at: usize, parameter: i32) -> i32 {
        let mut parameter = parameter;
        for bound in self.bounds {
            if at >= bound.first as usize && at <= bound.last as usize {
                parameter = parameter.max(bound.low).min(bound.high);
            }
        }
        parameter
    }
}

impl Rules for AnyRules {
    type Step<'a> = AnyStep<'a>;

    fn rate(&self, rate: Rate, step: u64) -> Rate {
        match self.schedule == Schedule::CONSTANT {
            true => rate,
            false => rate.times(self.schedule.factor(step)),
        }
    }

    fn step(&self, rate: Rate) -> AnyStep<'_> {
        AnyStep {
            shrinkage: self.penalty.and_then(|penalty| shrinkage(penalty, rate)),
            value: self.value.map(|value| limit(value, rate)),
            norm: self.norm.map(|norm| limit(norm, rate)),
            squares: None,
            bounds: self.bounds(),
        }
    }

    fn forced(&self) -> u32 {
        self.forced
    }

    #[inline(never)]
    fn hash(&self, hasher: &mut Hasher) {
        let rules = [self.penalty, self.value, self.norm];
        let is_constant = self.schedule == Schedule::CONSTANT;
        if is_constant && rules == [None; 3] && self.count == 0 {
            return;
        }
        let [warmup, kind, first, second] = self.schedule.words();
        let [l2, value, norm] = rules.map(|rule| rule.map_or(0, Significand::word));
        for word in [warmup, kind, first, second, l2, value, norm] {
            hasher.word(word);
        }
        for bound in self.bounds() {
            for word in [bound.first, bound.last, bound.low as u32, bound.high as u32] {
                hasher.word(word);
            }
        }
    }
}
