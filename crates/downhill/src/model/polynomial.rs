use core::ops::Range;

#[cfg(feature = "serde")]
use serde::{Deserialize, Serialize};

use super::{Linear, Model, ParameterKind, Sizes};
use crate::{Const, Real, Shape, Sink};

/// A polynomial of several features: a linear model of every product of up to `D` features,
/// powers included.
///
/// The products are, degree by degree, those of scikit-learn's `PolynomialFeatures` without the
/// constant: for features a, b and degree 2 they are a, b, a², ab, b². Scale the features first:
/// high powers of large numbers overflow and of small ones vanish.
///
/// ```
/// use downhill::{Const, Trainer, loss::Squared, model::Polynomial, optimizer::Adam};
/// # fn main() -> Result<(), downhill::Fault> {
/// type Curve = Polynomial<Const<1>, Const<2>>;
/// type Fit = Trainer<Curve, Squared, Adam<f32>, (), [f32; 14]>;
/// let mut fit = Fit::new(Curve::new(), Squared, Adam::new(0.05), [0.0; Fit::ARENA])?;
/// for k in 0..3_000 {
///     let x = (k % 21) as f32 / 10.0 - 1.0;
///     fit.observe(&[x], &[1.0 - x + 2.0 * x * x])?;
/// }
/// assert!((fit.predict(&[0.5])?[0] - 1.0).abs() < 0.01);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
pub struct Polynomial<I, D, O = Const<1>> {
    features: I,
    degree: D,
    outputs: O,
}

impl<I: Default, D: Default, O: Default> Polynomial<I, D, O> {
    /// The model whose shape the type tells.
    pub fn new() -> Self {
        Self::default()
    }
}

impl<I: Shape, D: Shape, O: Shape> Polynomial<I, D, O> {
    /// The model with these dimensions; the degree is at least 1.
    pub const fn with_shape(features: I, degree: D, outputs: O) -> Self {
        Self {
            features,
            degree,
            outputs,
        }
    }

    /// The degree.
    pub const fn degree(&self) -> D {
        self.degree
    }
}

/// Number of products of exactly `degree` out of `features` features: (features + degree − 1) over
/// degree. What no arena could hold is one number too large.
const fn products(features: usize, degree: usize) -> usize {
    let (mut count, mut k) = (1u64, 1);
    while k <= degree as u64 && count < TOO_MANY {
        count = count * (features as u64 + k - 1) / k;
        k += 1;
    }
    if count < TOO_MANY {
        count as usize
    } else {
        TOO_MANY as usize
    }
}

/// More products than a 32-bit machine can count numbers.
const TOO_MANY: u64 = 1 << 30;

/// Number of products of 1 to `degree` features.
const fn terms(features: usize, degree: usize) -> usize {
    let (mut sum, mut count, mut k) = (0u64, 1u64, 1);
    while k <= degree as u64 && sum < TOO_MANY {
        count = count * (features as u64 + k - 1) / k;
        sum += count;
        k += 1;
    }
    if sum < TOO_MANY {
        sum as usize
    } else {
        TOO_MANY as usize
    }
}

const fn sizes(features: usize, degree: usize, outputs: usize) -> Sizes {
    let terms = terms(features, degree);
    Sizes {
        features,
        outputs,
        parameters: terms.saturating_add(1).saturating_mul(outputs),
        tape: terms,
    }
}

impl<I: Shape, D: Shape, O: Shape> Polynomial<I, D, O> {
    /// Writes every product onto the tape, each from one of the degree below.
    #[inline(always)]
    fn expand<T: Real>(&self, features: &[T], tape: &mut [T]) {
        let n = features.len();
        let Some((first, mut rest)) = tape.split_at_mut_checked(n) else {
            return;
        };
        first.copy_from_slice(features);
        let mut lower: &[T] = first;
        for degree in 2..=self.degree.len() {
            let Some(block) = rest.split_off_mut(..products(n, degree)) else {
                return;
            };
            let mut at = 0;
            for (i, &feature) in features.iter().enumerate() {
                // The products of the degree below whose first feature is `i` or a later one.
                let count = products(n - i, degree - 1);
                let tail = lower
                    .len()
                    .checked_sub(count)
                    .and_then(|start| lower.get(start..));
                let run = block.get_mut(at..at + count).unwrap_or(&mut []);
                for (product, &factor) in run.iter_mut().zip(tail.unwrap_or(&[])) {
                    *product = feature * factor;
                }
                at += count;
            }
            lower = block;
        }
    }

    #[inline(always)]
    fn linear(&self, terms: usize) -> Linear<Terms, O> {
        Linear::with_shape(Terms(terms), self.outputs, Const)
    }
}

/// Number of products.
#[derive(Clone, Copy)]
struct Terms(usize);

impl Shape for Terms {
    const FIXED: Option<usize> = None;

    #[inline(always)]
    fn len(self) -> usize {
        self.0
    }
}

impl<T: Real, I: Shape, D: Shape, O: Shape> Model<T> for Polynomial<I, D, O> {
    const SIZES: Option<Sizes> = match (I::FIXED, D::FIXED, O::FIXED) {
        (Some(features), Some(degree), Some(outputs)) => Some(sizes(features, degree, outputs)),
        _ => None,
    };

    #[inline(always)]
    fn sizes(&self) -> Sizes {
        sizes(self.features.len(), self.degree.len(), self.outputs.len())
    }

    #[inline(always)]
    fn forward(&self, parameters: &[T], features: &[T], tape: &mut [T], outputs: &mut [T]) {
        self.expand(features, tape);
        self.linear(tape.len())
            .forward(parameters, tape, &mut [], outputs);
    }

    #[inline(always)]
    fn backward(&self, _parameters: &[T], _features: &[T], _tape: &mut [T], _slopes: &[T]) {}

    #[inline(always)]
    fn gradient(&self, _features: &[T], tape: &[T], slopes: &[T], sink: &mut impl Sink<T>) {
        self.linear(tape.len()).gradient(tape, &[], slopes, sink);
    }

    fn parameter_groups(&self, visit: &mut impl FnMut(Range<usize>, ParameterKind)) {
        let terms = terms(self.features.len(), self.degree.len());
        Model::<T>::parameter_groups(&self.linear(terms), visit);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Dyn;

    #[test]
    fn the_products_are_those_of_scikit_learn() {
        let model = Polynomial::with_shape(Dyn(3), Dyn(3), Dyn(1));
        let [a, b, c] = [2.0f64, 3.0, 5.0];
        let mut tape = [0.0; 19];
        assert_eq!(Model::<f64>::sizes(&model).tape, 19);
        model.expand(&[a, b, c], &mut tape);
        let expected = [
            a,
            b,
            c,
            a * a,
            a * b,
            a * c,
            b * b,
            b * c,
            c * c,
            a * a * a,
            a * a * b,
            a * a * c,
            a * b * b,
            a * b * c,
            a * c * c,
            b * b * b,
            b * b * c,
            b * c * c,
            c * c * c,
        ];
        assert_eq!(tape, expected);
    }
}
