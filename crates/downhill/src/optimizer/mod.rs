//! Optimizers: how a gradient becomes a step.

/// Items of an [`Optimizer`] whose steps need its learning rate alone.
macro_rules! steps_by_rate {
    () => {
        type StepCoefficients = T;

        #[inline(always)]
        fn step_coefficients(&self, _shared: &[T], factor: T) -> T {
            self.learning_rate * factor
        }

        #[inline(always)]
        fn learning_rate(&self, coefficients: &T) -> T {
            *coefficients
        }
    };
}

mod adagrad;
mod adam;
#[macro_use]
mod any;
mod averaged;
mod momentum;
mod registry;
mod rmsprop;
mod rprop;
mod sgd;

pub use adagrad::AdaGrad;
pub use adam::{Adam, AdamW, AmsGrad};
pub use averaged::AveragedSgd;
pub use momentum::Momentum;
pub use registry::{AnyOptimizer, Batch, OPTIMIZERS, OptimizerFacts, OptimizerVisitor};
pub use rmsprop::RmsProp;
pub use rprop::Rprop;
pub use sgd::Sgd;

use crate::internal::Internal;
use crate::model::ParameterKind;
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
    type StepCoefficients: Copy;

    /// The most numbers of state that a parameter needs.
    const SLOTS: usize;

    /// The most numbers of state that the whole fit shares.
    const SHARED: usize = 0;

    /// True where [`max_update`](Optimizer::max_update) depends on the largest gradient. Where
    /// false, a parameter moves by exactly its (scaled) gradient and no state is kept.
    const NEEDS_MAX_GRADIENT: bool = true;

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

    /// Checks the settings.
    ///
    /// # Errors
    /// The setting that is not.
    fn check(&self) -> Result<(), Setting>;

    /// The coefficients of the next step, with the learning rate multiplied by `factor`.
    fn step_coefficients(&self, shared: &[T], factor: T) -> Self::StepCoefficients;

    /// Moves the shared state on, after a step has been taken.
    #[inline(always)]
    fn advance(&self, coefficients: &Self::StepCoefficients, shared: &mut [T]) {
        let _ = (coefficients, shared);
    }

    /// Learning rate of an [`Sgd`] that was chosen at run time: a trainer then takes the step made
    /// for it. `None` of all other optimizers.
    #[doc(hidden)]
    #[inline(always)]
    fn fast_path(&self, _: Internal) -> Option<T> {
        None
    }

    /// Factor on the slopes of the loss, before anything else: the learning rate of plain gradient
    /// descent, 1 for the others.
    #[inline(always)]
    fn gain(&self, coefficients: &Self::StepCoefficients) -> T {
        let _ = coefficients;
        T::ONE
    }

    /// The learning rate of this step.
    fn learning_rate(&self, coefficients: &Self::StepCoefficients) -> T;

    /// A bound for the move of any parameter, when no number of the gradient (times the gain)
    /// is larger than `max_gradient`; infinite or NaN where the state could overflow.
    fn max_update(&self, coefficients: &Self::StepCoefficients, max_gradient: T) -> T;

    /// One parameter's step: takes the parameter and its gradient (times the gain), moves its
    /// state, returns the parameter moved. `state` has [`slots`](Optimizer::slots) numbers.
    fn update(
        &self,
        coefficients: &Self::StepCoefficients,
        parameter: T,
        state: &mut [T],
        gradient: T,
    ) -> T;

    /// Shrinks a weight before its step; biases are left alone.
    #[inline(always)]
    fn shrink(&self, coefficients: &Self::StepCoefficients, parameter: T) -> T {
        let _ = coefficients;
        parameter
    }

    /// Takes note of where a parameter stands after its step and its rules.
    #[inline(always)]
    fn after_step(&self, coefficients: &Self::StepCoefficients, parameter: T, state: &mut [T]) {
        let _ = (coefficients, parameter, state);
    }

    /// Puts the parameters that the fit ends with in place of those it trains.
    fn finish(&self, shared: &[T], parameters: &mut [T], state: &[T]) {
        let _ = (shared, parameters, state);
    }

    /// Moves the parameters of a layer, a row of `inputs.len()` for each of `deltas`: the gradient
    /// (times the gain) of the one in row *o* and column *i* is `deltas[o] * share * inputs[i]`.
    ///
    /// An optimizer chosen at run time overrides this, to choose once a layer.
    #[inline(always)]
    fn outer<R: Rules<T>>(
        &self,
        coefficients: &Self::StepCoefficients,
        rules: &R,
        run: ParameterGroup<'_, T>,
        deltas: (&[T], T),
        inputs: &[T],
    ) {
        if Self::SLOTS == 0 {
            rows(self, coefficients, rules, run, deltas, inputs);
        } else {
            rows_apart(self, coefficients, rules, run, deltas, inputs);
        }
    }
}

/// Parameters that lie side by side, and their state.
#[derive(Debug)]
pub struct ParameterGroup<'a, T> {
    /// The number of the first.
    pub at: usize,
    /// Kind.
    pub kind: ParameterKind,
    /// The parameters.
    pub parameters: &'a mut [T],
    /// The numbers of state of each, side by side.
    pub state: &'a mut [T],
}

/// [`rows`] out of line: all layers share it, since what an optimizer with state does to a
/// parameter takes much flash, and so long that a call is little beside it.
#[inline(never)]
fn rows_apart<T: Real, O: Optimizer<T> + ?Sized, R: Rules<T>>(
    optimizer: &O,
    coefficients: &O::StepCoefficients,
    rules: &R,
    run: ParameterGroup<'_, T>,
    deltas: (&[T], T),
    inputs: &[T],
) {
    rows(optimizer, coefficients, rules, run, deltas, inputs);
}

/// Body of [`Optimizer::outer`].
#[inline(always)]
fn rows<T: Real, O: Optimizer<T> + ?Sized, R: Rules<T>>(
    optimizer: &O,
    coefficients: &O::StepCoefficients,
    rules: &R,
    run: ParameterGroup<'_, T>,
    (deltas, share): (&[T], T),
    inputs: &[T],
) {
    let ParameterGroup {
        mut at,
        kind,
        mut parameters,
        mut state,
    } = run;
    let columns = inputs.len();
    for &delta in deltas {
        let (Some(parameters), Some(state)) = (
            parameters.split_off_mut(..columns),
            state.split_off_mut(..columns * O::SLOTS),
        ) else {
            return;
        };
        let row = ParameterGroup {
            at,
            kind,
            parameters,
            state,
        };
        sweep(optimizer, coefficients, rules, row, delta * share, inputs);
        at += columns;
    }
}

/// True on processors with vector instructions, as a host's: there the compiler makes vectors of a
/// plain loop, and none of one that goes by eights.
const VECTORS: bool = cfg!(target_pointer_width = "64");

/// The one loop over parameters: moves each with `scale` times the next of `numbers`.
#[inline(always)]
fn sweep<T: Real, O: Optimizer<T> + ?Sized, R: Rules<T>>(
    optimizer: &O,
    coefficients: &O::StepCoefficients,
    rules: &R,
    run: ParameterGroup<'_, T>,
    scale: T,
    numbers: &[T],
) {
    let ParameterGroup {
        mut at,
        kind,
        parameters,
        mut state,
    } = run;
    let gain = optimizer.gain(coefficients);
    let learning_rate = optimizer.learning_rate(coefficients);
    let mut one = |parameter: &mut T, state: &mut [T], gradient: T| {
        if rules.trains(at) {
            let mut from = rules.shrink(kind, learning_rate, *parameter);
            if kind == ParameterKind::Weight {
                from = optimizer.shrink(coefficients, from);
            }
            let gradient = rules.gradient(kind, gain, *parameter, gradient);
            let moved = optimizer.update(coefficients, from, state, gradient);
            *parameter = rules.constrain(at, kind, learning_rate, moved);
        }
        optimizer.after_step(coefficients, *parameter, state);
        at += 1;
    };
    if VECTORS {
        if O::SLOTS == 0 {
            for (parameter, &number) in parameters.iter_mut().zip(numbers) {
                one(parameter, &mut [], scale * number);
            }
        } else {
            let states = state.chunks_exact_mut(O::SLOTS);
            for ((parameter, state), &number) in parameters.iter_mut().zip(states).zip(numbers) {
                one(parameter, state, scale * number);
            }
        }
        return;
    }
    // Eight at a time, so that the loop's own instructions are shared.
    let (eights, rest) = parameters.as_chunks_mut::<8>();
    let (numbers, last) = numbers.as_chunks::<8>();
    for (parameters, numbers) in eights.iter_mut().zip(numbers) {
        let Some(mut state) = state.split_off_mut(..8 * O::SLOTS) else {
            return;
        };
        for (parameter, &number) in parameters.iter_mut().zip(numbers) {
            if let Some(state) = state.split_off_mut(..O::SLOTS) {
                one(parameter, state, scale * number);
            }
        }
    }
    for (parameter, &number) in rest.iter_mut().zip(last) {
        if let Some(state) = state.split_off_mut(..O::SLOTS) {
            one(parameter, state, scale * number);
        }
    }
}

/// Checks that a learning rate is finite and above 0.
pub(crate) fn check_rate<T: Real>(learning_rate: T) -> Result<(), Setting> {
    if learning_rate > T::ZERO && learning_rate.is_finite() {
        Ok(())
    } else {
        Err(Setting::Rate)
    }
}

/// Checks that a factor of decay is at least 0 and below 1.
pub(crate) fn check_decay<T: Real>(factor: T) -> Result<(), Setting> {
    if factor >= T::ZERO && factor < T::ONE {
        Ok(())
    } else {
        Err(Setting::Decay)
    }
}

/// Checks that the addend to a divisor is large enough to bound a step.
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
