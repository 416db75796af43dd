//! Destinations of a gradient within a trainer.

use crate::model::ParameterKind;
use crate::optimizer::{Optimizer, ParameterGroup};
use crate::rules::Rules;
use crate::{Real, Sink, kernel};

/// Bounds every number of a gradient by one sum.
pub(crate) struct MaxGradient<T>(pub(crate) T);

impl<T: Real> Sink<T> for MaxGradient<T> {
    #[inline(always)]
    fn outer(&mut self, _at: usize, deltas: &[T], inputs: &[T]) {
        self.0 += kernel::sum_abs(deltas) * kernel::sum_abs(inputs);
    }

    #[inline(always)]
    fn each(&mut self, _at: usize, deltas: &[T]) {
        self.0 += kernel::sum_abs(deltas);
    }
}

/// Bounds every number of a gradient by a power of two (its [exponent](Real::exponent)), in
/// units of the largest input.
pub(crate) struct MaxExponent(pub(crate) i32);

impl<T: Real> Sink<T> for MaxExponent {
    #[inline(always)]
    fn outer(&mut self, at: usize, deltas: &[T], _inputs: &[T]) {
        self.each(at, deltas);
    }

    #[inline(always)]
    fn each(&mut self, _at: usize, deltas: &[T]) {
        let exponents = deltas.iter().map(|delta| delta.exponent());
        self.0 = exponents.fold(self.0, Ord::max);
    }
}

/// Sums the squares of a gradient, of the parameters that are trained.
pub(crate) struct Norm<'a, T, R> {
    pub(crate) rules: &'a R,
    pub(crate) squares: T,
}

impl<T: Real, R: Rules<T>> Sink<T> for Norm<'_, T, R> {
    #[inline(always)]
    fn outer(&mut self, at: usize, deltas: &[T], inputs: &[T]) {
        if self.rules.is_noop_per_parameter() {
            self.squares += kernel::sum_squares(deltas) * kernel::sum_squares(inputs);
            return;
        }
        for (row, &delta) in deltas.iter().enumerate() {
            let start = at + row * inputs.len();
            let trained = |(i, &input): (usize, &T)| {
                if self.rules.trains(start + i) {
                    input * input
                } else {
                    T::ZERO
                }
            };
            let inputs = inputs
                .iter()
                .enumerate()
                .map(trained)
                .fold(T::ZERO, |sum, x| sum + x);
            self.squares += delta * delta * inputs;
        }
    }

    #[inline(always)]
    fn each(&mut self, at: usize, deltas: &[T]) {
        for (i, &delta) in deltas.iter().enumerate() {
            if self.rules.trains(at + i) {
                self.squares += delta * delta;
            }
        }
    }
}

/// Keeps a gradient in a buffer: the first sample of a batch writes (`FIRST`), the others add.
pub(crate) struct Gather<'a, T, const FIRST: bool>(pub(crate) &'a mut [T]);

impl<T: Real, const FIRST: bool> Sink<T> for Gather<'_, T, FIRST> {
    #[inline(always)]
    fn outer(&mut self, at: usize, deltas: &[T], inputs: &[T]) {
        if inputs.is_empty() {
            return;
        }
        let rows = self
            .0
            .get_mut(at..)
            .unwrap_or(&mut [])
            .chunks_exact_mut(inputs.len());
        for (row, &delta) in rows.zip(deltas) {
            for (sum, &input) in row.iter_mut().zip(inputs) {
                *sum = if FIRST {
                    delta * input
                } else {
                    *sum + delta * input
                };
            }
        }
    }

    #[inline(always)]
    fn each(&mut self, at: usize, deltas: &[T]) {
        let run = self.0.get_mut(at..).unwrap_or(&mut []);
        for (sum, &delta) in run.iter_mut().zip(deltas) {
            *sum = if FIRST { delta } else { *sum + delta };
        }
    }
}

/// Adds a gradient, `by` times, to a buffer.
pub(crate) struct GatherScaled<'a, T> {
    pub(crate) gradient: &'a mut [T],
    pub(crate) by: T,
}

impl<T: Real> Sink<T> for GatherScaled<'_, T> {
    #[inline(always)]
    fn outer(&mut self, at: usize, deltas: &[T], inputs: &[T]) {
        if inputs.is_empty() {
            return;
        }
        let rows = self.gradient.get_mut(at..).unwrap_or(&mut []);
        for (row, &delta) in rows.chunks_exact_mut(inputs.len()).zip(deltas) {
            let delta = self.by * delta;
            for (sum, &input) in row.iter_mut().zip(inputs) {
                *sum += delta * input;
            }
        }
    }

    #[inline(always)]
    fn each(&mut self, at: usize, deltas: &[T]) {
        let run = self.gradient.get_mut(at..).unwrap_or(&mut []);
        for (sum, &delta) in run.iter_mut().zip(deltas) {
            *sum += self.by * delta;
        }
    }
}

/// Moves the parameters at once.
pub(crate) struct Apply<'a, T: Real, O: Optimizer<T>, R> {
    pub(crate) optimizer: &'a O,
    pub(crate) rules: &'a R,
    pub(crate) coefficients: O::StepCoefficients,
    /// Factor on every delta: 1 unless a norm was clipped.
    pub(crate) share: T,
    pub(crate) parameters: &'a mut [T],
    pub(crate) state: &'a mut [T],
}

impl<T: Real, O: Optimizer<T>, R: Rules<T>> Apply<'_, T, O, R> {
    /// The parameters from `at` on, `length` of them, and their state.
    #[inline(always)]
    fn run(&mut self, at: usize, kind: ParameterKind, length: usize) -> ParameterGroup<'_, T> {
        let slots = self.optimizer.slots();
        let states = at * slots..(at + length) * slots;
        ParameterGroup {
            at,
            kind,
            parameters: self.parameters.get_mut(at..at + length).unwrap_or(&mut []),
            state: self.state.get_mut(states).unwrap_or(&mut []),
        }
    }

    /// Moves a run of parameters of one kind, each with its own of `gradients`.
    #[inline(always)]
    pub(crate) fn move_each(&mut self, at: usize, kind: ParameterKind, gradients: &[T]) {
        self.move_rows(at, kind, (&[self.share], T::ONE), gradients);
    }

    /// Moves the parameters of a layer, as [`Optimizer::outer`] does; without the rules where they
    /// have nothing to do.
    #[inline(always)]
    fn move_rows(&mut self, at: usize, kind: ParameterKind, deltas: (&[T], T), inputs: &[T]) {
        let (optimizer, rules, coefficients) = (self.optimizer, self.rules, self.coefficients);
        let run = self.run(at, kind, deltas.0.len() * inputs.len());
        if rules.is_noop_per_parameter() {
            optimizer.outer(&coefficients, &(), run, deltas, inputs);
        } else {
            optimizer.outer(&coefficients, rules, run, deltas, inputs);
        }
    }
}

impl<T: Real, O: Optimizer<T>, R: Rules<T>> Sink<T> for Apply<'_, T, O, R> {
    #[inline(always)]
    fn outer(&mut self, at: usize, deltas: &[T], inputs: &[T]) {
        self.move_rows(at, ParameterKind::Weight, (deltas, self.share), inputs);
    }

    #[inline(always)]
    fn each(&mut self, at: usize, deltas: &[T]) {
        self.move_each(at, ParameterKind::Bias, deltas);
    }
}
