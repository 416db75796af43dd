//! A formula as a Rust function.

use core::ops::Range;

use crate::block::{BLOCK, Visit};
use crate::dual::{Dual, Scalar};
use crate::internal::Internal;
use crate::model::{Model, ParameterKind, Sizes};
use crate::random::Random;
use crate::{Real, Sink};

/// A user's own model: one generic function of `P` parameters and `N` features.
///
/// It is written once and differentiated exactly, by [`Dual`] numbers. [`FormulaModel`] makes a
/// [`Model`] of it, for a [`Trainer`](crate::Trainer) or for
/// [least squares](crate::least_squares).
///
/// ```
/// use downhill::dual::Scalar;
/// use downhill::model::formula::{Formula, FormulaModel};
/// use downhill::least_squares::{Bounds, LeastSquares, Table};
///
/// /// A body that cools: T = ambient + excess · e^(−t / τ).
/// struct Cooling;
///
/// impl Formula<3, 1> for Cooling {
///     fn eval<S: Scalar>(&self, &[ambient, excess, tau]: &[S; 3], &[t]: &[S::Real; 1]) -> S {
///         ambient + excess * (-(S::constant(t) / tau)).exp()
///     }
/// }
///
/// let minutes = [0.0, 1.0, 2.0, 3.0, 4.0, 5.0];
/// let degrees = minutes.map(|t: f64| 21.0 + 60.0 * (-t / 2.5).exp());
/// let model = FormulaModel::new(Cooling);
/// let mut work = [0.0; LeastSquares::<f64>::words(3, 3)];
/// let fit = LeastSquares::default()
///     .fit(&model, &mut Table::new(1, &minutes, &degrees), &[0.0, 50.0, 1.0], Bounds::NONE, &mut work)
///     .unwrap();
/// assert!((fit.parameters()[2] - 2.5).abs() < 1e-9);
/// ```
pub trait Formula<const P: usize, const N: usize> {
    /// The prediction.
    fn eval<S: Scalar>(&self, parameters: &[S; P], features: &[S::Real; N]) -> S;
}

/// The [`Model`] that a [`Formula`] is: one output, `P` parameters that penalties leave alone.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct FormulaModel<F, const P: usize, const N: usize> {
    formula: F,
    start: Option<[f64; P]>,
}

impl<F: Formula<P, N>, const P: usize, const N: usize> FormulaModel<F, P, N> {
    /// The model, its parameters starting at 0.
    pub const fn new(formula: F) -> Self {
        Self {
            formula,
            start: None,
        }
    }

    /// This model with other starting values of its parameters, rounded to the number that a fit is
    /// computed in.
    pub fn with_start(self, start: [f64; P]) -> Self {
        Self {
            start: Some(start),
            ..self
        }
    }
}

impl<T: Real, F: Formula<P, N>, const P: usize, const N: usize> Model<T> for FormulaModel<F, P, N>
where
    Dual<T, P>: Scalar<Real = T>,
{
    const SIZES: Option<Sizes> = Some(Sizes {
        features: N,
        outputs: 1,
        parameters: P,
        tape: P,
    });
    // Boards have 32 bits, and a row at a time is less code.
    const IN_BLOCKS: bool = cfg!(target_pointer_width = "64");

    #[inline(always)]
    fn sizes(&self) -> Sizes {
        Sizes {
            features: N,
            outputs: 1,
            parameters: P,
            tape: P,
        }
    }

    #[inline(always)]
    fn forward(&self, parameters: &[T], features: &[T], tape: &mut [T], outputs: &mut [T]) {
        let (Ok(parameters), Ok(features)) = (
            <&[T; P]>::try_from(parameters),
            <&[T; N]>::try_from(features),
        ) else {
            return;
        };
        let result = self.formula.eval(&Dual::variables(*parameters), features);
        for (slope, own) in tape.iter_mut().zip(result.slopes) {
            *slope = own;
        }
        if let Some(output) = outputs.first_mut() {
            *output = result.value;
        }
    }

    #[inline(always)]
    fn blocks(
        &self,
        _: Internal,
        parameters: &[T],
        (features, count): (&[T], usize),
        columns: &mut [[T; BLOCK]],
        visit: &mut impl Visit<T>,
    ) -> usize {
        let Ok(parameters) = <&[T; P]>::try_from(parameters) else {
            return 0;
        };
        let variables = Dual::variables(*parameters);
        let mut rest = features;
        for block in 0..count {
            let mut outputs = [T::ZERO; BLOCK];
            let Some(slopes) = columns.first_chunk_mut::<P>() else {
                return block;
            };
            for (row, output) in outputs.iter_mut().enumerate() {
                let own = rest.split_off(..N).and_then(|own| own.first_chunk());
                let Some(own) = own else {
                    return block;
                };
                let result = self.formula.eval(&variables, own);
                *output = result.value;
                for (column, slope) in slopes.iter_mut().zip(result.slopes) {
                    column[row] = slope;
                }
            }
            if !visit.block(&outputs, columns) {
                return block;
            }
        }
        count
    }

    #[inline(always)]
    fn backward(&self, _parameters: &[T], _features: &[T], _tape: &mut [T], _slopes: &[T]) {}

    #[inline(always)]
    fn gradient(&self, _features: &[T], tape: &[T], slopes: &[T], sink: &mut impl Sink<T>) {
        super::scaled(tape, slopes, sink);
    }

    fn parameter_groups(&self, visit: &mut impl FnMut(Range<usize>, ParameterKind)) {
        visit(0..P, ParameterKind::Bias);
    }

    fn initialize(&self, _random: &mut Random, parameters: &mut [T]) {
        parameters.fill(T::ZERO);
        for (parameter, &start) in parameters.iter_mut().zip(self.start.iter().flatten()) {
            *parameter = T::from_f64(start);
        }
    }
}
