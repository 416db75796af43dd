//! Optimizers: how a gradient becomes a step.

mod adagrad;
mod adam;
mod any;
mod averaged;
mod momentum;
mod rmsprop;
mod rprop;
mod sgd;

pub use adagrad::AdaGrad;
pub use adam::{Adam, AdamW, AmsGrad};
pub use any::AnyOptimizer;
pub use averaged::AveragedSgd;
pub use momentum::Momentum;
pub use rmsprop::RmsProp;
pub use rprop::Rprop;
pub use sgd::Sgd;

use crate::model::Kind;
use crate::rules::Rules;
use crate::{Real, Setting};

/// The largest gradient that an optimizer with squares in its state is given.
pub(crate) const STEEPEST: f64 = 1e15;

/// An optimizer: its settings. Its state lives in the fit's arena, so one value can drive many
/// fits.
///
/// State starts at zero: [`slots`](Optimizer::slots) numbers for each parameter, side by side,
/// and [`shared`](Optimizer::shared) numbers for the whole fit.
pub trait Optimizer<T: Real> {
    /// The coefficients of one step, worked out once for all parameters.
    type Now: Copy;

    /// The most numbers of state that a parameter needs.
    const SLOTS: usize;

    /// The most numbers of state that the whole fit shares.
    const SHARED: usize = 0;

    /// Whether [`charge`](Optimizer::charge) needs to know how large the gradient can be. Where
    /// false, a parameter moves by exactly its (scaled) gradient and no state is kept.
    const REACH: bool = true;

    /// Numbers of state for each parameter.
    #[inline(always)]
    fn slots(&self) -> usize {
        Self::SLOTS
    }

    /// Numbers of state that the whole fit shares.
    #[inline(always)]
    fn shared(&self) -> usize {
        Self::SHARED
    }

    /// Whether the settings are possible.
    ///
    /// # Errors
    /// The setting that is not.
    fn check(&self) -> Result<(), Setting>;

    /// The coefficients of the next step, with the learning rate multiplied by `factor`.
    fn now(&self, shared: &[T], factor: T) -> Self::Now;

    /// Moves the shared state on, after a step has been taken.
    #[inline(always)]
    fn advance(&self, shared: &mut [T]) {
        let _ = shared;
    }

    /// What the slopes of the loss are multiplied with before anything else: the learning rate
    /// of plain gradient descent, 1 for the others.
    fn gain(&self, now: &Self::Now) -> T;

    /// The learning rate of this step.
    fn current_rate(&self, now: &Self::Now) -> T;

    /// A bound for the move of any parameter, when no number of the gradient (times the gain)
    /// is larger than `reach`; infinite or NaN where the state could overflow.
    fn charge(&self, now: &Self::Now, reach: T) -> T;

    /// One parameter's step: takes the parameter and its gradient (times the gain), moves its
    /// state, returns the parameter moved. `state` has [`slots`](Optimizer::slots) numbers.
    fn element(&self, now: &Self::Now, parameter: T, state: &mut [T], gradient: T) -> T;

    /// Shrinks a weight before its step; biases are left alone.
    #[inline(always)]
    fn shrink(&self, now: &Self::Now, parameter: T) -> T {
        let _ = now;
        parameter
    }

    /// Takes note of where a parameter stands after its step and its rules.
    #[inline(always)]
    fn settled(&self, now: &Self::Now, parameter: T, state: &mut [T]) {
        let _ = (now, parameter, state);
    }

    /// Puts the parameters that the fit ends with in place of those it trains.
    fn finish(&self, shared: &[T], parameters: &mut [T], state: &[T]) {
        let _ = (shared, parameters, state);
    }

    /// Moves the run of parameters of one `kind` that starts at parameter `at`, each with the
    /// next of `gradients` (times the gain).
    ///
    /// This is the one loop over parameters; an optimizer chosen at run time overrides it to
    /// choose once a run.
    #[inline(always)]
    fn run<R: Rules<T>>(
        &self,
        now: &Self::Now,
        rules: &R,
        (at, kind): (usize, Kind),
        (parameters, state): (&mut [T], &mut [T]),
        gradients: impl Iterator<Item = T>,
    ) {
        let gain = self.gain(now);
        let rate = self.current_rate(now);
        let one = |at: usize, parameter: &mut T, state: &mut [T], gradient: T| {
            if rules.trains(at) {
                let mut from = rules.shrink(kind, rate, *parameter);
                if kind == Kind::Weight {
                    from = self.shrink(now, from);
                }
                let gradient = rules.gradient(kind, gain, *parameter, gradient);
                let moved = self.element(now, from, state, gradient);
                *parameter = rules.settle(at, kind, rate, moved);
            }
            self.settled(now, *parameter, state);
        };
        if Self::SLOTS == 0 {
            for (i, (parameter, gradient)) in parameters.iter_mut().zip(gradients).enumerate() {
                one(at + i, parameter, &mut [], gradient);
            }
        } else {
            let states = state.chunks_exact_mut(Self::SLOTS);
            for (i, ((parameter, state), gradient)) in
                parameters.iter_mut().zip(states).zip(gradients).enumerate()
            {
                one(at + i, parameter, state, gradient);
            }
        }
    }
}

/// Whether a learning rate is finite and above 0.
pub(crate) fn check_rate<T: Real>(rate: T) -> Result<(), Setting> {
    if rate > T::ZERO && rate.is_finite() {
        Ok(())
    } else {
        Err(Setting::Rate)
    }
}

/// Whether a factor of decay is at least 0 and below 1.
pub(crate) fn check_decay<T: Real>(factor: T) -> Result<(), Setting> {
    if factor >= T::ZERO && factor < T::ONE {
        Ok(())
    } else {
        Err(Setting::Decay)
    }
}

/// Whether what is added to a divisor is large enough to bound a step.
pub(crate) fn check_epsilon<T: Real>(epsilon: T) -> Result<(), Setting> {
    if epsilon >= T::from_f64(1e-12) && epsilon.is_finite() {
        Ok(())
    } else {
        Err(Setting::Epsilon)
    }
}

/// A sum that only grows, held where it can still take a square of the steepest gradient.
#[inline(always)]
pub(crate) fn bounded_sum<T: Real>(sum: T) -> T {
    sum.smaller(T::from_f64(1e36))
}
