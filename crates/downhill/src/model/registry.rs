//! Table of models.

use core::ops::Range;

#[cfg(feature = "serde")]
use serde::{Deserialize, Serialize};

use super::formula::Program;
use super::{AnyActivation, Linear, Mlp, Model, ParameterKind, Polynomial, Sizes, Widths};
use crate::block::{BLOCK, Visit};
use crate::internal::Internal;
use crate::random::Random;
use crate::registry::{Argument, Choice, Range as Permitted};
use crate::{Dyn, Real, Sink};

models! {
    /// [`Linear`], [`Logistic`](super::Logistic) and [`Softmax`](super::Softmax).
    Linear(Linear<Dyn, Dyn, Dyn>) {
        "linear", [], Numbers, Amount, "a weighted sum and an intercept"
            => |shape| Linear::with_shape(shape.features, shape.outputs, Dyn(1));
        "logistic", [], Numbers, TwoClasses, "the same, as the logit of class 1"
            => |shape| Linear::with_shape(shape.features, shape.outputs, Dyn(1));
        "softmax", [], Numbers, Classes, "a sum a class, as its logit"
            => |shape| Linear::with_shape(shape.features, shape.outputs, Dyn(1));
    }
    /// [`Polynomial`].
    Polynomial(Polynomial<Dyn, Dyn, Dyn>) {
        "polynomial", [Argument::new("DEGREE", Permitted::Count(1), 2.0)], Numbers, Any,
            "a sum of all products of up to DEGREE features"
            => |shape| Polynomial::with_shape(shape.features, Dyn(shape.numbers[0]), shape.outputs);
    }
    /// [`Mlp`].
    Mlp(Mlp<Dyn, Widths, Dyn, AnyActivation>) {
        "mlp", [], Layers, Any,
            "one to three hidden layers of W units each; their ACTIVATION is `identity`, `relu` (the \
             default), `leaky_relu`, `tanh`, `sigmoid` or `softplus`"
            => |shape| Mlp::with_shape(
                shape.features, Widths(shape.numbers), shape.outputs, shape.activation
            );
        "autoencoder", [], Layers, Features,
            "an `mlp` that reconstructs its features through a bottleneck: at least one layer should \
             be narrower than the row, and the output says so where none is"
            => |shape| Mlp::with_shape(
                shape.features, Widths(shape.numbers), shape.outputs, shape.activation
            );
    }
    /// [`Program`].
    Formula(Program<T>) {
        "formula", [], Text, Amount, "a formula of your own, below";
    }
}

/// Facts about a model that its type does not tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ModelFacts {
    /// How what follows its name is written.
    pub form: Form,
    /// Task that it is for.
    pub task: Task,
}

/// How what follows the name of a model is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Its [arguments](Choice::arguments), separated by commas.
    Numbers,
    /// The widths of one to three hidden layers, and perhaps an activation.
    Layers,
    /// A text of one's own.
    Text,
}

/// Task that a model is for, by its target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Task {
    /// Amounts or classes, as the loss has it.
    Any,
    /// Amounts.
    Amount,
    /// Two classes, by one output.
    TwoClasses,
    /// Classes, with an output for each.
    Classes,
    /// The features themselves.
    Features,
}

/// Shape of a model chosen at run time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AnyShape {
    /// Features of a sample.
    pub features: Dyn,
    /// Outputs.
    pub outputs: Dyn,
    /// Arguments of [`Form::Numbers`] in order, or widths of [`Form::Layers`]; 0 for none.
    pub numbers: [u16; 3],
    /// Activation of hidden layers.
    pub activation: AnyActivation,
}
