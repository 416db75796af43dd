use crate::Real;

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
