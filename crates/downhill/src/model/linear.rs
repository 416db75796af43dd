use core::ops::Range;

#[cfg(feature = "serde")]
use serde::{Deserialize, Serialize};

use super::{Model, ParameterKind, Sizes};
use crate::{Const, Dyn, Real, Shape, Sink, kernel};

/// A linear model: output *o* is Σᵢ wₒᵢ xᵢ + bₒ.
///
/// `I` features, `O` outputs, and `B` biases an output: `Const<1>`, or `Const<0>` for none. The
/// parameters are the weights, row by row, and then the biases.
///
/// ```
/// use downhill::{Const, Trainer, loss::Squared, model::Linear, optimizer::Sgd};
/// # fn main() -> Result<(), downhill::Fault> {
/// type Fit = Trainer<Linear<Const<1>>, Squared, Sgd<f32>, (), [f32; 3]>;
/// let mut fit = Fit::new(Linear::new(), Squared, Sgd::new(0.1), [0.0; Fit::ARENA])?;
/// for _ in 0..100 {
///     fit.observe(&[1.0], &[3.0])?;
///     fit.observe(&[-1.0], &[1.0])?;
/// }
/// let [weight, bias] = *fit.parameters() else { unreachable!() };
/// assert!((weight - 1.0).abs() < 1e-6 && (bias - 2.0).abs() < 1e-6);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
pub struct Linear<I, O = Const<1>, B = Const<1>> {
    features: I,
    outputs: O,
    biases: B,
}

impl<I: Default, O: Default, B: Default> Linear<I, O, B> {
    /// The model whose shape the type tells.
    pub fn new() -> Self {
        Self::default()
    }
}

impl<I: Shape, O: Shape, B: Shape> Linear<I, O, B> {
    /// The model with these dimensions; `biases` is 0 or 1 an output.
    pub const fn with_shape(features: I, outputs: O, biases: B) -> Self {
        Self {
            features,
            outputs,
            biases,
        }
    }
}

impl<I: Shape, O: Shape, B: Shape> Linear<I, O, B> {
    /// Returns `true` if an output has a bias.
    #[inline(always)]
    pub(crate) fn has_bias(&self) -> bool {
        self.biases.len() > 0
    }
}

impl<I: Shape> Linear<I, Dyn, Dyn> {
    /// Features, where there is one output with a bias.
    #[inline]
    pub(super) fn features_of_one_output(&self) -> Option<I> {
        (self.outputs.len() == 1 && self.biases.len() > 0).then_some(self.features)
    }
}

impl<T: Real, I: Shape, O: Shape, B: Shape> Model<T> for Linear<I, O, B> {
    const SIZES: Option<Sizes> = match (I::FIXED, O::FIXED, B::FIXED) {
        (Some(features), Some(outputs), Some(biases)) => Some(Sizes {
            features,
            outputs,
            parameters: (features + (biases > 0) as usize) * outputs,
            tape: 0,
        }),
        _ => None,
    };
    const PROVES_FEATURES: bool = true;

    #[inline(always)]
    fn sizes(&self) -> Sizes {
        let (features, outputs) = (self.features.len(), self.outputs.len());
        Sizes {
            features,
            outputs,
            parameters: (features + usize::from(self.biases.len() > 0)) * outputs,
            tape: 0,
        }
    }

    #[inline(always)]
    fn forward(&self, parameters: &[T], features: &[T], _tape: &mut [T], outputs: &mut [T]) {
        kernel::affine(parameters, features, self.biases.len() > 0, outputs);
    }

    #[inline(always)]
    fn backward(&self, _parameters: &[T], _features: &[T], _tape: &mut [T], _slopes: &[T]) {}

    #[inline(always)]
    fn gradient(&self, features: &[T], _tape: &[T], slopes: &[T], sink: &mut impl Sink<T>) {
        sink.outer(0, slopes, features);
        if self.biases.len() > 0 {
            sink.each(features.len() * slopes.len(), slopes);
        }
    }

    fn parameter_groups(&self, visit: &mut impl FnMut(Range<usize>, ParameterKind)) {
        let weights = self.features.len() * self.outputs.len();
        visit(0..weights, ParameterKind::Weight);
        visit(
            weights..weights + usize::from(self.biases.len() > 0) * self.outputs.len(),
            ParameterKind::Bias,
        );
    }
}

/// A logistic model: its one output is the logit z, and with
/// [`CrossEntropy`](crate::loss::CrossEntropy) the probability of class 1 is 1 / (1 + e^-z).
///
/// The arithmetic up to the logit is [`Linear`]'s; how an output is read is the loss's matter.
pub type Logistic<I> = Linear<I>;

/// A softmax model of `K` classes: output *k* is the logit of class *k*, and with
/// [`CrossEntropy`](crate::loss::CrossEntropy) its probability is e^zₖ / Σ e^zⱼ.
pub type Softmax<I, K> = Linear<I, K>;
