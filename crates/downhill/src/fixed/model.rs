//! Models in integers: the shapes are those of the float models.

use super::activation::Activation;
use super::kernel::{affine, transposed};
use super::norm::root;
use super::number::{Narrow, POINT, round};
use crate::Shape;
use crate::model::mlp::{Pass, down, up};
use crate::model::{Hidden, Linear, Mlp, Model as Float, Sizes};
use crate::random::Random;

/// Where a gradient goes: a slope a row, times the row's inputs.
pub trait Sink {
    /// `slopes.len()` rows of `inputs.len()` weights that start at parameter `at`.
    fn outer<X: Narrow>(&mut self, at: usize, slopes: &[i32], inputs: &[X]);

    /// A bias a slope, from parameter `at` on: its input is 1.
    fn each(&mut self, at: usize, slopes: &[i32]);
}

/// A model of 16-bit numbers and `i32` parameters.
pub trait Model {
    /// The sizes, where the type alone tells them.
    const SIZES: Option<Sizes>;

    /// The sizes.
    fn sizes(&self) -> Sizes;

    /// Most inputs of a layer.
    fn widest(&self) -> usize;

    /// Computes the outputs, of [`POINT`] and at most 2³⁰ in size, and leaves the units on the tape.
    fn forward<X: Narrow>(
        &self,
        parameters: &[i32],
        features: &[X],
        tape: &mut [i32],
        outputs: &mut [i32],
    );

    /// Carries slopes of 16 bits back to every layer. Returns 0 where all that they become have 16
    /// bits as well; moves nothing.
    fn backward(&self, parameters: &[i32], tape: &mut [i32], slopes: &[i32]) -> u32;

    /// Gives the gradient to a sink.
    fn gradient<X: Narrow>(
        &self,
        features: &[X],
        tape: &[i32],
        slopes: &[i32],
        sink: &mut impl Sink,
    );

    /// Writes the parameters to start from.
    fn initialize(&self, random: &mut Random, parameters: &mut [i32]);
}

impl<I: Shape, O: Shape, B: Shape> Model for Linear<I, O, B> {
    const SIZES: Option<Sizes> = <Self as Float<f32>>::SIZES;

    #[inline(always)]
    fn sizes(&self) -> Sizes {
        Float::<f32>::sizes(self)
    }

    fn widest(&self) -> usize {
        Float::<f32>::sizes(self).features
    }

    #[inline(always)]
    fn forward<X: Narrow>(
        &self,
        parameters: &[i32],
        features: &[X],
        _tape: &mut [i32],
        outputs: &mut [i32],
    ) {
        affine(parameters, features, self.has_bias(), outputs);
    }

    #[inline(always)]
    fn backward(&self, _parameters: &[i32], _tape: &mut [i32], _slopes: &[i32]) -> u32 {
        0
    }

    #[inline(always)]
    fn gradient<X: Narrow>(
        &self,
        features: &[X],
        _tape: &[i32],
        slopes: &[i32],
        sink: &mut impl Sink,
    ) {
        sink.outer(0, slopes, features);
        if self.has_bias() {
            sink.each(features.len() * slopes.len(), slopes);
        }
    }

    fn initialize(&self, _random: &mut Random, parameters: &mut [i32]) {
        parameters.fill(0);
    }
}

/// The pass forward, whose first inputs are the features and the others units of the tape.
struct Forward<'a, A, X> {
    activation: A,
    features: &'a [X],
    below: Option<&'a [i32]>,
    parameters: &'a [i32],
    units: &'a mut [i32],
}

impl<A, X: Narrow> Forward<'_, A, X> {
    #[inline(always)]
    fn affine(&self, layer: &[i32], outputs: &mut [i32]) {
        match self.below {
            None => affine(layer, self.features, true, outputs),
            Some(below) => affine(layer, below, true, outputs),
        }
    }

    #[inline(always)]
    fn inputs(&self) -> usize {
        self.below.map_or(self.features.len(), <[i32]>::len)
    }
}

impl<A: Activation, X: Narrow> Pass for Forward<'_, A, X> {
    #[inline(always)]
    fn layer(&mut self, width: usize) {
        let count = (self.inputs() + 1) * width;
        if width > 0
            && let Some(layer) = self.parameters.split_off(..count)
            && let Some(values) = self.units.split_off_mut(..width)
        {
            self.affine(layer, values);
            for value in values.iter_mut() {
                *value = self.activation.value(*value);
            }
            self.below = Some(values);
        }
    }
}

/// The pass back.
struct Backward<'a, A> {
    activation: A,
    above: &'a [i32],
    parameters: &'a [i32],
    units: &'a [i32],
    slopes: &'a mut [i32],
    over: u32,
}

impl<A: Activation> Pass for Backward<'_, A> {
    #[inline(always)]
    fn layer(&mut self, width: usize) {
        let count = (width + 1) * self.above.len();
        if width > 0
            && let Some(start) = self.parameters.len().checked_sub(count)
            && let Some(layer) = self.parameters.split_off(start..)
            && let Some(start) = self.units.len().checked_sub(width)
            && let Some(values) = self.units.split_off(start..)
            && let Some(below) = self.slopes.split_off_mut(start..)
        {
            self.over |= transposed(layer, self.above, below, |slope, at| {
                let value = values.get(at).copied().unwrap_or_default();
                round(slope * self.activation.slope(value), POINT)
            });
            self.above = below;
        }
    }
}

/// The gradient's pass.
struct Gradient<'a, S, X> {
    at: usize,
    features: &'a [X],
    below: Option<&'a [i32]>,
    units: &'a [i32],
    slopes: &'a [i32],
    sink: &'a mut S,
}

impl<S: Sink, X: Narrow> Gradient<'_, S, X> {
    #[inline(always)]
    fn sink(&mut self, slopes: &[i32]) {
        let inputs = match self.below {
            None => {
                self.sink.outer(self.at, slopes, self.features);
                self.features.len()
            }
            Some(below) => {
                self.sink.outer(self.at, slopes, below);
                below.len()
            }
        };
        self.at += slopes.len() * inputs;
        self.sink.each(self.at, slopes);
        self.at += slopes.len();
    }
}

impl<S: Sink, X: Narrow> Pass for Gradient<'_, S, X> {
    #[inline(always)]
    fn layer(&mut self, width: usize) {
        if width > 0
            && let Some(slopes) = self.slopes.split_off(..width)
            && let Some(values) = self.units.split_off(..width)
        {
            self.sink(slopes);
            self.below = Some(values);
        }
    }
}

impl<I: Shape, H: Hidden, O: Shape, A: Activation> Model for Mlp<I, H, O, A> {
    const SIZES: Option<Sizes> = Self::FIXED;

    #[inline(always)]
    fn sizes(&self) -> Sizes {
        self.sizes_of()
    }

    fn widest(&self) -> usize {
        let mut widest = 0;
        self.layers(|layer| widest = widest.max(layer.inputs));
        widest
    }

    #[inline(always)]
    fn forward<X: Narrow>(
        &self,
        parameters: &[i32],
        features: &[X],
        tape: &mut [i32],
        outputs: &mut [i32],
    ) {
        let half = tape.len() / 2;
        let Some(units) = tape.get_mut(..half) else {
            return;
        };
        let mut pass = Forward {
            activation: self.activation,
            features,
            below: None,
            parameters,
            units,
        };
        up(self.hidden, &mut pass);
        pass.affine(pass.parameters, outputs);
    }

    #[inline(always)]
    fn backward(&self, parameters: &[i32], tape: &mut [i32], slopes: &[i32]) -> u32 {
        let (units, deltas) = tape.split_at_mut(tape.len() / 2);
        let mut pass = Backward {
            activation: self.activation,
            above: slopes,
            parameters,
            units,
            slopes: deltas,
            over: 0,
        };
        down(self.hidden, &mut pass);
        pass.over
    }

    #[inline(always)]
    fn gradient<X: Narrow>(
        &self,
        features: &[X],
        tape: &[i32],
        slopes: &[i32],
        sink: &mut impl Sink,
    ) {
        let (units, deltas) = tape.split_at(tape.len() / 2);
        let mut pass = Gradient {
            at: 0,
            features,
            below: None,
            units,
            slopes: deltas,
            sink,
        };
        up(self.hidden, &mut pass);
        pass.sink(slopes);
    }

    fn initialize(&self, random: &mut Random, parameters: &mut [i32]) {
        parameters.fill(0);
        let total = self.sizes_of().parameters;
        self.layers(|layer| {
            let last = layer.at + (layer.inputs + 1) * layer.outputs == total;
            let fan = match self.activation.he() && !last {
                true => layer.inputs,
                false => layer.inputs + layer.outputs,
            };
            // √(6 / fan) with 14 bits behind the point: less than 2¹⁶.
            let limit = root(u64::from((6u32 << 28) / fan.max(1) as u32)) as i64;
            let weights = layer.at..layer.at + layer.inputs * layer.outputs;
            for weight in parameters.get_mut(weights).unwrap_or(&mut []) {
                // The bits that a float's start is drawn from, from −1 to 1.
                let unit = i64::from(random.word() >> 8) - (1 << 23);
                *weight = ((unit * limit + (1 << 8)) >> 9) as i32;
            }
        });
    }
}
