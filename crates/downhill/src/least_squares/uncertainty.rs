//! How well the rows determine the parameters.

#[cfg(feature = "serde")]
use serde::{Deserialize, Serialize};

use super::workspace::Pieces;
use super::{Solver, Termination};
use crate::Real;
use crate::model::Model;

/// A parameter that was fitted, and how sure it is.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
pub struct Estimate<T> {
    /// The parameter.
    pub value: T,
    /// Its standard error, in its own unit; `None` where the rows do not determine it.
    pub standard_error: Option<T>,
}

/// A fit by least squares in a few numbers, ready to be saved or sent.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
pub struct Summary<T> {
    /// Why the fit ended.
    pub termination: Termination,
    /// Passes over the rows.
    pub passes: u16,
    /// Rows of weight above 0.
    pub rows: u32,
    /// The weighted sum of squared residuals, or of what the robust loss makes of them.
    pub cost: T,
    /// The residual standard deviation; `None` where there are not more rows than parameters.
    pub residual_deviation: Option<T>,
}

/// Standard errors and correlations of the parameters that a [`Solver`] has found.
///
/// They come from the linear problem at the best parameters, whose covariance is
/// s² (JᵀWJ)⁻¹, s² the cost over rows minus the parameters' [rank](Uncertainty::rank) (Bates and
/// Watts, "Nonlinear Regression Analysis and Its Applications", 1988). So they describe a fit that
/// has converged, with residuals that are independent and small enough for the formula to be
/// straight across them; under a robust loss they are a rough guide. A parameter that is held at a
/// bound, or that the rows do not determine, has none.
///
/// ```
/// use downhill::model::formula;
/// use downhill::least_squares::{Bounds, LeastSquares, Table};
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let line = formula::parse::<f64>("a + b*x", "y", |name| name == "x")?.program;
/// let (x, y) = ([1.0, 2.0, 3.0, 4.0], [1.0, 3.0, 2.0, 4.0]);
/// let mut work = [0.0; LeastSquares::<f64>::words(2, 2)];
/// let fit = LeastSquares::default().fit(&line, &mut Table::new(1, &x, &y), &[0.0, 0.0], Bounds::NONE, &mut work)?;
/// let sure = fit.uncertainty();
/// assert!((fit.parameters()[1] - 0.8).abs() < 1e-12);
/// assert!((sure.standard_error(1).unwrap() - 0.18f64.sqrt()).abs() < 1e-12);
/// assert!((sure.residual_deviation().unwrap() - 0.9f64.sqrt()).abs() < 1e-12);
/// assert!(sure.correlation(0, 1).unwrap() < -0.9); // a higher start means a flatter line
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Uncertainty<'a, T> {
    scale: &'a [T],
    held: &'a [T],
    singular: &'a [T],
    turns: &'a [T],
    variance: Option<T>,
}

impl<T: Real, M: Model<T>> Solver<'_, T, M> {
    /// How well the rows determine the best parameters: nothing is known of it while the fit goes
    /// on.
    pub fn uncertainty(&self) -> Uncertainty<'_, T> {
        match self.termination() {
            Some(_) => self.at_best(),
            None => Uncertainty::NONE,
        }
    }

    /// How well the rows determine the best parameters, once their singular values are there.
    pub(super) fn at_best(&self) -> Uncertainty<'_, T> {
        let pieces = Pieces::lasting(self.words(), self.parameters().len());
        let Some([scale, held, singular, turns]) = pieces else {
            return Uncertainty::NONE;
        };
        let freedom = self.rows().saturating_sub(rank(singular));
        let variance = (freedom > 0).then(|| self.cost() / T::from_u32(freedom));
        Uncertainty {
            scale,
            held,
            singular,
            turns,
            variance,
        }
    }

    /// Parameter `index`, and its standard error once the fit has ended; `None` where there is no such parameter.
    pub fn estimate(&self, index: usize) -> Option<Estimate<T>> {
        Some(Estimate {
            value: *self.parameters().get(index)?,
            standard_error: self.uncertainty().standard_error(index),
        })
    }

    /// The fit in a few numbers; `None` while it goes on.
    pub fn summary(&self) -> Option<Summary<T>> {
        Some(Summary {
            termination: self.termination()?,
            passes: self.passes(),
            rows: self.rows(),
            cost: self.cost(),
            residual_deviation: self.uncertainty().residual_deviation(),
        })
    }
}

/// Singular values that are not 0.
fn rank<T: Real>(singular: &[T]) -> u32 {
    singular.iter().filter(|&&s| s != T::ZERO).count() as u32
}

impl<T: Real> Uncertainty<'_, T> {
    const NONE: Self = Self {
        scale: &[],
        held: &[],
        singular: &[],
        turns: &[],
        variance: None,
    };

    /// Parameters held at a bound.
    pub fn held(&self) -> u32 {
        self.held.iter().filter(|&&held| held != T::ZERO).count() as u32
    }

    /// Rank: directions in the space of the parameters that the rows determine, at most the
    /// parameters that are not held. The rows that count less these are the degrees of freedom.
    pub fn rank(&self) -> u32 {
        rank(self.singular)
    }

    /// The residual standard deviation, in the unit of the target (where weights are 1): the
    /// root of the cost over rows minus [rank](Uncertainty::rank). `None` where that is 0.
    pub fn residual_deviation(&self) -> Option<T> {
        self.variance.map(T::sqrt)
    }

    /// The standard error of a parameter, in its own unit; `None` where it has none.
    pub fn standard_error(&self, parameter: usize) -> Option<T> {
        let variance = self.variance?;
        let product = self.product(parameter, parameter)?;
        // Not the root of the variance, which may leave the range of numbers where this does not.
        let error = variance.sqrt() * product.sqrt() / *self.scale.get(parameter)?;
        let vanished = error == T::ZERO && variance > T::ZERO;
        (error.is_finite() && !vanished).then_some(error)
    }

    /// The covariance of two parameters; `None` where one of them has no standard error.
    pub fn covariance(&self, first: usize, second: usize) -> Option<T> {
        let deviation = self.variance?.sqrt();
        let (one, other) = (*self.scale.get(first)?, *self.scale.get(second)?);
        let covariance = (deviation / one) * self.product(first, second)? * (deviation / other);
        covariance.is_finite().then_some(covariance)
    }

    /// The correlation of two parameters, from −1 to 1; `None` where one of them has no standard
    /// error.
    pub fn correlation(&self, first: usize, second: usize) -> Option<T> {
        let (own, other) = (self.product(first, first)?, self.product(second, second)?);
        let correlation = self.product(first, second)? / (own.sqrt() * other.sqrt());
        Some(correlation.smaller(T::ONE).larger(-T::ONE))
    }

    /// A parameter's row of a matrix F with F Fᵀ = (JᵀWJ)⁻¹: the [covariance](Self::covariance) is
    /// s² F Fᵀ, and where weights are 1/σ² of errors that are known, F Fᵀ itself. `None` where the
    /// parameter has no standard error for want of rows that determine it.
    pub fn root(&self, parameter: usize) -> Option<impl Iterator<Item = T> + '_> {
        self.product(parameter, parameter)?;
        let scale = *self.scale.get(parameter)?;
        let directions = self.turns.chunks_exact(self.scale.len().max(1));
        Some(directions.zip(self.singular).map(move |(turn, &singular)| {
            match (turn.get(parameter), singular > T::ZERO) {
                (Some(&turn), true) => turn / singular / scale,
                _ => T::ZERO,
            }
        }))
    }

    /// An element of (JᵀWJ)⁻¹, in scaled units: V S⁻² Vᵀ.
    fn product(&self, first: usize, second: usize) -> Option<T> {
        for parameter in [first, second] {
            if *self.held.get(parameter)? != T::ZERO {
                return None;
            }
        }
        let least = T::EPSILON * T::from_u32(self.scale.len() as u32);
        let directions = self.turns.chunks_exact(self.scale.len().max(1));
        let mut sum = T::ZERO;
        for (turn, &singular) in directions.zip(self.singular) {
            let (a, b) = (*turn.get(first)?, *turn.get(second)?);
            if singular > T::ZERO {
                sum += (a / singular) * (b / singular);
            } else if a.abs().larger(b.abs()) > least {
                return None;
            }
        }
        Some(sum)
    }
}
