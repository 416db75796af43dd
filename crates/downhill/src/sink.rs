use crate::model::Kind;
use crate::optimizer::Optimizer;
use crate::rules::Rules;
use crate::{Real, kernel};

/// Where a model's gradient goes: into a buffer, onto a sum, or straight into the parameters.
///
/// A model describes its gradient in pieces; the sink decides what to do with them. That lets
/// one implementation of a model serve updates in place, mini-batches, norms and Jacobians.
pub trait Sink<T: Real> {
    /// The gradient of a weight matrix, `deltas.len()` rows of `inputs.len()` weights that
    /// start at parameter `at`: the weight in row *o* and column *i* has gradient
    /// `deltas[o] * inputs[i]`.
    fn outer(&mut self, at: usize, deltas: &[T], inputs: &[T]);

    /// The gradient of parameters that start at `at`, one by one: biases, or the parameters of
    /// a formula. Penalties leave them alone.
    fn each(&mut self, at: usize, deltas: &[T]);
}

/// Bounds every number of a gradient by one sum. Without `INPUTS`, the bound is in units of the
/// largest input.
pub(crate) struct Reach<T, const INPUTS: bool>(pub(crate) T);

impl<T: Real, const INPUTS: bool> Sink<T> for Reach<T, INPUTS> {
    #[inline(always)]
    fn outer(&mut self, _at: usize, deltas: &[T], inputs: &[T]) {
        let deltas = kernel::sum_abs(deltas);
        self.0 += if INPUTS {
            deltas * kernel::sum_abs(inputs)
        } else {
            deltas
        };
    }

    #[inline(always)]
    fn each(&mut self, _at: usize, deltas: &[T]) {
        self.0 += kernel::sum_abs(deltas);
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
        if self.rules.is_idle() {
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

/// Moves the parameters at once.
pub(crate) struct Apply<'a, T: Real, O: Optimizer<T>, R> {
    pub(crate) optimizer: &'a O,
    pub(crate) rules: &'a R,
    pub(crate) now: O::Now,
    /// What every delta is multiplied with: 1 unless a norm was clipped.
    pub(crate) share: T,
    pub(crate) parameters: &'a mut [T],
    pub(crate) state: &'a mut [T],
}

impl<T: Real, O: Optimizer<T>, R: Rules<T>> Apply<'_, T, O, R> {
    /// The parameters from `at` on, `length` of them, and their state.
    #[inline(always)]
    fn run(&mut self, at: usize, length: usize) -> (&mut [T], &mut [T]) {
        let slots = self.optimizer.slots();
        let parameters = self.parameters.get_mut(at..at + length).unwrap_or(&mut []);
        let state = self
            .state
            .get_mut(at * slots..(at + length) * slots)
            .unwrap_or(&mut []);
        (parameters, state)
    }
}

impl<T: Real, O: Optimizer<T>, R: Rules<T>> Sink<T> for Apply<'_, T, O, R> {
    #[inline(always)]
    fn outer(&mut self, at: usize, deltas: &[T], inputs: &[T]) {
        let (optimizer, rules, now, share) = (self.optimizer, self.rules, self.now, self.share);
        for (row, &delta) in deltas.iter().enumerate() {
            let delta = delta * share;
            let start = at + row * inputs.len();
            let memory = self.run(start, inputs.len());
            let gradients = inputs.iter().map(|&input| delta * input);
            run(
                optimizer,
                &now,
                rules,
                (start, Kind::Weight),
                memory,
                gradients,
            );
        }
    }

    #[inline(always)]
    fn each(&mut self, at: usize, deltas: &[T]) {
        let (optimizer, rules, now, share) = (self.optimizer, self.rules, self.now, self.share);
        let memory = self.run(at, deltas.len());
        let gradients = deltas.iter().map(|&delta| delta * share);
        run(optimizer, &now, rules, (at, Kind::Bias), memory, gradients);
    }
}

/// Moves a run of parameters, without the rules where they have nothing to do.
#[inline(always)]
pub(crate) fn run<T: Real, O: Optimizer<T>, R: Rules<T>>(
    optimizer: &O,
    now: &O::Now,
    rules: &R,
    run: (usize, Kind),
    memory: (&mut [T], &mut [T]),
    gradients: impl Iterator<Item = T>,
) {
    if rules.is_idle() {
        optimizer.run(now, &(), run, memory, gradients);
    } else {
        optimizer.run(now, rules, run, memory, gradients);
    }
}
