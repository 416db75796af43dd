//! Models: what maps features to outputs through parameters.

mod activation;
#[macro_use]
mod any;
pub mod formula;
mod linear;
pub(crate) mod mlp;
mod polynomial;
mod registry;

use core::ops::Range;

pub use activation::{
    Activation, AnyActivation, Identity, LeakyRelu, Relu, Sigmoid, Softplus, Tanh,
};
pub use linear::{Linear, Logistic, Softmax};
pub use mlp::{Hidden, Mlp, Widths};
pub use polynomial::Polynomial;
pub use registry::{AnyModel, AnyShape, Form, MODELS, ModelFacts, Task};

use crate::block::{BLOCK, Visit};
use crate::internal::Internal;
use crate::random::Random;
use crate::{Dyn, Real, Sink, kernel};

/// Sizes of a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sizes {
    /// Features of a sample.
    pub features: usize,
    /// Outputs, before the loss's [`Link`](crate::loss::Link).
    pub outputs: usize,
    /// Parameters.
    pub parameters: usize,
    /// Numbers remembered from `forward` for `backward` and `gradient`.
    pub tape: usize,
}

/// Kind of a group of parameters, which decides whether penalties apply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParameterKind {
    /// Multiplied with an input: penalized.
    Weight,
    /// Added: left alone by penalties.
    Bias,
}

/// A model: a function of features and parameters, and its derivative.
///
/// An update calls [`forward`](Model::forward), hands the outputs to the loss, then
/// [`backward`](Model::backward) with the loss's slopes, and last
/// [`gradient`](Model::gradient), which may move the parameters through its sink.
///
/// Slices passed in always have the lengths of [`Model::sizes`]; a model must not panic when
/// they do not.
pub trait Model<T: Real> {
    /// The sizes, where the type alone tells them.
    const SIZES: Option<Sizes> = None;

    /// True where an infinite or NaN feature always makes an output infinite or NaN. Where this is
    /// false (always safe) the trainer looks at the features itself.
    const PROVES_FEATURES: bool = false;

    /// True where [`blocks`](Model::blocks) may take rows.
    #[doc(hidden)]
    const IN_BLOCKS: bool = false;

    /// The sizes.
    fn sizes(&self) -> Sizes;

    /// Computes the outputs, and leaves on the tape what the derivative needs.
    fn forward(&self, parameters: &[T], features: &[T], tape: &mut [T], outputs: &mut [T]);

    /// Carries the slopes of the loss (with respect to each output) back to every layer, onto
    /// the tape. Moves nothing.
    fn backward(&self, parameters: &[T], features: &[T], tape: &mut [T], slopes: &[T]);

    /// Gives the gradient, piece by piece, to a sink.
    fn gradient(&self, features: &[T], tape: &[T], slopes: &[T], sink: &mut impl Sink<T>);

    /// Names every run of parameters and its kind, in order.
    fn parameter_groups(&self, visit: &mut impl FnMut(Range<usize>, ParameterKind));

    /// Features of a linear model of one output with a bias that was chosen at run time: a
    /// trainer then takes the step made for it. `None` of all other models.
    #[doc(hidden)]
    #[inline(always)]
    fn fast_path(&self, _: Internal) -> Option<Dyn> {
        None
    }

    /// Computes blocks of rows, whose features lie row by row: their count is the second part of
    /// `rows`. Leaves the derivatives of a block's predictions in `columns`, one for each parameter,
    /// and hands these and the predictions to `visit`. Returns how many blocks it took: it ends
    /// where `visit` returns `false`, and takes none where the model computes a row at a time.
    #[doc(hidden)]
    #[inline(always)]
    fn blocks(
        &self,
        _: Internal,
        parameters: &[T],
        rows: (&[T], usize),
        columns: &mut [[T; BLOCK]],
        visit: &mut impl Visit<T>,
    ) -> usize {
        let _ = (parameters, rows, columns, visit);
        0
    }

    /// Writes the parameters to start from; zeros unless the model needs otherwise.
    fn initialize(&self, random: &mut Random, parameters: &mut [T]) {
        let _ = random;
        kernel::clear(parameters);
    }
}

/// A model that is borrowed is the same model.
impl<T: Real, M: Model<T>> Model<T> for &M {
    const SIZES: Option<Sizes> = M::SIZES;
    const PROVES_FEATURES: bool = M::PROVES_FEATURES;
    const IN_BLOCKS: bool = M::IN_BLOCKS;

    #[inline(always)]
    fn sizes(&self) -> Sizes {
        M::sizes(self)
    }

    #[inline(always)]
    fn forward(&self, parameters: &[T], features: &[T], tape: &mut [T], outputs: &mut [T]) {
        M::forward(self, parameters, features, tape, outputs);
    }

    #[inline(always)]
    fn backward(&self, parameters: &[T], features: &[T], tape: &mut [T], slopes: &[T]) {
        M::backward(self, parameters, features, tape, slopes);
    }

    #[inline(always)]
    fn gradient(&self, features: &[T], tape: &[T], slopes: &[T], sink: &mut impl Sink<T>) {
        M::gradient(self, features, tape, slopes, sink);
    }

    fn parameter_groups(&self, visit: &mut impl FnMut(Range<usize>, ParameterKind)) {
        M::parameter_groups(self, visit);
    }

    #[inline(always)]
    fn blocks(
        &self,
        internal: Internal,
        parameters: &[T],
        rows: (&[T], usize),
        columns: &mut [[T; BLOCK]],
        visit: &mut impl Visit<T>,
    ) -> usize {
        M::blocks(self, internal, parameters, rows, columns, visit)
    }

    fn initialize(&self, random: &mut Random, parameters: &mut [T]) {
        M::initialize(self, random, parameters);
    }
}
