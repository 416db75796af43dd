//! Optimizers: how a gradient becomes a step.

mod adam;
mod any;
mod momentum;
mod sgd;

pub use adam::Adam;
pub use any::AnyOptimizer;
pub use momentum::Momentum;
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

    /// A row of parameters whose gradients are `delta` times each of `inputs`.
    #[inline(always)]
    fn row<R: Rules<T>>(
        &self,
        now: &Self::Now,
        rules: &R,
        (parameters, state): (&mut [T], &mut [T]),
        delta: T,
        inputs: &[T],
    ) {
        let gain = self.gain(now);
        let rate = self.current_rate(now);
        let one = |parameter: &mut T, state: &mut [T], gradient: T| {
            let gradient = rules.gradient(Kind::Weight, gain, *parameter, gradient);
            let moved = self.element(now, *parameter, state, gradient);
            *parameter = rules.settle(Kind::Weight, rate, moved);
        };
        if Self::SLOTS == 0 {
            for (parameter, &input) in parameters.iter_mut().zip(inputs) {
                one(parameter, &mut [], delta * input);
            }
        } else {
            let states = state.chunks_exact_mut(Self::SLOTS);
            for ((parameter, state), &input) in parameters.iter_mut().zip(states).zip(inputs) {
                one(parameter, state, delta * input);
            }
        }
    }

    /// A run of parameters of one kind with a gradient (times the gain, and times `share`) each.
    #[inline(always)]
    fn run<R: Rules<T>>(
        &self,
        now: &Self::Now,
        rules: &R,
        kind: Kind,
        (parameters, state): (&mut [T], &mut [T]),
        gradients: &[T],
        share: T,
    ) {
        let gain = self.gain(now);
        let rate = self.current_rate(now);
        let one = |parameter: &mut T, state: &mut [T], gradient: T| {
            let gradient = rules.gradient(kind, gain, *parameter, gradient);
            let moved = self.element(now, *parameter, state, gradient);
            *parameter = rules.settle(kind, rate, moved);
        };
        if Self::SLOTS == 0 {
            for (parameter, &gradient) in parameters.iter_mut().zip(gradients) {
                one(parameter, &mut [], gradient * share);
            }
        } else {
            let states = state.chunks_exact_mut(Self::SLOTS);
            for ((parameter, state), &gradient) in parameters.iter_mut().zip(states).zip(gradients)
            {
                one(parameter, state, gradient * share);
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
