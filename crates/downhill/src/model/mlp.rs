use core::hint::black_box;
use core::ops::Range;

#[cfg(feature = "serde")]
use serde::{Deserialize, Serialize};

use super::activation::{Activation, Tanh};
use super::{Model, ParameterKind, Sizes};
use crate::random::Random;
use crate::{Const, Dyn, Real, Shape, Sink, kernel};

/// The widths of one to three hidden layers: `Const<16>`, `(Const<16>, Const<8>)` or
/// `(Const<16>, Const<8>, Const<8>)` at compile time, [`Widths`] at run time.
pub trait Hidden: Copy {
    /// The widths, where the type alone tells them; 0 is no layer.
    const FIXED: Option<[usize; 3]>;

    /// The widths; 0 is no layer.
    fn widths(self) -> [usize; 3];
}

impl<const A: usize> Hidden for Const<A> {
    const FIXED: Option<[usize; 3]> = Some([A, 0, 0]);

    #[inline(always)]
    fn widths(self) -> [usize; 3] {
        [A, 0, 0]
    }
}

impl<const A: usize, const B: usize> Hidden for (Const<A>, Const<B>) {
    const FIXED: Option<[usize; 3]> = Some([A, B, 0]);

    #[inline(always)]
    fn widths(self) -> [usize; 3] {
        [A, B, 0]
    }
}

impl<const A: usize, const B: usize, const C: usize> Hidden for (Const<A>, Const<B>, Const<C>) {
    const FIXED: Option<[usize; 3]> = Some([A, B, C]);

    #[inline(always)]
    fn widths(self) -> [usize; 3] {
        [A, B, C]
    }
}

/// Widths of hidden layers chosen at run time, from the first on; 0 is no layer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
#[cfg_attr(feature = "serde", serde(transparent))]
pub struct Widths(pub [u16; 3]);

impl Hidden for Widths {
    const FIXED: Option<[usize; 3]> = None;

    #[inline(always)]
    fn widths(self) -> [usize; 3] {
        self.0.map(usize::from)
    }
}

/// A multi-layer perceptron: hidden layers of one activation and a linear layer of outputs.
///
/// The loss decides what it is: a regressor with [`Squared`](crate::loss::Squared), a
/// classifier with [`CrossEntropy`](crate::loss::CrossEntropy), and an autoencoder where the
/// target is the features themselves; its anomaly score is then the loss that
/// [`evaluate`](crate::Trainer::evaluate) returns.
///
/// Parameters are layer by layer, each its weights row by row and then its biases. They start as
/// [`initialize`](crate::Trainer::initialize) draws them: weights uniform within
/// ±√(6 / (inputs + outputs)) (Glorot and Bengio 2010), or ±√(6 / inputs) below units that
/// rectify (He et al. 2015); biases zero. A net that starts at zero never learns.
///
/// ```
/// use downhill::model::{Mlp, Tanh};
/// use downhill::{Const, Trainer, loss::CrossEntropy, optimizer::Adam};
/// # fn main() -> Result<(), downhill::Fault> {
/// // Exclusive or, which no linear model can learn.
/// type Net = Mlp<Const<2>, Const<8>, Const<1>, Tanh>;
/// type Fit = Trainer<Net, CrossEntropy, Adam<f32>, (), [f32; 118]>;
/// let mut fit = Fit::new(Net::new(), CrossEntropy, Adam::new(0.05), [0.0; Fit::ARENA])?;
/// fit.initialize(1);
/// for _ in 0..200 {
///     for (a, b) in [(0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0)] {
///         fit.observe(&[a, b], &[if a == b { 0.0 } else { 1.0 }])?;
///     }
/// }
/// assert!(fit.predict(&[0.0, 1.0])?[0] > 0.9);
/// assert!(fit.predict(&[1.0, 1.0])?[0] < 0.1);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
pub struct Mlp<I, H, O, A = Tanh> {
    features: I,
    pub(crate) hidden: H,
    outputs: O,
    pub(crate) activation: A,
}

impl<I: Default, H: Default, O: Default, A: Default> Mlp<I, H, O, A> {
    /// The net whose shape the type tells.
    pub fn new() -> Self {
        Self::default()
    }
}

impl<A> Mlp<Dyn, Widths, Dyn, A> {
    /// The net with these dimensions.
    pub const fn with_shape(features: Dyn, hidden: Widths, outputs: Dyn, activation: A) -> Self {
        Self {
            features,
            hidden,
            outputs,
            activation,
        }
    }

    /// Activation of the hidden units.
    pub const fn activation(&self) -> A
    where
        A: Copy,
    {
        self.activation
    }
}

/// One layer: its inputs and outputs, and where its parameters begin.
#[derive(Clone, Copy)]
pub(crate) struct Layer {
    pub(crate) inputs: usize,
    pub(crate) outputs: usize,
    pub(crate) at: usize,
}

impl<I: Shape, H: Hidden, O: Shape, A> Mlp<I, H, O, A> {
    /// Calls `visit` for each layer, from the first on.
    #[inline(always)]
    pub(crate) fn layers(&self, mut visit: impl FnMut(Layer)) {
        let mut inputs = self.features.len();
        let mut at = 0;
        for outputs in self.hidden.widths() {
            if outputs > 0 {
                visit(Layer {
                    inputs,
                    outputs,
                    at,
                });
                at += (inputs + 1) * outputs;
                inputs = outputs;
            }
        }
        visit(Layer {
            inputs,
            outputs: self.outputs.len(),
            at,
        });
    }
}

const fn sizes(features: usize, widths: [usize; 3], outputs: usize) -> Sizes {
    let (mut inputs, mut parameters, mut units, mut layer) = (features, 0, 0, 0);
    while layer < widths.len() {
        if widths[layer] > 0 {
            parameters = (inputs + 1)
                .saturating_mul(widths[layer])
                .saturating_add(parameters);
            units += widths[layer];
            inputs = widths[layer];
        }
        layer += 1;
    }
    parameters = (inputs + 1)
        .saturating_mul(outputs)
        .saturating_add(parameters);
    Sizes {
        features,
        outputs,
        parameters,
        tape: 2 * units,
    }
}

/// Pass over the hidden layers in turn; a width of 0 is no layer.
pub(crate) trait Pass {
    fn layer(&mut self, width: usize);
}

/// Takes a pass from the first hidden layer to the last: written out where the type tells the
/// widths, so that every layer is compiled for its own.
#[inline(always)]
pub(crate) fn up(hidden: impl Hidden, pass: &mut impl Pass) {
    match fixed(hidden) {
        Some([a, b, c]) => {
            pass.layer(a);
            pass.layer(b);
            pass.layer(c);
        }
        None => {
            for width in hidden.widths() {
                pass.layer(width);
            }
        }
    }
}

/// Takes a pass from the last hidden layer to the first.
#[inline(always)]
pub(crate) fn down(hidden: impl Hidden, pass: &mut impl Pass) {
    match fixed(hidden) {
        Some([a, b, c]) => {
            pass.layer(c);
            pass.layer(b);
            pass.layer(a);
        }
        None => {
            for width in hidden.widths().into_iter().rev() {
                pass.layer(width);
            }
        }
    }
}

#[inline(always)]
fn fixed<H: Hidden>(_: H) -> Option<[usize; 3]> {
    H::FIXED
}

struct Forward<'a, T, A> {
    activation: A,
    inputs: &'a [T],
    parameters: &'a [T],
    units: &'a mut [T],
}

impl<T: Real, A: Activation<T>> Pass for Forward<'_, T, A> {
    #[inline(always)]
    fn layer(&mut self, width: usize) {
        let count = (self.inputs.len() + 1) * width;
        if width > 0
            && let Some(layer) = self.parameters.split_off(..count)
            && let Some(values) = self.units.split_off_mut(..width)
        {
            kernel::affine(layer, self.inputs, true, values);
            for value in values.iter_mut() {
                *value = self.activation.value(*value);
            }
            self.inputs = values;
        }
    }
}

struct Backward<'a, T, A> {
    activation: A,
    above: &'a [T],
    parameters: &'a [T],
    units: &'a [T],
    deltas: &'a mut [T],
}

impl<T: Real, A: Activation<T>> Pass for Backward<'_, T, A> {
    #[inline(always)]
    fn layer(&mut self, width: usize) {
        let count = (width + 1) * self.above.len();
        if width > 0
            && let Some(start) = self.parameters.len().checked_sub(count)
            && let Some(layer) = self.parameters.split_off(start..)
            && let Some(start) = self.units.len().checked_sub(width)
            && let Some(values) = self.units.split_off(start..)
            && let Some(below) = self.deltas.split_off_mut(start..)
        {
            kernel::transposed(layer, self.above, below);
            for (delta, &value) in below.iter_mut().zip(values) {
                *delta *= self.activation.slope(value);
            }
            self.above = below;
        }
    }
}

struct Gradient<'a, T, S> {
    at: usize,
    inputs: &'a [T],
    units: &'a [T],
    deltas: &'a [T],
    sink: &'a mut S,
}

impl<T: Real, S: Sink<T>> Gradient<'_, T, S> {
    /// The gradient of one layer, its weights and its biases.
    #[inline(always)]
    fn sink(&mut self, deltas: &[T]) {
        self.sink.outer(self.at, deltas, self.inputs);
        self.at += deltas.len() * self.inputs.len();
        self.sink.each(self.at, deltas);
        self.at += deltas.len();
    }
}

impl<T: Real, S: Sink<T>> Pass for Gradient<'_, T, S> {
    #[inline(always)]
    fn layer(&mut self, width: usize) {
        if width > 0
            && let Some(deltas) = self.deltas.split_off(..width)
            && let Some(values) = self.units.split_off(..width)
        {
            self.sink(deltas);
            self.inputs = values;
        }
    }
}

impl<T: Real, I: Shape, H: Hidden, O: Shape, A: Activation<T>> Model<T> for Mlp<I, H, O, A> {
    const SIZES: Option<Sizes> = Self::FIXED;

    #[inline(always)]
    fn sizes(&self) -> Sizes {
        self.sizes_of()
    }

    /// The tape holds the units of all hidden layers, and behind them their deltas. Out of line,
    /// since steps, predictions and the search for a fault's cause share it.
    #[inline(never)]
    fn forward(&self, parameters: &[T], features: &[T], tape: &mut [T], outputs: &mut [T]) {
        let half = tape.len() / 2;
        let (Some(features), Some(parameters), Some(units), Some(outputs)) = (
            features.get(..Self::known(features.len(), |sizes| sizes.features)),
            parameters.get(..Self::known(parameters.len(), |sizes| sizes.parameters)),
            tape.get_mut(..Self::known(half, |sizes| sizes.tape / 2)),
            outputs.get_mut(..Self::known(outputs.len(), |sizes| sizes.outputs)),
        ) else {
            return;
        };
        let mut pass = Forward {
            activation: self.activation,
            inputs: features,
            parameters,
            units,
        };
        up(self.hidden, &mut pass);
        kernel::affine(pass.parameters, pass.inputs, true, outputs);
    }

    #[inline(always)]
    fn backward(&self, parameters: &[T], _features: &[T], tape: &mut [T], slopes: &[T]) {
        let (units, deltas) = tape.split_at_mut(tape.len() / 2);
        let mut pass = Backward {
            activation: self.activation,
            above: slopes,
            parameters: parameters.get(..self.sizes_of().parameters).unwrap_or(&[]),
            units,
            deltas,
        };
        down(self.hidden, &mut pass);
    }

    #[inline(always)]
    fn gradient(&self, features: &[T], tape: &[T], slopes: &[T], sink: &mut impl Sink<T>) {
        let (units, deltas) = tape.split_at(tape.len() / 2);
        let mut pass = Gradient {
            at: 0,
            inputs: features,
            units,
            deltas,
            sink,
        };
        up(self.hidden, &mut pass);
        pass.sink(slopes);
    }

    fn parameter_groups(&self, visit: &mut impl FnMut(Range<usize>, ParameterKind)) {
        self.layers(
            |Layer {
                 inputs,
                 outputs,
                 at,
             }| {
                let biases = at + inputs * outputs;
                visit(at..biases, ParameterKind::Weight);
                visit(biases..biases + outputs, ParameterKind::Bias);
            },
        );
    }

    fn initialize(&self, random: &mut Random, parameters: &mut [T]) {
        kernel::clear(parameters);
        let last = self.outputs.len();
        let total = self.sizes_of().parameters;
        self.layers(
            |Layer {
                 inputs,
                 outputs,
                 at,
             }| {
                let output_layer = outputs == last && at + (inputs + 1) * outputs == total;
                let fan = if self.activation.he() && !output_layer {
                    inputs
                } else {
                    inputs + outputs
                };
                let weights = parameters.get_mut(at..at + inputs * outputs);
                draw(random, fan, weights.unwrap_or(&mut []));
            },
        );
    }
}

/// Draws weights within ±√(6 / fan). Out of line, since all layers share it, and small, as
/// [`kernel::seldom`] says.
#[inline(never)]
fn draw<T: Real>(random: &mut Random, fan: usize, weights: &mut [T]) {
    let limit = black_box((T::from_u32(6) / T::from_u32(fan as u32)).sqrt());
    for weight in weights {
        *weight = (random.unit::<T>() * T::TWO - T::ONE) * black_box(limit);
    }
}

impl<I: Shape, H: Hidden, O: Shape, A> Mlp<I, H, O, A> {
    /// The sizes, where the type alone tells them.
    pub(crate) const FIXED: Option<Sizes> = match (I::FIXED, H::FIXED, O::FIXED) {
        (Some(features), Some(widths), Some(outputs)) => Some(sizes(features, widths, outputs)),
        _ => None,
    };

    /// The length that the type tells, where it does: what is cut to it needs no checks further
    /// on.
    #[inline(always)]
    fn known(length: usize, part: impl Fn(Sizes) -> usize) -> usize {
        Self::FIXED.map_or(length, part)
    }

    #[inline(always)]
    pub(crate) fn sizes_of(&self) -> Sizes {
        match Self::FIXED {
            Some(sizes) => sizes,
            None => sizes(
                self.features.len(),
                self.hidden.widths(),
                self.outputs.len(),
            ),
        }
    }
}
