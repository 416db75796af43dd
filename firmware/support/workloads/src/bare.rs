//! The arithmetic of an update without a trainer around it: no lengths, no faults, no steps.

use downhill::loss::{CrossEntropy, Loss, Squared};
use downhill::model::{Linear, Logistic, Mlp, Model, ParameterKind, Tanh};
use downhill::optimizer::{Adam, Optimizer, ParameterGroup, Sgd};
use downhill::random::Random;
use downhill::{Const, Sink};

/// `P` parameters with `S` numbers of state, `H` shared ones, a tape of `N` numbers and `K`
/// outputs.
pub struct Bare<
    M,
    L,
    O,
    const P: usize,
    const S: usize,
    const H: usize,
    const N: usize,
    const K: usize,
> {
    model: M,
    loss: L,
    optimizer: O,
    parameters: [f32; P],
    state: [f32; S],
    shared: [f32; H],
    tape: [f32; N],
    outputs: [f32; K],
}

/// W1.
pub type BareW1 = Bare<Linear<Const<8>>, Squared, Sgd<f32>, 9, 0, 0, 0, 1>;
/// W1 with 64 features.
pub type BareW1Wide = Bare<Linear<Const<64>>, Squared, Sgd<f32>, 65, 0, 0, 0, 1>;
/// W2.
pub type BareW2 = Bare<Logistic<Const<8>>, CrossEntropy, Sgd<f32>, 9, 0, 0, 0, 1>;
/// W4.
pub type BareW4 =
    Bare<Mlp<Const<8>, Const<16>, Const<3>, Tanh>, CrossEntropy, Adam<f32>, 195, 390, 2, 32, 3>;

impl<
    M: Model<f32>,
    L: Loss<f32>,
    O: Optimizer<f32>,
    const P: usize,
    const S: usize,
    const H: usize,
    const N: usize,
    const K: usize,
> Bare<M, L, O, P, S, H, N, K>
{
    /// Parameters where the model wants them to start.
    pub fn new(model: M, loss: L, optimizer: O) -> Self {
        let mut parameters = [0.0; P];
        model.initialize(&mut Random::seed(1), &mut parameters);
        Self {
            model,
            loss,
            optimizer,
            parameters,
            state: [0.0; S],
            shared: [0.0; H],
            tape: [0.0; N],
            outputs: [0.0; K],
        }
    }

    /// One update; returns the loss.
    #[inline(never)]
    pub fn step(&mut self, features: &[f32], target: &[f32; 1]) -> f32 {
        let (model, optimizer) = (&self.model, &self.optimizer);
        let (tape, outputs) = (&mut self.tape, &mut self.outputs);
        model.forward(&self.parameters, features, tape, outputs);
        let loss = self.loss.eval(outputs, target);
        let coefficients = optimizer.step_coefficients(&self.shared, 1.0);
        for slope in outputs.iter_mut() {
            *slope *= optimizer.gain(&coefficients);
        }
        model.backward(&self.parameters, features, tape, outputs);
        let mut sink = Move {
            optimizer,
            coefficients,
            parameters: &mut self.parameters,
            state: &mut self.state,
        };
        model.gradient(features, tape, outputs, &mut sink);
        optimizer.advance(&coefficients, &mut self.shared);
        loss
    }
}

/// Moves the parameters at once.
struct Move<'a, O: Optimizer<f32>> {
    optimizer: &'a O,
    coefficients: O::StepCoefficients,
    parameters: &'a mut [f32],
    state: &'a mut [f32],
}

impl<O: Optimizer<f32>> Move<'_, O> {
    #[inline(always)]
    fn rows(&mut self, at: usize, kind: ParameterKind, deltas: &[f32], inputs: &[f32]) {
        let end = at + deltas.len() * inputs.len();
        let group = ParameterGroup {
            at,
            kind,
            parameters: &mut self.parameters[at..end],
            state: &mut self.state[at * O::SLOTS..end * O::SLOTS],
        };
        self.optimizer
            .outer(&self.coefficients, &(), group, (deltas, 1.0), inputs);
    }
}

impl<O: Optimizer<f32>> Sink<f32> for Move<'_, O> {
    #[inline(always)]
    fn outer(&mut self, at: usize, deltas: &[f32], inputs: &[f32]) {
        self.rows(at, ParameterKind::Weight, deltas, inputs);
    }

    #[inline(always)]
    fn each(&mut self, at: usize, deltas: &[f32]) {
        self.rows(at, ParameterKind::Bias, &[1.0], deltas);
    }
}
