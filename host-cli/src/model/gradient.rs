//! Gradient of a model's output with respect to its parameters.

use downhill::model::{AnyModel, Model};
use downhill::{Real, Sink};

/// A model of one output and its parameters, ready to be evaluated.
pub(crate) struct Sloped<'a, T> {
    model: &'a AnyModel<T>,
    parameters: &'a [T],
    tape: Vec<T>,
    /// Gradient of the last output.
    gradient: Vec<f64>,
}

impl<'a, T: Real> Sloped<'a, T> {
    pub(crate) fn new(model: &'a AnyModel<T>, parameters: &'a [T]) -> Self {
        Self {
            model,
            parameters,
            tape: vec![T::ZERO; model.sizes().tape],
            gradient: vec![0.0; parameters.len()],
        }
    }

    /// The output at these features, and its gradient.
    pub(crate) fn at(&mut self, features: &[T]) -> (f64, &[f64]) {
        let mut output = [T::ZERO];
        let (model, tape) = (self.model, &mut self.tape[..]);
        model.forward(self.parameters, features, tape, &mut output);
        model.backward(self.parameters, features, tape, &[T::ONE]);
        self.gradient.fill(0.0);
        model.gradient(features, tape, &[T::ONE], &mut Row(&mut self.gradient));
        (output[0].to_f64(), &self.gradient)
    }
}

/// Gradient that is gathered, parameter by parameter.
struct Row<'a>(&'a mut [f64]);

impl<T: Real> Sink<T> for Row<'_> {
    fn outer(&mut self, at: usize, deltas: &[T], inputs: &[T]) {
        let products = deltas
            .iter()
            .flat_map(|&delta| inputs.iter().map(move |&input| delta * input));
        for (own, product) in self.0.iter_mut().skip(at).zip(products) {
            *own += product.to_f64();
        }
    }

    fn each(&mut self, at: usize, deltas: &[T]) {
        for (own, delta) in self.0.iter_mut().skip(at).zip(deltas) {
            *own += delta.to_f64();
        }
    }
}
