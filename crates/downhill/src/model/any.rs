use core::ops::Range;

use serde::{Deserialize, Serialize};

use super::{AnyActivation, Linear, Mlp, Model, ParameterKind, Polynomial, Sizes, Widths};
use crate::formula::Program;
use crate::random::Random;
use crate::{Dyn, Real, Sink};

/// A model chosen at run time: from a recipe, a file or the link.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(
    rename_all = "snake_case",
    bound(
        serialize = "T: Real + Serialize",
        deserialize = "T: Real + Deserialize<'de>"
    )
)]
#[allow(
    clippy::large_enum_variant,
    reason = "there is no heap to box a formula in"
)]
#[non_exhaustive]
pub enum AnyModel<T = f32> {
    /// [`Linear`], [`Logistic`](super::Logistic) and [`Softmax`](super::Softmax).
    Linear(Linear<Dyn, Dyn, Dyn>),
    /// [`Polynomial`].
    Polynomial(Polynomial<Dyn, Dyn, Dyn>),
    /// [`Mlp`].
    Mlp(Mlp<Dyn, Widths, Dyn, AnyActivation>),
    /// [`Program`].
    Formula(Program<T>),
}

/// Calls the same method of whichever model it is, once.
macro_rules! each {
    ($any:expr, $model:ident => $call:expr) => {
        match $any {
            AnyModel::Linear($model) => $call,
            AnyModel::Polynomial($model) => $call,
            AnyModel::Mlp($model) => $call,
            AnyModel::Formula($model) => $call,
        }
    };
}

impl<T: Real> Model<T> for AnyModel<T> {
    #[inline]
    fn sizes(&self) -> Sizes {
        each!(self, model => Model::<T>::sizes(model))
    }

    #[inline]
    fn forward(&self, parameters: &[T], features: &[T], tape: &mut [T], outputs: &mut [T]) {
        each!(self, model => model.forward(parameters, features, tape, outputs));
    }

    #[inline]
    fn backward(&self, parameters: &[T], features: &[T], tape: &mut [T], slopes: &[T]) {
        each!(self, model => model.backward(parameters, features, tape, slopes));
    }

    #[inline]
    fn gradient(&self, features: &[T], tape: &[T], slopes: &[T], sink: &mut impl Sink<T>) {
        each!(self, model => model.gradient(features, tape, slopes, sink));
    }

    fn parameter_groups(&self, visit: &mut impl FnMut(Range<usize>, ParameterKind)) {
        each!(self, model => Model::<T>::parameter_groups(model, visit));
    }

    #[inline]
    fn plain(&self) -> Option<Linear<Dyn>> {
        match self {
            Self::Linear(linear) => linear.of_one_output(),
            _ => None,
        }
    }

    fn initialize(&self, random: &mut Random, parameters: &mut [T]) {
        each!(self, model => model.initialize(random, parameters));
    }
}
