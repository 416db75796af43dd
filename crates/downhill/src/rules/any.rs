#[cfg(feature = "serde")]
use serde::{Deserialize, Serialize};

use super::{
    Bound, Clip, Curve, Penalty, RestartableSchedule, Rules, Scaling, ScalingMethod, Schedule,
};
use crate::internal::Internal;
use crate::model::ParameterKind;
use crate::{Real, Setting};

/// All rules, chosen at run time.
///
/// ```
/// use downhill::rules::{AnyRules, Scaling};
/// const RULES: AnyRules<f32> = AnyRules::NONE.scaling(Scaling::STANDARD).frozen(8);
/// assert_eq!((RULES.scaling, RULES.frozen), (Scaling::STANDARD, 8));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
#[non_exhaustive]
pub struct AnyRules<T> {
    /// The scaler.
    pub scaling: Scaling,
    /// The learning rate over the steps.
    pub schedule: Schedule<T>,
    /// Penalty on large weights.
    pub penalty: Penalty<T>,
    /// Limits on the gradient.
    pub clip: Clip<T>,
    /// Parameters, from the first on, that are never trained: a net's first layers.
    pub frozen: u32,
    /// Limits on up to eight runs of parameters, one run after the other; those that there are
    /// come first.
    pub bounds: [Option<Bound<T>>; 8],
    /// Makes the schedule a [`RestartableSchedule`]. No part of a serialized recipe:
    /// [`Recipe::build`](crate::Recipe::build) sets it where the recipe's health
    /// [acts](crate::health::Health::acts).
    #[cfg_attr(feature = "serde", serde(skip))]
    pub(crate) restartable: bool,
}

impl<T: Real> AnyRules<T> {
    /// No rule, as the default, for a recipe that is a constant.
    pub const NONE: Self = Self {
        scaling: Scaling::NONE,
        schedule: Schedule {
            warmup: 0,
            curve: Curve::Constant,
        },
        penalty: Penalty {
            l1: T::ZERO,
            l2: T::ZERO,
            decay: T::ZERO,
        },
        clip: Clip {
            value: None,
            norm: None,
        },
        frozen: 0,
        bounds: [None; 8],
        restartable: false,
    };

    /// These rules with this scaler.
    #[must_use]
    pub const fn scaling(mut self, scaling: Scaling) -> Self {
        self.scaling = scaling;
        self
    }

    /// These rules with this schedule.
    #[must_use]
    pub const fn schedule(mut self, schedule: Schedule<T>) -> Self {
        self.schedule = schedule;
        self
    }

    /// These rules with these penalties.
    #[must_use]
    pub const fn penalty(mut self, penalty: Penalty<T>) -> Self {
        self.penalty = penalty;
        self
    }

    /// These rules with these limits on the gradient.
    #[must_use]
    pub const fn clip(mut self, clip: Clip<T>) -> Self {
        self.clip = clip;
        self
    }

    /// These rules with the first `parameters` never trained.
    #[must_use]
    pub const fn frozen(mut self, parameters: u32) -> Self {
        self.frozen = parameters;
        self
    }

    /// These rules with these bounds.
    #[must_use]
    pub const fn bounds(mut self, bounds: [Option<Bound<T>>; 8]) -> Self {
        self.bounds = bounds;
        self
    }
}

impl<T: Real> Rules<T> for AnyRules<T> {
    const SCALES: bool = true;
    const CLIPS_NORM: bool = true;
    const PENALIZES: bool = true;
    const WORDS: usize = <RestartableSchedule<T> as Rules<T>>::WORDS;

    #[inline]
    fn words(&self) -> usize {
        match self.restartable {
            true => RestartableSchedule(self.schedule).words(),
            false => self.schedule.words(),
        }
    }

    #[inline]
    fn scaling(&self) -> Scaling {
        self.scaling
    }

    #[inline]
    fn rate_factor(&self, words: &[T], step: u64) -> T {
        match self.restartable {
            true => RestartableSchedule(self.schedule).rate_factor(words, step),
            false => self.schedule.rate_factor(words, step),
        }
    }

    fn report(&self, words: &mut [T], loss: T) {
        self.schedule.report(words, loss);
    }

    fn halve_rate(&self, words: &mut [T]) {
        if self.restartable {
            RestartableSchedule(self.schedule).halve_rate(words);
        }
    }

    fn halving_factor(&self, words: &[T]) -> T {
        match self.restartable {
            true => RestartableSchedule(self.schedule).halving_factor(words),
            false => T::ONE,
        }
    }

    fn restart_schedule(&self, words: &mut [T], step: u64) {
        if self.restartable {
            RestartableSchedule(self.schedule).restart_schedule(words, step);
        }
    }

    #[inline]
    fn max_norm(&self) -> Option<T> {
        self.clip.max_norm()
    }

    #[inline]
    fn max_penalty_gradient(&self, max_parameter: T) -> T {
        self.penalty.max_penalty_gradient(max_parameter)
    }

    #[inline(always)]
    fn gradient(&self, kind: ParameterKind, gain: T, parameter: T, gradient: T) -> T {
        let clipped = self.clip.gradient(kind, gain, parameter, gradient);
        self.penalty.gradient(kind, gain, parameter, clipped)
    }

    #[inline(always)]
    fn shrink(&self, kind: ParameterKind, learning_rate: T, parameter: T) -> T {
        self.penalty.shrink(kind, learning_rate, parameter)
    }

    #[inline(always)]
    fn constrain(&self, at: usize, kind: ParameterKind, learning_rate: T, parameter: T) -> T {
        let mut settled = self.penalty.constrain(at, kind, learning_rate, parameter);
        for bound in self.bounds.iter().map_while(Option::as_ref) {
            settled = bound.constrain(at, settled);
        }
        settled
    }

    #[inline]
    fn is_noop_per_parameter(&self) -> bool {
        let free = self.frozen == 0 && self.bounds.first().is_none_or(Option::is_none);
        free && self.penalty.is_noop_per_parameter() && self.clip.is_noop_per_parameter()
    }

    #[inline]
    fn is_noop(&self) -> bool {
        self.is_noop_per_parameter()
            && self.scaling.method == ScalingMethod::None
            && self.clip.norm.is_none()
            && self.schedule.is_constant()
            && !self.restartable
    }

    #[inline]
    fn fast_path(&self, _: Internal) -> Option<Scaling> {
        let scales_alone = self.is_noop_per_parameter()
            && self.clip.norm.is_none()
            && self.schedule.is_constant()
            && !self.restartable;
        scales_alone.then_some(self.scaling)
    }

    #[inline(always)]
    fn trains(&self, at: usize) -> bool {
        at >= self.frozen as usize
    }

    fn check(&self) -> Result<(), Setting> {
        Rules::<T>::check(&self.scaling)?;
        self.schedule.check()?;
        self.penalty.check()?;
        self.clip.check()?;
        let whole = self.bounds.is_sorted_by_key(Option::is_none);
        if whole && self.bounds.iter().flatten().all(Bound::is_possible) {
            Ok(())
        } else {
            Err(Setting::Bounds)
        }
    }
}
