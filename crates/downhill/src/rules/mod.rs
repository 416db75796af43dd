//! Rules around the optimizer: scaler, schedule, penalty, clip, constraint.
//!
//! A [`Trainer`](crate::Trainer) has one bundle of rules as a type. The empty bundle, `()`, is
//! nothing at all: no memory and no instructions. Each rule here is a bundle of its own, two of
//! them make a bundle as a pair, and [`AnyRules`] holds all of them, chosen at run time.
//!
//! ```
//! use downhill::rules::{Penalty, Schedule};
//! use downhill::{Const, Trainer, loss::Squared, model::Linear, optimizer::Sgd};
//! # fn main() -> Result<(), downhill::Fault> {
//! type Rules = (Schedule<f32>, Penalty<f32>);
//! type Fit = Trainer<Linear<Const<1>>, Squared, Sgd<f32>, Rules, [f32; 7]>;
//! let rules = (Schedule::inverse_time(0.01, 0.1), Penalty::l2(0.001));
//! let mut fit = Fit::with_rules(Linear::new(), Squared, Sgd::new(0.1), rules, [0.0; Fit::ARENA])?;
//! fit.observe(&[1.0], &[1.0])?;
//! # Ok(())
//! # }
//! ```

mod any;
mod bounds;
mod clip;
mod mask;
mod penalty;
mod restartable;
mod scaling;
mod schedule;

pub use any::AnyRules;
pub use bounds::{Bound, ParameterBounds};
pub use clip::Clip;
pub use mask::Mask;
pub use penalty::Penalty;
pub use restartable::RestartableSchedule;
pub use scaling::{SCALERS, Scaling, ScalingMethod};
pub use schedule::{Curve, SCHEDULES, Schedule, ScheduleFacts};

use crate::internal::Internal;
use crate::model::ParameterKind;
use crate::{Real, Setting};

/// A bundle of rules. Every method of the trait does nothing unless a bundle says otherwise.
pub trait Rules<T: Real> {
    /// True where features and targets pass through a scaler.
    const SCALES: bool = false;
    /// True where the gradient's norm has a limit.
    const CLIPS_NORM: bool = false;
    /// True where a penalty adds to the gradient.
    const PENALIZES: bool = false;
    /// The most numbers of state that the bundle keeps in the arena.
    const WORDS: usize = 0;

    /// Numbers of state that the bundle keeps in the arena; they start at zero.
    #[inline(always)]
    fn words(&self) -> usize {
        Self::WORDS
    }

    /// The scaler, if [`SCALES`](Rules::SCALES).
    #[inline(always)]
    fn scaling(&self) -> Scaling {
        Scaling::NONE
    }

    /// Factor on the learning rate at this step, counted from 0.
    #[inline(always)]
    fn rate_factor(&self, words: &[T], step: u64) -> T {
        let _ = (words, step);
        T::ONE
    }

    /// Takes a loss on validation samples.
    #[inline(always)]
    fn report(&self, words: &mut [T], loss: T) {
        let _ = (words, loss);
    }

    /// Halves the learning rate from here on, where the schedule is a [`RestartableSchedule`].
    #[inline(always)]
    fn halve_rate(&self, words: &mut [T]) {
        let _ = words;
    }

    /// Factor that [`halve_rate`](Rules::halve_rate) has reduced the learning rate by.
    #[inline(always)]
    fn halving_factor(&self, words: &[T]) -> T {
        let _ = words;
        T::ONE
    }

    /// Begins the schedule anew at this step and undoes every halving, where the schedule is a
    /// [`RestartableSchedule`].
    #[inline(always)]
    fn restart_schedule(&self, words: &mut [T], step: u64) {
        let _ = (words, step);
    }

    /// The largest norm of a gradient, if [`CLIPS_NORM`](Rules::CLIPS_NORM).
    #[inline(always)]
    fn max_norm(&self) -> Option<T> {
        None
    }

    /// Bound for what penalties add to the gradient of a parameter of at most this magnitude.
    #[inline(always)]
    fn max_penalty_gradient(&self, max_parameter: T) -> T {
        let _ = max_parameter;
        T::ZERO
    }

    /// Clips a parameter's gradient and adds its penalties; both are `gain` times as large.
    #[inline(always)]
    fn gradient(&self, kind: ParameterKind, gain: T, parameter: T, gradient: T) -> T {
        let _ = (kind, gain, parameter);
        gradient
    }

    /// Shrinks a parameter before its step at this learning rate.
    #[inline(always)]
    fn shrink(&self, kind: ParameterKind, learning_rate: T, parameter: T) -> T {
        let _ = (kind, learning_rate);
        parameter
    }

    /// Constrains parameter `at`, which has moved at this learning rate.
    #[inline(always)]
    fn constrain(&self, at: usize, kind: ParameterKind, learning_rate: T, parameter: T) -> T {
        let _ = (at, kind, learning_rate);
        parameter
    }

    /// Returns `true` if the methods that take one parameter do nothing as the bundle is set, and
    /// need not be called: [`gradient`](Rules::gradient), [`shrink`](Rules::shrink),
    /// [`constrain`](Rules::constrain) and [`trains`](Rules::trains). Scaler, schedule and the limit
    /// on the gradient's norm may still act; [`is_noop`](Rules::is_noop) speaks of these too.
    #[inline(always)]
    fn is_noop_per_parameter(&self) -> bool {
        false
    }

    /// Returns `true` if no method does anything as the bundle was set at run time: every step is
    /// that of the empty bundle. A bundle of fixed types may always answer `false`, since the
    /// compiler removes what does nothing.
    #[inline(always)]
    fn is_noop(&self) -> bool {
        false
    }

    /// Scaler, where no method of these rules does anything but scale as the bundle was set at run
    /// time: every step is that of the scaler alone.
    #[doc(hidden)]
    #[inline(always)]
    fn fast_path(&self, _: Internal) -> Option<Scaling> {
        None
    }

    /// Returns `true` if parameter `at` is trained.
    #[inline(always)]
    fn trains(&self, at: usize) -> bool {
        let _ = at;
        true
    }

    /// Checks the settings.
    ///
    /// # Errors
    /// The [`Setting`] that is out of range.
    fn check(&self) -> Result<(), Setting> {
        Ok(())
    }
}

impl<T: Real> Rules<T> for () {
    #[inline(always)]
    fn is_noop_per_parameter(&self) -> bool {
        true
    }
}

impl<T: Real> Rules<T> for Scaling {
    const SCALES: bool = true;

    fn scaling(&self) -> Scaling {
        *self
    }

    #[inline(always)]
    fn is_noop_per_parameter(&self) -> bool {
        true
    }

    fn check(&self) -> Result<(), Setting> {
        match self.method {
            ScalingMethod::Forgetting { horizon } if horizon < 2 => Err(Setting::Scaling),
            _ => Ok(()),
        }
    }
}

/// Both bundles, the first one first. At most one of them may keep numbers or scale.
impl<T: Real, A: Rules<T>, B: Rules<T>> Rules<T> for (A, B) {
    const SCALES: bool = A::SCALES || B::SCALES;
    const CLIPS_NORM: bool = A::CLIPS_NORM || B::CLIPS_NORM;
    const PENALIZES: bool = A::PENALIZES || B::PENALIZES;
    const WORDS: usize = A::WORDS + B::WORDS;

    #[inline(always)]
    fn words(&self) -> usize {
        self.0.words() + self.1.words()
    }

    #[inline(always)]
    fn scaling(&self) -> Scaling {
        if A::SCALES {
            self.0.scaling()
        } else {
            self.1.scaling()
        }
    }

    #[inline(always)]
    fn rate_factor(&self, words: &[T], step: u64) -> T {
        let (a, b) = words.split_at_checked(self.0.words()).unwrap_or((&[], &[]));
        self.0.rate_factor(a, step) * self.1.rate_factor(b, step)
    }

    #[inline(always)]
    fn report(&self, words: &mut [T], loss: T) {
        if let Some((a, b)) = words.split_at_mut_checked(self.0.words()) {
            self.0.report(a, loss);
            self.1.report(b, loss);
        }
    }

    #[inline(always)]
    fn halve_rate(&self, words: &mut [T]) {
        if let Some((a, b)) = words.split_at_mut_checked(self.0.words()) {
            self.0.halve_rate(a);
            self.1.halve_rate(b);
        }
    }

    #[inline(always)]
    fn halving_factor(&self, words: &[T]) -> T {
        let cut = words.split_at_checked(self.0.words());
        cut.map_or(T::ONE, |(a, b)| {
            self.0.halving_factor(a) * self.1.halving_factor(b)
        })
    }

    #[inline(always)]
    fn restart_schedule(&self, words: &mut [T], step: u64) {
        if let Some((a, b)) = words.split_at_mut_checked(self.0.words()) {
            self.0.restart_schedule(a, step);
            self.1.restart_schedule(b, step);
        }
    }

    #[inline(always)]
    fn max_norm(&self) -> Option<T> {
        match (self.0.max_norm(), self.1.max_norm()) {
            (Some(a), Some(b)) => Some(a.smaller(b)),
            (a, b) => a.or(b),
        }
    }

    #[inline(always)]
    fn max_penalty_gradient(&self, max_parameter: T) -> T {
        self.0.max_penalty_gradient(max_parameter) + self.1.max_penalty_gradient(max_parameter)
    }

    #[inline(always)]
    fn gradient(&self, kind: ParameterKind, gain: T, parameter: T, gradient: T) -> T {
        self.1.gradient(
            kind,
            gain,
            parameter,
            self.0.gradient(kind, gain, parameter, gradient),
        )
    }

    #[inline(always)]
    fn shrink(&self, kind: ParameterKind, learning_rate: T, parameter: T) -> T {
        self.1.shrink(
            kind,
            learning_rate,
            self.0.shrink(kind, learning_rate, parameter),
        )
    }

    #[inline(always)]
    fn constrain(&self, at: usize, kind: ParameterKind, learning_rate: T, parameter: T) -> T {
        self.1.constrain(
            at,
            kind,
            learning_rate,
            self.0.constrain(at, kind, learning_rate, parameter),
        )
    }

    #[inline(always)]
    fn is_noop_per_parameter(&self) -> bool {
        self.0.is_noop_per_parameter() && self.1.is_noop_per_parameter()
    }

    #[inline(always)]
    fn trains(&self, at: usize) -> bool {
        self.0.trains(at) && self.1.trains(at)
    }

    fn check(&self) -> Result<(), Setting> {
        self.0.check()?;
        self.1.check()
    }
}

/// Returns `true` if a number is finite and at least 0.
fn is_not_negative<T: Real>(number: T) -> bool {
    number >= T::ZERO && number.is_finite()
}
